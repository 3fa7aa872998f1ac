"""Likely duplicates: the same phone, or the same name in the same village, accents or not."""

import pytest

from outreach import clock
from outreach.households import duplicates, queries
from tests import world


@pytest.fixture
def ask(s, w):
    """Ask as Lan of thôn Đông; gives (head, same phone, same name) of each household alike."""

    def look(name="", phone=None, who=None, village=None, **kw):
        found = duplicates.alike(
            s, queries.visible_to(who or w.lan), village_id=(village or w.dong).id, name=name, phone=phone, **kw
        )
        return [(one.household.head_name, one.same_phone, one.same_name) for one in found]

    return look


def test_a_name_without_accents_is_the_same_name(ask):
    assert ask("hoang thi SEN") == [("Hoàng Thị Sen", False, True)]


def test_a_member_s_name_counts_as_well(ask):
    assert ask("Nguyễn Thu Hạnh") == [("Hoàng Thị Sen", False, True)]


def test_a_member_s_phone_counts_as_well(ask):
    assert ask("Ai Đó Khác", "+84912345678") == [("Hoàng Thị Sen", True, False)]


def test_the_surest_stands_first(ask):
    assert ask("Nguyễn Văn Tám", "+84912345678") == [("Hoàng Thị Sen", True, False), ("Nguyễn Văn Tám", False, True)]
    assert ask("Nguyễn Văn Tám", "+84987654321") == [("Nguyễn Văn Tám", True, True)]


def test_the_same_name_in_another_village_is_another_family(ask, w):
    assert ask("Lý Thị Páo", who=w.cuc) == []
    assert ask("Lý Thị Páo", who=w.cuc, village=w.doai) == [("Lý Thị Páo", False, True)]


def test_the_same_phone_in_another_village_of_the_commune_is_shown_to_the_official_only(ask, w, s):
    w.paos_house.phone = "+84977777777"
    s.flush()
    assert ask("Ai Đó", "+84977777777", who=w.cuc) == [("Lý Thị Páo", True, False)]
    assert ask("Ai Đó", "+84977777777") == []


@pytest.mark.parametrize("typed", ["", "Sen", "  ", "Hoàng Thị"])
def test_too_little_says_nothing(ask, typed):
    assert ask(typed) == []


def test_who_has_left_is_no_sign(ask, w, s):
    w.hanh.left_on = clock.today()
    s.flush()
    assert ask("Nguyễn Thu Hạnh", "+84912345678") == []


def test_a_household_is_not_its_own_duplicate(ask, w):
    assert ask("Hoàng Thị Sen", apart_from=w.sens_house.id) == []


def test_no_more_than_five_are_shown(ask, s, w):
    for _ in range(8):
        world.household(s, w.dong, "Phạm Văn Nam")
    assert len(ask("Pham Van Nam")) == 5


def test_two_entries_of_one_person_are_seen(s, w):
    twice = world.member(s, w.sens_house, "Nguyen Thu Hanh", None)
    world.member(s, w.sens_house, "Nguyễn Thu Hằng", 2003)
    s.refresh(w.sens_house)
    assert duplicates.twins(w.sens_house) == [(w.hanh, twice)]
    twice.left_on = clock.today()
    assert duplicates.twins(w.sens_house) == []
