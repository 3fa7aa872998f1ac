"""Village boundaries: households stand in another village from now on; what was counted before stays."""

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.coverage import recounting
from outreach.households import moving
from outreach.households.models import Household, StageChange, Tally, TallyDay
from outreach.review import ledger
from outreach.visits import care
from outreach.visits.models import Care
from tests import world
from tests.groups.test_groups import visit

PATH = "/to/ranh-gioi"


@pytest.fixture
def cuc(visitor, w):
    return visitor.as_(w.cuc)


def village_of(s, house):
    """Where a household stands now."""
    s.expire_all()
    return s.get(Household, house.id).village_id


def test_a_whole_lane_or_single_houses_are_looked_at_first_and_then_moved(cuc, s, w):
    other = world.household(s, w.dong, "Vũ Thị Mận", address="Ngõ 3")
    s.commit()
    page = cuc.get(f"{PATH}?thon={w.dong.id}")
    lane = "ngo 3"
    first = cuc.post(f"{PATH}/xem", page.form(f"{PATH}/xem") | {"lane": [lane], "sang": w.doai.id}, status=200)
    for words in ("Nothing has been moved yet", "Hoàng Thị Sen", "Vũ Thị Mận", "From thôn Đông to thôn Đoài"):
        assert words in first.words
    assert "Nguyễn Văn Tám" not in first.words
    assert village_of(s, w.sens_house) == w.dong.id
    done = cuc.follow(cuc.send(first, PATH))
    assert "2 households stand in thôn Đoài now." in done.words
    assert [village_of(s, one) for one in (w.sens_house, other, w.tams_house)] == [w.doai.id, w.doai.id, w.dong.id]


def test_counts_go_along_and_the_days_of_before_keep_their_movement(cuc, s, w):
    visit(s, w.lan, w.sens_house, outcome="shown", met=(w.sen.id,))
    s.commit()
    days = s.execute(select(TallyDay.village_id, func.sum(TallyDay.visited)).group_by(TallyDay.village_id)).all()
    history = s.scalars(select(StageChange.village_id).where(StageChange.household_id == w.sens_house.id)).all()
    cuc.post(PATH, {"thon": w.dong.id, "sang": w.doai.id, "home": [w.sens_house.id]})
    s.expire_all()
    assert (s.get(Tally, w.doai.id).visited, s.get(Tally, w.dong.id).visited) == (1, 0)
    assert recounting.differing(s) == []
    again = select(TallyDay.village_id, func.sum(TallyDay.visited)).group_by(TallyDay.village_id)
    assert s.execute(again).all() == days
    assert s.scalars(select(StageChange.village_id).where(StageChange.household_id == w.sens_house.id)).all() == history


def test_nobody_of_the_old_village_looks_after_it_or_sees_it_any_more(cuc, visitor, s, w):
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    s.commit()
    cuc.post(PATH, {"thon": w.dong.id, "sang": w.doai.id, "home": [w.sens_house.id]})
    assert s.scalars(select(Care).where(Care.until.is_(None))).all() == []
    visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}", status=404)
    visitor.as_(w.nga).get(f"/ho/{w.sens_house.id}")


def test_a_visit_made_before_stays_with_the_village_where_it_was_made(cuc, s, w):
    before = visit(s, w.lan, w.sens_house)
    same_day = visit(s, w.lan, w.tams_house)
    s.commit()
    cuc.post(PATH, {"thon": w.dong.id, "sang": w.doai.id, "home": [w.sens_house.id]})
    s.expire_all()
    after = visit(s, w.nga, w.sens_house)
    assert [one.place_id for one in (before, same_day, after)] == [w.dong.id, None, None]
    (sheet,) = ledger.of_person(s, w.lan, [clock.today().replace(day=1)])
    assert (sheet.village.id, sheet.figures.days, sheet.figures.visits) == (w.dong.id, 1, 2)


def test_it_is_noted_for_each_household(cuc, s, w):
    cuc.post(PATH, {"thon": w.dong.id, "sang": w.doai.id, "home": [w.sens_house.id, w.tams_house.id]})
    noted = s.scalars(select(AuditEntry).where(AuditEntry.act == "household.move")).all()
    assert {e.subject_id for e in noted} == {w.sens_house.id, w.tams_house.id}
    assert {(e.actor_id, e.area_id) for e in noted} == {(w.cuc.id, w.doai.id)}
    assert noted[0].details == {"area": ["11977.1", "11977.2"]}


def test_numbers_that_both_villages_use_are_kept_apart_however_often(s, w):
    for n in range(2):
        house = world.household(s, w.doai, f"Nhà Mới {n}", code="1" if n == 0 else "1/1")
        assert house.code
    moving.move(s, w.dong, w.doai, [w.sens_house.id, w.tams_house.id], w.cuc)
    assert (w.sens_house.code, w.tams_house.code) == ("1/1-2", "2")


def test_nothing_is_chosen_or_the_same_village_is_said_so(cuc, w):
    nothing = cuc.post(f"{PATH}/xem", {"thon": w.dong.id, "sang": w.doai.id}, status=422)
    assert "Choose at least one household" in nothing.words
    for door in (f"{PATH}/xem", PATH):
        cuc.post(door, {"thon": w.dong.id, "sang": w.dong.id, "home": [w.sens_house.id]}, status=422)


def test_only_houses_of_that_village_move(cuc, s, w):
    cuc.post(PATH, {"thon": w.dong.id, "sang": w.doai.id, "home": [w.xas_house.id, w.tams_house.id]})
    assert village_of(s, w.xas_house) == w.ha.id
    assert village_of(s, w.tams_house) == w.doai.id


@pytest.mark.parametrize("said", [{"thon": "ha", "sang": "doai"}, {"thon": "dong", "sang": "ha"}])
def test_villages_of_another_commune_are_not_there(cuc, w, said):
    said = {name: getattr(w, village).id for name, village in said.items()}
    for door in (f"{PATH}/xem", PATH):
        cuc.post(door, said | {"home": [w.sens_house.id]}, status=404)


def test_boundaries_are_the_officials(visitor, w):
    for door in (f"{PATH}/xem", PATH):
        visitor.as_(w.dung).post(door, status=403)
        assert visitor.post(door).location.startswith("/dang-nhap")
    visitor.as_(w.dung).get(PATH, status=403)
    assert "/to/ranh-gioi" in visitor.as_(w.cuc).get("/to").links()
    assert "/to/ranh-gioi" not in visitor.as_(w.dung).get("/to").links()
