"""Two entries that were made one person turn out to be two people: each has again what was theirs."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock, tables
from outreach.coverage import recounting
from outreach.households import ambassadors, consent, differing, forgetting, merging, parting, stages, two_again
from outreach.households.models import HouseholdMerge, Member
from outreach.households.parting import DONE, MERGED_SINCE, TOO_LATE, NotApart
from outreach.learning.models import Learner
from outreach.visits import parting as visits
from outreach.visits import recording
from outreach.visits.models import VisitMet
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world


def visit(s, w, *met, outcome="helped"):
    """Lan was at Bà Sen's house."""
    draft = VisitDraft(new_client_id(), outcome, met=tuple(one.id for one in met))
    return recording.record(s, w.lan, w.sens_house, draft).visit


def everything(s):
    """Each person, and each row that points at one, as it stands; who is to be weighed anew is nobody's record."""
    s.flush()
    s.expire_all()
    found = {}
    for table in tables.METADATA.sorted_tables:
        if table.name != "unweighed" and (
            table.name == "member" or any(key.column.table.name == "member" for key in table.foreign_keys)
        ):
            found[table.name] = sorted(map(repr, s.execute(select(table)).mappings()))
    return found


@pytest.fixture
def twin(s, w):
    """Another Hạnh of the same house, with a life of her own: visits, a lesson, a yes; she is ambassador."""
    other = world.member(s, w.sens_house, "Nguyen Thu Hanh", None, "child", "+84977777777")
    visit(s, w, w.hanh, other)
    visit(s, w, other)
    s.add(Learner(token="t" * 43, member_id=other.id, created_at=clock.now()))
    stages.learning(s, other, date(2026, 10, 1))
    consent.give(s, other, consent.Given(("registered", "sms"), "oral"), w.lan)
    ambassadors.appoint(s, w.sens_house, other, w.lan)
    differing.note(s, other, {"language": "tyz"}, w.minh)
    s.commit()
    return other


def unified(s, w, keep, gone):
    made = merging.unify(s, keep, gone, w.cuc)
    s.commit()
    return made


@pytest.mark.parametrize("kept", ["the first entry", "the second"])
def test_undone_at_once_it_is_as_if_nothing_had_happened(s, w, twin, kept):
    before, stage = everything(s), w.sens_house.stage
    pair = (w.hanh, twin) if kept == "the first entry" else (twin, w.hanh)
    back = two_again.part(s, unified(s, w, *pair), w.cuc)
    assert everything(s) == before
    assert back.id == pair[1].id
    assert w.sens_house.stage == stage
    assert recounting.differing(s) == []


def test_what_came_since_stays_with_the_entry_that_was_kept(s, w, twin):
    merge = unified(s, w, w.hanh, twin)
    since = visit(s, w, w.hanh)
    w.hanh.phone = "+84988888888"
    back = two_again.part(s, merge, w.cuc)
    assert s.scalars(select(VisitMet.member_id).where(VisitMet.visit_id == since.id)).all() == [w.hanh.id]
    assert (w.hanh.phone, back.phone) == ("+84988888888", "+84977777777")


def test_a_yes_that_ended_only_because_the_other_entry_had_taken_one_back_stands_again(s, w, twin):
    given = consent.give(s, w.hanh, consent.Given(("registered",), "oral"), w.lan)
    consent.withdraw(s, given[0], w.lan)
    merge = unified(s, w, w.hanh, twin)
    assert ambassadors.current(s, w.sens_house) is None
    back = two_again.part(s, merge, w.cuc)
    assert set(consent.current(s, back)) == {"registered", "sms"}
    assert consent.current(s, w.hanh) == {}
    assert ambassadors.current(s, w.sens_house).member_id == back.id


def test_a_yes_that_she_took_back_herself_since_stays_taken_back(s, w, twin):
    merge = unified(s, w, w.hanh, twin)
    consent.withdraw(s, consent.current(s, w.hanh)["registered"], w.lan)
    back = two_again.part(s, merge, w.cuc)
    assert consent.current(s, back) == {}
    assert ambassadors.current(s, w.sens_house) is None


def test_where_somebody_has_her_number_by_now_she_gets_a_new_one_and_loses_nothing(s, w, twin):
    gone = twin.id
    merge = unified(s, w, w.hanh, twin)
    s.add(Member(id=gone, household=w.tams_house, name="Nguyễn Thị Khác", folded="nguyen thi khac",
                 created_at=clock.now()))  # fmt: skip
    s.flush()
    back = two_again.part(s, merge, w.cuc)
    assert back.id not in (gone, w.hanh.id)
    assert set(consent.current(s, back)) == {"registered", "sms"}


def test_not_twice_nor_after_thirty_days_nor_under_a_later_merge(s, w, twin):
    merge = unified(s, w, w.hanh, twin)
    later = unified(s, w, world.member(s, w.sens_house, "Nguyễn Thu Hạnh", 2003), w.hanh)
    with pytest.raises(NotApart) as fault:
        two_again.part(s, merge, w.cuc)
    assert fault.value.why == MERGED_SINCE
    with time_machine.travel(clock.now() + timedelta(days=31)), pytest.raises(NotApart) as fault:
        two_again.part(s, later, w.cuc)
    assert fault.value.why == TOO_LATE
    two_again.part(s, later, w.cuc)
    two_again.part(s, merge, w.cuc)
    with pytest.raises(NotApart) as fault:
        two_again.part(s, merge, w.cuc)
    assert fault.value.why == DONE


def test_once_she_is_two_again_each_goes_with_her_house_when_that_is_taken_apart(s, w):
    again = world.member(s, w.tams_house, "Hoang Thi Sen", 1955)
    houses = merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    merge = unified(s, w, w.sen, again)
    assert list(parting.those_who_stay(s, houses)) == [w.sen]
    back = two_again.part(s, merge, w.cuc)
    assert list(visits.part(s, houses, w.cuc)) == []
    assert (back.household_id, w.sen.household_id) == (w.tams_house.id, w.sens_house.id)


def test_an_official_undoes_it_from_the_households_page(visitor, s, w, twin, deeds):
    merge = unified(s, w, w.hanh, twin)
    cuc = visitor.as_(w.cuc)
    door = f"/gop/{merge.id}"
    assert door in cuc.get(f"/ho/{w.sens_house.id}").links()
    page = cuc.get(door)
    assert "The entry that comes backSon or daughter · 0977 777 777" in page.words
    home = cuc.follow(cuc.send(page, door))
    assert "Nguyen Thu Hanh stands in this household again" in home.words
    assert door not in home.links()
    assert deeds()[-1] == ("member.part", w.hanh.id)
    assert "are apart again already" in cuc.follow(cuc.post(door, {})).words
    assert "are apart again already" in cuc.get(door).words


def test_it_is_the_officials_door_and_nobody_elses(visitor, s, w, twin):
    door = f"/gop/{unified(s, w, w.hanh, twin).id}"
    visitor.as_(w.dung).get(door, status=403)
    visitor.as_(w.dung).post(door, {}, status=403)
    visitor.as_(w.quy).get(door, status=404)
    visitor.as_(w.quy).post(door, {}, status=404)
    assert s.scalars(select(HouseholdMerge.undone_at)).one() is None


def test_what_a_merge_knows_of_people_is_let_go_of_when_it_cannot_be_undone_any_more(visitor, s, w, twin):
    kept = unified(s, w, w.hanh, twin)
    houses = merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert forgetting.let_go(s) == 0
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert forgetting.let_go(s) == 2
        s.commit()
        assert (kept.moved, houses.moved) == ({}, {})
        for merge in (kept, houses):
            assert "too long ago" in visitor.as_(w.cuc).get(f"/gop/{merge.id}").words
        assert forgetting.let_go(s) == 0


def test_who_took_her_yes_back_comes_back_without_a_number_under_the_name_of_the_other(visitor, s, w, twin):
    merge = unified(s, w, w.hanh, twin)
    consent.withdraw(s, consent.current(s, w.hanh)["registered"], w.lan)
    s.commit()
    assert "Nguyen" not in str(merge.moved)
    cuc = visitor.as_(w.cuc)
    assert "One person: two entries became one" in cuc.get(f"/ho/{w.sens_house.id}").words
    cuc.send(cuc.get(f"/gop/{merge.id}"), f"/gop/{merge.id}")
    s.expire_all()
    back = s.get_one(Member, twin.id)
    assert (back.name, back.phone, w.hanh.phone) == ("Nguyễn Thu Hạnh", None, "+84912345678")


def test_two_houses_that_were_one_both_ways_are_looked_through_once(s, w, twin):
    merge = unified(s, w, w.hanh, twin)
    visits.part(s, merging.merge(s, w.sens_house, w.tams_house, w.cuc), w.cuc)
    merging.merge(s, w.tams_house, w.sens_house, w.cuc)
    s.commit()
    consent.withdraw(s, consent.current(s, w.hanh)["registered"], w.lan)
    assert "Nguyen" not in str(merge.moved)


def test_whose_yes_a_merge_ended_is_forgotten_when_that_cannot_be_undone_any_more(s, w, twin):
    given = consent.give(s, w.hanh, consent.Given(("registered",), "oral"), w.lan)
    consent.withdraw(s, given[0], w.lan)
    unified(s, w, w.hanh, twin)
    assert w.hanh.differs
    with time_machine.travel(clock.now() + timedelta(days=31)):
        forgetting.let_go(s)
    assert w.hanh.differs is None
