"""Stages follow from facts, and the village's tally follows from stages, whatever happens in whatever order."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import count
from threading import Barrier

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.coverage import recounting
from outreach.households import ambassadors, merging, registering, stages
from outreach.households.facts import stage_of
from outreach.households.models import (
    CLOSED,
    HAS_AMBASSADOR,
    LEARNING,
    NOT_REACHED,
    PROFICIENT,
    REFUSED,
    STAGES,
    VACANT,
    VISITED,
    Household,
    StageChange,
    Tally,
    TallyDay,
)
from tests import world

NOTHING = {"closed_as": None, "proficient": False, "ambassador": False, "learning": False, "visited": False}


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({}, NOT_REACHED),
        ({"visited": True}, VISITED),
        ({"ambassador": True}, HAS_AMBASSADOR),
        ({"ambassador": True, "visited": True}, HAS_AMBASSADOR),
        ({"ambassador": True, "learning": True}, LEARNING),
        ({"learning": True}, NOT_REACHED),
        ({"proficient": True}, PROFICIENT),
        ({"proficient": True, "ambassador": True, "learning": True}, PROFICIENT),
        ({"proficient": True, "closed_as": REFUSED}, REFUSED),
        ({"visited": True, "closed_as": VACANT}, VACANT),
    ],
)
def test_a_stage_follows_from_the_facts(facts, stage):
    assert stage_of(**(NOTHING | facts)) == stage


def changes(s, house):
    rows = s.scalars(select(StageChange).where(StageChange.household_id == house.id).order_by(StageChange.id))
    return [(row.old, row.new) for row in rows]


def counted(table_rows):
    return {
        (row.village_id, stage): getattr(row, stage) for row in table_rows for stage in STAGES if getattr(row, stage)
    }


def by_hand(s):
    """The count as somebody with the list in hand would make it."""
    living = select(Household.village_id, Household.stage).where(Household.merged_into_id.is_(None))
    return dict(Counter((village, stage) for village, stage in s.execute(living)))


def tally(s):
    return counted(s.scalars(select(Tally).execution_options(populate_existing=True)))


def movements(s):
    sums = select(TallyDay.village_id, *(func.sum(getattr(TallyDay, stage)).label(stage) for stage in STAGES))
    return counted(s.execute(sums.group_by(TallyDay.village_id)))


def test_meeting_somebody_moves_a_household_up_and_the_tally_with_it(s, w):
    stages.met(s, w.tams_house, clock.now(), w.lan.id)
    assert w.tams_house.stage == VISITED
    assert changes(s, w.tams_house) == [(None, NOT_REACHED), (NOT_REACHED, VISITED)]
    assert tally(s)[(w.dong.id, VISITED)] == 1
    assert tally(s)[(w.dong.id, NOT_REACHED)] == 1


def test_the_first_meeting_counts_even_when_it_arrives_last(s, w):
    now = clock.now()
    stages.met(s, w.tams_house, now, w.lan.id)
    stages.met(s, w.tams_house, now - timedelta(days=3), w.minh.id)
    stages.met(s, w.tams_house, now + timedelta(days=3), w.minh.id)
    assert w.tams_house.visited_at == now - timedelta(days=3)
    assert len(changes(s, w.tams_house)) == 2


def test_learning_counts_only_for_the_ambassador(s, w):
    stages.learning(s, w.sen, clock.today())
    assert w.sens_house.stage == NOT_REACHED
    ambassadors.appoint(s, w.sens_house, w.sen, w.lan)
    assert w.sens_house.stage == LEARNING


def test_learning_begins_once(s, w):
    stages.learning(s, w.hanh, date(2026, 1, 5))
    stages.learning(s, w.hanh, date(2026, 2, 5))
    assert w.hanh.learning_since == date(2026, 1, 5)


def test_anybody_proficient_makes_the_household_proficient_until_it_is_undone(s, w):
    ambassadors.appoint(s, w.sens_house, w.sen, w.lan)
    stages.proficient(s, w.hanh, clock.today(), w.dung.id)
    assert w.sens_house.stage == PROFICIENT
    stages.proficient(s, w.hanh, None, w.dung.id)
    assert w.sens_house.stage == HAS_AMBASSADOR
    assert tally(s) == by_hand(s)


def test_a_closed_household_leaves_the_ladder_and_comes_back_to_where_it_stood(s, w):
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    stages.close(s, w.sens_house, REFUSED, w.lan.id, "The family said no")
    assert w.sens_house.stage == REFUSED
    assert tally(s)[(w.dong.id, REFUSED)] == 1
    stages.reopen(s, w.sens_house, w.lan.id, "They asked for it")
    assert w.sens_house.stage == HAS_AMBASSADOR
    last = s.scalars(select(StageChange).order_by(StageChange.id.desc())).first()
    assert (last.reason, last.by_id, last.on) == ("They asked for it", w.lan.id, clock.today())


def test_a_household_is_closed_only_as_something_known(s, w):
    with pytest.raises(ValueError, match="sold"):
        stages.close(s, w.sens_house, "sold", w.lan.id, "")


def test_nothing_is_written_when_nothing_changes(s, w):
    before = changes(s, w.sens_house)
    stages.restage(s, w.sens_house, w.lan.id)
    assert changes(s, w.sens_house) == before


def test_a_change_late_in_the_evening_belongs_to_the_local_day(s, w):
    with time_machine.travel("2026-11-20T23:30:00+07:00", tick=False):
        stages.met(s, w.tams_house, clock.now(), w.lan.id)
    days = s.scalars(select(TallyDay).where(TallyDay.village_id == w.dong.id, TallyDay.visited == 1)).all()
    assert [day.on for day in days] == [date(2026, 11, 20)]


def test_a_merged_household_is_counted_no_more_whatever_still_arrives_for_it(s, w):
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    stages.met(s, w.tams_house, clock.now(), w.lan.id)
    assert tally(s) == by_hand(s)
    assert changes(s, w.tams_house)[-1] == (NOT_REACHED, None)


def test_households_that_move_take_their_counts_along(s, w):
    stages.met(s, w.tams_house, clock.now(), w.lan.id)
    assert stages.move(s, w.dong.id, w.ha.id, [w.tams_house.id]) == 1
    assert w.tams_house.village_id == w.ha.id
    assert tally(s) == by_hand(s)
    assert stages.move(s, w.dong.id, w.doai.id) == 1
    assert tally(s) == by_hand(s)
    assert recounting.differing(s) == []


def test_a_history_with_its_own_dates_is_counted_on_those_days(s, w):
    house = Household(
        village=w.ha,
        head_name="Mai Thị Na",
        folded="mai thi na",
        sort_key="na",
        stage=VISITED,
        visited_at=clock.now(),
        created_at=clock.now(),
    )
    s.add(house)
    s.flush()
    steps = [(None, NOT_REACHED, date(2026, 9, 1)), (NOT_REACHED, VISITED, date(2026, 9, 8))]
    history = [
        {
            "household_id": house.id,
            "village_id": w.ha.id,
            "old": old,
            "new": new,
            "at": clock.day_start(day),
            "on": day,
            "by_id": w.quy.id,
            "reason": "",
        }
        for old, new, day in steps
    ]
    stages.replay(s, history)
    assert tally(s) == by_hand(s) == movements(s)
    day = s.get(TallyDay, (w.ha.id, date(2026, 9, 8)))
    assert (day.not_reached, day.visited) == (-1, 1)
    assert changes(s, house) == [(None, NOT_REACHED), (NOT_REACHED, VISITED)]


def test_the_recount_finds_a_tally_that_is_wrong_and_one_that_is_missing(s, w):
    assert recounting.differing(s) == []
    s.get(Tally, w.dong.id).visited += 1
    s.delete(s.get(Tally, w.ha.id))
    s.flush()
    assert recounting.differing(s) == sorted([w.dong.id, w.ha.id])


def test_a_tally_knows_its_commune_and_province(s, w):
    row = s.get(Tally, w.doai.id)
    assert (row.commune_id, row.province_id) == (w.tan_hung.id, w.hung_yen.id)


ACTS = (
    "add",
    "met",
    "appoint",
    "end",
    "learn",
    "proficient",
    "undo",
    "leave",
    "come_back",
    "close",
    "reopen",
    "merge",
    "night",
)
STORIES = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 7), st.integers(0, 7)), max_size=25)


class Story:
    """Lets things happen to the households of the cast, in any order."""

    def __init__(self, s, w, traveller):
        self.s, self.w, self.traveller = s, w, traveller
        self.villages = [w.dong, w.doai, w.ha]
        self.houses = [w.sens_house, w.tams_house, w.paos_house, w.xas_house]
        for house in (w.paos_house, w.xas_house):
            world.member(s, house, house.head_name, 1970, "head")

    def tell(self, act, which, other):
        house = self.houses[which % len(self.houses)]
        people = [m for m in house.members if m.left_on is None]
        person = people[other % len(people)] if people else None
        getattr(self, act)(house, person, other)

    def add(self, house, person, other):
        made = world.household(self.s, self.villages[other % 3], f"Nguyễn Văn {len(self.houses)}")
        world.member(self.s, made, made.head_name, 1980, "head")
        self.houses.append(made)

    def met(self, house, person, other):
        stages.met(self.s, house, clock.now(), self.w.lan.id)

    def appoint(self, house, person, other):
        if person:
            ambassadors.appoint(self.s, house, person, self.w.lan)

    def end(self, house, person, other):
        ambassadors.end(self.s, house, self.w.lan, "no time")

    def learn(self, house, person, other):
        if person:
            stages.learning(self.s, person, clock.today())

    def proficient(self, house, person, other):
        if person:
            stages.proficient(self.s, person, clock.today(), self.w.dung.id)

    def undo(self, house, person, other):
        if person:
            stages.proficient(self.s, person, None, self.w.dung.id)

    def leave(self, house, person, other):
        if person:
            registering.left(self.s, person, clock.today(), self.w.lan)

    def come_back(self, house, person, other):
        gone = [m for m in house.members if m.left_on is not None]
        if gone:
            registering.returned(self.s, gone[0], self.w.lan)

    def close(self, house, person, other):
        stages.close(self.s, house, CLOSED[other % 3], self.w.lan.id, "a reason")

    def reopen(self, house, person, other):
        stages.reopen(self.s, house, self.w.lan.id, "a reason")

    def merge(self, house, person, other):
        second = self.houses[other % len(self.houses)]
        if second is not house and len(self.houses) > 2:
            merging.merge(self.s, house, second, self.w.cuc)
            self.houses.remove(second)

    def night(self, house, person, other):
        self.traveller.shift(timedelta(days=1))


@settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(story=STORIES)
def test_whatever_happens_the_tally_equals_the_list(s, w, story):
    kept = s.begin_nested()
    with time_machine.travel("2026-11-20T08:00:00+07:00", tick=False) as traveller:
        teller = Story(s, w, traveller)
        for step in story:
            teller.tell(*step)
    assert tally(s) == by_hand(s) == movements(s)
    assert recounting.differing(s) == []
    for house in teller.houses:
        steps = changes(s, house)
        assert steps[-1][1] == house.stage
        assert [new for _, new in steps[:-1]] == [old for old, _ in steps[1:]]
    kept.rollback()
    s.expire_all()


def at_once(*deeds):
    """Start every deed at the same moment, each in a thread of its own."""
    barrier = Barrier(len(deeds))

    def run(deed):
        barrier.wait(timeout=30)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, deed) for deed in deeds]]


def test_at_the_stroke_of_midnight_history_and_tally_are_of_one_day(s, w, monkeypatch):
    moments = count(datetime(2026, 11, 20, 16, 59, 59, 999_998, tzinfo=UTC).timestamp() * 1e6)
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(next(moments) / 1e6, UTC))
    before = set(s.scalars(select(StageChange.id)))
    stages.met(s, w.tams_house, datetime(2026, 11, 20, 5, tzinfo=UTC), w.lan.id)
    monkeypatch.undo()
    change = s.scalars(select(StageChange).where(StageChange.id.not_in(before))).one()
    assert change.on == clock.local(change.at).date()
    assert s.get_one(TallyDay, (w.dong.id, change.on)).visited == 1


@pytest.mark.real_db
def test_two_phones_at_once_both_count(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        lan, houses = w.lan.id, [world.household(s, w.dong, f"Nguyễn Văn {n}").id for n in range(12)]
        s.commit()

    def meets(ids):
        def deed():
            for house_id in ids:
                with db.transaction(real_db) as s:
                    stages.met(s, s.get_one(Household, house_id), clock.now(), lan)

        return deed

    at_once(meets(houses[:8]), meets(list(reversed(houses[4:]))))
    with Session(real_db) as s:
        assert tally(s) == by_hand(s) == movements(s)
        assert [changes(s, s.get_one(Household, h)) for h in houses] == [
            [(None, NOT_REACHED), (NOT_REACHED, VISITED)]
        ] * 12


@pytest.mark.real_db
def test_a_household_merged_while_somebody_visits_it_is_counted_once(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        keep, other, lan, cuc = w.sens_house.id, w.tams_house.id, w.lan.id, w.cuc.id

    def merge():
        with db.transaction(real_db) as s:
            by = s.get_one(type(w.cuc), cuc)
            merging.merge(s, s.get_one(Household, keep), s.get_one(Household, other), by)

    def visit():
        with db.transaction(real_db) as s:
            stages.met(s, s.get_one(Household, other), clock.now(), lan)

    at_once(merge, visit)
    with Session(real_db) as s:
        assert tally(s) == by_hand(s) == movements(s)
