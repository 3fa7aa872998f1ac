"""A form half-typed on a page of the house, on a phone without a bag."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from outreach.visits.models import Visit
from tests.browser.bag import last, rows
from tests.browser.house import House
from tests.browser.phone import BEYOND, Phone
from tests.world import World

NOTE = "Bà muốn học nộp thuế đất"
english = pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)


@pytest.fixture
def lans(afield: tuple[House, World], phone: Callable[..., Phone]) -> Phone:
    """Lan's phone, signed in."""
    made = phone(afield[0].address)
    made.go("/dang-nhap?lang=en")
    made.sign_in(afield[1].lan)
    expect(made.page.locator("footer").get_by_text(afield[1].lan.name)).to_be_visible()
    return made


def begin(lans: Phone, door: str) -> None:
    """Half a visit: how it went, and a note."""
    lans.go(door)
    lans.page.locator('label.choice:has([value="refused"])').click()
    lans.page.locator("details").last.locator("summary").first.click()
    lans.page.locator("[name=note]").fill(NOTE)


def is_clean(lans: Phone, door: str) -> None:
    """Nothing is ticked, nothing typed, nothing said of a draft."""
    lans.go(door)
    expect(lans.page.locator("[name=note]")).to_have_value("")
    expect(lans.page.locator("[name=outcome]:checked")).to_have_count(0)
    expect(lans.page.locator("[data-draft]")).to_be_hidden()


def is_there(lans: Phone) -> None:
    """All of it is, and the page says so."""
    expect(lans.page.locator("[data-draft]")).to_be_visible()
    expect(lans.page.locator("[name=note]")).to_have_value(NOTE)
    expect(lans.page.locator('[name=outcome][value="refused"]')).to_be_checked()


@english
def test_a_half_typed_visit_outlives_a_reload_and_leaving_until_it_is_saved_or_thrown_away(
    lans: Phone, afield: tuple[House, World], written: Engine
) -> None:
    page, door = lans.page, f"/ho/{afield[1].sens_house.id}/tham"
    begin(lans, door)
    mark = page.locator("[name=client_id]").input_value()
    page.reload()
    is_there(lans)
    assert page.evaluate(BEYOND) == []
    assert page.locator("[name=client_id]").input_value() == mark, "sent without an answer, it would be two visits"
    is_clean(lans, f"/ho/{afield[1].tams_house.id}/tham")
    lans.go(door)
    is_there(lans)
    page.locator("[data-draft] button").click()
    expect(page.locator("[name=note]")).to_have_value("")
    assert page.locator("[name=client_id]").input_value() != mark
    is_clean(lans, door)
    begin(lans, door)
    page.reload()
    is_there(lans)
    before = last(written, Visit)
    page.locator(".save-bar button").click()
    page.wait_for_url("**/ho/*?tham=*")
    assert [one.note for one in rows(written, Visit, before)] == [NOTE]
    is_clean(lans, door)


@english
def test_what_the_house_asks_to_put_right_is_kept_as_it_is_put_right(lans: Phone) -> None:
    page = lans.page
    lans.go("/ho/moi")
    page.locator("[name=phone]").fill("091234")
    page.locator(".save-bar button").click()
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("[data-draft]")).to_be_hidden()
    page.locator("[name=head_name]").fill("Đinh Văn Nháp")
    lans.go("/hom-nay")
    lans.go("/ho/moi")
    expect(page.locator("[data-draft]")).to_be_visible()
    expect(page.locator("[name=head_name]")).to_have_value("Đinh Văn Nháp")
    lans.wrong.clear()  # the 422 that was asked for


@english
def test_a_draft_goes_with_its_owner_and_after_a_day(lans: Phone, afield: tuple[House, World]) -> None:
    page, door = lans.page, f"/ho/{afield[1].sens_house.id}/tham"
    left = "() => Object.keys(sessionStorage).filter(key => key.startsWith('draft:'))"
    begin(lans, door)
    page.evaluate("""() => {
        const [key] = Object.keys(sessionStorage), kept = JSON.parse(sessionStorage[key]);
        sessionStorage[key] = JSON.stringify({...kept, at: kept.at - 25 * 3600000});
    }""")
    is_clean(lans, door)
    begin(lans, door)
    page.evaluate("""() => {
        const [key] = Object.keys(sessionStorage), kept = JSON.parse(sessionStorage[key]);
        sessionStorage[key] = JSON.stringify({...kept, who: kept.who + 1});
    }""")
    is_clean(lans, door)
    begin(lans, door)
    other = lans.context.new_page()
    other.goto("/ho/moi")
    other.locator("[name=head_name]").fill("Đinh Văn Nháp")
    assert len(page.evaluate(left)) == len(other.evaluate(left)) == 1
    other.locator('form[action$="/dang-xuat"] button').click()
    other.wait_for_url("**/dang-nhap*")
    assert other.evaluate(left) == []
    page.wait_for_function(f"() => !({left})().length")
