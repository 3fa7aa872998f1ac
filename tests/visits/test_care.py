"""Who looks after which household, one by one and lane by lane; and the order of a lane's houses."""

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.households.models import Household
from outreach.visits import care
from outreach.visits.models import Care
from tests import counting, world

LANES = "/phu-trach"
ORDER = "/thu-tu-di"


def carers(s, *houses):
    """Who looks after these houses now."""
    s.expire_all()
    found = [care.current(s, house) for house in houses]
    return [one.account.name if one else None for one in found]


def deeds(s):
    return [entry.act for entry in s.scalars(select(AuditEntry).where(AuditEntry.act.startswith("care.")))]


@pytest.fixture
def lane(s, w):
    """Three houses of ngõ 7."""
    made = [world.household(s, w.dong, f"Lê Văn {n}", address=f"Ngõ 7, số {n}") for n in (9, 1, 11)]
    s.commit()
    return made


def test_a_leader_gives_a_household_to_a_volunteer(visitor, s, w):
    leader = visitor.as_(w.dung)
    address = f"/ho/{w.sens_house.id}/phu-trach"
    answer = leader.send(leader.get(address), address, to=str(w.lan.id))
    assert answer.location == f"/ho/{w.sens_house.id}"
    assert carers(s, w.sens_house) == ["Trần Thị Lan"]
    assert "Looked after byTrần Thị Lan" in leader.follow(answer).words
    assert deeds(s) == ["care.give"]


def test_who_looked_after_it_before_stays_on_record(s, w):
    for who in (w.lan, w.minh, None):
        assert care.give(s, [w.sens_house.id], who, w.dung, area_id=w.dong.id) == 1
    told = care.history(s, w.sens_house)
    assert [one.account.name for one in told] == ["Bùi Đức Minh", "Trần Thị Lan"]
    assert all(one.until for one in told)
    assert deeds(s) == ["care.give", "care.give", "care.end"]


def test_giving_it_to_the_same_one_again_changes_nothing(s, w):
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    assert care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id) == 0
    assert len(care.history(s, w.sens_house)) == 1
    assert deeds(s) == ["care.give"]


def test_after_a_merge_left_two_carers_one_gift_makes_it_one_again(s, w):
    for who in (w.lan, w.minh):
        s.add(Care(household_id=w.sens_house.id, account_id=who.id, since=w.sens_house.created_at, by_id=w.dung.id))
    care.give(s, [w.sens_house.id], w.minh, w.dung, area_id=w.dong.id)
    open_rows = select(Care.account_id).where(Care.household_id == w.sens_house.id, Care.until.is_(None))
    assert s.scalars(open_rows).all() == [w.minh.id]


def test_nobody_of_another_village_can_be_given_a_household(visitor, s, w):
    visitor.as_(w.dung).post(f"/ho/{w.sens_house.id}/phu-trach", {"to": str(w.nga.id)}, status=422)
    assert carers(s, w.sens_house) == [None]


def test_a_volunteer_sees_who_looks_after_it_and_gives_nothing_away(visitor, w):
    lan = visitor.as_(w.lan)
    assert "Nobody has been given this household yet" in lan.get(f"/ho/{w.sens_house.id}/phu-trach").words
    lan.post(f"/ho/{w.sens_house.id}/phu-trach", {"to": "0"}, status=403)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_household_of_another_place_is_not_found(visitor, w, method):
    getattr(visitor.as_(w.quy), method)(f"/ho/{w.sens_house.id}/phu-trach", status=404)


@pytest.mark.parametrize("path", [LANES, ORDER, "/ho/1/phu-trach"])
def test_a_stranger_is_asked_to_sign_in(visitor, w, path):
    assert visitor.get(path, status=303).location.startswith("/dang-nhap")


def test_whole_lanes_are_handed_out_at_once(visitor, s, w, lane):
    leader = visitor.as_(w.dung)
    page = leader.get(LANES)
    assert "Ngõ 73nobody" in page.words
    assert page.form(f"{LANES}?thon={w.dong.id}")["lane-2"] == ["ngo 7"]
    leader.send(page, f"{LANES}?thon={w.dong.id}", **{"to-2": str(w.minh.id)})
    assert carers(s, *lane, w.sens_house) == ["Bùi Đức Minh"] * 3 + [None]


def test_a_lane_left_as_it_is_stays_with_whom_it_was(visitor, s, w, lane):
    care.give(s, [lane[0].id], w.lan, w.dung, area_id=w.dong.id)
    s.commit()
    leader = visitor.as_(w.dung)
    leader.send(leader.get(LANES), f"{LANES}?thon={w.dong.id}", **{"to-0": str(w.minh.id)})
    assert carers(s, lane[0], w.sens_house) == ["Trần Thị Lan", "Bùi Đức Minh"]


def test_an_official_chooses_the_village_and_no_other_communes(visitor, w, lane):
    official = visitor.as_(w.cuc)
    assert "Ngõ 7" in official.get(f"{LANES}?thon={w.dong.id}").words
    assert "Ngõ 7" not in official.get(f"{LANES}?thon={w.doai.id}").words
    official.get(f"{LANES}?thon={w.ha.id}", status=404)


@pytest.mark.parametrize("path", [LANES, ORDER])
@pytest.mark.parametrize("who", ["lan", "binh", "phuc"])
def test_only_leaders_and_officials_hand_out_and_order(visitor, w, who, path):
    visitor.as_(getattr(w, who)).get(path, status=403)
    visitor.as_(getattr(w, who)).post(path, status=403)


def test_more_houses_need_no_more_queries(visitor, s, w, connection, lane):
    leader = visitor.as_(w.dung)
    leader.get(LANES)
    asked = []
    for many in (0, 30):
        for n in range(many):
            world.household(s, w.dong, f"Vũ {n}", address=f"Ngõ {n}")
        s.commit()
        with counting.statements(connection) as said:
            leader.get(LANES)
        asked.append(len(said))
    assert asked[0] == asked[1]


def test_the_houses_of_a_lane_are_listed_as_one_walks_and_take_typed_places(visitor, s, w, lane):
    leader = visitor.as_(w.dung)
    page = leader.get(f"{ORDER}?thon={w.dong.id}&ngo=ngo+7")
    assert page.words.index("Lê Văn 1Ngõ") < page.words.index("Lê Văn 9") < page.words.index("Lê Văn 11")
    action = f"{ORDER}?thon={w.dong.id}&ngo=ngo+7"
    leader.send(page, action, **{"place-0": "2", "place-1": "", "place-2": "1"})
    s.expire_all()
    assert {house.head_name: house.walk_no for house in lane} == {"Lê Văn 1": 2, "Lê Văn 9": None, "Lê Văn 11": 1}


def test_houses_can_be_numbered_as_they_stand(visitor, s, w, lane):
    leader = visitor.as_(w.dung)
    action = f"{ORDER}?thon={w.dong.id}&ngo=ngo+7"
    leader.send(leader.get(action), action, number="1")
    s.expire_all()
    assert [house.walk_no for house in lane] == [2, 1, 3]


def test_a_place_that_is_no_number_is_shown_at_its_row_and_nothing_is_lost(visitor, s, w, lane):
    leader = visitor.as_(w.dung)
    action = f"{ORDER}?thon={w.dong.id}&ngo=ngo+7"
    page = leader.send(leader.get(action), action, status=422, **{"place-0": "đầu ngõ", "place-1": "5"})
    assert page.form(action)["place-0"] == ["đầu ngõ"]
    assert page.form(action)["place-1"] == ["5"]
    s.expire_all()
    assert s.scalars(select(Household.walk_no).where(Household.walk_no.is_not(None))).all() == []


def test_a_house_that_came_into_the_lane_meanwhile_takes_nobodys_place(visitor, s, w, lane):
    leader = visitor.as_(w.dung)
    action = f"{ORDER}?thon={w.dong.id}&ngo=ngo+7"
    typed = leader.get(action).form(action) | {"place-0": "1", "place-1": "hai"}
    new = world.household(s, w.dong, "Lê Văn 0", address="Ngõ 7, số 0")
    s.commit()
    page = leader.post(action, typed, status=422)
    said = page.form(action)
    row = {int(said[f"house-{n}"][0]): n for n in range(4)}
    nine, one, eleven = lane
    assert [said[f"place-{row[house.id]}"] for house in (new, one, nine, eleven)] == [[""], ["1"], ["hai"], [""]]
    leader.send(page, action, **{f"place-{row[nine.id]}": "2"})
    s.expire_all()
    assert [house.walk_no for house in (new, one, nine, eleven)] == [None, 1, 2, None]


def test_a_page_sent_without_its_rows_is_drawn_anew(visitor, s, w, lane):
    action = f"{ORDER}?thon={w.dong.id}&ngo=ngo+7"
    page = visitor.as_(w.dung).post(action, {"house-0": "x", "place-0": "y"}, status=303)
    assert page.location.startswith(ORDER)
