"""A phone's whole day at once: as if each visit had come alone, by few words to the database."""

import random
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.assessments.models import Evidence, Teaching
from outreach.coverage import recounting
from outreach.households.models import Household, StageChange
from outreach.visits import recording
from outreach.visits.models import OUTCOMES, FollowUp, Visit
from outreach.visits.recording import OtherContent, Recorded, VisitDraft, new_client_id
from tests import world
from tests.counting import statements

SIGN_IN, BIRTH = "dang-nhap-cong-dich-vu-cong", "dang-ky-khai-sinh-lien-thong"


def draft(outcome="helped", client_id=None, **said):
    """What a form said, with a mark of its own."""
    return VisitDraft(client_id or new_client_id(), outcome, **said)


def at(house, said, said_at=None):
    """One of a day's visits."""
    return house, said, said_at


def test_each_visit_of_a_day_has_a_fate_of_its_own_in_its_place(s, w):
    there, other = draft(met=(w.sen.id,)), draft("nobody")
    recording.record(s, w.lan, w.sens_house, there)
    recording.record(s, w.lan, w.tams_house, other)
    fates = recording.record_many(s, w.lan, [
        at(w.tams_house, draft("shown", met=(w.tam.id,))),
        at(w.sens_house, there),
        at(w.tams_house, draft("refused", client_id=other.client_id)),
        at(w.sens_house, draft(met=(w.tam.id,))),
        at(w.sens_house, draft("nobody")),
    ])  # fmt: skip
    assert [type(fate) for fate in fates] == [Recorded, Recorded, OtherContent, ValueError, Recorded]
    assert [fate.new for fate in fates if isinstance(fate, Recorded)] == [True, False, True]
    assert s.scalar(select(func.count(Visit.id))) == 4


def test_the_same_visit_twice_in_one_day_is_there_once(s, w):
    said = draft(met=(w.sen.id,))
    first, again = recording.record_many(s, w.lan, [at(w.sens_house, said)] * 2)
    assert (first.new, again.new, first.visit.id) == (True, False, again.visit.id)


def test_one_mark_at_two_doors_is_refused_at_the_second(s, w):
    said = draft("nobody")
    first, second = recording.record_many(s, w.lan, [at(w.sens_house, said), at(w.tams_house, said)])
    assert first.new
    assert second.visit == first.visit


def test_a_visit_that_was_there_is_there_also_when_who_was_met_has_become_nobody_here(s, w):
    said = draft(met=(w.sen.id,))
    recording.record(s, w.lan, w.sens_house, said)
    w.sen.household = w.tams_house
    s.flush()
    s.expire_all()
    assert not recording.record(s, w.lan, w.sens_house, said).new


@pytest.mark.parametrize("seed", range(4))
@time_machine.travel("2026-11-21T09:00:00+07:00", tick=False)
def test_at_once_or_one_by_one_leaves_the_same(s, w, seed):
    day = list(a_day(w, random.Random(seed)))
    with s.begin_nested() as tried:
        for visit in day:
            recording.record(s, w.lan, *visit)
        expected = facts(s)
        tried.rollback()
    s.expire_all()
    recording.record_many(s, w.lan, day)
    assert facts(s) == expected
    assert recounting.differing(s) == []


def a_day(w, rnd):
    """Twelve visits to three houses, some written days ago, with promises that others keep."""
    people = {w.sens_house: (w.sen, w.hanh), w.tams_house: (w.tam,), w.paos_house: ()}
    for _ in range(12):
        house, outcome = rnd.choice(list(people)), rnd.choice(OUTCOMES)
        met = tuple(m.id for m in people[house] if outcome != "nobody" and rnd.random() < 0.7)
        said = {
            "met": met, "came": (w.minh.id,) * rnd.randrange(2), "taught": (SIGN_IN, BIRTH)[: rnd.randrange(3)],
            "next_on": rnd.choice([None, clock.today() + timedelta(days=rnd.randrange(9))]),
            "at": rnd.choice([None, clock.now() - timedelta(hours=rnd.randrange(200))]),
        }  # fmt: skip
        if outcome == "alone" and met:
            said |= {"observed": ("payment",), "observed_of": met[0]}
        yield house, draft(outcome, **said), said["at"]


def facts(s):
    """All that recording leaves, without the numbers that rows happen to get."""
    s.flush()
    marks = dict(s.execute(select(Visit.id, Visit.client_id)).all())
    promises = s.execute(select(FollowUp.visit_id, FollowUp.due_on, FollowUp.ended_at, FollowUp.ended_by_visit_id))
    seen = s.execute(select(Evidence.member_id, Evidence.skill, Evidence.aided, Evidence.at, Evidence.ref))
    deeds = s.execute(select(AuditEntry.act, AuditEntry.subject, AuditEntry.area_id, AuditEntry.actor_id))
    return {
        "visits": sorted(s.execute(select(Visit.client_id, Visit.household_id, Visit.at, Visit.digest))),
        "promises": sorted((marks[of], due, ended, marks.get(by, "")) for of, due, ended, by in promises),
        "seen": sorted((m, skill, aided, at, marks[int(ref.split(":")[1])]) for m, skill, aided, at, ref in seen),
        "taught": sorted(s.execute(select(Teaching.member_id, Teaching.account_id))),
        "deeds": sorted(deeds),
        "houses": sorted(s.execute(select(Household.id, Household.stage, Household.last_visit_at))),
        "stages": sorted(s.execute(select(StageChange.household_id, StageChange.new)).all(), key=str),
    }


def asked(s, connection, by, day):
    """What a day of visits asks of the database."""
    with statements(connection) as said:
        recording.record_many(s, by, day)
        s.flush()
    return said


def test_more_visits_ask_no_more_of_the_database(s, w, connection):
    few, many = (
        asked(s, connection, w.lan, [whole(w, house) for house in houses])
        for houses in ([w.sens_house], [w.tams_house, w.paos_house, w.xas_house])
    )
    assert len(many) <= len(few)


def test_nor_do_late_ones_of_two_villages_that_were_there_before_everybody_else(s, connection):
    w = world.build(s)
    houses, long_ago = [w.sens_house, w.tams_house, w.paos_house], clock.now() - timedelta(days=40)
    recording.record_many(s, w.minh, [whole(w, house, came=()) for house in houses])
    few, many = (
        asked(
            s, connection, w.lan, [whole(w, house, at=long_ago - timedelta(hours=n), place_id=place) for house in some]
        )
        for n, (some, place) in enumerate(((houses[:1], None), (houses, w.doai.id)))
    )
    assert len(many) <= len(few)
    assert {house.visited_at for house in houses} == {long_ago - timedelta(hours=1)}


def whole(w, house, **said):
    """A visit that leaves something in every table."""
    met = tuple(member.id for member in house.members[:1])
    said = {"came": (w.minh.id,), "taught": (SIGN_IN,), "next_on": date(2027, 1, 5)} | said
    return at(house, draft("shown", met=met, **said))


def test_a_visit_more_than_a_day_ahead_is_refused(s, w):
    fate, fine = recording.record_many(s, w.lan, [
        at(w.sens_house, draft("nobody", at=clock.now() + timedelta(hours=25))),
        at(w.sens_house, draft("nobody", at=clock.now() + timedelta(hours=23))),
    ])  # fmt: skip
    assert isinstance(fate, ValueError)
    assert fine.new


def test_a_visit_of_a_moment_that_is_still_to_come_is_kept_as_of_now_with_what_the_phone_showed(s, w):
    ahead = clock.now() + timedelta(hours=20)
    visit = recording.record(s, w.lan, w.sens_house, draft("nobody", at=ahead), said_at=ahead).visit
    assert (visit.at, visit.said_at) == (visit.received_at, ahead)


def test_the_phones_clock_is_kept_beside_the_time_put_right(s, w):
    right, shown = clock.now() - timedelta(hours=2), clock.now() + timedelta(days=300)
    visit = recording.record(s, w.lan, w.sens_house, draft("nobody", at=right), said_at=shown).visit
    assert (visit.at, visit.said_at) == (right, shown)


def test_a_visit_says_where_and_how_it_took_place(s, w):
    visit = recording.record(s, w.lan, w.sens_house, draft("shown", way="desk", place_id=w.tan_hung.id)).visit
    assert (visit.way, visit.place_id) == ("desk", w.tan_hung.id)
    with pytest.raises(ValueError, match="by post"):
        recording.record(s, w.lan, w.sens_house, draft("shown", way="by post"))


def test_a_mark_made_by_an_earlier_release_holds():
    said = VisitDraft(
        "0b8f3a52-6f0e-4f7e-9d55-3f1d6a1c2b11", "alone", met=(7, 3), came=(5,), taught=("b", "a"), note="Máy yếu pin",
        next_on=date(2026, 12, 1), observed_of=3, observed=("safety", "payment"),
    )  # fmt: skip
    assert said.digest(12, 4) == "abfec5f62a057c0b4177419e560e0c68c81c7ca4fd6427d9aa1e2c8f691fbf8a"


def test_elsewhere_is_other_content_than_at_home():
    home = draft("shown")
    desk = draft("shown", client_id=home.client_id, way="desk", place_id=3)
    assert home.digest(12, 4) != desk.digest(12, 4)
