"""What states, reasons and results of the visit log are called, in the reader's language."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.i18n import show_number
from outreach.review.doubts import ALONE_ONLY, ARRIVED_BEFORE, CLOCK, FAR, MANY_AN_HOUR, NIGHT, ONE_AUTHOR, SAME_NOTE
from outreach.review.ledger import MISSING
from outreach.review.models import (
    APPROVED,
    DIFFERENT,
    DRAFT,
    LOCKED,
    RIGHT,
    SENT,
    TO_MEND,
    TRUE,
    UNREACHED,
    WRONG,
)
from outreach.visits.models import AT_DESK, AT_HOME, BY_PHONE
from outreach.visits.names import OUTCOME_NAMES, lesson

__all__ = [
    "CHECK_WAYS", "CHECK_WAYS_SHORT", "OUTCOME_NAMES", "REASON_NAMES", "RESULTS", "RESULTS_SHORT", "SHORT_OUTCOMES",
    "STATE_LOOKS", "STATE_NAMES", "STEP_NAMES", "VERDICTS", "VERDICT_NAMES", "WAYS", "lesson", "money", "month",
]  # fmt: skip

STATE_NAMES = {
    MISSING: _l("Not reported"),
    DRAFT: _l("Not sent yet"),
    SENT: _l("Sent, waits for approval"),
    TO_MEND: _l("Sent back to be mended"),
    APPROVED: _l("Approved"),
    LOCKED: _l("Locked"),
}
STATE_LOOKS = {  # icon and kind of tag
    MISSING: ("warning", "late"), DRAFT: ("pencil", ""), SENT: ("clock", ""), TO_MEND: ("refresh", "late"),
    APPROVED: ("check", "done"), LOCKED: ("lock", "sand"),
}  # fmt: skip
STEP_NAMES = {
    SENT: _l("Sent"), TO_MEND: _l("Sent back to be mended"), APPROVED: _l("Approved"), LOCKED: _l("Locked"),
}  # fmt: skip
WAYS = {AT_HOME: _l("At the house"), AT_DESK: _l("At a help point"), BY_PHONE: _l("By telephone")}
SHORT_OUTCOMES = {
    "alone": _l("Alone"), "helped": _l("With help"), "shown": _l("Shown how"), "nobody": _l("Nobody home"),
    "refused": _l("Refused"),
}  # fmt: skip
REASON_NAMES = {
    MANY_AN_HOUR: _l("Many houses within an hour"),
    SAME_NOTE: _l("The same note again and again"),
    NIGHT: _l("In the night"),
    FAR: _l("Two houses far apart within minutes"),
    ARRIVED_BEFORE: _l("Arrived before it was made"),
    CLOCK: _l("The phone's clock was days off"),
    ALONE_ONLY: _l("Everybody did everything alone"),
    ONE_AUTHOR: _l("Only one person was ever there"),
}
VERDICTS = {RIGHT: _l("The visit is right as it stands"), WRONG: _l("Something is wrong; I correct it next")}
VERDICT_NAMES = {RIGHT: _l("The visit stands"), WRONG: _l("Was noted wrongly")}
CHECK_WAYS = {"phone": _l("I telephoned"), "visit": _l("I went there")}
RESULTS = {
    TRUE: _l("It was as noted"), DIFFERENT: _l("It was different"), UNREACHED: _l("I reached nobody"),
}  # fmt: skip
CHECK_WAYS_SHORT = {"phone": _l("by telephone"), "visit": _l("by a second visit")}
RESULTS_SHORT = {TRUE: _l("As noted"), DIFFERENT: _l("Different"), UNREACHED: _l("Nobody reached")}


def money(dong: int | None) -> str:
    """An amount in đồng: 50.000 đ; a dash where there is none."""
    return "–" if dong is None else _("%(amount)s đ", amount=show_number(dong))


def month(first: date) -> str:
    """A month as one writes it: 11/2026."""
    return f"{first:%m/%Y}"
