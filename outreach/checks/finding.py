"""Looking for visits worth a question: every day for each commune, and when a sheet is sent or approved.

Asked once for a visit and reason, however often one looks; what was settled is not asked again.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Select, exists, func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from outreach import clock, db
from outreach.accounts.models import FIELD, Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, Area
from outreach.checks import doubts, months
from outreach.checks.doubts import Question, Seen
from outreach.checks.models import Doubt
from outreach.households.models import PROFICIENT, Household, Member
from outreach.visits.models import MET, Visit, VisitCame
from outreach.visits.queries import standing

LOOKS_BACK = 2  # whole months before the running one: what arrived in them is looked at, missed nights are caught up
OLDEST = 13  # whole months before the running one: a phone's clock is believed for a year
PIECE = 1_000  # visits read together: a commune's three months need not be held at once
NEWLY = timedelta(days=60)  # families confirmed longer ago were asked about before
COLUMNS = (
    Visit.id, Visit.household_id, Household.village_id, Visit.at, Visit.said_at, Visit.received_at, Visit.outcome,
    Visit.note, Visit.way, Household.lat, Household.lon,
)  # fmt: skip


def communes(s: Session) -> Sequence[Area]:
    """The communes in which somebody goes from door to door, in order."""
    village = aliased(Area)
    worked = select(Account.id).join(village, village.id == Account.area_id)
    here = worked.where(Account.role.in_(FIELD), village.parent_id == Area.id)
    return s.scalars(select(Area).where(Area.kind == COMMUNE, here.exists()).order_by(Area.id)).all()


def look(s: Session, commune: Area, today: date) -> int:
    """Ask about the visits of everybody in a commune's groups; how many new questions."""
    group = select(Account.id).join(Account.area).where(areas.within(commune), Account.role.in_(FIELD))
    return look_at(s, s.scalars(group).all(), today)


def look_at(s: Session, author_ids: Collection[int], today: date) -> int:
    """Ask about what these people noted lately, of whatever day; how many new questions. The number of queries is
    fixed.
    """
    if not author_ids:
        return 0
    since, oldest = (
        clock.day_start(months.last_months(today.replace(day=1), back + 1)[0]) for back in (LOOKS_BACK, OLDEST)
    )
    rows = s.execute(
        select(Visit.by_id, *COLUMNS).join(Household, Household.id == Visit.household_id)
        .where(Visit.by_id.in_(author_ids), Visit.at >= oldest, Visit.received_at >= since, standing())
        .order_by(Visit.by_id, Visit.at, Visit.id).execution_options(yield_per=PIECE)
    )  # fmt: skip
    asked = [
        question for _author_id, told in groupby(rows, itemgetter(0))
        for question in doubts.questions([Seen(*row) for _author_id, *row in told])
    ]  # fmt: skip
    asked += _never_seen_by_another(s, author_ids, today)
    return _ask(s, asked)


def _never_seen_by_another(s: Session, author_ids: Collection[int], today: date) -> Iterator[Question]:
    """Families confirmed a month ago or more, to whom only one person ever came; asked about the first visit there.

    Some of them show what the rest is like, so that no leader faces a wall: a few at a time for each author.
    """
    rows = select(Visit.by_id, Doubt.visit_id, Doubt.verdict).join(Visit, Visit.id == Doubt.visit_id)
    rows = rows.where(Visit.by_id.in_(author_ids), Doubt.reason == doubts.ONE_AUTHOR)
    known, open_ones = set(), Counter[int]()
    for author_id, visit_id, verdict in s.execute(rows):
        known.add(visit_id)
        open_ones[author_id] += verdict is None
    for author_id, visit_id, count in s.execute(_seen_by_one(author_ids, today)):
        if visit_id not in known and open_ones[author_id] < doubts.AT_A_TIME:
            open_ones[author_id] += 1
            yield Question(visit_id, doubts.ONE_AUTHOR, {"count": count})


def _seen_by_one(author_ids: Collection[int], today: date) -> Select[int, int, int]:
    """Author, first visit and number of visits, of each confirmed family that only this author ever met."""
    other, accompanied = aliased(Visit), aliased(Visit)
    until = today - doubts.SECOND_VISIT
    confirmed = select(Member.household_id).where(
        Member.proficient_since <= until, Member.proficient_since > until - NEWLY, Member.left_on.is_(None)
    )
    second = exists().where(other.household_id == Visit.household_id, other.by_id != Visit.by_id,
                            other.outcome.in_(MET), standing(other))  # fmt: skip
    together = exists().where(accompanied.household_id == Visit.household_id, VisitCame.visit_id == accompanied.id,
                              accompanied.outcome.in_(MET), standing(accompanied))  # fmt: skip
    return (
        select(Visit.by_id, func.min(Visit.id), func.count())
        .join(Household, Household.id == Visit.household_id)
        .where(Visit.by_id.in_(author_ids), Visit.household_id.in_(confirmed), Household.stage == PROFICIENT)
        .where(Visit.outcome.in_(MET), standing(), ~second, ~together)
        .group_by(Visit.household_id, Visit.by_id)
        .order_by(Visit.household_id)
    )


def _ask(s: Session, asked: Sequence[Question]) -> int:
    """Write the questions that nobody has asked yet."""
    known = set(s.execute(
        select(Doubt.visit_id, Doubt.reason).where(db.among(s, Doubt.visit_id, {q.visit_id for q in asked}))
    ).all()) if asked else set()  # fmt: skip
    new = {(q.visit_id, q.reason): q for q in asked if (q.visit_id, q.reason) not in known}
    if not new:
        return 0
    visit_ids = {visit_id for visit_id, _reason in new}
    where = select(Visit.id, Household.village_id).join(Household).where(db.among(s, Visit.id, visit_ids))
    places = dict(s.execute(where).all())
    make = pg_insert if s.get_bind().dialect.name == "postgresql" else sqlite_insert
    rows = [
        {"visit_id": q.visit_id, "village_id": places[q.visit_id], "reason": q.reason, "facts": q.facts,
         "found_at": clock.now(), "word": ""}
        for q in new.values()
    ]  # fmt: skip
    s.execute(make(Doubt).on_conflict_do_nothing(index_elements=["visit_id", "reason"]), rows)
    return len(rows)
