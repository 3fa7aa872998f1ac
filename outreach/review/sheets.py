"""What happens to a monthly sheet: sent, sent back to be mended, approved, locked; each step a row with its word.

The volunteer sends. A leader decides about the group's volunteers, an official about leaders and volunteers; nobody
about their own sheet, nor about one they sent for somebody else. An official locks what is approved. Whoever takes a
step upon a page says what the page showed (`shown`): what has changed since is to be looked at first.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import access, audit, receipts
from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER, Account
from outreach.areas.models import Area
from outreach.checks import finding, months
from outreach.checks import queries as checks
from outreach.review import allowance, ledger
from outreach.review.ledger import Line
from outreach.review.models import APPROVED, DRAFT, LOCKED, SENT, TO_MEND, Allowance, Sheet, SheetStep

FROM: Final = {SENT: (DRAFT, TO_MEND), APPROVED: (SENT,), TO_MEND: (SENT, APPROVED), LOCKED: (APPROVED,)}


class Refused(Exception):
    """The step was not taken; the subclass is the reason."""


class NotNow(Refused):
    """The sheet is in another state meanwhile, or its month is not over."""


class Changed(Refused):
    """It is not what was shown any more."""


class NotYours(Refused):
    """Somebody else decides about this sheet."""


class LaterFrozen(Refused):
    """A later month is approved already and may count what belongs here: that one is to be sent back first."""


class FoundWrong(Refused):
    """Visits on it were found otherwise than noted and are not corrected: whoever approves must say that they know."""


def may_send(by: Account, account: Account, village: Area) -> bool:
    """One's own sheet; or, as leader or official, that of somebody who cannot: suspended, or gone from the group."""
    if by.id == account.id:
        return True
    gone = not account.is_active or account.area_id != village.id
    return gone and by.role in (LEADER, OFFICIAL) and access.sees(by, village)


def may_decide(by: Account, account: Account, village: Area) -> bool:
    """A leader about volunteers, an official about everybody of the commune's groups; never one's own."""
    if by.id == account.id or not access.sees(by, village):
        return False
    return by.role == OFFICIAL or (by.role == LEADER and account.role == VOLUNTEER)


def ripe(month: date) -> bool:
    """Whether a month may be sent: from its last day on."""
    return clock.today() >= months.last_day(month)


def send(
    s: Session, account: Account, village: Area, month: date, by: Account, word: str = "", shown: str | None = None
) -> Sheet:
    """Hand in a month, also one in which nothing was done: that says zero. Raises Refused."""
    if not may_send(by, account, village):
        raise NotYours
    if not ripe(month):
        raise NotNow
    sheet = _begun(s, account, village, month)
    _as_shown(s, sheet, SENT, shown)
    _step(s, sheet, SENT, by, word)
    finding.look_at(s, [account.id], clock.today())  # whoever decides sees at once what is asked about
    return sheet


def approve(
    s: Session, sheet: Sheet, by: Account, word: str = "", shown: str | None = None, *, anyway: bool = False
) -> None:
    """Freeze the sheet as it stands now; `anyway`: with visits that were found wrong, too. Raises Refused."""
    _hold(s, sheet)
    _decides(sheet, by)
    if sheet.state == SENT and _sender(sheet) == by.id:
        raise NotYours
    finding.look_at(s, [sheet.account_id], clock.today())
    line = _as_shown(s, sheet, APPROVED, shown)
    if not anyway and checks.found_wrong(s, (id for ids in line.figures.rows.values() for id in ids)):
        raise FoundWrong
    _step(s, sheet, APPROVED, by, word)
    rule = allowance.holding(allowance.rules(s, sheet.village.parent_id or 0), sheet.month)
    sheet.totals = _group_of(sheet) | as_approved(line, rule)
    sheet.frozen_at = clock.now()


def give_back(s: Session, sheet: Sheet, by: Account, word: str, shown: str | None = None) -> None:
    """Send it back to be mended, with a word; an approved one thaws. Raises Refused."""
    _hold(s, sheet)
    _decides(sheet, by)
    later = select(Sheet.id).where(
        Sheet.account_id == sheet.account_id, Sheet.month > sheet.month, Sheet.frozen_at.is_not(None)
    )
    if sheet.frozen_at is not None and s.scalars(later.limit(1)).first() is not None:
        raise LaterFrozen
    _as_shown(s, sheet, TO_MEND, shown)
    _step(s, sheet, TO_MEND, by, word)
    sheet.totals, sheet.frozen_at = _group_of(sheet), None


def lock(s: Session, villages: Sequence[Area], month: date, by: Account, shown: str | None = None) -> int:
    """Close the approved sheets of a month; how many. What is missing stays open, to be sent and locked later.

    `shown` is the seal of those that the page showed. Raises Refused.
    """
    if by.role != OFFICIAL or not all(access.sees(by, village) for village in villages):
        raise NotYours
    approved = select(Sheet).where(
        Sheet.village_id.in_([v.id for v in villages]), Sheet.month == month, Sheet.state == APPROVED
    )
    ready = s.scalars(approved.order_by(Sheet.id).with_for_update(of=Sheet)).all()
    if shown not in (None, seal(ready)):
        raise Changed
    for sheet in ready:
        _step(s, sheet, LOCKED, by, "")
    return len(ready)


def seal(approved: Iterable[Sheet]) -> str:
    """A mark of approved sheets, as they were approved."""
    return receipts.mark((str(sheet.id), sheet.frozen_at) for sheet in approved)


def as_approved(line: Line, rule: Allowance | None) -> dict[str, Any]:
    """What an approved sheet keeps: figures, amount, whose it is, the rule and what it paid for which month."""
    paid = {f"{month:%Y-%m}": dong for month, dong in line.pay.by_month.items()}
    told = {"amount": line.amount, "rule": rule.id if rule else None, "paid": paid, "name": line.account.name}
    return line.figures.totals() | told


def line_of(s: Session, sheet: Sheet) -> Line:
    """What a sheet counts."""
    lines = ledger.of_person(s, sheet.account, [sheet.month])
    return next(one for one in lines if one.village.id == sheet.village_id)


def _begun(s: Session, account: Account, village: Area, month: date) -> Sheet:
    """The sheet's row, made when it is first sent; two senders at once have one."""
    make = pg_insert if s.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {"account_id": account.id, "village_id": village.id, "month": month, "state": DRAFT, "totals": {},
           "made_at": clock.now()}  # fmt: skip
    s.execute(make(Sheet).values(row).on_conflict_do_nothing(index_elements=["account_id", "month", "village_id"]))
    mine = select(Sheet).where(
        Sheet.account_id == account.id, Sheet.village_id == village.id, Sheet.month == month
    )  # fmt: skip
    return s.scalars(mine.with_for_update(of=Sheet).execution_options(populate_existing=True)).one()


def _hold(s: Session, sheet: Sheet) -> None:
    """Read it anew and keep others waiting, so that two who decide are two in a row."""
    s.flush()
    s.refresh(sheet, with_for_update={"of": Sheet})
    s.expire(sheet, ["steps"])


def _group_of(sheet: Sheet) -> dict[str, Any]:
    """What a sheet says of the group it was worked for, where that is no more."""
    return {key: told for key, told in sheet.totals.items() if key == "group"}


def _decides(sheet: Sheet, by: Account) -> None:
    if not may_decide(by, sheet.account, sheet.village):
        raise NotYours


def _sender(sheet: Sheet) -> int | None:
    return next((step.by_id for step in reversed(sheet.steps) if step.new == SENT), None)


def _as_shown(s: Session, sheet: Sheet, new: str, shown: str | None) -> Line:
    """What the sheet counts, if it is what was shown to whoever takes this step."""
    _open_to(sheet, new)
    line = line_of(s, sheet)
    if shown not in (None, line.mark):
        raise Changed
    return line


def _open_to(sheet: Sheet, new: str) -> None:
    if sheet.state not in FROM[new]:
        raise NotNow


def _step(s: Session, sheet: Sheet, new: str, by: Account, word: str) -> None:
    _open_to(sheet, new)
    s.add(SheetStep(sheet_id=sheet.id, old=sheet.state, new=new, at=clock.now(), by_id=by.id, word=word))
    sheet.state = new
    audit.record(
        s, f"sheet.{new}", "sheet", sheet.id, area_id=sheet.village_id, actor_id=by.id, month=f"{sheet.month:%Y-%m}"
    )
    s.flush()
    s.expire(sheet, ["steps"])
