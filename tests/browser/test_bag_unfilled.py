"""The bag when the network held for sending and went before the bag could be filled again."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.visits.models import Visit
from tests.browser.bag import Bag
from tests.browser.house import House
from tests.world import World


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)
def test_a_household_that_was_taken_is_there_to_be_visited_though_the_bag_could_not_be_filled_since(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    bag.page.route("**/tui/do", lambda route: route.abort())
    for name in ("Vũ Thị Thảo", "Vũ Thị Bưởi"):
        bag.go("ho/moi")
        bag.part("[name=head_name]").fill(name)
        bag.put_by()
        bag.sent()
        bag.go("tim")
        bag.part("#find").fill(name)
        bag.part(".houses a").click()
        bag.part("[data-to=tham]").first.click()
        bag.part('.choice:has([name="met"])').filter(has_text=name).click()
        bag.choose("outcome", "shown")
        bag.put_by()
        bag.sent()
        bag.open("hom-nay")
    with Session(written) as s:
        visits = list(s.scalars(select(Visit).order_by(Visit.id)))[-2:]
        assert [one.household.head_name for one in visits] == ["Vũ Thị Thảo", "Vũ Thị Bưởi"]
        assert [[met.name for met in one.met] for one in visits] == [["Vũ Thị Thảo"], ["Vũ Thị Bưởi"]]


@pytest.mark.parametrize("language", [pytest.param("vi", marks=pytest.mark.browser)], indirect=True)
def test_another_language_asked_for_without_a_network_shuts_nobody_out_of_the_bag(bag: Bag) -> None:
    bag.context.set_offline(True)
    bag.part("footer a[href*='lang=']").first.click()
    expect(bag.part("#pin")).to_be_visible()
    bag.page.goto(f"{bag.house.address}/tai-khoan")  # what opens without a network stands in place of what does not
    expect(bag.part("#pin")).to_be_visible()
    bag.open("tim")
    expect(bag.part(".houses li").first).to_be_visible()
    bag.context.set_offline(False)
    bag.page.goto(f"{bag.house.address}/hom-nay?lang=en")  # the bag is not fetched in it before the network goes
    bag.context.set_offline(True)
    bag.open("tim")
    expect(bag.part(".houses li").first).to_be_visible()


@pytest.mark.parametrize("language", [pytest.param("vi", marks=pytest.mark.browser)], indirect=True)
def test_the_other_person_of_a_shared_phone_comes_to_her_own_bag_without_a_network(
    bag: Bag, afield: tuple[House, World]
) -> None:
    lan, also = afield[1].lan.name, "Phạm Thị Út"
    row = f"{{ ...errand.state.keys.row, who: 999, name: '{also}', used: 1 }}"
    bag.page.evaluate(f"() => sealed.deal('people', people => people.put({row}))")
    bag.context.set_offline(True)
    bag.page.reload()
    for name in (lan, also, lan):
        expect(bag.part("[data-put=name]")).to_have_text(name)
        bag.part("[data-do=other]").click()
