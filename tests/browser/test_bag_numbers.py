"""In the bag too the telephone of the house is taken with one tap, and asked for where there is one only."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from outreach.households.models import Member
from tests.browser.bag import Bag, cast, rows

HANHS = "+84912345678"


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)
def test_a_number_of_the_house_is_taken_with_one_tap(own_engine: Engine, lans_phone: Callable[[], Bag]) -> None:
    lan = lans_phone()
    account, sen = cast(own_engine)
    lan.sign_in(account)
    lan.set_up()
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
