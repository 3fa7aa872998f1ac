"""What reasons, verdicts and results of checks are called, in the reader's language."""

from datetime import date

from flask_babel import lazy_gettext as _l

from outreach.checks.doubts import (
    ALONE_ONLY,
    ARRIVED_BEFORE,
    CLOCK,
    FAR,
    MANY_AN_HOUR,
    MANY_NOTED_LATE,
    NIGHT,
    ONE_AUTHOR,
    SAME_DOOR,
    SAME_MOMENT,
    SAME_NOTE,
    TOO_MANY_A_DAY,
)  # fmt: skip
from outreach.checks.models import DIFFERENT, RIGHT, TRUE, UNREACHED, WRONG
from outreach.visits.models import AT_DESK, AT_HOME, BY_PHONE
from outreach.visits.names import OUTCOME_NAMES, lesson

__all__ = [
    "CHECK_WAYS", "CHECK_WAYS_SHORT", "OUTCOME_NAMES", "REASON_NAMES", "RESULTS", "RESULTS_SHORT", "VERDICTS",
    "VERDICT_NAMES", "WAYS", "lesson", "month",
]  # fmt: skip

WAYS = {AT_HOME: _l("At the house"), AT_DESK: _l("At a help point"), BY_PHONE: _l("By telephone")}
REASON_NAMES = {
    MANY_AN_HOUR: _l("Many houses within an hour"),
    SAME_NOTE: _l("The same note again and again"),
    NIGHT: _l("In the night"),
    FAR: _l("Two houses far apart within minutes"),
    ARRIVED_BEFORE: _l("Arrived before it was made"),
    CLOCK: _l("The phone's clock was days off"),
    ALONE_ONLY: _l("Everybody did everything alone"),
    ONE_AUTHOR: _l("Only one person was ever there"),
    SAME_MOMENT: _l("Several visits in the same second"),
    TOO_MANY_A_DAY: _l("Many houses on one day"),
    SAME_DOOR: _l("Again and again at one door"),
    MANY_NOTED_LATE: _l("Many visits noted weeks later"),
}
VERDICTS = {RIGHT: _l("The visit is right as it stands"), WRONG: _l("Something is wrong; I correct it next")}
VERDICT_NAMES = {RIGHT: _l("The visit stands"), WRONG: _l("Was noted wrongly")}
CHECK_WAYS = {"phone": _l("I telephoned"), "visit": _l("I went there")}
RESULTS = {
    TRUE: _l("It was as noted"), DIFFERENT: _l("It was different"), UNREACHED: _l("I reached nobody"),
}  # fmt: skip
CHECK_WAYS_SHORT = {"phone": _l("by telephone"), "visit": _l("by a second visit")}
RESULTS_SHORT = {TRUE: _l("As noted"), DIFFERENT: _l("Different"), UNREACHED: _l("Nobody reached")}


def month(first: date) -> str:
    """A month as one writes it: 11/2026."""
    return f"{first:%m/%Y}"
