"""A phone that is full, lost, cleared or shared, or a forgotten PIN: nothing is lost, and each reads only their own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.bag import handsets
from outreach.bag.models import Handset
from outreach.visits.models import Visit
from tests.browser.bag import LONG, OTHER_PIN, PIN, Bag, cast, last, rows
from tests.browser.house import House
from tests.world import World

vietnamese, english = (
    pytest.mark.parametrize("language", [pytest.param(code, marks=pytest.mark.browser)], indirect=True)
    for code in ("vi", "en")
)
READABLE = """async () => {
    const people = await sealed.all("people"), bags = await sealed.all("bags");
    return [people.filter(one => one.wrapped || one.errand).length, bags.length];
}"""


@english
def test_what_was_saved_as_a_file_before_the_browser_was_cleared_is_handed_in_once(
    bag: Bag, afield: tuple[House, World], written: Engine, tmp_path: Path
) -> None:
    page, before = bag.page, last(written, Visit)
    bag.context.set_offline(True)
    ids = bag.many(afield[1].sens_house.id, 3)
    bag.go("cho-gui")
    with page.expect_download() as saved:
        page.locator("[data-do=file]").click()
    saved.value.save_as(tmp_path / "tui.json")
    assert "Lượt" not in (tmp_path / "tui.json").read_text()
    wire = bag.context.new_cdp_session(page)
    wire.send("Storage.clearDataForOrigin", {"origin": bag.house.address, "storageTypes": "all"})
    bag.context.set_offline(False)
    bag.sign_in(afield[1].lan)
    for _again in range(2):
        page.goto(f"{bag.house.address}/tui/tep")
        page.locator("input[type=file]").set_input_files(tmp_path / "tui.json")
        page.locator("main form button[type=submit]").first.click()
        expect(page.get_by_text(bag.words("What became of it"))).to_be_visible()
    assert sorted(one.client_id for one in rows(written, Visit, before)) == sorted(ids)


@english
def test_on_a_full_phone_the_sheet_stays_on_the_screen_and_can_be_saved_as_a_file(
    own_house: House, own_engine: Engine, lans_phone: Callable[[], Bag], tmp_path: Path
) -> None:
    lan = lans_phone()
    account, sen = cast(own_engine)
    lan.sign_in(account)
    lan.set_up()
    lan.context.close()
    lan = lans_phone()  # a browser asks anew how much room there is
    wire = lan.context.new_cdp_session(lan.page)
    wire.send("Storage.overrideQuotaForOrigin", {"origin": own_house.address, "quotaSize": 1})
    lan.open(f"ho/{sen.household_id}/tham")
    lan.choose("met", sen.id)
    lan.choose("outcome", "shown")
    lan.save()
    expect(lan.part("#news button")).to_be_visible(timeout=LONG)
    expect(lan.part("[name=outcome][value=shown]")).to_be_checked()
    with lan.page.expect_download() as saved:
        lan.part("#news button").click()
    saved.value.save_as(tmp_path / "tui.json")
    lan.page.evaluate("() => errand.fill(true)")
    assert lan.page.evaluate("() => errand.state.unfilled") == "full"
    wire.send("Storage.overrideQuotaForOrigin", {"origin": own_house.address})
    lan.put_by()
    lan.sent()
    lan.page.goto("/tui/tep")
    lan.part("input[type=file]").set_input_files(tmp_path / "tui.json")
    lan.part("main form button[type=submit]").first.click()
    expect(lan.page.get_by_text(lan.words("What became of it"))).to_be_visible()
    assert [one.household_id for one in rows(own_engine, Visit)] == [sen.household_id]


@english
def test_a_wait_after_wrong_pins_is_shortened_neither_by_closing_the_page_nor_by_setting_the_clock(bag: Bag) -> None:
    page, clock = bag.page, bag.page.clock
    clock.install()
    bag.go("tim")
    page.reload()
    for n in range(4):
        expect(page.locator("#pin")).to_have_value("")
        page.locator("#pin").fill("111222")
        bag.until("async () => (await sealed.all('people'))[0].wrong", n + 1)
    wait = bag.words("Too many wrong PINs. Leave this page open; try again in {time}.").split("{")[0]
    expect(page.locator("[data-put=fault]")).to_contain_text(wait, timeout=LONG)
    clock.fast_forward("00:20")
    page.reload()
    clock.set_system_time(datetime.now(UTC) + timedelta(days=2))
    clock.run_for(11_000)
    expect(page.locator("[data-put=fault]")).to_contain_text(wait, timeout=LONG)
    page.locator("#pin").fill(PIN)
    assert page.evaluate("pin => sealed.all('people').then(([lan]) => sealed.enter(lan.who, pin))", PIN) is None
    clock.run_for(30_000)
    page.locator("#pin").fill("")
    page.locator("#pin").fill(PIN)
    bag.is_open()


@english
def test_after_a_forgotten_pin_what_waited_is_read_again_and_sent(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    before = last(written, Visit)
    bag.context.set_offline(True)
    ids = bag.many(afield[1].sens_house.id, 2)
    bag.page.reload()
    expect(bag.part("#pin")).to_be_visible(timeout=LONG)
    bag.part("[data-do=forgotten]").click()
    expect(bag.part("main")).to_contain_text("A new PIN needs a network")
    bag.context.set_offline(False)
    bag.page.reload()
    bag.part("[data-do=forgotten]").click()
    bag.set_up(OTHER_PIN)
    bag.sent()
    assert sorted(one.client_id for one in rows(written, Visit, before)) == sorted(ids)
    bag.open(pin=OTHER_PIN)


@english
def test_two_people_on_one_phone_keep_what_is_each_ones_apart(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, w, before = bag.page, afield[1], last(written, Visit)
    bag.context.set_offline(True)
    lans = bag.many(w.sens_house.id, 2)
    page.reload()
    expect(bag.part("#pin")).to_be_visible(timeout=LONG)  # locked: it sends nothing the moment there is a network
    bag.context.set_offline(False)
    page.goto(f"{bag.house.address}/hom-nay")
    expect(page.locator("[data-waiting-count]")).to_have_text("2", timeout=LONG)
    leave = page.locator('form[action="/dang-xuat"] button')
    leave.click()
    expect(page.locator("[data-leaving]")).to_be_visible(timeout=LONG)
    leave.click()
    page.wait_for_url("**/dang-nhap")
    assert page.evaluate("() => indexedDB.databases().then(all => all.length)") == 1
    bag.sign_in(w.minh)
    bag.set_up(OTHER_PIN)
    minhs = bag.many(w.tams_house.id, 1)
    bag.send()
    bag.waits(2)
    bag.go("cho-gui")
    others = bag.words("{count} of somebody else wait on this phone; they are sent when that person signs in.")
    expect(page.locator("[data-put=others]")).to_have_text(others.replace("{count}", "2"), timeout=LONG)
    assert [(one.client_id, one.by_id) for one in rows(written, Visit, before)] == [(minhs[0], w.minh.id)]
    page.goto(f"{bag.house.address}/hom-nay")
    leave.click()
    page.wait_for_url("**/dang-nhap")
    bag.sign_in(w.lan)
    bag.set_up()
    bag.sent()
    assert [(one.client_id, one.by_id) for one in rows(written, Visit, before)][1:] == [(one, w.lan.id) for one in lans]


@vietnamese
def test_a_bag_that_is_wiped_from_afar_is_gone_and_what_waits_in_it_is_not(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, w, before = bag.page, afield[1], last(written, Visit)
    bag.context.set_offline(True)
    ids = bag.many(w.sens_house.id, 2)
    with Session(written) as s:
        handset = s.scalars(select(Handset).where(Handset.account_id == w.lan.id).order_by(Handset.id.desc())).first()
        assert handset
        handsets.wipe(s, handset, s.get_one(type(w.dung), w.dung.id))
        s.commit()
    bag.context.set_offline(False)
    page.evaluate("() => void errand.fill(true)")  # it loads the page anew: nobody can wait for its answer
    expect(page.locator("#pin")).to_have_count(0, timeout=LONG)
    bag.until(READABLE, [0, 0])
    bag.waits(2)
    assert rows(written, Visit, before) == []
    bag.sign_in(w.lan)
    bag.set_up()
    bag.sent()
    assert sorted(one.client_id for one in rows(written, Visit, before)) == sorted(ids)
