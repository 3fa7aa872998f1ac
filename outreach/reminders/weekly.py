"""Monday's messages to those who work here and want them: the week's doors, and an official's week in numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import exists, func, null, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import FIELD, LEADER, OFFICIAL, Account
from outreach.areas.models import Area
from outreach.coverage import numbers
from outreach.coverage.numbers import Counts, Row
from outreach.households.models import STAGES, Household, Tally
from outreach.reminders import people
from outreach.reminders.people import COMMUNE, VILLAGE, Asked, Due, Rows
from outreach.sms.costs import LONGEST_PREFIX
from outreach.sms.models import PLAIN, OptOut
from outreach.sms.money_queries import Going, Reader
from outreach.sms.numbers import is_wrong
from outreach.visits.models import Care, FollowUp, Visit
from outreach.visits.queries import standing

A_WEEK, A_DAY = timedelta(days=7), timedelta(days=1)
GOOD_FOR = timedelta(days=2)  # until Wednesday, where Monday is a holiday
STAFF_WISH = (
    Account.sms_since.is_not(None), Account.suspended_at.is_(None), ~exists().where(OptOut.phone == Account.phone),
    ~is_wrong(Account.phone),
)  # fmt: skip
READER = (Account.language, func.substr(Account.phone, 1, LONGEST_PREFIX))
PROMISED = (Household.closed_as.is_(None), Household.merged_into_id.is_(None), FollowUp.ended_at.is_(None))


class Week(NamedTuple):
    """A commune's week: visits, households with a proficient person, households in scope, the village to help first."""

    visits: int
    counts: Counts
    behind: int | None  # the village's id


def lists(s: Session, asked: Asked) -> Iterator[Due]:
    """How many doors a volunteer or leader is due at; who is due at none gets no message."""
    rows = _field(select(Account, VILLAGE, COMMUNE))
    for monday in _mondays(asked):
        wanted = _field(select(Account.id)).where(*_wish(monday, asked))
        for piece in people.batches(people.pieces(s, wanted, rows, Account.id)):
            doors = _doors(s, [village.id for _account, village, _commune in piece], monday + A_WEEK)
            for account, village, commune in piece:
                count = _for(account, doors[village.id])
                if count:
                    person = people.staff(account, village, commune)
                    values = {"name": person.name, "village": village.full_name, "count": str(count)}
                    yield Due(person, monday, people.evening(monday + GOOD_FOR), monday, values=values)


def lists_days(s: Session, asked: Asked) -> list[Going]:
    """For which Mondays, one for each who is due at a door by then, as far as is known today."""
    hers = or_(Account.role == LEADER, Care.account_id.is_(None), Care.account_id == Account.id)
    due = (
        _field(select(*READER, func.min(FollowUp.due_on)))
        .join(Household, Household.village_id == VILLAGE.id)
        .join(FollowUp, FollowUp.household_id == Household.id)
        .outerjoin(Care, (Care.household_id == Household.id) & Care.until.is_(None))
        .where(*PROMISED, hers)
    )
    return _days(s, asked, due)


def summaries(s: Session, asked: Asked) -> Iterator[Due]:
    """Last week in numbers, for a commune's officials; once everybody is reached, no more."""
    rows = _officials(select(Account, COMMUNE))
    for monday in _mondays(asked):
        wanted = _officials(select(Account.id)).where(*_wish(monday, asked))
        for piece in people.batches(people.pieces(s, wanted, rows, Account.id)):
            found = weeks(s, [commune.id for _account, commune in piece], monday)
            villages = _named(s, [week.behind for week in found.values() if week.behind])
            for account, commune in piece:
                week = found.get(commune.id)
                if week and week.behind:
                    person = people.staff(account, None, commune)
                    values = _numbers(week, villages[week.behind])
                    yield Due(person, monday, people.evening(monday + GOOD_FOR), monday, values=values)


def summaries_days(s: Session, asked: Asked) -> list[Going]:
    """For which Mondays, one for each official who wants the numbers."""
    return _days(s, asked, _officials(select(*READER, null())))


def weeks(s: Session, commune_ids: Sequence[int], monday: date) -> dict[int, Week]:
    """By commune: the visits of the seven days before, and how its villages stand: two queries.

    Behind is the village with the smallest share of proficient households; None where all have reached everybody.
    """
    came = _visits(s, commune_ids, monday)
    tallied: dict[int, dict[int, Counts]] = defaultdict(dict)
    stages = [getattr(Tally, stage) for stage in STAGES]
    for commune_id, village_id, *row in s.execute(
        select(Tally.commune_id, Tally.village_id, *stages).where(Tally.commune_id.in_(commune_ids))
    ):
        tallied[commune_id][village_id] = Counts(**dict(zip(STAGES, row, strict=True)))
    return {id_: _week(came[id_], villages) for id_, villages in tallied.items()}


def _week(visits: int, villages: Mapping[int, Counts]) -> Week:
    rows = [Row(village_id, counts) for village_id, counts in sorted(villages.items())]
    behind = numbers.slowest(rows, 1)
    return Week(visits, numbers.total(villages.values()), behind[0].place if behind else None)


def _numbers(week: Week, village: str) -> dict[str, str]:
    return {
        "visits": str(week.visits), "proficient": str(week.counts.proficient),
        "households": str(week.counts.in_scope), "village": village,
    }  # fmt: skip


def _visits(s: Session, commune_ids: Sequence[int], monday: date) -> Counter[int]:
    """By commune: visits in the seven days before that count, at houses of its villages."""
    rows = (
        select(VILLAGE.parent_id, func.count(Visit.id))
        .select_from(Visit)
        .join(Household, Household.id == Visit.household_id)
        .join(VILLAGE, VILLAGE.id == Household.village_id)
        .where(Visit.at >= clock.day_start(monday - A_WEEK), Visit.at < clock.day_start(monday), standing())
        .where(VILLAGE.parent_id.in_(commune_ids))
    )
    return Counter({id_: int(n) for id_, n in s.execute(rows.group_by(VILLAGE.parent_id)) if id_})


def _doors(s: Session, village_ids: Sequence[int], before: date) -> dict[int, Counter[int | None]]:
    """By village and by who looks after them (None: nobody): houses with a promise to come before that day."""
    rows = (
        select(Household.village_id, Care.account_id, func.count(Household.id.distinct()))
        .join(FollowUp, FollowUp.household_id == Household.id)
        .outerjoin(Care, (Care.household_id == Household.id) & Care.until.is_(None))
        .where(Household.village_id.in_(village_ids), *PROMISED, FollowUp.due_on < before)
        .group_by(Household.village_id, Care.account_id)
    )
    found: dict[int, Counter[int | None]] = defaultdict(Counter)
    for village_id, carer_id, n in s.execute(rows):
        found[village_id][carer_id] += int(n)
    return found


def _for(account: Account, doors: Counter[int | None]) -> int:
    """A leader answers for the whole village; a volunteer for the houses she looks after and those nobody does."""
    return doors.total() if account.role == LEADER else doors[account.id] + doors[None]


def _named(s: Session, ids: Sequence[int]) -> dict[int, str]:
    return {area.id: area.title for area in s.scalars(select(Area).where(Area.id.in_(ids)))}


def _days(s: Session, asked: Asked, query: Rows) -> list[Going]:
    """One for each who wants it and is due somewhere by the end of that week (None: always)."""
    rows = s.execute(query.where(*STAFF_WISH, asked.where(COMMUNE.id)).group_by(Account.id)).all()
    return [
        Going(monday, Reader(language, PLAIN, number))
        for monday in _mondays(asked) for language, number, due_on in rows
        if due_on is None or due_on < monday + A_WEEK
    ]  # fmt: skip


def _wish(monday: date, asked: Asked) -> tuple[Any, ...]:
    early = Account.sms_since < clock.day_start(monday + A_DAY)
    return (*STAFF_WISH, early, asked.who(Account.id), asked.where(COMMUNE.id))


def _mondays(asked: Asked) -> list[date]:
    span = ((asked.first + timedelta(days=n)) for n in range((asked.last - asked.first).days + 1))
    return [day for day in span if day.weekday() == 0]


def _field(query: Rows) -> Rows:
    here = query.select_from(Account).join(VILLAGE, VILLAGE.id == Account.area_id)
    return here.join(COMMUNE, COMMUNE.id == VILLAGE.parent_id).where(Account.role.in_(FIELD))


def _officials(query: Rows) -> Rows:
    return query.select_from(Account).join(COMMUNE, COMMUNE.id == Account.area_id).where(Account.role == OFFICIAL)
