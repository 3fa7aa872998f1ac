"""A volunteer stands at the door while an official finds that the household was on the list twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.coverage import recounting
from outreach.db import transaction
from outreach.households import merging
from outreach.households.models import Household
from outreach.visits import recording
from outreach.visits.models import Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world


@pytest.fixture
def sheet(visitor, w):
    """The form that Lan has open at ông Tám's door, filled in: his address, and what she will send."""
    action = f"/ho/{w.tams_house.id}/tham"
    return action, visitor.as_(w.lan).get(action).form(action) | {"met": str(w.tam.id), "outcome": "helped"}


def merge(s, w):
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    s.commit()


def test_the_visit_is_kept_at_the_household_that_stays(visitor, s, w, sheet):
    merge(s, w)
    assert urlsplit(visitor.as_(w.lan).post(*sheet).location).path == f"/ho/{w.sens_house.id}"
    visit = s.scalars(select(Visit)).one()
    assert (visit.household_id, [m.id for m in visit.met]) == (w.sens_house.id, [w.tam.id])
    s.expire_all()
    assert w.sens_house.stage == "visited"
    assert recounting.differing(s) == []


def test_a_visit_from_before_the_merge_is_not_noted_again_when_sent_again(visitor, s, w, sheet):
    lan = visitor.as_(w.lan)
    lan.post(*sheet)
    merge(s, w)
    there = lan.post(*sheet)
    assert "Nothing was added." in lan.follow(there).words
    assert len(s.scalars(select(Visit)).all()) == 1


def test_nobody_of_another_village_comes_to_the_household_that_way(visitor, s, w, sheet):
    action, typed = sheet
    merge(s, w)
    visitor.as_(w.nga).post(action, typed, status=404)


@pytest.mark.real_db
def test_a_visit_that_waits_for_the_merge_to_end_goes_to_the_household_that_stays(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        lan, cuc, keep, other = w.lan.id, w.cuc.id, w.sens_house.id, w.tams_house.id
    merged = Event()
    draft = VisitDraft(new_client_id(), "nobody")

    def official():
        with transaction(real_db) as s:
            merging.merge(s, s.get_one(Household, keep), s.get_one(Household, other), s.get_one(world.Account, cuc))
            merged.set()
            sleep(0.3)  # meanwhile the volunteer finds the household as it was, and waits for it

    def volunteer():
        merged.wait()
        with transaction(real_db) as s:
            home, by = s.get_one(Household, other), s.get_one(world.Account, lan)
            return recording.record(s, by, home, draft).visit.household_id

    with ThreadPoolExecutor(2) as pool:
        pool.submit(official)
        assert pool.submit(volunteer).result() == keep
