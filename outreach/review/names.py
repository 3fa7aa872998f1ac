"""What states and results of the monthly sheets are called, in the reader's language."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.checks.names import OUTCOME_NAMES, WAYS, month
from outreach.i18n import show_number
from outreach.review.ledger import MISSING, Line
from outreach.review.models import APPROVED, DRAFT, LOCKED, SENT, TO_MEND
from outreach.review.reckoning import Figures

__all__ = [
    "DRAFT_MARK", "OUTCOME_NAMES", "SHORT_OUTCOMES", "STATE_LOOKS", "STATE_NAMES", "STEP_NAMES", "WAYS", "changes",
    "money", "month", "of_closed",
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
SHORT_OUTCOMES = {
    "alone": _l("Alone"), "helped": _l("With help"), "shown": _l("Shown how"), "nobody": _l("Nobody home"),
    "refused": _l("Refused"),
}  # fmt: skip
DRAFT_MARK = _l("Draft: not approved yet, its figures may still change")
NUMBER = re.compile("-?[0-9]{1,9}")


def money(dong: int | None) -> str:
    """An amount in đồng: 50.000 đ; a dash where there is none."""
    return "–" if dong is None else _("%(amount)s đ", amount=show_number(dong))


def of_closed(f: Figures) -> list[tuple[str, int]]:
    """What of a sheet's figures comes from approved months, in words, each with its number; nothing that is 0."""
    told = (
        (_("First meetings taken back from approved months (an earlier one became known)"), len(f.not_firsts)),
        (_("Ambassadors noted late, of approved months"), f.late_ambassadors),
        (_("Visits noted late, of approved months"), f.late),
        (_("Taken back from approved months"), f.back),
        (_("Part of the days worked: days of approved months, noted late or taken back"), f.late_days),
    )
    return [(words, number) for words, number in told if number]


def changes(shown: str, line: Line) -> str:
    """What is different from the sheet with the mark `shown`: "Days worked: 24 → 25"; "" if not in these figures."""
    said = ((_("Days worked"), show_number), (_("Number of visits"), show_number), (_("Allowance"), money))
    both = zip(said, shown.split("/"), line.mark.split("/"), strict=False)
    return "; ".join(
        f"{label}: {show(int(was))} → {show(int(now))}" for (label, show), was, now in both
        if was != now and NUMBER.fullmatch(was) and NUMBER.fullmatch(now)
    )  # fmt: skip
