"""Việt Nam's public holidays are closed days, written down a year ahead; what people changed stays changed."""

from datetime import date

import pytest
from sqlalchemy import delete, select

from outreach import duties
from outreach.jobs import running
from outreach.sms import holidays
from outreach.sms.models import ClosedDay

CULTURE = date(2026, 11, 24)
SOVEREIGNTY = date(2027, 9, 2)


def closed(s):
    return {one.day: (one.name, one.by_id) for one in s.scalars(select(ClosedDay))}


def test_a_year_without_public_holidays_gets_them_with_their_vietnamese_names(s):
    assert holidays.bring(s, 2026) == 14
    found = closed(s)
    assert found[CULTURE] == ("Ngày Văn hóa Việt Nam", None)
    assert found[date(2026, 2, 17)] == ("Tết Nguyên Đán", None)
    assert found[date(2026, 4, 27)] == ("Ngày Giỗ Tổ Hùng Vương (nghỉ bù)", None)


def test_this_year_and_the_next_are_brought_and_the_next_night_nothing_more(s):
    assert holidays.bring_near(s) == 14 + 15
    assert holidays.bring_near(s) == 0
    assert SOVEREIGNTY in closed(s)


def test_a_public_holiday_that_was_taken_away_does_not_come_back(s):
    holidays.bring_near(s)
    s.execute(delete(ClosedDay).where(ClosedDay.day == CULTURE))
    holidays.bring_near(s)
    assert CULTURE not in closed(s)


def test_a_day_that_somebody_closed_before_keeps_its_name(s, w):
    s.add(ClosedDay(day=SOVEREIGNTY, name="Quốc khánh, xã treo cờ", by_id=w.anh.id))
    s.flush()
    assert holidays.bring(s, 2027) == 14
    assert closed(s)[SOVEREIGNTY] == ("Quốc khánh, xã treo cờ", w.anh.id)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_no_day_of_the_coming_years_is_only_reckoned(year, kind):
    found = holidays.public_holidays(year)
    assert date(year, 11, 24) in found
    assert [name for name in found.values() if "dự kiến" in name or len(name) > holidays.LONGEST] == []


def test_the_worker_looks_every_night(s):
    assert "holidays" in duties.DAILY
    (told,) = duties.WORK["holidays"](s, running.plan(s, "holidays", "holidays:2026-11-20"))
    assert told.result == {"brought": 29}
