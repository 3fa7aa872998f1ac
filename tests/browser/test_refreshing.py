"""A panel of figures asks again for itself and disturbs nobody who is in it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from outreach import db
from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.sms.models import Sms
from tests.browser.conftest import MARKS
from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.sms.rows import message
from tests.world import World

IN_ENGLISH = pytest.mark.parametrize("language", [pytest.param("en", marks=MARKS)], indirect=True)
A_MINUTE = 60_000  # milliseconds, of the browser's own clock


def watching(told: tuple[House, World], phone: Callable[..., Phone], words: Words, path: str) -> Phone:
    """The official before a page, on whose clock the minutes go by when the test says so."""
    house, w = told
    cuc = phone(house.address)
    cuc.go(f"/dang-nhap?lang={words.language}")
    cuc.sign_in(w.cuc)
    cuc.page.clock.install()
    cuc.go(path)
    return cuc


@IN_ENGLISH
def test_figures_come_by_themselves_and_nobody_loses_her_place(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    house, w = told
    cuc = watching(told, phone, words, "/tin-nhan?list=failed")
    link = cuc.page.locator("#panel a").last.element_handle()
    asked: list[str] = []
    cuc.page.on("request", lambda request: asked.append(request.url))
    link.focus()
    cuc.page.clock.run_for(A_MINUTE)  # nothing is asked while she is in it
    link.evaluate("link => link.blur()")
    with cuc.page.expect_response("**/tin-nhan*"):
        cuc.page.clock.run_for(A_MINUTE)
    cuc.page.clock.run_for(1_000)
    assert link.evaluate("link => link.isConnected")  # nothing was new, so nothing was drawn
    engine = db.make_engine(house.env["DATABASE_URL"])
    with db.transaction(engine) as s:
        made = message(s, w.tan_hung, purpose="of these figures", state="failed", error="21211").id
    cuc.page.clock.run_for(A_MINUTE)
    expect(cuc.page.locator("#panel")).to_contain_text("of these figures")
    assert not link.evaluate("link => link.isConnected")
    assert len(asked) == 2
    with db.transaction(engine) as s:
        s.execute(delete(Sms).where(Sms.id == made))
    engine.dispose()


@IN_ENGLISH
def test_a_screen_on_the_wall_hears_of_an_alert_within_a_minute(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    house, w = told
    cuc = watching(told, phone, words, "/van-hanh/11977?man-hinh=tuong")
    engine = db.make_engine(house.env["DATABASE_URL"])
    with db.transaction(engine) as s:
        made = raising.raise_(s, "list_rejected", w.tan_hung.id, "file:0", rejected=31, rows=99).id
    expect(cuc.page.locator("#board")).not_to_contain_text("31 of 99")
    cuc.page.clock.run_for(A_MINUTE)
    expect(cuc.page.locator("#board")).to_contain_text("31 of 99")
    with db.transaction(engine) as s:
        s.execute(delete(Alert).where(Alert.id == made))
    engine.dispose()
