"""A bag that is nobody's to carry any more: what waits is handed in first, and nobody else reads what lay open."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import registering
from outreach.accounts.models import Account
from outreach.arrivals.models import Late
from outreach.bag.models import Handset
from tests.browser.bag import LONG, Bag, cast, rows
from tests.browser.house import House
from tests.browser.test_bag_phone import READABLE
from tests.world import World

vietnamese, english = (
    pytest.mark.parametrize("language", [pytest.param(code, marks=pytest.mark.browser)], indirect=True)
    for code in ("vi", "en")
)
NUMBER = """async house => {
    const id = sealed.newId(), fields = [["outcome", "nobody"], ["note", "CCCD 001199012345"], ["client_id", id]];
    await sealed.put(errand.state.keys.row, errand.stamp({ client_id: id, url: `/ho/${house}/tham`, fields }));
    await errand.look();
    return id;
}"""
HOMES = "() => errand.state.keys ? view.homes().size > 0 : null"


def _change(engine: Engine, change: Callable[[Session, Account, Account], None]) -> None:
    with Session(engine) as s:
        named = {one.name: one for one in s.scalars(select(Account))}
        change(s, named["Lê Thị Cúc"], named["Trần Thị Lan"])
        s.commit()


def _note_two(lan: Bag, account: Account, house: int) -> list[str]:
    """Two visits are noted without a network on a phone that was set up just now."""
    lan.sign_in(account)
    lan.set_up()
    lan.context.set_offline(True)
    return lan.many(house, 2)


@vietnamese
def test_who_is_suspended_with_records_on_a_phone_hands_them_in_before_the_phone_forgets(
    own_house: House, own_engine: Engine, lans_phone: Callable[[], Bag]
) -> None:
    lan = lans_phone()
    page, (account, sen) = lan.page, cast(own_engine)
    ids = _note_two(lan, account, sen.household_id)
    dropped, corrected = (page.evaluate(NUMBER, sen.household_id) for _one in range(2))
    page.evaluate("() => sealed.deal('bags', bags => void bags.clear())")  # it was too old
    _change(own_engine, registering.suspend)
    page.reload()
    expect(lan.part("#pin")).to_be_visible(timeout=LONG)

    def slow(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/tui/gui", slow)
    lan.context.set_offline(False)
    lan.open()
    lan.waits(2)
    assert [one.client_id for one in rows(own_engine, Late)] == ids
    lan.until("() => Boolean(errand.state.over && !errand.state.busy)", True)
    lan.go(f"cho-gui/{dropped}")
    expect(lan.part("[data-put=word]")).not_to_be_empty()
    lan.part("[data-do=drop]").click()
    lan.part("[data-do=drop-now]").click()
    lan.waits(1)
    lan.go(f"cho-gui/{corrected}")
    lan.part("[data-do=mend]").click()
    lan.part("[name=note]").evaluate("note => { note.closest('details').open = true; note.value = ''; }")
    lan.save()
    lan.until(READABLE, [0, 0])
    lan.waits(0)
    assert [one.client_id for one in rows(own_engine, Late)] == [*ids, corrected]
    assert [one.waiting for one in rows(own_engine, Handset)] == [0]
    expect(lan.part("[data-when=unsent]").first).to_be_hidden(timeout=LONG)


@english
def test_a_phone_forgets_at_another_role_although_nobody_signs_in_again(
    own_house: House, own_engine: Engine, lans_phone: Callable[[], Bag]
) -> None:
    lan = lans_phone()
    account, sen = cast(own_engine)
    ids = _note_two(lan, account, sen.household_id)

    def to_agent(s: Session, by: Account, lan: Account) -> None:
        registering.change(s, by, lan, name=lan.name, phone=lan.phone, role="agent", area=by.area)

    _change(own_engine, to_agent)
    lan.context.set_offline(False)
    lan.until(READABLE, [0, 0])
    lan.waits(0)
    assert [one.client_id for one in rows(own_engine, Late)] == ids


@english
def test_signing_out_in_one_tab_shuts_the_bag_that_lies_open_in_another(bag: Bag, afield: tuple[House, World]) -> None:
    second = bag.context.new_page()
    second.goto(f"{bag.house.address}/hom-nay")
    second.locator('form[action="/dang-xuat"] button').click()
    second.wait_for_url("**/dang-nhap")
    bag.until("() => errand.state.keys", None)
    expect(bag.part(".houses")).to_have_count(0)


@english
def test_a_bag_that_lies_open_shuts_when_the_server_says_that_nobody_is_signed_in(
    bag: Bag, afield: tuple[House, World]
) -> None:
    bag.context.clear_cookies(name="session")
    bag.page.evaluate("() => void errand.fill(true)")
    expect(bag.part("#pin")).to_be_visible(timeout=LONG)
    bag.open()  # with the PIN it is read as without a network
    assert bag.page.evaluate(HOMES)


@english
def test_seven_days_are_counted_by_the_servers_clock_however_wrong_the_phones_is(
    bag: Bag, afield: tuple[House, World]
) -> None:
    page = bag.page
    page.clock.install()

    def shows(days: int) -> None:
        page.clock.set_system_time(clock.now() + timedelta(days=days))
        bag.open("hom-nay")

    for ahead in (10, -10):
        bag.context.set_offline(False)
        shows(ahead)
        bag.until("() => errand.state.unfilled", "")
        bag.until(HOMES, True)
        bag.context.set_offline(True)
        shows(ahead)
        assert page.evaluate(HOMES)
        expect(bag.part("[data-put=clock]")).to_contain_text("10 days")
        shows(ahead + 8)
        assert not page.evaluate(HOMES)
        expect(bag.part("[data-put=filled]")).to_contain_text("This phone's clock says today is")


def _leave_two_behind(lan: Bag, account: Account, house: int) -> list[str]:
    """Two visits are noted without a network; then she signs out all the same, on a page that cannot send them."""
    ids = _note_two(lan, account, house)
    lan.page.goto("about:blank")
    lan.context.set_offline(False)
    lan.page.goto(f"{lan.house.address}/hom-nay")
    out = lan.part('form[action="/dang-xuat"] button')
    out.click()
    expect(lan.part("[data-leaving]")).to_be_visible()
    out.click()
    lan.page.wait_for_url("**/dang-nhap")
    return ids


@english
def test_what_lies_sealed_since_she_signed_out_comes_although_she_is_suspended_now(
    own_house: House, own_engine: Engine, lans_phone: Callable[[], Bag]
) -> None:
    lan = lans_phone()
    account, sen = cast(own_engine)
    ids = _leave_two_behind(lan, account, sen.household_id)
    assert [one.waiting for one in rows(own_engine, Handset)] == [2]
    lan.go()  # who may sign in is only asked to
    expect(lan.part("#tui [data-put=unsent]")).to_contain_text("2 on this phone", timeout=LONG)
    lan.waits(2)
    _change(own_engine, registering.suspend)
    lan.page.reload()
    lan.waits(0)
    expect(lan.part("#news")).to_contain_text(f"{account.name}: 2 records that waited here went to the server")
    expect(lan.part("#tui [data-when=unsent]").first).to_be_hidden()
    assert [(one.client_id, one.author_id) for one in rows(own_engine, Late)] == [(id, account.id) for id in ids]
    assert [one.waiting for one in rows(own_engine, Handset)] == [0]


@vietnamese
def test_who_is_suspended_and_has_forgotten_the_pin_loses_nothing_either(
    own_house: House, own_engine: Engine, lans_phone: Callable[[], Bag]
) -> None:
    lan = lans_phone()
    account, sen = cast(own_engine)
    ids = _note_two(lan, account, sen.household_id)
    number = lan.page.evaluate(NUMBER, sen.household_id)
    lan.page.goto("about:blank")
    lan.context.set_offline(False)
    _change(own_engine, registering.suspend)
    lan.go()
    lan.part("[data-do=forgotten]").click()
    expect(lan.part("#news .notice")).to_have_count(2, timeout=LONG)
    lan.waits(1)  # what names an ID number stays, and opens by the PIN still
    assert [one.client_id for one in rows(own_engine, Late)] == ids
    lan.until("async () => (await sealed.all('bags')).length", 0)
    lan.open(f"cho-gui/{number}")
    expect(lan.part("[data-put=word]")).not_to_be_empty()
