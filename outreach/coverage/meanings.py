"""What each number means, how it is counted and what it is not: a page that every number leads to."""

from typing import NamedTuple

from flask import url_for
from flask_babel import lazy_gettext as _l


class Meaning(NamedTuple):
    """A number: `key` is its place on the page, `how` may be empty."""

    key: str
    term: str
    meaning: str
    how: str = ""


MEANINGS = (
    Meaning(
        "in_scope",
        _l("In scope"),
        _l(
            "Every household on the list, but those that moved away, where nobody lives, "
            "or that do not wish to take part."
        ),
    ),
    Meaning("reached", _l("Reached"), _l("Households in scope where somebody has been met at least once.")),
    Meaning(
        "with_ambassador",
        _l("Ambassador"),
        _l("Households in scope that have a digital ambassador, and those that have a proficient person already."),
    ),
    Meaning(
        "learning",
        _l("Learning"),
        _l("Households in scope whose ambassador has begun a lesson, and where nobody is proficient yet."),
    ),
    Meaning(
        "proficient",
        _l("Proficient"),
        _l("Households in scope with at least one member who was confirmed as digitally proficient."),
        _l("Who leads the group, or the official, confirms a person by the standard of the commune. A household counts "
           "once, however many of its members are proficient; it counts no more when the last of them has left."),
    ),
    Meaning("share", _l("Share"), _l("Proficient households among those in scope.")),
    Meaning(
        "target",
        _l("Target"),
        _l("At least one digitally proficient person in every household (letter 3240/BTTTT-CĐSQG of 08/08/2024)."),
    ),
    Meaning(
        "month",
        _l("In the month"),
        _l("Households that became proficient in the month, less those that no longer are."),
        _l("It counts on the day it was recorded here."),
    ),
    Meaning(
        "closed",
        _l("Counted apart"),
        _l("Moved away, nobody lives there, does not wish to take part: shown, but not part of the share."),
    ),
    Meaning(
        "alone",
        _l("Skill shown alone"),
        _l("Households in scope where somebody who lives there has shown the skill as the standard asks, without help: "
           "in a real task, in a rehearsal, or, where the standard says that a lesson is enough, by a lesson with its "
           "questions."),
        _l("What somebody says of herself is never counted. The five skills are those of letter 3240/BTTTT-CĐSQG."),
    ),
    Meaning(
        "helped",
        _l("Skill shown with help"),
        _l("Households in scope where the skill has been shown, but only with somebody's help. A household counts here "
           "or under “alone”, never in both."),
    ),
    Meaning(
        "visits",
        _l("Visits"),
        _l("Visits to households of this place in the month, by what came of them: the person did it alone, did it "
           "with help, was shown how, or nobody was met or wished to take part."),
        _l("A visit counts on the day it took place, where the household stands. Visits taken back as wrong are not "
           "counted."),
    ),
    Meaning(
        "vneid",
        _l("Say they are confirmed on VNeID"),
        _l("Adults of households in scope who say that the basic level of digital skills is confirmed on VNeID."),
        _l("Said by themselves, with the day it was said; nobody has looked. It is apart from all other numbers here, "
           "and no official figure: that one stands in VNeID. It is not the level 2 account."),
    ),
    Meaning(
        "as_of",
        _l("Figures of"),
        _l("The moment the numbers are of. Those of a village or commune are of this very moment; those of a province "
           "and the country, and visits, are summed up once a minute."),
    ),
    Meaning(
        "phones",
        _l("Phones that have not sent"),
        _l("Phones of volunteers and leaders of this place that were not heard of since the time given, or that held "
           "records when last heard of: what lies on them is missing in the numbers."),
    ),
)  # fmt: skip


def address(key: str) -> str:
    """Where a number is explained."""
    return url_for("coverage.meanings_page", _anchor=key)
