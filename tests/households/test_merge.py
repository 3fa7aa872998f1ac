"""Two entries of one household, or of one person, become one; nothing that was done there is lost."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach import clock, tables
from outreach.assessments.models import Evidence
from outreach.coverage import recounting
from outreach.households import ambassadors, consent, differing, merging, queries, stages
from outreach.households.models import Ambassador, Household, Member, StageChange
from outreach.learning.models import Learner
from outreach.visits import care
from outreach.visits.models import Care, FollowUp, Visit, VisitMet
from tests import world


@pytest.fixture
def visited(s, w):
    """Lan visits a household and meets people; gives the visit."""

    def go(house, *people):
        now = clock.now()
        made = Visit(
            client_id=str(uuid.uuid4()),
            digest="0" * 64,
            household=house,
            by=w.lan,
            at=now,
            received_at=now,
            outcome="helped",
            met=list(people),
        )
        s.add(made)
        s.flush()
        s.add(FollowUp(household=house, visit_id=made.id, due_on=clock.today()))
        stages.met(s, house, now, w.lan.id)
        s.flush()
        return made

    return go


def test_every_visit_promise_and_person_comes_along(s, w, visited, deeds):
    mine, theirs = visited(w.sens_house, w.sen), visited(w.tams_house, w.tam)
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert {v.id for v in s.scalars(select(Visit).where(Visit.household_id == w.sens_house.id))} == {mine.id, theirs.id}
    assert len(s.scalars(select(FollowUp).where(FollowUp.household_id == w.sens_house.id)).all()) == 2
    assert {m.name for m in w.sens_house.members} == {"Hoàng Thị Sen", "Nguyễn Thu Hạnh", "Nguyễn Văn Tám"}
    assert [m.name for m in theirs.met] == ["Nguyễn Văn Tám"]
    assert deeds()[-1] == ("household.merge", w.sens_house.id)


def test_no_table_still_points_at_the_entry_that_ended_but_its_own_history(s, w, visited):
    visited(w.tams_house, w.tam)
    ambassadors.appoint(s, w.tams_house, w.tam, w.lan)
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    left = {
        table.name
        for table in tables.METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "household"
        and s.execute(select(table).where(key.parent == w.tams_house.id)).first() is not None
    }
    assert left == {"stage_change", "household_merge"}


def test_the_ended_entry_keeps_its_row_and_history_and_leads_to_the_kept_one(s, w):
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert w.tams_house.merged_into_id == w.sens_house.id
    history = select(StageChange.new).where(StageChange.household_id == w.tams_house.id).order_by(StageChange.id)
    assert s.scalars(history).all() == ["not_reached", None]
    assert recounting.differing(s) == []


def test_of_two_merges_in_a_row_both_old_addresses_lead_to_the_last(s, w):
    merging.merge(s, w.tams_house, w.paos_house, w.cuc)
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    for old in (w.tams_house, w.paos_house):
        assert queries.became(s, w.cuc, old.id) is w.sens_house


def test_of_two_ambassadors_the_kept_one_s_stays_and_the_other_is_remembered(s, w):
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    ambassadors.appoint(s, w.tams_house, w.tam, w.lan)
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    rows = s.scalars(select(Ambassador).where(Ambassador.household_id == w.sens_house.id)).all()
    assert {(a.member_id, a.until is None, a.ended_reason) for a in rows} == {
        (w.hanh.id, True, ""),
        (w.tam.id, False, "merged"),
    }


def test_a_single_ambassador_comes_along_and_lifts_the_stage(s, w):
    ambassadors.appoint(s, w.tams_house, w.tam, w.lan)
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert w.sens_house.stage == "has_ambassador"
    assert ambassadors.current(s, w.sens_house).member_id == w.tam.id


@pytest.mark.parametrize(("kept", "other", "left"), [("lan", "minh", "lan"), (None, "minh", "minh")])
def test_one_person_looks_after_the_household_that_two_have_become(s, w, kept, other, left):
    for house, who in ((w.sens_house, kept), (w.tams_house, other)):
        if who:
            care.give(s, [house.id], getattr(w, who), w.dung, area_id=w.dong.id)
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    now = s.scalars(select(Care).where(Care.household_id == w.sens_house.id, Care.until.is_(None))).all()
    assert [one.account_id for one in now] == [getattr(w, left).id]


def test_what_the_kept_entry_lacks_it_takes_over(s, w):
    early = clock.now() - timedelta(days=9)
    stages.met(s, w.tams_house, early, w.lan.id)
    w.tams_house.phone, w.tams_house.last_visit_at, w.sens_house.code = "+84977777777", early, None
    s.flush()
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    house = w.sens_house
    assert (house.phone, house.visited_at, house.last_visit_at, house.code) == ("+84977777777", early, early, "2")
    assert (house.head_name, house.address, w.tams_house.code) == ("Hoàng Thị Sen", "Ngõ 3", None)


def test_what_the_kept_entry_has_it_keeps(s, w):
    w.sens_house.phone, w.tams_house.phone = "+84911111111", "+84977777777"
    s.flush()
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert (w.sens_house.phone, w.sens_house.code, w.tams_house.code) == ("+84911111111", "1", "2")


def test_if_one_entry_is_open_the_household_is(s, w):
    stages.close(s, w.sens_house, "vacant", w.lan.id, "x")
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert (w.sens_house.closed_as, w.sens_house.stage) == (None, "not_reached")
    assert recounting.differing(s) == []


def test_consent_stays_with_the_person(s, w, yes):
    yes(w.tam, "sms")
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert consent.has(s, w.tam.id, "sms")


def test_two_villages_of_the_commune_keep_right_counts(s, w):
    merging.merge(s, w.sens_house, w.paos_house, w.cuc)
    assert recounting.differing(s) == []


def test_a_visit_stays_with_the_village_whose_group_made_it(s, w, visited):
    theirs, near = visited(w.paos_house), visited(w.tams_house)
    merging.merge(s, w.sens_house, w.paos_house, w.cuc)
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert (theirs.household_id, theirs.place_id) == (w.sens_house.id, w.doai.id)
    assert near.place_id is None


def test_a_household_is_not_merged_with_itself_or_twice(s, w):
    with pytest.raises(merging.NotTwo):
        merging.merge(s, w.sens_house, w.sens_house, w.cuc)
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    with pytest.raises(merging.NotTwo):
        merging.merge(s, w.paos_house, w.tams_house, w.cuc)
    with pytest.raises(merging.NotTwo):
        merging.merge(s, w.tams_house, w.paos_house, w.cuc)


def test_two_entries_of_one_person_become_one_with_all_that_is_theirs(s, w, visited, yes, waiting, deeds):
    twice = world.member(s, w.sens_house, "Nguyen Thu Hanh", None, "grandchild")
    both, only = visited(w.sens_house, w.hanh, twice), visited(w.sens_house, twice)
    learner = Learner(token="t" * 43, member_id=twice.id, created_at=clock.now())
    seen = Evidence(member_id=twice.id, skill="sign_in", kind="observed", aided="alone", at=clock.now(), by_id=w.lan.id)
    s.add_all([learner, seen])
    stages.learning(s, twice, date(2026, 10, 1))
    yes(twice, "phone")
    sms = waiting(twice)
    merging.unify(s, w.hanh, twice, w.cuc)
    s.expire_all()
    met = s.execute(select(VisitMet.visit_id, VisitMet.member_id).order_by(VisitMet.visit_id)).all()
    assert met == [(both.id, w.hanh.id), (only.id, w.hanh.id)]
    assert (learner.member_id, seen.member_id, w.hanh.learning_since) == (w.hanh.id, w.hanh.id, date(2026, 10, 1))
    assert consent.has(s, w.hanh.id, "phone")
    assert sms.state == "cancelled"
    assert [m.name for m in w.sens_house.members] == ["Hoàng Thị Sen", "Nguyễn Thu Hạnh"]
    assert deeds()[-1] == ("member.merge", w.hanh.id)


def test_what_was_noted_otherwise_of_either_entry_still_waits_for_the_leader(s, w):
    twice = world.member(s, w.sens_house, "Nguyen Thu Hanh", 2003, "grandchild")
    for person, language in ((w.hanh, "tyz"), (twice, "nut")):
        differing.note(s, person, {"language": language}, w.lan)
    merging.unify(s, w.hanh, twice, w.cuc)
    assert [one.facts for one in differing.of(s, w.hanh)] == [{"language": "tyz"}, {"language": "nut"}]
    assert differing.waiting(s, w.dung) == [w.hanh]
    assert differing.waiting(s, w.nga) == []


def test_a_yes_taken_back_under_one_entry_is_not_given_again_by_an_older_one_under_the_other(s, w, yes, waiting):
    twice = world.member(s, w.sens_house, "Nguyen Thu Hanh", 2003, "grandchild")
    yes(twice, "sms", "phone")
    consent.withdraw(s, yes(w.hanh, "sms")["sms"], w.lan)
    sms = waiting(twice)
    merging.unify(s, w.hanh, twice, w.cuc)
    assert not consent.has(s, w.hanh.id, "sms")
    assert consent.has(s, w.hanh.id, "phone")
    assert sms.state == "cancelled"


def test_a_yes_given_after_an_older_one_was_taken_back_stands(s, w, yes):
    twice = world.member(s, w.sens_house, "Nguyen Thu Hanh", 2003, "grandchild")
    yes(twice, "sms")
    consent.withdraw(s, yes(w.hanh, "sms")["sms"], w.lan)
    yes(w.hanh, "sms")
    merging.unify(s, w.hanh, twice, w.cuc)
    assert consent.has(s, w.hanh.id, "sms")


def test_the_ambassador_entered_twice_stays_ambassador(s, w):
    twice = world.member(s, w.sens_house, "Nguyen Thu Hanh", 2003)
    ambassadors.appoint(s, w.sens_house, twice, w.lan)
    stages.learning(s, w.hanh, clock.today())
    merging.unify(s, w.hanh, twice, w.cuc)
    assert ambassadors.current(s, w.sens_house).member_id == w.hanh.id
    assert w.sens_house.stage == "learning"


def test_people_of_two_households_are_not_one(s, w):
    for other in (w.tam, w.hanh):
        with pytest.raises(merging.NotTwo):
            merging.unify(s, w.hanh, other, w.cuc)


def test_an_official_searches_compares_and_merges(visitor, s, w):
    official = visitor.as_(w.cuc)
    door = f"/ho/{w.sens_house.id}/gop"
    assert f"{door}?other={w.tams_house.id}" in official.get(f"{door}?q=tam").links()
    page = official.get(f"{door}?other={w.tams_house.id}&lang=en")
    assert "Ngõ 3" in page.words
    assert "Ngõ 5" in page.words
    assert f"/ho/{w.tams_house.id}/gop?other={w.sens_house.id}" in page.links()
    answer = official.post(door, {"other": w.tams_house.id})
    assert answer.location == f"/ho/{w.sens_house.id}"
    s.expire_all()
    assert w.tams_house.merged_into_id == w.sens_house.id
    assert official.get(f"/ho/{w.tams_house.id}", status=303).location == f"/ho/{w.sens_house.id}"


def test_the_likely_other_is_offered_without_a_search(visitor, s, w):
    twin = world.household(s, w.dong, "Hoang Thi Sen")
    s.commit()
    assert f"/ho/{w.sens_house.id}/gop?other={twin.id}" in visitor.as_(w.cuc).get(f"/ho/{w.sens_house.id}/gop").links()


def test_a_household_elsewhere_cannot_be_drawn_in(visitor, s, w):
    official = visitor.as_(w.cuc)
    official.post(f"/ho/{w.sens_house.id}/gop", {"other": w.xas_house.id}, status=404)
    assert "Mai Văn Xa" not in official.get(f"/ho/{w.sens_house.id}/gop?other={w.xas_house.id}").words
    s.expire_all()
    assert w.xas_house.merged_into_id is None


def test_choosing_the_same_one_twice_changes_nothing_and_says_so(visitor, s, w):
    official = visitor.as_(w.cuc)
    answer = official.post(f"/ho/{w.sens_house.id}/gop?lang=en", {"other": w.sens_house.id})
    assert "Nothing has changed" in official.follow(answer).words


def test_people_who_now_stand_there_twice_are_shown_and_left_or_unified(visitor, s, w):
    twin = world.household(s, w.dong, "Hoàng Thị Sen")
    again = world.member(s, twin, "Hoàng Thị Sen", 1955, "head")
    s.commit()
    official = visitor.as_(w.cuc)
    answer = official.post(f"/ho/{w.sens_house.id}/gop", {"other": twin.id})
    assert answer.location == f"/ho/{w.sens_house.id}/gop-nguoi"
    assert "Hoàng Thị Sen" in official.follow(answer).words
    official.post(f"/nguoi/{w.sen.id}/gop", {"other": again.id})
    s.expire_all()
    assert len(s.scalars(select(Member).where(Member.household_id == w.sens_house.id)).all()) == 2
    assert "Nobody stands here twice" in official.get(f"/ho/{w.sens_house.id}/gop-nguoi?lang=en").words


def test_unifying_strangers_changes_nothing_and_says_so(visitor, s, w):
    official = visitor.as_(w.cuc)
    answer = official.post(f"/nguoi/{w.hanh.id}/gop?lang=en", {"other": w.tam.id})
    assert "Nothing has changed" in official.follow(answer).words
    official.post(f"/nguoi/{w.hanh.id}/gop", {"other": "x"}, status=404)
    assert len(s.scalars(select(Household)).all()) == 4
