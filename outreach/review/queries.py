"""Reading the visit log: whose sheets one may see, and the visits behind a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from outreach import clock
from outreach.accounts import access
from outreach.accounts.models import LEADER, OFFICIAL, Account, AuditEntry
from outreach.areas import queries as areas
from outreach.areas.models import Area, AreaSuccessor
from outreach.checks import months
from outreach.households.models import Household
from outreach.review import allowance, reading
from outreach.review.ledger import Line
from outreach.review.models import Allowance, Sheet
from outreach.visits.models import Correction, Visit


def person(s: Session, reader: Account, account_id: int) -> Account | None:
    """Somebody whose sheets the reader may see: oneself; for leader and official whoever works or worked there."""
    if account_id == reader.id or reader.role not in (LEADER, OFFICIAL):
        return reader if account_id == reader.id else None
    here = select(Area.id).where(areas.within(reader.area))
    worked = select(Visit.id).join(Household).where(Visit.by_id == Account.id, Household.village_id.in_(here))
    reported = exists().where(Sheet.account_id == Account.id, Sheet.village_id.in_(here))
    known = or_(Account.area_id.in_(here), reported, worked.exists())
    return s.scalars(select(Account).where(Account.id == account_id, known)).one_or_none()


@dataclass(frozen=True)
class Row:
    """A visit on a sheet. `name` of the household, or "" where the reader may not see it; `late`: it happened in a
    closed month; `back`: it was counted in a closed month and is taken back here; `first`: it counts as the first
    meeting; `new`: it came in after the sheet, which waits for approval, was sent; `taken_by`: who took it over from an
    export, "" where its author noted it here."""

    visit: Visit
    name: str
    late: bool
    back: bool
    first: bool = False
    new: bool = False
    taken_by: str = ""


def rows(s: Session, reader: Account, line: Line) -> list[Row]:
    """The visits behind a sheet, oldest first; those that are taken back stand last."""
    counted = {id for ids in line.figures.rows.values() for id in ids}
    back = {id for ids in line.figures.back_rows.values() for id in ids}
    taken = (AuditEntry.subject == "visit") & (AuditEntry.subject_id == Visit.id) & (AuditEntry.act == "visit.import")
    found = (
        select(Visit, Account.name).where(Visit.id.in_(counted | back)).outerjoin(AuditEntry, taken)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .options(joinedload(Visit.household), joinedload(Visit.place)).order_by(Visit.at, Visit.id)
    )  # fmt: skip
    takers = dict(s.execute(found).all())
    visits = list(takers)
    firsts, sent_at = set(line.figures.firsts), line.sent_at
    told = [
        Row(v, _name(reader, v), months.of(v.at) != line.month, back=False, first=v.id in firsts,
            new=sent_at is not None and v.received_at > sent_at, taken_by=takers[v] or "")
        for v in visits if v.id in counted
    ]  # fmt: skip
    return told + [Row(v, _name(reader, v), late=True, back=True) for v in visits if v.id in back]


@dataclass(frozen=True)
class Struck:
    """A visit that somebody else than its author took back or corrected. `name` as in Row."""

    visit: Visit
    correction: Correction
    name: str


def struck(s: Session, reader: Account, lines: Sequence[Line]) -> list[list[Struck]]:
    """For each of one person's sheets what others took back or corrected of its month, or of what it takes back of
    closed ones; oldest first."""
    if not lines:
        return []
    spans = [months.bounds(line.month) for line in lines]
    in_these = or_(*((Visit.at >= start) & (Visit.at < end) for start, end in spans))
    backs = [{id for ids in one.figures.back_rows.values() for id in ids} for one in lines]
    found = (
        select(Visit, Correction, reading.WORKED_FOR).join(Correction, Correction.visit_id == Visit.id)
        .join(Visit.household).options(contains_eager(Visit.household).joinedload(Household.village))
        .where(Visit.by_id == lines[0].account.id, Correction.by_id != Visit.by_id)
        .where(or_(in_these, Visit.id.in_(set().union(*backs))))
        .options(joinedload(Correction.by)).order_by(Visit.at, Visit.id)
    )  # fmt: skip
    told = [(Struck(v, correction, _name(reader, v)), village_id) for v, correction, village_id in s.execute(found)]
    return [
        [one for one, village_id in told
         if one.visit.id in back or (village_id, months.of(one.visit.at)) == (line.village.id, line.month)]
        for line, back in zip(lines, backs, strict=True)
    ]  # fmt: skip


def _name(reader: Account, visit: Visit) -> str:
    return visit.household.head_name if access.sees(reader, visit.household.village) else ""


def days(found: Sequence[Row]) -> int:
    """On how many local days these visits were made."""
    return len({clock.local(row.visit.at).date() for row in found if not row.back})


def last_closed(s: Session, commune: Area) -> Sheet | None:
    """The approved sheet of the latest month, in a commune; not those approved before there was this commune."""
    here = select(Area.id).where(areas.within(commune))
    frozen = select(Sheet).where(Sheet.village_id.in_(here), Sheet.frozen_at >= clock.day_start(commune.valid_from))
    return s.scalars(frozen.order_by(Sheet.month.desc()).limit(1)).one_or_none()


def rules_before(s: Session, commune: Area) -> Sequence[Allowance]:
    """The rules of the communes that became this one, where it has none for the months before it began."""
    month = months.before(commune.valid_from.replace(day=1))
    if allowance.holding(allowance.rules(s, commune.id), month):
        return []
    olds = s.scalars(select(AreaSuccessor.old_id).where(AreaSuccessor.new_id == commune.id)).all()
    return allowance.rules(s, *olds) if olds else []  # the newest first


def is_counted(s: Session, visit: Visit) -> bool:
    """Whether an approved sheet of its author counts this visit."""
    frozen = select(Sheet).where(Sheet.account_id == visit.by_id, Sheet.frozen_at.is_not(None))
    day = clock.local(visit.at).date().isoformat()
    return any(visit.id in one.totals["rows"].get(day, ()) for one in s.scalars(frozen))


def rule_of(s: Session, line: Line) -> Allowance | None:
    """The rule that a sheet is reckoned by: an approved one by the rule of its time."""
    if line.sheet is not None and line.sheet.frozen_at is not None:
        kept = line.sheet.totals.get("rule")
        return s.get(Allowance, kept) if kept else None
    return allowance.holding(allowance.rules(s, line.village.parent_id or 0), line.month)
