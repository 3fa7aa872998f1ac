"""The bag through a day: no network, an update, a dying server, an ended session: every record is there once.

Each is played in one language; what is read is looked at by test_bag_looks.py.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from outreach.households.models import Ambassador, Consent, Household, Member
from outreach.visits.models import Visit
from tests.browser.bag import LONG, Bag, cast, kill, last, rows
from tests.browser.house import House
from tests.world import World

vietnamese, english = (
    pytest.mark.parametrize("language", [pytest.param(code, marks=pytest.mark.browser)], indirect=True)
    for code in ("vi", "en")
)
# What is kept of a note that is being typed.
HALF_TYPED = """async () => {
    const [draft] = await sealed.all("drafts"), { fields } = await sealed.unseal(errand.state.keys.half, draft.box);
    return Object.fromEntries(fields).note;
}"""
SHELLS = "async () => (await caches.keys()).filter(name => name.startsWith('tui:'))"
# The kept page is of an older version, and says so.
AGE = """async name => {
    const now = await caches.open(name), old = await caches.open(name.replace(/[^:]*$/, "old"));
    for (const key of await now.keys()) await old.put(key, await now.match(key));
    const text = await (await now.match("/tui")).text(), headers = { "Content-Type": "text/html; charset=utf-8" };
    await old.put("/tui", new Response(text.replace("<html ", "<html data-old "), { headers }));
    await caches.delete(name);
}"""
# It is sent; the answer to the first batch has come to the phone's door and goes no further.
LOSE = """() => {
    const { fetch } = window;
    window.fetch = async (...how) => {
        const answer = await fetch(...how);
        if (window.taken || how[0] !== "/tui/gui") return answer;
        window.taken = answer.status;
        return new Promise((_use, fail) => { window.lose = () => fail(new TypeError("lost")); });
    };
    errand.send();
}"""


@english
def test_a_day_without_a_network_and_a_killed_browser_lose_nothing(
    own_house: House, own_engine: Engine, lans_phone: Callable[[], Bag], tmp_path: Path
) -> None:
    lan = lans_phone()
    account, sen = cast(own_engine)
    lan.sign_in(account)
    lan.set_up()
    with own_house.out_of_reach():
        lan.page.goto(f"{own_house.address}/ho/{sen.household_id}")
        expect(lan.page).to_have_url(re.compile(f"/tui#ho/{sen.household_id}$"))
        lan.open()
        house = _register(lan)
        lan.note_visit(house, f"{house}.head")
        lan.go(f"ho/{sen.household_id}/tham")
        lan.choose("met", sen.id)
        lan.part("[name=note]").evaluate("note => note.closest('details').open = true")
        lan.part("[name=note]").fill("Bà đang học dở")
        lan.until(HALF_TYPED, "Bà đang học dở")
        kill(tmp_path / "profile")
        lan = lans_phone()
        lan.open(f"ho/{sen.household_id}/tham")
        expect(lan.part("[name=note]")).to_have_value("Bà đang học dở")
        lan.choose("outcome", "alone")
        lan.put_by()
        lan.waits(5)
        expect(lan.part(".houses")).not_to_contain_text("Hoàng Thị Sen")
    lan.context.clear_cookies()  # the disk may have them or not: she was signed in only seconds before
    lan.sign_in(account)
    lan.open()
    lan.sent()
    made = next(one for one in rows(own_engine, Household) if one.head_name == "Vũ Văn Tý")
    people = [one for one in rows(own_engine, Member) if one.household_id == made.id]
    assert [one.name for one in people] == ["Vũ Văn Tý", "Vũ Thị Tấm"]
    assert [(one.household_id, one.member_id) for one in rows(own_engine, Ambassador)] == [(made.id, people[1].id)]
    assert {one.purpose for one in rows(own_engine, Consent)} == {"registered", "phone"}
    visits = rows(own_engine, Visit)
    assert [(one.household_id, one.outcome, one.note) for one in visits] == [
        (made.id, "shown", ""), (sen.household_id, "alone", "Bà đang học dở")
    ]  # fmt: skip


def _register(lan: Bag) -> str:
    """A household, a person of it, who becomes ambassador with her consent; its place in the bag."""
    lan.go("ho/moi")
    lan.part("[name=head_name]").fill("Vũ Văn Tý")
    lan.put_by()
    lan.waits(1)
    lan.go("tim")
    lan.part("#find").fill("vu van ty")
    lan.part(".houses a").click()
    lan.page.wait_for_url("**/tui#ho/~*")
    house = lan.page.url.split("#ho/")[1]
    lan.go(f"ho/{house}/nguoi/moi")
    lan.part("[name=name]").fill("Vũ Thị Tấm")
    lan.part("[name=birth_year]").fill("1990")
    lan.part("[name=phone]").fill("0912 345 670")
    lan.put_by()
    lan.waits(2)
    lan.go(f"ho/{house}/dai-su")
    lan.part('label.choice:has([name="who"])').filter(has_text="Vũ Thị Tấm").click()
    for purpose in ("registered", "phone"):
        lan.choose("purposes", purpose)
    lan.choose("how", "oral")
    lan.put_by()
    lan.waits(3)
    return house


@english
def test_an_update_while_a_full_queue_waits_changes_the_page_and_loses_nothing(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, before = bag.page, last(written, Visit)
    (now,) = page.evaluate(SHELLS)
    page.evaluate(AGE, now)
    bag.context.set_offline(True)
    ids = bag.many(afield[1].tams_house.id, 60)
    bag.open()
    expect(page.locator("html[data-old]")).to_have_count(1)
    page.route("**/static/app.css*", lambda route: route.abort())
    bag.context.set_offline(False)
    bag.sent()
    assert sorted(one.client_id for one in rows(written, Visit, before)) == sorted(ids)
    page.unroute_all()
    bag.open()
    bag.until(SHELLS, [now])
    bag.open()
    expect(page.locator("html[data-old]")).to_have_count(0)
    assert len(rows(written, Visit, before)) == 60


@vietnamese
def test_a_session_that_ends_in_the_middle_keeps_everything_and_asks_to_sign_in(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, w, before = bag.page, afield[1], last(written, Visit)
    page.goto(f"{bag.house.address}/ho/{w.sens_house.id}/tham")
    bag.choose("outcome", "nobody")
    bag.context.clear_cookies(name="session")
    page.locator(".save-bar button").click()
    page.wait_for_url("**/tui#cho-gui")
    bag.open("cho-gui")
    bag.many(w.tams_house.id, 2)
    bag.send()
    expect(page.locator("[data-when=sign-in] a")).to_be_visible(timeout=LONG)
    bag.waits(3)
    bag.sign_in(w.lan)
    bag.open("cho-gui")
    bag.sent()
    houses = [one.household_id for one in rows(written, Visit, before)]
    assert houses == [w.sens_house.id, w.tams_house.id, w.tams_house.id]


@english
def test_a_server_that_dies_while_it_is_being_sent_to_has_everything_once(
    own_house: House, own_engine: Engine, lans_phone: Callable[[], Bag]
) -> None:
    lan = lans_phone()
    account, sen = cast(own_engine)
    lan.sign_in(account)
    lan.set_up()
    ids = lan.many(sen.household_id, 70)
    lan.page.evaluate(LOSE)
    lan.until("() => window.taken", 200)
    own_house.crash()
    lan.page.evaluate("() => window.lose()")
    assert len(rows(own_engine, Visit)) == 50
    lan.waits(70)
    own_house.open_again()
    lan.send()
    lan.sent()
    assert sorted(one.client_id for one in rows(own_engine, Visit)) == sorted(ids)


@english
def test_what_the_house_refuses_or_asks_about_is_shown_and_settled_by_the_person(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, w = bag.page, afield[1]
    before, houses = last(written, Visit), len(rows(written, Household))
    bag.context.set_offline(True)
    bag.go("ho/moi")
    bag.part("[name=head_name]").fill("hoang thi sen")
    expect(bag.part("[data-when=alike]")).to_be_visible(timeout=LONG)
    bag.put_by()
    own = page.evaluate("() => errand.state.rows[0].id")
    bag.note_visit(f"~{own}", f"~{own}.head")
    bag.go(f"ho/{w.tams_house.id}/tham")
    bag.choose("outcome", "nobody")
    bag.part("[name=next_on]").evaluate("day => { day.closest('details').open = true; day.value = '9999-12-31'; }")
    bag.save()
    too_far = bag.words("This day is more than a year ahead. Choose a nearer day.")
    expect(bag.part(".field-error")).to_have_text(too_far)
    bag.part("[name=next_on]").fill("")
    bag.part("[name=note]").evaluate("note => note.closest('details').open = true")
    bag.part("[name=note]").fill("Căn cước 001 205 012 345")
    bag.put_by()
    bag.many(w.sens_house.id, 1)
    page.evaluate("() => document.dispatchEvent(new Event('tui'))")
    bag.go(f"cho-gui/{page.evaluate('() => errand.state.rows[3].id')}")
    bag.part("[data-do=drop]").click()
    bag.part("[data-do=drop-now]").click()
    bag.waits(3)
    bag.context.set_offline(False)
    bag.until("() => errand.state.rows.map(row => row.state).join()", "asked,waits,refused")
    bag.go(f"cho-gui/{own}")
    bag.part("[data-do=same]").first.click()
    bag.until("() => errand.state.rows.map(row => row.state).join()", "refused")
    bag.go("cho-gui")
    expect(bag.part("[data-row=record]")).to_have_count(1, timeout=LONG)
    bag.part("[data-row=record] a").click()
    bag.part("[data-do=mend]").click()
    expect(bag.part(".field-error")).to_be_visible(timeout=LONG)
    bag.part("[name=note]").fill("Nhà khóa cửa")
    bag.put_by()
    bag.sent()
    assert [(one.household_id, one.note) for one in rows(written, Visit, before)] == [
        (w.sens_house.id, ""),
        (w.tams_house.id, "Nhà khóa cửa"),
    ]
    assert len(rows(written, Household)) == houses
