"""What became of the demo's visit log: an allowance rule, two months of sheets, questions, a lot being checked."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select, update

from outreach import clock
from outreach.accounts.models import LEADER, OFFICIAL, Account
from outreach.areas.models import Area
from outreach.checks import checking, finding, months
from outreach.checks.models import DIFFERENT, RIGHT, TRUE, UNREACHED, Doubt, Sample
from outreach.demo.theatre import Theatre
from outreach.households.models import Household
from outreach.review import allowance, sheets, summing
from outreach.review.allowance import Terms
from outreach.review.ledger import Line
from outreach.review.models import (
    APPROVED,
    DRAFT,
    LOCKED,
    SENT,
    TO_MEND,
    Allowance,
    Sheet,
    SheetStep,
)
from outreach.visits import correcting
from outreach.visits.models import MET, NOBODY, Visit

BASIS: Final = "Mức mẫu để xem thử, không phải văn bản thật"
AMOUNTS: Final = {"group_month": 300_000, "per_day": 50_000}
PATHS: Final = {  # the ways a sheet may have gone by now, with the words that were said
    LOCKED: ((SENT, ""), (APPROVED, ""), (LOCKED, "")),
    APPROVED: ((SENT, ""), (APPROVED, "")),
    TO_MEND: ((SENT, ""), (TO_MEND, "Xem lại ngày 12, ghi trùng một nhà.")),
    SENT: ((SENT, ""),),
}
LAST_MONTH: Final = (APPROVED, APPROVED, SENT, SENT, SENT, TO_MEND, DRAFT)  # drawn from for each sheet
MISSING_IN: Final = 7  # every seventh group has not reported the month before, but for one of them
ODD = 4  # groups in which something is worth a question
NOTE: Final = "Đã hướng dẫn cả nhà đăng nhập và tra cứu hồ sơ."
CORRECTED, SETTLED, CHECKED = 3, 4, 40  # visits taken back; questions settled; checks noted, of a hundred


def look_back(theatre: Theatre, commune: Area, villages: Sequence[Area]) -> None:
    """Everything, for visits that are there already."""
    s, dice = theatre.s, random.Random(commune.code)
    official = s.scalars(select(Account).where(Account.role == OFFICIAL, Account.area_id == commune.id)).one()
    last = months.before(theatre.today.replace(day=1))
    before = months.before(last)
    rule = allowance.set_rule(s, commune, official, Terms(from_month=before, basis=BASIS, **AMOUNTS))
    rule.set_at = _at(before, 1)
    _first_meetings(theatre)
    _correct(theatre)
    for village in villages[:ODD]:
        _slip(theatre, village, last)
    for month in (before, last):
        for line in summing.book(s, commune, month).lines:
            state = _state(dice, line, villages, locked=month == before)
            if state is not None:
                _sheet(theatre, line, state, official, rule)
    finding.look(s, commune, theatre.today)
    _settle(theatre, dice)
    for month in (before, last):
        checking.draw(s, commune, month)
    _check(theatre, dice, official)


def _at(month: date, day: int) -> datetime:
    """Five in the afternoon of a day after a month ended, but never later than now."""
    ended = datetime.combine(months.last_day(month), time(17), clock.place())
    return min(ended + timedelta(days=day), clock.now())


def _state(dice: random.Random, line: Line, villages: Sequence[Area], *, locked: bool) -> str | None:
    """How far a sheet is; None where nothing was handed in."""
    if not locked:
        state = dice.choice(LAST_MONTH)
        return None if state == DRAFT else state
    number = [village.id for village in villages].index(line.village.id)
    return None if number % MISSING_IN == 3 and line.account.role == LEADER else LOCKED


def _sheet(theatre: Theatre, line: Line, state: str, official: Account, rule: Allowance) -> None:
    """A sheet with the steps it took."""
    approver = official if line.account.role == LEADER else theatre.groups[line.village.id][0]
    sheet = Sheet(account_id=line.account.id, village_id=line.village.id, month=line.month, state=state, totals={},
                  made_at=_at(line.month, 1))  # fmt: skip
    old = DRAFT
    for day, (new, word) in enumerate(PATHS[state], 1):
        by = {SENT: line.account, LOCKED: official}.get(new, approver)
        sheet.steps.append(SheetStep(old=old, new=new, at=_at(line.month, 2 * day), by_id=by.id, word=word))
        old = new
    if state in (APPROVED, LOCKED):
        sheet.frozen_at = _at(line.month, 4)
        sheet.totals = sheets.as_approved(line, rule)
    theatre.s.add(sheet)


def _first_meetings(theatre: Theatre) -> None:
    """The stories know on which day a family was first met; its visits know the hour."""
    first = select(func.min(Visit.at)).where(Visit.household_id == Household.id, Visit.outcome.in_(MET))
    met = update(Household).where(Household.visited_at.is_not(None))
    at = func.coalesce(first.scalar_subquery(), Household.visited_at)
    theatre.s.execute(met.values(visited_at=at).execution_options(synchronize_session=False))
    theatre.s.expire_all()


def _correct(theatre: Theatre) -> None:
    """A few closed doors of this month had been noted at the wrong house."""
    wrong = select(Visit).where(Visit.outcome == NOBODY, Visit.at >= months.bounds(theatre.today.replace(day=1))[0])
    for visit in theatre.s.scalars(wrong.order_by(Visit.id).limit(CORRECTED)).all():
        correcting.correct(theatre.s, visit, visit.by, "Ghi nhầm sang nhà bên cạnh.")


def _slip(theatre: Theatre, village: Area, month: date) -> None:
    """A volunteer noted a visit at ten to eleven at night, and the same words at three houses of one week."""
    start, end = months.bounds(month)
    volunteer = theatre.groups[village.id][1]
    mine = select(Visit).where(Visit.by_id == volunteer.id, Visit.at >= start, Visit.at < end)
    visits = theatre.s.scalars(mine.order_by(Visit.at, Visit.id).limit(4)).all()
    for visit in visits[:3]:
        visit.note = NOTE
    for visit in visits[3:]:
        late = clock.local(visit.at).replace(hour=22, minute=50)
        visit.at = visit.received_at = late
    theatre.s.flush()


def _settle(theatre: Theatre, dice: random.Random) -> None:
    open_ones = theatre.s.scalars(select(Doubt).order_by(Doubt.id)).all()
    for doubt in dice.sample(open_ones, min(SETTLED, len(open_ones) // 2)):
        leader = theatre.groups[doubt.village_id][0]
        doubt.verdict, doubt.word, doubt.settled_at = RIGHT, "Đã hỏi gia đình, đúng là có đến.", clock.now()
        doubt.settled_by_id = leader.id


def _check(theatre: Theatre, dice: random.Random, official: Account) -> None:
    """Some were reached, some not, one or two were different."""
    results = [TRUE] * 30 + [UNREACHED] * 5 + [DIFFERENT]
    for sample in _drawn(theatre, dice):
        sample.result, sample.way = dice.choice(results), checking.BY_VISIT
        sample.word = "Gia đình nói đến hôm khác." if sample.result == DIFFERENT else ""
        leader = theatre.groups[sample.village_id][0]
        sample.checked_by_id = official.id if sample.visit.by_id == leader.id else leader.id
        sample.checked_at = clock.now()


def _drawn(theatre: Theatre, dice: random.Random) -> Iterator[Sample]:
    for sample in theatre.s.scalars(select(Sample).order_by(Sample.id)).all():
        if dice.randrange(100) < CHECKED:
            yield sample
