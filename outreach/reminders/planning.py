"""Putting reminders in the outbox: every rule's planner, again and again all day long.

Each run puts what is due and not there yet, brings words up to date, and takes back what waits but is no longer due: a
rule was switched off, a yes withdrawn, a lesson taken up again. A message that was tried is never planned twice, for
its key is its recipient, purpose, matter and day.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import Area
from outreach.households.models import Household, Member
from outreach.lib import phones
from outreach.reminders import classes, due_dates, lessons, people, rules, weekly, welcome
from outreach.reminders.people import Asked, Due
from outreach.sms import outbox
from outreach.sms.models import Sms
from outreach.sms.money_queries import Going, Reader
from outreach.sms.obstacles import LOOK_AGAIN, Obstacle
from outreach.sms.outbox import Notice
from outreach.sms.purposes import (
    CLASS,
    DUE_DATE,
    FOLLOW_UP,
    LESSON_STOPPED,
    NEXT_LESSON,
    RESULT_READY,
    WEEK_LIST,
    WEEK_SUMMARY,
    WELCOME,
)
from outreach.visits import reminders as visits
from outreach.visits.reminders import OfCommune

A_MONTH = 30  # days

log = logging.getLogger(__name__)


class Planner(NamedTuple):
    """Who is due (`find`), how many on which days (`days`), and how many days late a message may still be planned."""

    find: Callable[[Session, Asked], Iterator[Due]]
    days: Callable[[Session, Asked], list[Going]]
    late: int


class Expected(NamedTuple):
    """How many messages go today, and to whom in a month: the coming one where days are known ahead, else the last."""

    today: int
    readers: Mapping[Reader, int]

    @property
    def month(self) -> int:
        """How many in the month."""
        return sum(self.readers.values())


PLANNERS: Mapping[str, Planner] = {
    DUE_DATE: Planner(due_dates.papers, due_dates.papers_days, due_dates.LONG_BEFORE - due_dates.HALF_WAY),
    RESULT_READY: Planner(due_dates.results, due_dates.results_days, due_dates.RESULT_GOOD_FOR.days),
    CLASS: Planner(classes.find, classes.days, 1),
    LESSON_STOPPED: Planner(lessons.stopped, lessons.stopped_days, lessons.GOOD_FOR.days),
    NEXT_LESSON: Planner(lessons.following, lessons.following_days, lessons.GOOD_FOR.days),
    WELCOME: Planner(welcome.find, welcome.days, welcome.GOOD_FOR.days),
    WEEK_LIST: Planner(weekly.lists, weekly.lists_days, weekly.GOOD_FOR.days),
    WEEK_SUMMARY: Planner(weekly.summaries, weekly.summaries_days, weekly.GOOD_FOR.days),
}
KNOWN_AHEAD = (FOLLOW_UP, DUE_DATE, CLASS, WEEK_LIST, WEEK_SUMMARY)


def plan(s: Session, today: date, support_phone: str = "") -> int:
    """Plan every rule for today; how many messages stand in the outbox for it. May run any number of times.

    `support_phone` is named where a village has no leader to call. A worker plans rule by rule (`plan_one`), each in a
    transaction of its own, so that nobody waits long for the database.
    """
    return sum(plan_one(s, purpose, today, support_phone) for purpose in rules.RULES)


def plan_one(s: Session, purpose: str, today: date, support_phone: str = "") -> int:
    """Plan one rule for today, in all communes that have it on; how many messages stand."""
    planned = outbox.put_many(s, _notices(s, purpose, today, support_phone))
    outbox.take_back_others(s, purpose, planned.keys)
    return len(planned.keys)


def unwanted(s: Session, messages: Sequence[Sms], support_phone: str = "") -> Mapping[int, Obstacle]:
    """Of these messages those that would not be planned now, to this number and in these words, by id.

    Asked right before they go. Whoever plans reads first and writes then: what ends in between (a rule, a class, a yes,
    a promise that is kept) finds nothing to take back. Where a planner breaks, its messages wait until it works.
    """
    by_purpose: dict[str, list[Sms]] = defaultdict(list)
    for sms in messages:
        by_purpose[sms.purpose].append(sms)
    found: dict[int, Obstacle] = {}
    for purpose, ones in by_purpose.items():
        found |= _unwanted(s, purpose, ones, support_phone)
    return found


def _unwanted(s: Session, purpose: str, ones: Sequence[Sms], support_phone: str) -> Mapping[int, Obstacle]:
    only = [int(sms.recipient.partition(":")[2]) for sms in ones]
    try:
        with s.begin_nested():
            due = outbox.worded(s, _notices(s, purpose, clock.today(), support_phone, only))
    except Exception:
        log.exception("nobody knows which reminders of %s are still due; they wait", purpose)
        return dict.fromkeys((sms.id for sms in ones), Obstacle("", clock.now() + LOOK_AGAIN))
    stale = (sms for sms in ones if not _as_due(sms, *due.get(sms.key, ("", ""))))
    return dict.fromkeys((sms.id for sms in stale), Obstacle(outbox.NO_LONGER_DUE, None))


def _as_due(sms: Sms, to: str, body: str) -> bool:
    tried = sms.attempts > 1  # its words stay as they are
    return to == sms.to and (tried or body == sms.body)


def expected(s: Session, commune: Area, purpose: str, today: date) -> Expected:
    """How many messages a rule means in a commune, switched on or not. One query."""
    ahead = timedelta(days=A_MONTH - 1) if purpose in KNOWN_AHEAD else timedelta(0)
    back = timedelta(days=A_MONTH - 1) - ahead
    asked = Asked(lambda commune_id: commune_id == commune.id, today - back, today + ahead)
    going = visits.days(s, asked.where, asked.first, asked.last) if purpose == FOLLOW_UP else (
        PLANNERS[purpose].days(s, asked)
    )  # fmt: skip
    readers: Counter[Reader] = Counter()
    for one in going:
        readers[one.reader] += one.many
    return Expected(sum(one.many for one in going if one.on == today), readers)


def _notices(
    s: Session, purpose: str, today: date, support_phone: str, only: Collection[int] | None = None
) -> Iterator[Notice]:
    """`only`: of these members or accounts alone."""
    where = rules.switched_on(purpose)
    if purpose == FOLLOW_UP:
        yield from visits.notices(s, today, support_phone, where if only is None else _at_home(where, only))
        return
    planner, since = PLANNERS[purpose], rules.since(s, purpose)
    if not since:  # no commune has it on
        return
    asked = Asked(where, today - timedelta(days=planner.late), today, only)
    for piece in people.batches(planner.find(s, asked)):
        leaders = visits.leaders(s, {due.person.village.id for due in piece if due.person.village})
        for due in piece:
            call = leaders.get(due.person.village.id) if due.person.village else None
            if purpose == CLASS or due.on >= since.get(due.person.commune.id, date.min):
                yield from _notice(purpose, due, call.phone if call else support_phone)


def _at_home(where: OfCommune, members: Collection[int]) -> OfCommune:
    """The same communes, and there the households of these members alone."""
    homes = select(Member.household_id).where(Member.id.in_(members))
    return lambda commune_id: and_(where(commune_id), Household.id.in_(homes))


def _notice(purpose: str, due: Due, call: str) -> Iterator[Notice]:
    """Nothing where there is no number that one could call to say "no more"."""
    who = due.person
    try:
        spoken = visits.spoken(call)
    except phones.BadPhone:
        log.error("%s for %s: no number to call", purpose, who.recipient)
        return
    yield Notice(
        recipient=who.recipient, to=who.to, area_id=who.commune.id, purpose=purpose, due_on=due.on,
        due_at=people.morning(due.on), not_after=due.until, language=who.language, form=who.form, about=due.about,
        values={**due.values, "commune": who.commune.title, "phone": spoken},
        why={"rule": purpose, "on": due.speaks_of.isoformat()},
    )  # fmt: skip
