"""What the numbers, columns and next steps are called, in the reader's language."""

from typing import NamedTuple

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE, Area
from outreach.households.models import ALONE, HELPED, SKILLS
from outreach.households.names import GROUP_NAMES, SKILL_NAMES, STAGE_NAMES, shown
from outreach.i18n import show_number

# What stands below an area, as the heading of the first column.
BELOW = {COUNTRY: _l("Province"), PROVINCE: _l("Commune"), COMMUNE: _l("Village")}


class Column(NamedTuple):
    """A column of numbers: its key (to sort by), its short heading."""

    key: str
    text: str


COLUMNS = (
    Column("in_scope", _l("In scope")),
    Column("reached", _l("Reached")),
    Column("with_ambassador", _l("Ambassador")),
    Column("proficient", _l("Proficient")),
)
SHARE, MONTH = Column("share", _l("Share")), Column("month", _l("In the month"))

# (term, meaning), at the end of every page and report.
DEFINITIONS = (
    (
        _l("In scope"),
        _l(
            "Every household on the list, but those that moved away, where nobody lives, "
            "or that do not wish to take part."
        ),
    ),
    (_l("Reached"), _l("Households in scope where somebody has been met at least once.")),
    (
        _l("Ambassador"),
        _l("Households in scope that have a digital ambassador, and those that have a proficient person already."),
    ),
    (
        _l("Proficient"),
        _l("Households in scope with at least one member who was confirmed as digitally proficient."),
    ),
    (_l("Share"), _l("Proficient households among those in scope.")),
    (
        _l("In the month"),
        _l("Households that became proficient in the month, less those that no longer are."),
    ),
    (
        _l("Target"),
        _l("At least one digitally proficient person in every household (letter 3240/BTTTT-CĐSQG of 08/08/2024)."),
    ),
    (
        _l("Counted apart"),
        _l("Moved away, nobody lives there, does not wish to take part: shown, but not part of the share."),
    ),
)


VISIT_COLUMNS = (  # of visiting.KEYS
    Column("visits", _l("Visits")),
    Column("alone", _l("Did it alone")),
    Column("helped", _l("Did it with help")),
    Column("shown", _l("Was shown how")),
    Column("nobody", _l("Not met, or refused")),
)
STEP_NAMES = {  # of funnel.STEPS
    "in_scope": _l("In scope"),
    "reached": _l("Reached"),
    "with_ambassador": GROUP_NAMES["with_ambassador"],
    "learning": _l("Learning, or further"),
    "proficient": STAGE_NAMES["proficient"],
}
SORTS = ("name", *(column.key for column in (*COLUMNS, SHARE, MONTH)), *STAGE_NAMES, "closed", *ALONE, *HELPED, "vneid")


def columns(key: str) -> list[Column]:
    """The columns of numbers. What the table is sorted by is among them, if need be in the ambassador's place."""
    shown = {"name", *(column.key for column in (*COLUMNS, SHARE, MONTH))}
    asked = [column if key in shown or column.key != "with_ambassador" else _column(key) for column in COLUMNS]
    return [*asked, SHARE, MONTH]


def _column(key: str) -> Column:
    return Column(key, (STAGE_NAMES | GROUP_NAMES | shown() | {"vneid": gettext("Say confirmed on VNeID")})[key])


def skills() -> list[tuple[str, str, str]]:
    """(name, key of those who do it alone, key of those who do it with help) of the five skills, in their order."""
    return [(str(SKILL_NAMES[k]), one, other) for k, one, other in zip(SKILLS, ALONE, HELPED, strict=True)]


def visit_columns(kind: str) -> list[Column]:
    """The columns of a table of visits below an area of this kind."""
    return [Column("name", BELOW[kind]), *VISIT_COLUMNS] if kind in BELOW else []


def place(area: Area) -> str:
    """An area as a table names it: villages with their type, since many are only a number."""
    return area.title if area.kind != COUNTRY else area.name


def signed(number: int) -> str:
    """A change with its sign: +34, −2, 0."""
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return sign + show_number(abs(number))


def step(stage: str, count: int, where: str) -> str:
    """What to do about the households that wait in a stage somewhere."""
    shown = {"place": where, "count": show_number(count)}
    if stage == "not_reached":
        return ngettext(
            "%(place)s: %(count)s household where nobody has been met yet",
            "%(place)s: %(count)s households where nobody has been met yet", count, **shown,
        )  # fmt: skip
    if stage == "visited":
        return ngettext(
            "%(place)s: %(count)s household visited, but without an ambassador",
            "%(place)s: %(count)s households visited, but without an ambassador", count, **shown,
        )  # fmt: skip
    if stage == "has_ambassador":
        return ngettext(
            "%(place)s: %(count)s ambassador who has not begun a lesson",
            "%(place)s: %(count)s ambassadors who have not begun a lesson", count, **shown,
        )  # fmt: skip
    return ngettext(
        "%(place)s: %(count)s household is learning; see who can be confirmed",
        "%(place)s: %(count)s households are learning; see who can be confirmed", count, **shown,
    )  # fmt: skip


def below(kind: str, count: int) -> str:
    """How many places stand below an area of this kind: "30 villages"."""
    shown = show_number(count)
    if kind == COUNTRY:
        return ngettext("%(count)s province", "%(count)s provinces", count, count=shown)
    if kind == PROVINCE:
        return ngettext("%(count)s commune", "%(count)s communes", count, count=shown)
    return ngettext("%(count)s village", "%(count)s villages", count, count=shown)


def order(key: str, descending: bool) -> str:
    """What a table is sorted by, beside its caption."""
    if key == "name":
        return gettext("by name")
    if key == "share":
        return gettext("the highest share first") if descending else gettext("the lowest share first")
    return gettext("the most first") if descending else gettext("the fewest first")


def balance(gained: int, lost: int) -> str:
    """A month's changes in one sentence."""
    came = ngettext("%(count)s household came to this step", "%(count)s households came to this step", gained,
                    count=show_number(gained))  # fmt: skip
    left = ngettext("%(count)s left it", "%(count)s left it", lost, count=show_number(lost))
    return gettext("%(came)s, %(left)s: %(change)s.", came=came, left=left, change=signed(gained - lost))
