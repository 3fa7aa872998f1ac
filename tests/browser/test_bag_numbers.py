"""The bag's sheets know the people of a house as the online ones do: their numbers, and who may be asked once more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.households import consent
from outreach.households.models import Member
from tests.browser.bag import Bag, cast, rows
from tests.browser.house import House
from tests.world import World

HANHS = "+84912345678"
# Of 165 houses to go to, sixty are on the phone.
MANY_WAIT = """() => {
    const { bag } = errand.state, [, ...facts] = bag.households[0];
    const ids = Array.from({ length: 60 }, (_one, n) => 1000 + n);
    Object.assign(bag, { due: 165, households: ids.map(id => [id, ...facts]), today: ids.map(id => [id, "why"]) });
    document.dispatchEvent(new Event("tui"));
}"""


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)
def test_who_agreed_to_older_words_may_be_asked_again_and_a_number_of_the_house_is_taken_with_one_tap(
    own_engine: Engine, lans_phone: Callable[[], Bag]
) -> None:
    lan = lans_phone()
    account, sen = cast(own_engine)
    _agreed_to_older_words(own_engine)
    lan.sign_in(account)
    lan.set_up()
    lan.context.set_offline(True)
    lan.go(f"ho/{sen.household_id}/tham")
    expect(lan.part('[data-when="again"]')).to_contain_text("Nguyễn Thu Hạnh agreed to reminders of visits only.")
    lan.part('[data-when="again"] summary').click()
    expect(lan.part('[data-put="words"]')).to_contain_text("a class near your home")
    lan.context.set_offline(False)
    lan.go(f"ho/{sen.household_id}/dai-su")
    expect(lan.part('[name="same_phone"]')).to_have_count(2)
    lan.go(f"ho/{sen.household_id}/nguoi/moi")
    expect(lan.part("label.choice")).to_contain_text(["No: the number above", "Nguyễn Thu Hạnh: 0912 345 678"])
    lan.part("[name=name]").fill("Nguyễn Bé Na")
    lan.choose("same_phone", HANHS)
    lan.put_by()
    lan.sent()
    na = next(one for one in rows(own_engine, Member) if one.name == "Nguyễn Bé Na")
    assert (na.phone, na.sms_form) == (HANHS, "plain")


def _agreed_to_older_words(engine: Engine) -> None:
    with Session(engine) as s:
        hanh = s.scalars(select(Member).where(Member.phone == HANHS)).one()
        taken_by = s.scalars(select(Account).where(Account.name == "Trần Thị Lan")).one()
        consent.give(s, hanh, consent.Given(("sms",), "oral", wording="2026-11"), taken_by)
        s.commit()


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)
def test_todays_list_says_how_many_wait_in_all_how_many_it_knows_and_how_many_it_shows(
    bag: Bag, afield: tuple[House, World]
) -> None:
    bag.context.set_offline(True)
    bag.page.evaluate(MANY_WAIT)
    expect(bag.part("[data-put=title]")).to_have_text("165 houses to visit")
    expect(bag.part("[data-put=listed]")).to_have_text("The bag lists the 60 to go to next.")
    expect(bag.part(".houses > li")).to_have_count(20)
    expect(bag.part("[data-put=more]")).to_contain_text("The first 20 are shown.")


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)
def test_a_day_promised_without_a_network_brings_the_house_onto_the_list_when_it_comes(
    bag: Bag, afield: tuple[House, World]
) -> None:
    sen, now = afield[1].sens_house, datetime.now(UTC)
    bag.context.set_offline(True)
    bag.go(f"ho/{sen.id}/tham")
    bag.choose("met", 0)
    bag.choose("outcome", "shown")
    bag.part('[name="again"]').nth(1).locator("xpath=..").click()  # in two weeks
    again = bag.part('[name="again"]').nth(1).get_attribute("value") or ""
    bag.put_by()
    row, day = bag.part(".houses > li").filter(has_text=sen.head_name), "/".join(reversed(again.split("-")))
    expect(row).to_have_count(0)
    bag.go(f"ho/{sen.id}")
    expect(bag.part("[data-put=due]")).to_have_text(day)
    bag.page.clock.set_system_time(now + timedelta(days=14))
    bag.go("hom-nay")
    expect(row.locator(".reason")).to_have_text(f"Promised for {day}")


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)
def test_what_the_server_would_refuse_is_said_while_one_still_stands_at_the_door(
    bag: Bag, afield: tuple[House, World]
) -> None:
    house = afield[1].sens_house
    bag.context.set_offline(True)
    bag.go(f"ho/{house.id}/tham")
    bag.choose("outcome", "nobody")
    bag.part('[name="taught"]').first.locator("xpath=..").click()
    bag.choose("again", "other")
    bag.part("[name=note]").evaluate("field => { field.value = 'CCCD 034094001234'; }")
    bag.save()
    expect(bag.part(".field-error")).to_contain_text(
        ["no one took part", "Please name the other day", "take out the 12-digit ID number"]
    )
    bag.go(f"ho/{house.id}/dai-su")
    bag.choose("who", afield[1].hanh.id)
    bag.choose("purposes", "registered")
    bag.choose("purposes", "sms")
    bag.choose("how", "oral")
    bag.choose("who", "new")
    bag.part("[name=name]").fill("Nguyễn Bé Na")
    bag.part("[name=birth_year]").fill(str(datetime.now(UTC).year - 9))
    bag.part("[name=phone]").fill("09123")
    bag.save()
    expect(bag.part(".field-error")).to_contain_text(["too short", "guardian must agree"])
    bag.part("[name=phone]").fill("")
    bag.save()
    expect(bag.part(".field-error")).to_contain_text(
        ["a telephone number is needed", "a parent or guardian must agree"]
    )
    bag.part("[name=phone]").fill("0912 345 678")
    bag.part("[name=guardian]").fill("Hoàng Thị Sen")
    bag.put_by()
