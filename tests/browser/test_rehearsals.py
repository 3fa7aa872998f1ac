"""A rehearsal played by its script goes as the engine says: every way, every trap, every wrong choice of every flow.

The pages come straight from the app, without a server between: many presses, little waiting.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.practice import portal, queries
from outreach.practice.models import Run
from outreach.practice.portal import Onward, Outcome
from outreach.practice.shape import CHOSEN, TYPED, Flow, Screen
from tests.browser.phone import PHONE
from tests.browser.test_looks import AXE, BEYOND_AT, RUN_AXE, SMALLEST, TAGS
from tests.databases import sqlite_only

pytestmark = [sqlite_only, pytest.mark.browser]
SITE = "http://localhost"
DRILL = "nhan-biet-lua-dao"
KEPT_BACK = {"content-length", "content-encoding"}
# Fill in the screen that is seen, press a button, and tell what is seen then.
PRESS = """([screenId, buttonId, values]) => {
    const seen = what => [...document.querySelectorAll(what)].filter(one => !one.hidden);
    const screen = seen("[data-screen]")[0];
    if (screen.dataset.screen !== screenId) return {here: screen.dataset.screen, lost: true};
    for (const field of screen.querySelectorAll("[data-field]")) {
        const value = values[field.dataset.field];
        for (const control of field.querySelectorAll("input, select")) {
            if (control.type === "radio") control.checked = control.value === value;
            else if (control.type === "checkbox") control.checked = value !== "";
            else control.value = value;
        }
    }
    screen.querySelector(`button[value="${buttonId}"]`).click();
    const slips = seen("[data-slip]").filter(said => !said.closest("[data-screen]").hidden);
    return {
        here: seen("[data-screen]")[0].dataset.screen,
        traps: seen("[data-trap]").map(trap => trap.dataset.trap),
        slips: Object.fromEntries(slips.map(said => [said.closest("[data-field]").dataset.field, said.dataset.slip])),
    };
}"""
UNCOVER = """() => document.querySelectorAll("[hidden]").forEach(one => { one.hidden = false; })"""


@pytest.fixture
def page(browser: Browser, app: Flask) -> Iterator[Page]:
    """A phone that is given the app's pages directly; an error of the script fails the test at its end."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=SITE)
    client, wrong = app.test_client(), []

    def answer(route: Route) -> None:
        asked = route.request
        address = urlsplit(asked.url)
        got = client.open(
            f"{address.path}?{address.query}", method=asked.method, data=asked.post_data_buffer or b"",
            content_type=asked.headers.get("content-type"), headers={"Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        headers = {name: value for name, value in got.headers.items() if name.lower() not in KEPT_BACK}
        route.fulfill(status=got.status_code, headers=headers, body=got.get_data())
        got.close()

    context.route("**/*", answer)
    opened = context.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert wrong == []


def turns(flow: Flow, screen: Screen, right: str) -> Iterator[tuple[str, dict[str, str]]]:
    """All there is to press on a screen with all that may be filled in: every wrong thing first, the right one last."""
    best = portal.right_values(flow, screen)
    for button in screen.buttons:
        if not button.to:
            yield button.id, best
    for field in screen.fields:
        wrong = [one.id for one in field.options if not one.right] if field.kind in CHOSEN else []
        typed = ["Sai 1", "001205012345", "12 34-56"] if field.kind in TYPED else []
        for value in ("", *wrong, *typed):
            yield right, best | {field.id: value}
    spelt = {one.id: best[one.id].upper().replace(" ", "") for one in screen.fields if one.kind in TYPED}
    yield right, best | spelt


def told(screen: Screen, button: str, outcome: Outcome) -> dict[str, Any]:
    """What a page shows where this came out."""
    if isinstance(outcome, Onward):
        return {"here": outcome.to, "traps": [], "slips": {}}
    return {
        "here": screen.id,
        "traps": [button] if outcome.trap else [],
        "slips": {id: slip.reason.value for id, slip in outcome.slips.items()},
    }


def plainly(shown: dict[str, Any]) -> dict[str, Any]:
    """The page names the wrong option that was chosen; to the engine it is wrong."""
    known = ("wrong", "empty", "real")
    return {**shown, "slips": {id: key if key in known else "wrong" for id, key in shown["slips"].items()}}


def test_the_script_plays_every_way_and_every_wrong_turn_as_the_engine_does(page: Page) -> None:
    ways = [(flow, way) for flow in queries.catalogue().values() for way in portal.ways(flow)]
    assert len(ways) >= 12
    for flow, way in ways:
        page.goto(f"/luyen-tap/{flow.slug}/tat-ca")
        stays = 0
        for screen, right in way:
            for button, values in turns(flow, screen, right.id):
                outcome = portal.advance(flow, screen.id, button, values)
                stays += not isinstance(outcome, Onward)
                shown = page.evaluate(PRESS, [screen.id, button, values])
                assert plainly(shown) == told(screen, button, outcome), (flow.slug, screen.id, button, values)
        kept = page.evaluate("slug => JSON.parse(localStorage[`practice:${slug}`])", flow.slug)
        assert kept["wrong"] == stays > 0
        assert portal.is_way(flow, [*kept["path"], kept["here"]])
        page.evaluate("() => localStorage.clear()")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_part_of_a_pretended_screen_is_well_made_and_fits_the_smallest_phone(page: Page, lang: str) -> None:
    """All screens, hints and explanations at once: of flows that hold every kind of field and likeness."""
    for slug in (DRILL, "cap-ho-chieu", "gia-han-bhyt-ho-gia-dinh", "mua-sam-tren-mang"):
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto(f"/luyen-tap/{slug}/tat-ca?lang={lang}")
        page.evaluate(UNCOVER)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(RUN_AXE, TAGS) == [], slug
        for size, letters in ((SMALLEST, "100%"), (PHONE, "200%")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert page.evaluate(BEYOND_AT, letters) == [], f"{slug} at {size['width']} px, letters at {letters}"


def test_a_rehearsal_is_played_in_one_page_and_its_result_arrives(page: Page, s: Session) -> None:
    flow = queries.catalogue()[DRILL]
    page.goto(f"/luyen-tap/{DRILL}?lang=en")
    page.get_by_role("button", name="Begin").click()
    expect(page).to_have_url(f"{SITE}/luyen-tap/{DRILL}/tat-ca")
    for screen, button in portal.ways(flow)[0]:
        page.evaluate(PRESS, [screen.id, button.id, portal.right_values(flow, screen)])
    page.get_by_role("button", name="I did it alone").click()
    expect(page.get_by_text("This counts: alone, from start to end")).to_be_visible()
    expect(page.get_by_text("Less than a minute")).to_be_visible()
    page.wait_for_function("() => performance.getEntriesByType('resource').some(one => one.name.endsWith('ket-qua'))")
    run = s.scalars(select(Run)).one()
    assert (run.flow, run.hints, run.wrong, run.alone) == (DRILL, 0, 0, True)


def to_the_end(page: Page, flow: Flow) -> None:
    """Play in one page, the first right way."""
    for screen, button in portal.ways(flow)[0]:
        page.evaluate(PRESS, [screen.id, button.id, portal.right_values(flow, screen)])


OLD = """
delete Crypto.prototype.randomUUID;
const shut = new Error("kept shut");
IDBFactory.prototype.open = () => { throw shut; };
addEventListener("unhandledrejection", event => event.reason === shut && event.preventDefault());
"""


def test_an_old_browser_that_keeps_nothing_sends_its_result_at_once(page: Page, s: Session) -> None:
    page.add_init_script(OLD)
    page.goto(f"/luyen-tap/{DRILL}/tat-ca?lang=en")
    to_the_end(page, queries.catalogue()[DRILL])
    with page.expect_response("**/ket-qua") as sent:
        page.get_by_role("button", name="I did it alone").click()
    assert sent.value.status == 204
    assert s.scalars(select(Run)).one().unaided


def test_a_result_that_nobody_took_is_told_and_can_be_told_again(page: Page, s: Session) -> None:
    """No outbox and no network: the go stands at its end until it is sent."""
    page.add_init_script(OLD)
    flow = queries.catalogue()[DRILL]
    page.goto(f"/luyen-tap/{DRILL}/tat-ca?lang=en")
    to_the_end(page, flow)
    page.route("**/ket-qua", lambda route: route.abort())
    page.get_by_role("button", name="I did it alone").click()
    expect(page.get_by_text("This result could not be sent yet.")).to_be_visible()
    page.unroute("**/ket-qua")
    page.goto(f"/luyen-tap/{DRILL}?lang=en")
    page.get_by_role("link", name="Go on where I was").click()
    with page.expect_response("**/ket-qua"):
        page.get_by_role("button", name="I did it alone").click()
    expect(page.get_by_text("This counts: alone, from start to end")).to_be_visible()
    expect(page.get_by_text("This result could not be sent yet.")).to_be_hidden()
    assert s.scalars(select(Run)).one().unaided


def test_one_goes_on_where_one_was_or_begins_anew(page: Page) -> None:
    flow = queries.catalogue()[DRILL]
    screen, button = portal.ways(flow)[0][0]
    page.goto(f"/luyen-tap/{DRILL}/tat-ca?lang=en")
    page.get_by_role("button", name="Show me").click()
    page.evaluate(PRESS, [screen.id, button.id, portal.right_values(flow, screen)])
    page.get_by_role("link", name="Leave").click()
    page.get_by_role("link", name="Go on where I was").click()
    second = portal.ways(flow)[0][1][0]
    expect(page.get_by_role("heading", name=second.heading, level=2)).to_be_visible()
    page.get_by_role("link", name="Leave").click()
    page.get_by_role("button", name="Begin anew").click()
    expect(page.get_by_role("heading", name=screen.heading, level=2)).to_be_visible()
    assert page.evaluate("slug => JSON.parse(localStorage[`practice:${slug}`]).hints", DRILL) == 0


def test_leaving_the_page_loses_nothing_but_what_was_typed(page: Page) -> None:
    flow = queries.catalogue()[DRILL]
    page.goto(f"/luyen-tap/{DRILL}/tat-ca?lang=en")
    screen, button = portal.ways(flow)[0][0]
    page.get_by_role("button", name="Show me").click()
    expect(page.locator("[data-shown]:visible")).to_have_count(1)
    page.evaluate(PRESS, [screen.id, button.id, portal.right_values(flow, screen)])
    page.reload()
    second = portal.ways(flow)[0][1][0]
    expect(page.get_by_role("heading", name=second.heading, level=2)).to_be_visible()
    page.get_by_role("button", name="Go back").click()
    expect(page.get_by_role("heading", name=screen.heading, level=2)).to_be_visible()
    assert page.evaluate("slug => JSON.parse(localStorage[`practice:${slug}`]).hints", DRILL) == 1
