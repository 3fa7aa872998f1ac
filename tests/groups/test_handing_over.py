"""Handing over in one step: houses, account, phones; nothing is lost, and it can be undone."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.accounts import registering
from outreach.accounts.models import AuditEntry
from outreach.bag import handsets
from outreach.bag.models import Handset
from outreach.duties import DAILY, WORK
from outreach.groups import handing_over
from outreach.groups.handing_over import LEAVES, MOVES, RESTS, Gone
from outreach.visits import care, planning
from outreach.visits.lanes import House, Lane
from outreach.visits.models import Care, FollowUp
from tests import world
from tests.groups.test_groups import handset, visit


@pytest.fixture(autouse=True)
def _lans_houses(s, w):
    """Lan looks after both houses of thôn Đông since a while."""
    with time_machine.travel(clock.now() - timedelta(days=20)):
        care.give(s, [w.sens_house.id, w.tams_house.id], w.lan, w.dung, area_id=w.dong.id)
    s.commit()


def carers(s):
    """Who looks after which house now."""
    s.expire_all()
    return {row.household_id: row.account_id for row in s.scalars(select(Care).where(Care.until.is_(None)))}


def test_who_leaves_hands_everything_to_a_colleague_and_works_no_more(s, w):
    phone = handset(s, w.lan, waiting=2)
    assert handing_over.hand_over(s, w.dung, w.lan, LEAVES, [w.minh]) == 2
    assert carers(s) == {w.sens_house.id: w.minh.id, w.tams_house.id: w.minh.id}
    assert not w.lan.is_active
    held = s.get(Handset, phone.id)
    assert (held.wiped_at, handsets.is_over(held, "", None)) == (None, True), "it forgets once its two are handed in"


def test_what_a_leavers_phone_held_is_still_missed_by_name_on_the_groups_page(visitor, s, w):
    phone = handset(s, w.lan, waiting=5)
    handing_over.hand_over(s, w.dung, w.lan, LEAVES, [w.minh])
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.get("/to").words
    assert "1 phone has not sent everything: 5 records" in page
    assert "They wait with: Trần Thị Lan." in page
    dung.get(f"/to/nguoi/{w.lan.id}")
    visitor.as_(w.minh).post(f"/may/{phone.id}/thoi", status=403)
    visitor.as_(w.quy).post(f"/may/{phone.id}/thoi", status=404)
    lost = f"/may/{phone.id}/thoi"
    assert lost in dung.get(f"/may?nguoi={w.lan.id}").text
    for _time in range(2):
        dung.post(lost)
    assert "No phone held anything back" in dung.get("/to").words
    deeds = s.scalars(select(AuditEntry).where(AuditEntry.act == "handset.give_up")).all()
    assert [(deed.actor_id, deed.details) for deed in deeds] == [(w.dung.id, {"records": 5})]


def test_whole_lanes_are_spread_over_the_group_as_evenly_as_they_allow(s, w):
    handing_over.hand_over(s, w.dung, w.lan, RESTS, [w.minh, w.dung])
    assert carers(s) == {w.sens_house.id: w.minh.id, w.tams_house.id: w.dung.id}


def test_lanes_are_never_split_and_neighbours_stay_together(w):
    def lane(name, size):
        return Lane(name, name, [House(n, "", name, None, "", None) for n in range(size)])

    held = [lane("Ngõ 1", 4), lane("Ngõ 2", 5), lane("Ngõ 3", 2), lane("Ngõ 4", 7)]
    taken = handing_over.shares(held, [w.minh, w.dung])
    assert [[one.key for one in taken[who]] for who in (w.minh, w.dung)] == [["Ngõ 1", "Ngõ 2"], ["Ngõ 3", "Ngõ 4"]]


def test_who_moves_stands_in_the_other_village_and_looks_after_nothing_here(s, w):
    handing_over.hand_over(s, w.cuc, w.lan, MOVES, [w.minh], w.doai)
    assert w.lan.area_id == w.doai.id
    assert w.lan.is_active
    assert set(carers(s).values()) == {w.minh.id}


def test_who_rests_keeps_the_account_and_the_phone(s, w):
    phone = handset(s, w.lan)
    handing_over.hand_over(s, w.dung, w.lan, RESTS, [])
    assert carers(s) == {}
    assert w.lan.is_active
    assert s.get(Handset, phone.id).wiped_at is None


def test_every_earlier_carer_stays_on_record_and_the_deed_is_noted(s, w):
    handing_over.hand_over(s, w.dung, w.lan, LEAVES, [w.minh])
    assert [row.account_id for row in care.history(s, w.sens_house)] == [w.minh.id, w.lan.id]
    noted = s.scalars(select(AuditEntry).where(AuditEntry.act == "account.hand_over")).one()
    assert (noted.subject_id, noted.actor_id, noted.details["households"]) == (w.lan.id, w.dung.id, 2)


def test_what_was_promised_stays_with_the_house(s, w):
    visit(s, w.lan, w.sens_house, days=8, next_on=clock.today() - timedelta(days=1))
    handing_over.hand_over(s, w.dung, w.lan, LEAVES, [w.minh])
    assert s.scalars(select(FollowUp).where(FollowUp.ended_at.is_(None))).one().household_id == w.sens_house.id
    assert planning.plan(s, w.minh, mine=True).suggestions[0].household.id == w.sens_house.id


def test_a_closed_house_is_nobodys_afterwards(s, w):
    w.tams_house.closed_as = "vacant"
    handing_over.hand_over(s, w.dung, w.lan, RESTS, [w.minh])
    assert carers(s) == {w.sens_house.id: w.minh.id}


@pytest.mark.parametrize(("by", "who"), [("dung", "nga"), ("lan", "minh"), ("quy", "lan"), ("dung", "dung")])
def test_one_hands_over_only_for_those_one_manages(s, w, by, who):
    with pytest.raises(registering.NotAllowed):
        handing_over.hand_over(s, getattr(w, by), getattr(w, who), RESTS, [])


def test_a_leader_cannot_move_somebody_to_another_village(s, w):
    with pytest.raises(registering.NotAllowed):
        handing_over.hand_over(s, w.dung, w.lan, MOVES, [], w.doai)


def test_handing_back_undoes_it_but_takes_nothing_that_was_given_on_since(s, w):
    handing_over.hand_over(s, w.dung, w.lan, LEAVES, [w.minh, w.dung])
    care.give(s, [w.sens_house.id], None, w.dung, area_id=w.dong.id)
    care.give(s, [w.sens_house.id], w.minh, w.dung, area_id=w.dong.id)
    assert handing_over.hand_back(s, w.dung, w.lan) == (1, [Gone(w.sens_house.head_name, w.minh.name)])
    assert w.lan.is_active
    assert carers(s) == {w.sens_house.id: w.minh.id, w.tams_house.id: w.lan.id}
    assert handing_over.hand_back(s, w.dung, w.lan)[0] == 0


def test_a_step_within_the_same_minute_as_another_gives_back_its_own_houses_only(s, w):
    own = world.household(s, w.dong, "Lê Văn Tư", address="Ngõ 7")
    care.give(s, [own.id], w.minh, w.dung, area_id=w.dong.id)
    lans = {w.sens_house.id: w.lan.id, w.tams_house.id: w.lan.id}
    handing_over.hand_over(s, w.dung, w.lan, RESTS, [w.minh])
    assert handing_over.hand_back(s, w.dung, w.lan) == (2, [])
    handing_over.hand_over(s, w.dung, w.minh, RESTS, [w.dung])
    assert carers(s) == lans | {own.id: w.dung.id}
    assert handing_over.handed(s, w.minh).household_ids == [own.id]
    assert handing_over.hand_back(s, w.dung, w.minh) == (1, [])
    assert carers(s) == lans | {own.id: w.minh.id}


def as_before(s, at):
    """The step at this moment as older releases wrote it: each row a little earlier, the entry of the log last."""
    s.flush()
    for row in s.scalars(select(Care).where((Care.until == at) | (Care.since == at))).all():
        earlier = at - timedelta(seconds=2 - row.household_id % 2)
        row.until, row.since = (earlier, row.since) if row.until == at else (None, earlier)
    s.flush()


def test_a_step_of_an_older_release_is_handed_back_in_one_step_too_and_nothing_else_is(s, w):
    own = world.household(s, w.dong, "Lê Văn Tư", address="Ngõ 7")
    with time_machine.travel(clock.now(), tick=False) as now:
        care.give(s, [own.id], w.lan, w.dung, area_id=w.dong.id)
        now.shift(10)
        care.give(s, [own.id], w.minh, w.dung, area_id=w.dong.id)  # by hand, within the same minute
        now.shift(20)
        handing_over.hand_over(s, w.dung, w.lan, LEAVES, [w.minh, w.dung])
        as_before(s, clock.now())
        now.shift(3600)
        back = handing_over.handed(s, w.lan)
        assert sorted(back.household_ids) == sorted([w.sens_house.id, w.tams_house.id])
        care.give(s, [w.sens_house.id], None, w.dung, area_id=w.dong.id)
        care.give(s, [w.sens_house.id], w.minh, w.dung, area_id=w.dong.id)
        assert handing_over.hand_back(s, w.dung, w.lan) == (1, [Gone(w.sens_house.head_name, w.minh.name)])
    assert carers(s) == {own.id: w.minh.id, w.sens_house.id: w.minh.id, w.tams_house.id: w.lan.id}
    assert handing_over.hand_back(s, w.dung, w.lan)[0] == 0


def test_a_house_taken_by_hand_afterwards_is_no_step_and_the_step_stays_whole(s, w):
    handing_over.hand_over(s, w.dung, w.lan, RESTS, [w.minh, w.dung])
    other = world.household(s, w.dong, "Lê Văn Tư", address="Ngõ 7")
    for to in (w.lan, w.minh):
        care.give(s, [other.id], to, w.dung, area_id=w.dong.id)
    assert sorted(handing_over.handed(s, w.lan).household_ids) == sorted([w.sens_house.id, w.tams_house.id])


def test_a_hand_over_sent_twice_can_still_be_handed_back(s, w):
    for _time in range(2):
        handing_over.hand_over(s, w.dung, w.lan, LEAVES, [w.minh])
    assert handing_over.hand_back(s, w.dung, w.lan) == (2, [])


def test_the_pages_name_the_houses_that_went_on_to_somebody_else(visitor, s, w):
    handing_over.hand_over(s, w.dung, w.lan, RESTS, [w.minh, w.dung])
    care.give(s, [w.sens_house.id], w.dung, w.dung, area_id=w.dong.id)
    s.commit()
    dung, path = visitor.as_(w.dung), f"/to/nguoi/{w.lan.id}"
    stays = f"1 household has gone on to somebody else since and stays there: Hoàng Thị Sen ({w.dung.name})."
    page = dung.get(path)
    assert stays in page.words
    assert stays in dung.follow(dung.send(page, f"/to/{w.lan.id}/nhan-lai")).words
    assert stays not in dung.get(path).words


def test_the_new_one_reads_for_a_week_on_today_what_was_taken_over(visitor, s, w):
    handing_over.hand_over(s, w.dung, w.lan, LEAVES, [w.minh])
    s.commit()
    read = visitor.as_(w.minh).get("/hom-nay").words
    assert "You took over 2 households from Trần Thị Lan" in read
    assert "Lanes: Ngõ 3, Ngõ 5." in read
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert "You took over" not in visitor.as_(w.minh).get("/hom-nay").words


def test_a_place_given_on_the_staff_page_ends_what_one_looked_after_elsewhere(s, w):
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="volunteer", area=w.doai)
    assert handing_over.end_strays(s) == 2
    assert carers(s) == {}
    assert [row.account_id for row in care.history(s, w.sens_house)] == [w.lan.id]
    assert "care" in WORK
    assert "care" in DAILY


def test_the_staff_page_moves_somebody_the_bag_is_anothers_and_what_was_done_stays(visitor, s, w):
    made = visit(s, w.lan, w.sens_house)
    before = handsets.scope(w.lan)
    s.commit()
    cuc, path = visitor.as_(w.cuc), f"/can-bo/{w.lan.id}"
    cuc.send(cuc.get(path), path, area=w.doai.code)
    s.expire_all()
    assert handsets.scope(w.lan) != before
    assert handing_over.end_strays(s) == 2
    assert (made.by_id, made.household_id) == (w.lan.id, w.sens_house.id)


def test_the_page_shows_what_hangs_on_the_person_and_does_all_in_one_step(visitor, s, w):
    handset(s, w.lan, waiting=3)
    s.commit()
    dung, path = visitor.as_(w.dung), f"/to/{w.lan.id}/ban-giao"
    page = dung.get(path)
    for words in ("Ngõ 3 (1), Ngõ 5 (1)", "3 records not sent yet", "A phone still holds records"):
        assert words in page.words
    assert "Moves to another village" not in page.words
    done = dung.follow(dung.send(page, path, how="leaves", to="all"))
    assert "Trần Thị Lan has handed over 2 households." in done.words
    assert sorted(carers(s).values()) == sorted([w.minh.id, w.dung.id])
    back = dung.follow(dung.send(done, f"/to/{w.lan.id}/nhan-lai"))
    assert "Trần Thị Lan looks after 2 households again." in back.words
    assert set(carers(s).values()) == {w.lan.id}


def test_an_official_moves_somebody_in_the_same_step(visitor, s, w):
    cuc, path = visitor.as_(w.cuc), f"/to/{w.lan.id}/ban-giao"
    page = cuc.get(path)
    missing = cuc.send(page, path, how="moves", to=w.minh.id, status=422)
    assert "Please choose the village." in missing.words
    cuc.send(missing, path, village=w.doai.code)
    s.expire_all()
    assert w.lan.area_id == w.doai.id
    assert set(carers(s).values()) == {w.minh.id}


def test_nothing_happens_until_it_is_said_what_and_to_whom(visitor, s, w):
    page = visitor.as_(w.dung).post(f"/to/{w.lan.id}/ban-giao", status=422)
    assert "Please choose what happens." in page.words
    assert "Please choose who takes over." in page.words
    assert set(carers(s).values()) == {w.lan.id}


@pytest.mark.parametrize("door", ["ban-giao", "nhan-lai"])
def test_the_doors_of_handing_over_are_for_those_who_manage_the_person(visitor, w, door):
    path = f"/to/{w.lan.id}/{door}"
    visitor.as_(w.minh).post(path, status=403)
    visitor.as_(w.quy).post(path, status=404)
    visitor.as_(w.dung).post(f"/to/{w.nga.id}/{door}", status=404)
    visitor.as_(w.dung).post(f"/to/{w.dung.id}/{door}", status=403)
    assert visitor.post(path).location.startswith("/dang-nhap")


def test_the_staff_page_leads_to_handing_over_for_who_may(visitor, w):
    assert f"/to/{w.lan.id}/ban-giao" in visitor.as_(w.dung).get(f"/can-bo/{w.lan.id}").links()
    assert f"/to/{w.lan.id}/ban-giao" not in visitor.as_(w.anh).get(f"/can-bo/{w.lan.id}").links()


def test_a_volunteer_alone_hands_over_to_nobody(visitor, s, w):
    world.account(s, "Đào Thị Mơ", "+84912000099", "volunteer", w.ha)
    s.commit()
    mo = s.execute(select(world.Account).where(world.Account.phone == "+84912000099")).scalar_one()
    quy = visitor.as_(w.quy)
    quy.post(f"/to/{mo.id}/ban-giao", {"how": "leaves", "to": "none"})
    s.expire_all()
    assert not mo.is_active
