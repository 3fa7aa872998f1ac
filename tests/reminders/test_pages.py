"""The pages of reminders: rules, a household's days, classes, and the weekly message of who works here."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.reminders import classes, meetings, rules
from outreach.reminders.models import ClassMeeting, DueDate
from outreach.sms.models import ClosedDay, OptOut
from outreach.sms.purposes import CLASS, DUE_DATE, WEEK_LIST, WEEK_SUMMARY, WELCOME
from tests.databases import sqlite_only
from tests.reminders.cast import DAY, TEN, TODAY, a_class, agree, ambassador, due, messages, plan, switch, waiting

pytestmark = sqlite_only


def test_an_official_sees_each_rule_with_whom_it_reaches_and_switches_it(s, w, visitor):
    agree(s, w, w.hanh)
    ambassador(s, w.hanh, TODAY - DAY)
    s.commit()
    cuc = visitor.as_(w.cuc)
    page = cuc.get("/nhac")
    assert page.words.index("A promised visit") < page.words.index("A lesson stopped half-way")
    assert "Today: 1 person." in page.words
    assert "price unknown" in page.words
    after = cuc.follow(cuc.post("/nhac", {"purpose": WELCOME, "on": "1"}))
    assert "“Welcome, digital ambassador” is switched on." in after.words
    assert rules.on(s, w.tan_hung.id) == {"follow_up", WELCOME}


def test_switching_off_says_how_many_messages_were_taken_back(s, w, visitor):
    agree(s, w, w.hanh)
    ambassador(s, w.hanh, TODAY - DAY)
    switch(s, w, WELCOME)
    plan(s, WELCOME)
    s.commit()
    cuc = visitor.as_(w.cuc)
    after = cuc.follow(cuc.post("/nhac", {"purpose": WELCOME, "on": "0"}))
    assert "1 waiting message was taken back." in after.words
    assert waiting(s, WELCOME) == []


def test_there_is_no_switch_for_what_is_no_reminder(w, visitor):
    visitor.as_(w.cuc).post("/nhac", {"purpose": "advertising", "on": "1"}, status=404)


def test_province_and_country_look_and_cannot_switch(s, w, visitor):
    switch(s, w, WELCOME)
    s.commit()
    for who, place in ((w.anh, "Tỉnh Hưng Yên"), (w.binh, "Xã Tân Hưng")):
        above = visitor.as_(who)
        assert place in above.get("/nhac").words
        page = above.get("/nhac?khu-vuc=11977")
        assert "Switched on" in page.words
        assert 'name="on"' not in page.text
        above.post("/nhac", {"purpose": WELCOME, "on": "0"}, status=403)


def test_a_place_that_is_not_ones_own_is_not_there(w, visitor):
    visitor.as_(w.cuc).get("/nhac?khu-vuc=12361", status=404)
    visitor.as_(w.binh).get("/nhac?khu-vuc=08", status=404)
    visitor.as_(w.binh).get("/nhac?khu-vuc=11977.1", status=404)


def a_day(w, **changes):
    said = {"member": str(w.hanh.id), "kind": "passport", "due_on": "2026-12-20", "said": "của con gái"}
    return said | changes


def test_a_volunteer_notes_a_day_and_it_stands_in_the_household_s_record(s, w, visitor):
    lan, address = visitor.as_(w.lan), f"/ho/{w.sens_house.id}/hen-nhac"
    assert "No day is noted yet." in lan.get(address).words
    lan.send(lan.get(address), address, **a_day(w))
    page = lan.get(address)
    assert "Passport expires" in page.words
    assert "no message: tell them by telephone or at the door" in page.words  # Hạnh has agreed to nothing
    record = lan.get(f"/ho/{w.sens_house.id}")
    assert "Passport expires: Nguyễn Thu Hạnh (của con gái)" in record.words
    assert record.links().count(address) == 2  # the day itself, and another one
    (entry,) = s.scalars(select(AuditEntry).where(AuditEntry.act == "due_date.create")).all()
    assert (entry.actor_id, entry.subject_id) == (w.lan.id, w.hanh.id)
    assert "gái" not in str(entry.details)


def test_it_says_on_which_days_a_message_goes(s, w, visitor):
    agree(s, w, w.hanh)
    switch(s, w, DUE_DATE)
    due(s, w, w.hanh, "passport", TODAY + 20 * DAY)
    s.commit()
    page = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}/hen-nhac")
    assert "27/11/2026, 09/12/2026" in page.words
    s.add(ClosedDay(day=TODAY + 6 * DAY, name="Quốc tang", by_id=w.anh.id))
    s.commit()
    assert "28/11/2026, 09/12/2026" in visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}/hen-nhac").words


def test_where_the_commune_sends_none_the_page_says_so(w, visitor):
    page = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}/hen-nhac")
    assert "Your commune does not send all of these messages" in page.words


def test_noted_twice_by_two_taps_it_is_one_day(s, w, visitor):
    lan = visitor.as_(w.lan)
    for _ in range(2):
        lan.post(f"/ho/{w.sens_house.id}/hen-nhac", a_day(w))
    assert len(s.scalars(select(DueDate)).all()) == 1


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("said", "hộ chiếu C1234567", "No number of a paper"),
        ("said", "036 095 001 234", "take out the"),
        ("said", "H33.12-251121-0001", "No number of a paper"),
        ("said", "gọi 0912 345 678", "No number of a paper"),
        ("said", "xem bit.ly/abc", "internet address"),
        ("said", "đưa OTP cho cán bộ", "“OTP”"),
        ("said", "a" * 61, "too long"),
        ("due_on", "2026-11-21", "This day has passed"),
        ("due_on", "2066-11-21", "too far away"),
        ("due_on", "", "Please fill this in"),
        ("member", "9999", "Not a valid choice"),
        ("kind", "birthday", "Not a valid choice"),
    ],
)
def test_what_must_not_be_kept_or_makes_no_sense_is_refused_and_stays_on_the_page(s, w, visitor, field, typed, fault):
    page = visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/hen-nhac", a_day(w, **{field: typed}), status=422)
    assert fault in page.words
    assert s.scalars(select(DueDate)).all() == []


def test_a_year_in_the_familys_words_is_no_number(w, visitor):
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/hen-nhac", a_day(w, said="của cháu sinh 2003"))


def test_the_desk_notes_a_result_that_is_there_since_yesterday(s, w, visitor):
    phuc, address = visitor.as_(w.phuc), f"/ho/{w.sens_house.id}/hen-nhac"
    form = phuc.get(address).form(address)
    assert (form["kind"], form["due_on"]) == (["result"], ["2026-11-21"])
    phuc.post(address, a_day(w, kind="result", due_on="2026-11-20", said="giấy khai sinh"))
    assert s.scalars(select(DueDate.kind)).all() == ["result"]


def test_a_day_is_ended_once_and_its_message_taken_back(s, w, visitor):
    agree(s, w, w.hanh)
    switch(s, w, DUE_DATE)
    made = due(s, w, w.hanh, "case", TODAY + DAY)
    plan(s, DUE_DATE)
    s.commit()
    lan = visitor.as_(w.lan)
    for how in ("unwanted", "done"):
        page = lan.follow(lan.post(f"/hen-nhac/{made.id}", {"how": how}))
        assert "No day is noted yet." in page.words
    s.expire_all()
    assert made.ended_how == "unwanted"
    assert waiting(s, DUE_DATE) == []
    assert len(s.scalars(select(AuditEntry).where(AuditEntry.act == "due_date.end")).all()) == 1


def test_days_of_another_village_are_not_there(s, w, visitor):
    made = due(s, w, w.hanh, "case", TODAY + DAY)
    s.commit()
    for who in (w.nga, w.quy):
        visitor.as_(who).get(f"/ho/{w.sens_house.id}/hen-nhac", status=404)
        visitor.as_(who).post(f"/hen-nhac/{made.id}", {"how": "done"}, status=404)
    s.expire_all()
    assert made.ended_at is None


def class_of(village, **changes):
    said = {"village": str(village), "place": "Nhà văn hóa", "day": "2026-11-23", "hour": "19:00", "lesson": ""}
    return said | changes


def test_an_official_plans_a_class_and_sees_whom_it_reaches(s, w, visitor):
    agree(s, w, w.hanh)
    switch(s, w, CLASS)
    s.commit()
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(cuc.send(cuc.get("/lop-hoc/moi"), "/lop-hoc/moi", **class_of(0)))
    assert "Monday, 23/11/2026, 19:00" in page.words
    assert "Get a message1 person" in page.words
    assert "Must hear of it otherwise1 household" in page.words  # ông Tám's
    assert "/danh-sach-goi" in page.links()
    (made,) = s.scalars(select(ClassMeeting)).all()
    assert (made.commune_id, made.village_id, made.at) == (w.tan_hung.id, None, TEN + 2 * DAY + timedelta(hours=9))
    assert "Everybody in the commune" in cuc.get("/lop-hoc").words


def test_large_numbers_of_people_stand_as_one_writes_them(w, visitor, monkeypatch):
    monkeypatch.setattr(classes, "reach", lambda s, meeting: classes.Reach(people=1231, households=4995))
    cuc = visitor.as_(w.cuc)
    cuc.post("/nhac", {"purpose": CLASS, "on": "1"})
    page = cuc.follow(cuc.post("/lop-hoc/moi", class_of(w.dong.id)))
    assert "Get a message1,231 people" in page.words
    assert "Must hear of it otherwise4,995 households" in page.words


def test_where_no_message_goes_about_classes_it_is_said(w, visitor):
    cuc = visitor.as_(w.cuc)
    assert "No message goes out about classes" in cuc.get("/lop-hoc/moi").words
    page = cuc.follow(cuc.post("/lop-hoc/moi", class_of(w.dong.id)))
    assert "nobody: the commune has not switched it on" in page.words


def test_a_leader_plans_for_her_own_village_only(s, w, visitor):
    dung = visitor.as_(w.dung)
    dung.post("/lop-hoc/moi", class_of(w.dong.id))
    for village in (0, w.doai.id):
        page = dung.post("/lop-hoc/moi", class_of(village), status=422)
        assert "Not a valid choice" in page.words
    assert s.scalars(select(ClassMeeting.village_id)).all() == [w.dong.id]


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("place", "tanhung.vn", "internet address"),
        ("place", "Mang 200.000 đ hoặc chuyển khoản trước", "“chuyển khoản”"),
        ("place", "Tai app VNeID truoc khi den", "“Tai app”"),
        ("place", "", "Please fill this in"),
        ("hour", "late", "This is not a time"),
        ("hour", "21:30", "A class begins by 20:00"),
        ("day", "2026-11-20", "This time has passed"),
        ("lesson", "no-such-lesson", "Not a valid choice"),
    ],
)
def test_a_class_that_cannot_be_is_refused(s, w, visitor, field, typed, fault):
    page = visitor.as_(w.cuc).post("/lop-hoc/moi", class_of(0, **{field: typed}), status=422)
    assert fault in page.words
    assert s.scalars(select(ClassMeeting)).all() == []


def test_a_class_is_called_off_and_whoever_was_told_must_be_telephoned(s, w, visitor):
    for member in (w.hanh, w.tam):
        agree(s, w, member)
    switch(s, w, CLASS)
    made = a_class(s, w.dung, TEN + DAY, w.dong)
    plan(s, CLASS)
    messages(s, CLASS)[0].state = "accepted"
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.follow(dung.post(f"/lop-hoc/{made.id}/huy"))
    assert "1 waiting message was taken back." in page.words
    assert "Must be telephoned: they were told" in page.words
    assert "Nguyễn Thu Hạnh" in page.words
    assert "Nguyễn Văn Tám" not in page.words
    again = dung.follow(dung.post(f"/lop-hoc/{made.id}/huy"))
    assert "Nothing was changed." in again.words


def test_a_class_nobody_was_told_of_is_called_off_without_a_word_of_telephoning(s, w, visitor):
    made = a_class(s, w.dung, TEN + DAY, w.dong)
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.follow(dung.post(f"/lop-hoc/{made.id}/huy"))
    assert "No message about it went to anybody you look after." in page.words
    assert "must be telephoned" not in page.words


def test_a_leader_can_neither_change_nor_call_off_the_communes_class_nor_see_another_villages(s, w, visitor):
    whole, theirs = a_class(s, w.cuc, TEN + DAY), a_class(s, w.cuc, TEN + DAY, w.doai)
    s.commit()
    dung = visitor.as_(w.dung)
    words = dung.get(f"/lop-hoc/{whole.id}").words
    assert "Call the class off" not in words
    assert "Change the class" not in words
    dung.post(f"/lop-hoc/{whole.id}/sua", class_of(w.dong.id), status=404)
    dung.post(f"/lop-hoc/{whole.id}/huy", status=404)
    dung.get(f"/lop-hoc/{theirs.id}", status=404)
    visitor.as_(w.quy).get(f"/lop-hoc/{whole.id}", status=404)


def test_a_class_is_changed_until_it_begins_and_its_message_with_it(s, w, visitor, clock_at_ten):
    agree(s, w, w.hanh)
    switch(s, w, CLASS)
    made = a_class(s, w.dung, TEN + DAY, w.dong)
    (before,) = plan(s, CLASS)
    s.commit()
    dung = visitor.as_(w.dung)
    address = f"/lop-hoc/{made.id}/sua"
    sheet = dung.get(address)
    assert [one.get("value") for one in sheet.tree.iter("input") if one.get("name") == "hour"] == ["10:00"]
    dung.send(sheet, address, hour="21:00", status=422)
    page = dung.follow(dung.send(sheet, address, hour="15:30", place="Đình làng"))
    assert "Sunday, 22/11/2026, 15:30" in page.words
    assert "told another day" not in page.words
    s.expire_all()
    (after,) = plan(s, CLASS)
    assert (after.key, "15:30 ngay 22/11, tai Dinh lang" in after.body) == (before.key, True)
    clock_at_ten.shift(2 * DAY)
    assert "Nothing was changed." in dung.follow(dung.send(sheet, address, day="2026-11-25")).words
    assert "Nothing was changed." in dung.follow(dung.get(address, status=303)).words


def test_who_was_told_another_hour_must_be_telephoned_and_of_another_day_gets_a_message(s, w, visitor, clock_at_ten):
    agree(s, w, w.hanh)
    switch(s, w, CLASS)
    made = a_class(s, w.dung, TEN + DAY, w.dong)
    (sent,) = plan(s, CLASS)
    sent.state, sent.attempts, sent.cleared_at = "accepted", 1, TEN
    s.commit()
    clock_at_ten.shift(timedelta(minutes=5))
    dung, said = visitor.as_(w.dung), class_of(w.dong.id, day="2026-11-22", hour="15:30")
    page = dung.follow(dung.post(f"/lop-hoc/{made.id}/sua", said))
    assert "1 person was told another day, hour or place" in page.words
    assert "Nguyễn Thu Hạnh" in page.words
    s.expire_all()
    assert plan(s, CLASS) == []
    assert "Was told another day, hour or place" in dung.get("/danh-sach-goi").words
    dung.post(f"/lop-hoc/{made.id}/sua", said | {"day": "2026-11-23"})
    clock_at_ten.shift(DAY)
    s.expire_all()
    (again,) = plan(s, CLASS, TODAY + DAY)
    again.state, again.attempts, again.cleared_at = "accepted", 1, TEN + DAY
    s.commit()
    assert "told another day" not in dung.get(f"/lop-hoc/{made.id}").words
    assert "told another day" not in dung.get("/danh-sach-goi").words


def test_a_class_called_off_stands_below_those_to_come(s, w, visitor):
    off = a_class(s, w.cuc, TEN + DAY, place="Đình làng")
    a_class(s, w.cuc, TEN + 3 * DAY, place="Trường học")
    meetings.cancel(s, off, w.cuc)
    s.commit()
    words = visitor.as_(w.lan).get("/lop-hoc").words
    assert words.index("Trường học") < words.index("Over or called off") < words.index("Đình làng")
    assert "The class is off" in words


def test_past_classes_stand_below_those_to_come(s, w, visitor):
    a_class(s, w.cuc, TEN - 3 * DAY, place="Đình làng")
    a_class(s, w.cuc, TEN + 3 * DAY, place="Trường học")
    s.commit()
    words = visitor.as_(w.lan).get("/lop-hoc").words
    assert words.index("Trường học") < words.index("Over or called off") < words.index("Đình làng")


def test_a_volunteer_switches_mondays_message_on_and_off_for_herself(s, w, visitor):
    lan = visitor.as_(w.lan)
    page = lan.get("/tai-khoan")
    assert "Switched off" in page.words
    on = lan.follow(lan.post("/tai-khoan/tin-nhan", {"on": "1"}))
    assert "Your commune does not send it at present." in on.words
    s.expire_all()
    assert w.lan.sms_since == TEN.replace(microsecond=w.lan.sms_since.microsecond, second=w.lan.sms_since.second)
    assert w.minh.sms_since is None
    off = lan.follow(lan.post("/tai-khoan/tin-nhan", {"on": "0"}))
    assert "You get no more messages on Mondays." in off.words
    acts = s.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("account.weekly"))).all()
    assert acts == ["account.weekly_on", "account.weekly_off"]


def test_where_the_commune_sends_it_nothing_more_is_to_be_said(s, w, visitor):
    switch(s, w, WEEK_LIST, WEEK_SUMMARY)
    w.cuc.sms_since = TEN
    s.commit()
    page = visitor.as_(w.cuc).get("/tai-khoan")
    assert "Your commune's week in numbers" in page.words
    assert "Your commune does not send it" not in page.words


def test_wanting_it_ends_an_earlier_stop_of_ones_own_number(s, w, visitor):
    s.add(OptOut(phone=w.lan.phone, at=TEN - DAY, how="page"))
    s.commit()
    visitor.as_(w.lan).post("/tai-khoan/tin-nhan", {"on": "1"})
    assert s.get(OptOut, w.lan.phone) is None


def test_nobody_else_has_such_a_message(w, visitor):
    for who in (w.anh, w.binh, w.phuc):
        assert "Message on Monday mornings" not in visitor.as_(who).get("/tai-khoan").words
        visitor.as_(who).post("/tai-khoan/tin-nhan", {"on": "1"}, status=403)
