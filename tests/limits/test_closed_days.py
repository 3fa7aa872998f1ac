"""The days on which no message goes: everybody in an office reads them, an admin changes them, the past stays."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.limits import closing
from outreach.sms import days, holidays
from outreach.sms.models import ClosedDay
from tests.databases import sqlite_only
from tests.limits.conftest import TEN

pytestmark = sqlite_only
PAGE = "/tin-nhan/ngay-nghi"
MONDAY = date(2026, 11, 23)
CULTURE = date(2026, 11, 24)


def opening(day):
    return f"{PAGE}/{day}/bo"


def closed(s):
    return dict(s.execute(select(ClosedDay.day, ClosedDay.name)).all())


def deeds(s):
    known = select(AuditEntry).where(AuditEntry.subject == "closed_day").order_by(AuditEntry.id)
    return [(one.act, one.actor_id, one.details) for one in s.scalars(known)]


def test_public_holidays_and_own_days_are_told_apart_year_by_year(s, w, visitor):
    holidays.bring_near(s)
    closing.close(s, MONDAY, "Nghỉ vì bão lụt", w.anh)
    s.commit()
    page = visitor.as_(w.cuc).get(PAGE)
    assert "Thursday, 01/01/2026" in page.words
    assert "Year 2026" in page.words
    assert "Year 2027" in page.words
    assert page.words.count("Public holiday") == 1 + 15 + 1  # the last says where they come from
    assert "Days of this year that are over" in page.words
    assert "Nghỉ vì bão lụt" in page.words
    assert "Closed by Vũ Ngọc Ánh" in page.words


@pytest.mark.parametrize("who", ["cuc", "binh"])
def test_below_the_admin_the_list_is_only_read(s, w, visitor, who):
    holidays.bring(s, 2026)
    s.commit()
    reader = visitor.as_(getattr(w, who))
    page = reader.get(PAGE)
    assert "Close a day" not in page.words
    assert "Send on this day" not in page.words
    reader.post(PAGE, {}, status=403)
    reader.post(opening(CULTURE), status=403)
    assert CULTURE in closed(s)


def test_on_a_day_that_an_admin_closes_nothing_goes(s, w, visitor):
    visitor = visitor.as_(w.anh)
    page = visitor.follow(visitor.send(visitor.get(PAGE), PAGE, day="23/11/2026", name="Nghỉ vì bão lụt"))
    assert "Monday, 23/11/2026: no message goes." in page.words
    assert not days.may_go(s, TEN + timedelta(days=3))
    assert deeds(s) == [("closed_day.add", w.anh.id, {"day": "2026-11-23", "name": "Nghỉ vì bão lụt"})]


def test_a_public_holiday_may_be_taken_away_and_that_is_told(s, w, visitor):
    holidays.bring_near(s)
    s.commit()
    visitor = visitor.as_(w.anh)
    page = visitor.follow(visitor.send(visitor.get(PAGE), opening(CULTURE)))
    assert "Tuesday, 24/11/2026 is an open day again: messages go." in page.words
    assert "It was a public holiday (Ngày Văn hóa Việt Nam)." in page.words
    holidays.bring_near(s)
    assert CULTURE not in closed(s)
    assert deeds(s) == [("closed_day.remove", w.anh.id, {"day": "2026-11-24", "name": "Ngày Văn hóa Việt Nam"})]


def test_a_day_taken_away_twice_is_not_found_the_second_time(s, w, visitor):
    closing.close(s, MONDAY, "Nghỉ vì bão lụt", w.anh)
    s.commit()
    visitor.as_(w.anh).post(opening(MONDAY))
    visitor.as_(w.anh).post(opening(MONDAY), status=404)
    visitor.as_(w.anh).post(opening("hom-nay"), status=404)


def test_today_can_still_be_closed(s, w, visitor):
    visitor.as_(w.anh).post(PAGE, {"day": "2026-11-20", "name": "Quốc tang"})
    assert closed(s) == {date(2026, 11, 20): "Quốc tang"}


def test_a_day_that_is_over_stays_as_it_was(s, w, visitor):
    s.add(ClosedDay(day=date(2026, 11, 19), name="Quốc tang", by_id=w.anh.id))
    s.commit()
    visitor = visitor.as_(w.anh)
    page = visitor.get(PAGE)
    assert opening("2026-11-19") not in page.text
    assert "This day is over." in visitor.follow(visitor.post(opening("2026-11-19"))).words
    assert date(2026, 11, 19) in closed(s)
    with pytest.raises(closing.Past):
        closing.close(s, date(2026, 11, 18), "Quốc tang", w.anh)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2026-11-19"}, "This day is over."),
        ({"day": "2028-01-01"}, "Only days of this year and the next can be closed."),
        ({"day": "31/02/2027"}, "This is not a day."),
        ({"day": "24/11/2026"}, "This day is closed already: Ngày Văn hóa Việt Nam."),
        ({"name": ""}, "Please fill this in."),
        ({"name": "Nghỉ " * 20}, "This is too long"),
    ],
)
def test_what_cannot_be_closed_is_refused_and_nothing_typed_is_lost(s, w, visitor, typed, said):
    s.add(ClosedDay(day=CULTURE, name="Ngày Văn hóa Việt Nam", by_id=None))
    s.commit()
    sent = {"day": "2026-11-25", "name": "Nghỉ bù"} | typed
    page = visitor.as_(w.anh).post(PAGE, sent, status=422)
    assert said in page.words
    left = page.form(PAGE)
    assert (left["day"], left["name"][0].split()) == ([sent["day"]], sent["name"].split())
    assert list(closed(s)) == [CULTURE]
