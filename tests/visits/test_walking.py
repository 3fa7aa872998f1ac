"""In which order to walk: the worth of a visit against the way to it."""

import pytest

from outreach.visits.walking import House, Stop, in_order, spot, straight, tour


def order(*houses, most=20):
    return [stop.id for stop in tour(houses, most)]


@pytest.mark.parametrize(
    ("address", "lane", "number"),
    [
        ("Ngõ 3, số 12", "Ngõ 3", 12),
        ("12, Ngõ 3", "Ngõ 3", 12),
        ("Số 12, ngõ 3", "ngõ 3", 12),
        ("Số nhà 5 Ngõ 7", "Ngõ 7", 5),
        ("45 Trần Phú", "Trần Phú", 45),
        ("Ngõ 3", "Ngõ 3", None),
        ("Đội 5", "Đội 5", None),
        ("Xóm 2, cạnh chợ", "Xóm 2, cạnh chợ", None),
        ("", "", None),
    ],
)
def test_an_address_is_a_lane_and_a_house_number(address, lane, number):
    assert spot(address)[:2] == (lane, number)


def test_house_numbers_sort_as_people_count_them():
    typed = ["12A", "9", "13", "12/4", "12"]
    by_number = sorted(typed, key=lambda number: spot(f"Ngõ 3, số {number}").number)
    assert by_number == ["9", "12", "12A", "12/4", "13"]


def test_two_spellings_of_a_lane_are_one_lane():
    assert spot("Số 12, NGÕ 3").key == spot("Ngõ 3, số 14").key


def test_lanes_come_in_natural_order_and_houses_as_one_walks():
    houses = [("Ngõ 10", None), ("Ngõ 2, số 11", None), ("Ngõ 2, số 9", None), ("Ngõ 2", None), ("Ngõ 2, số 30", 1)]
    walked = sorted(houses, key=lambda one: in_order(*one))
    assert [address for address, _no in walked] == ["Ngõ 2, số 30", "Ngõ 2, số 9", "Ngõ 2, số 11", "Ngõ 2", "Ngõ 10"]


def test_of_houses_worth_the_same_the_nearest_is_next():
    assert order(
        House(1, 0.5, address="Ngõ 1, số 1"), House(2, 0.5, address="Ngõ 9, số 1"),
        House(3, 0.5, address="Ngõ 1, số 7"), House(4, 0.5, address="Ngõ 1, số 3"),
    ) == [1, 4, 3, 2]  # fmt: skip


def test_the_next_door_comes_before_a_house_worth_a_little_more_across_the_village():
    here, next_door = House(1, 0.9, address="Ngõ 1, số 1"), House(2, 0.5, address="Ngõ 1, số 3")
    assert order(here, next_door, House(3, 0.55, address="Ngõ 9, số 1")) == [1, 2, 3]


def test_a_house_worth_much_more_is_worth_the_walk():
    here, next_door = House(1, 0.9, address="Ngõ 1, số 1"), House(2, 0.35, address="Ngõ 1, số 3")
    assert order(here, next_door, House(3, 0.9, address="Ngõ 9, số 1")) == [1, 3, 2]


def test_a_lower_tier_comes_first_however_far_it_is():
    assert order(
        House(1, 0.9, 1, "Ngõ 1"), House(2, 0.1, 0, "Ngõ 1"), House(3, 0.1, 0, "Ngõ 9"),
    ) == [2, 3, 1]  # fmt: skip


def test_the_order_that_a_leader_gave_goes_before_the_house_numbers():
    assert order(
        House(1, 0.5, address="Ngõ 1, số 1", walk_no=1), House(2, 0.5, address="Ngõ 1, số 2", walk_no=9),
        House(3, 0.5, address="Ngõ 1, số 40", walk_no=2),
    ) == [1, 3, 2]  # fmt: skip


def test_coordinates_go_before_addresses_and_give_the_distance():
    stops = tour(
        [
            House(1, 0.6, address="Ngõ 1", lat=20.65, lon=106.05),
            House(2, 0.5, address="Ngõ 1", lat=20.66, lon=106.05),
            House(3, 0.5, address="Ngõ 9", lat=20.6505, lon=106.05),
        ],
        20,
    )
    assert [stop.id for stop in stops] == [1, 3, 2]
    assert stops[0].metres is None
    assert stops[1].metres == pytest.approx(55.6, abs=0.1)


def test_without_both_places_no_distance_is_claimed():
    assert straight(House(1, 0.5, lat=20.65, lon=106.05), House(2, 0.5)) is None
    assert tour([House(1, 0.5), House(2, 0.5)], 2) == [Stop(1, None), Stop(2, None)]


def test_the_walk_has_as_many_houses_as_were_asked_for_and_none_twice():
    houses = [House(n, 0.5, address=f"Ngõ {n // 14}, số {n % 14}") for n in range(700)]
    walked = order(*houses)
    assert len(walked) == len(set(walked)) == 20
