"""A household that was noted in the wrong village goes to the right one, and so do its numbers."""

from datetime import date

import time_machine
from sqlalchemy import func, select

from outreach import clock
from outreach.coverage import recounting
from outreach.households import registering, stages
from outreach.households.models import STAGES, StageChange, TallyDay
from outreach.households.registering import HouseholdFacts
from tests import world


def by_day(s, village):
    """The village's changes: day → the stages that changed, and by how much."""
    rows = s.execute(select(TallyDay.on, *(getattr(TallyDay, one) for one in STAGES)).where(
        TallyDay.village_id == village.id))  # fmt: skip
    return {on: {k: n for k, n in zip(STAGES, counts, strict=True) if n} for on, *counts in rows}


def correct(s, w, house, **facts):
    registering.correct(s, house, HouseholdFacts(w.doai, house.head_name, **facts), w.cuc)
    s.expire_all()


def test_its_number_there_may_be_another_because_its_own_is_taken(s, w):
    world.household(s, w.doai, "Giàng A Chứ", code="2")
    correct(s, w, w.tams_house, code="7")
    assert (w.tams_house.code, w.tams_house.village_id) == ("7", w.doai.id)


def test_its_past_is_counted_where_it_lives_and_no_village_falls_below_nothing(s, w):
    with time_machine.travel("2026-10-05 09:00 +0700"):
        house = world.household(s, w.dong, "Trần Văn Chuyển")
    with time_machine.travel("2026-11-05 09:00 +0700"):
        stages.met(s, house, clock.now(), w.lan.id)
    with time_machine.travel("2026-11-20 09:00 +0700"):
        correct(s, w, house)
    october, november = date(2026, 10, 5), date(2026, 11, 5)
    there = by_day(s, w.doai)
    assert (there[october], there[november]) == ({"not_reached": 1}, {"not_reached": -1, "visited": 1})
    here = by_day(s, w.dong)
    assert (here[october], here[november]) == ({}, {})
    assert recounting.differing(s) == []


def test_the_list_behind_a_number_goes_along(s, w):
    stages.met(s, w.tams_house, clock.now(), w.lan.id)
    correct(s, w, w.tams_house)
    villages = select(func.count()).where(StageChange.household_id == w.tams_house.id)
    assert s.scalar(villages.where(StageChange.village_id == w.doai.id)) == 2
    assert s.scalar(villages.where(StageChange.village_id == w.dong.id)) == 0
