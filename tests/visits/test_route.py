"""The walk on paper: what the sheet says, and typing it in, each visit once."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from outreach import clock, pdf
from outreach.accounts.models import AuditEntry
from outreach.assessments.models import Evidence
from outreach.households import ambassadors, consent
from outreach.visits import recording, route
from outreach.visits.models import FollowUp, Visit
from tests import world
from tests.databases import sqlite_only

SHEET, TYPE = "/to-di-duong.pdf", "/to-di-duong/nhap"


@pytest.fixture
def drawn(monkeypatch):
    """A PDF takes a second; its words are read before it is one."""
    monkeypatch.setattr(pdf, "render", str.encode)


def printed(s, w):
    """Lan's sheet with Tám's house, then Sen's; the address to type it in."""
    sheet = route.note_printed(s, [w.tams_house.id, w.sens_house.id], w.lan)
    s.commit()
    return f"{TYPE}?to={sheet.number}"


def visits(s):
    s.expire_all()
    return s.scalars(select(Visit).order_by(Visit.id)).all()


def today():
    return clock.today().isoformat()


@pytest.mark.parametrize("number", [1, 7, 1042, 2**31 - 1])
def test_a_code_is_read_as_it_was_printed_however_it_is_typed(number):
    code = route.code(number)
    typed = (code, code.lower(), code.replace("-", " "), f" {code} ")
    assert {route.read(one) for one in typed} == {number}


def test_a_slip_of_the_pen_is_no_code():
    number, letter = route.code(1042).split("-")
    slips = ["1043", "1402", "0142", "9042", "104"]
    assert [slip for slip in slips if route.read(f"{slip}-{letter}")] == []
    assert [typed for typed in ("", "K", "1042", "²-K", "99999999999-A") if route.read(typed)] == []
    assert route.read(f"{number}-{letter}") == 1042


def test_the_sheet_says_who_where_why_and_who_is_ambassador(visitor, s, w, drawn):
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    s.commit()
    page = visitor.as_(w.lan).get(SHEET)
    assert page.headers["Content-Type"] == "application/pdf"
    for said in ("Hoàng Thị Sen", "Ngõ 3", "Nobody has come here yet", "Ambassador: Nguyễn Thu Hạnh", "Lesson:"):
        assert said in page.words
    met = re.findall(r'class="box"></span>([^<]{2,})</p>', page.text)
    assert met[:3] == ["Hoàng Thị Sen", "Nguyễn Thu Hạnh", "Somebody else of the house"]
    assert route.code(w.sens_house.id) in page.words
    assert "destroy" in page.text


def test_only_who_agreed_to_be_called_has_a_number_on_the_sheet(visitor, s, w, drawn):
    consent.give(s, w.hanh, consent.Given(("registered", "phone"), "oral"), w.lan)
    consent.give(s, w.tam, consent.Given(("sms",), "oral"), w.lan)
    w.tams_house.phone = "+84911222333"
    s.commit()
    page = visitor.as_(w.lan).get(SHEET)
    assert "0912 345 678" in page.words
    assert "0987 654 321" not in page.words
    assert "0911 222 333" not in page.words


def test_a_yes_that_was_taken_back_takes_the_number_off_the_sheet(visitor, s, w, drawn):
    (yes,) = consent.give(s, w.hanh, consent.Given(("phone",), "oral"), w.lan)
    consent.withdraw(s, yes, w.lan, "oral")
    s.commit()
    assert "0912 345 678" not in visitor.as_(w.lan).get(SHEET).words


def test_each_printing_is_on_record_with_its_number_and_no_names(visitor, s, w, drawn):
    page = visitor.as_(w.lan).get(SHEET)
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "route.export")).one()
    assert f"Route sheet {entry.id}" in page.words
    assert set(entry.details["households"]) == {w.sens_house.id, w.tams_house.id}
    assert set(entry.details) == {"households"}


def test_with_nothing_to_visit_nothing_is_printed(visitor, s, w, drawn):
    for house in (w.sens_house, w.tams_house):
        house.closed_as = "vacant"
    s.commit()
    assert visitor.as_(w.lan).get(SHEET, status=303).location == "/hom-nay"
    assert s.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.act == "route.export")) == 0


@sqlite_only
def test_the_sheet_is_a_tagged_pdf_of_a4_pages(visitor, s, w):
    for n in range(18):
        world.household(s, w.dong, f"Nguyễn Thị Phương Thảo {n}", address=f"Ngõ {n}, số {n}, cạnh nhà văn hóa thôn")
    s.commit()
    answer = visitor.as_(w.lan).get(SHEET).answer
    read = PdfReader(io.BytesIO(answer.data))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert [round(float(side)) for side in read.pages[0].mediabox[2:]] == [595, 842]
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    assert "Nguyễn Thị Phương Thảo 17" in text
    assert f"Page 1 of {len(read.pages)}" in text
    assert len(read.pages) <= 3


def test_the_sheet_has_a_box_for_each_skill_that_may_be_seen(visitor, s, w, drawn):
    page = visitor.as_(w.lan).get(SHEET)
    assert "1 – Use online public services · 2 – Shop online" in page.words
    boxes = re.findall(r'<p class="skills small">Skills(.*?)</p>', page.text)
    assert [re.findall(r"</span>(\d)</span>", row) for row in boxes] == [["1", "2", "3", "4", "5"]] * 2


@pytest.mark.each_kind
def test_skills_seen_on_paper_are_evidence_of_the_one_who_did_it_alone(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    met = [str(w.sen.id), str(w.hanh.id)]
    seen = {"rows-1-outcome": "alone", "rows-1-met": met, "rows-1-observed": ["shopping", "safety"]}
    page = lan.get(address)
    asked = lan.send(page, address, status=422, **seen)
    assert "You met several people. Please choose below who did it alone." in asked.words
    for _time in range(2):
        lan.send(asked, address, **{"rows-1-observed_of": str(w.hanh.id)})
    found = s.scalars(select(Evidence).order_by(Evidence.id)).all()
    assert {(one.member_id, one.ref) for one in found} == {(w.hanh.id, f"visit:{visits(s)[0].id}")}
    assert [one.skill for one in found] == ["shopping", "safety"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"outcome": "helped", "met": ["0"]}, "Only what somebody does alone shows a skill."),
        ({"outcome": ""}, "Say how it went, or take away the rest of the row."),
    ],
)
def test_a_skill_that_was_not_seen_alone_is_asked_about_and_nothing_typed_is_lost(visitor, s, w, row, said):
    lan, address = visitor.as_(w.lan), printed(s, w)
    sent = {f"rows-0-{name}": value for name, value in row.items()} | {"rows-0-observed": ["payment"]}
    page = lan.send(lan.get(address), address, status=422, **sent)
    assert said in page.words
    assert page.form(address)["rows-0-observed"] == ["payment"]
    assert visits(s) == []


def test_rows_with_an_outcome_become_visits_of_their_day_and_the_others_nothing(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    page = lan.get(address)
    assert page.words.index("1. Nguyễn Văn Tám") < page.words.index("2. Hoàng Thị Sen")
    yesterday = clock.today() - timedelta(days=1)
    next_on = clock.today() + timedelta(days=6)
    filled = {"rows-1-outcome": "shown", "rows-1-met": [str(w.sen.id), str(w.hanh.id)], "rows-1-lesson": "quet-ma-qr",
              "rows-1-day": yesterday.isoformat(), "rows-1-next_on": next_on.isoformat(),
              "rows-1-note": "Cháu Hạnh sẽ học tiếp"}  # fmt: skip
    answer = lan.send(page, address, **filled)
    (visit,) = visits(s)
    assert (visit.household_id, visit.outcome, visit.by_id) == (w.sens_house.id, "shown", w.lan.id)
    assert clock.local(visit.at).date() == yesterday
    assert [one.name for one in visit.met] == ["Hoàng Thị Sen", "Nguyễn Thu Hạnh"]
    assert [one.lesson for one in visit.taught] == ["quet-ma-qr"]
    assert (visit.note, s.scalars(select(FollowUp.due_on)).one()) == ("Cháu Hạnh sẽ học tiếp", next_on)
    assert "1 visit is saved" in lan.follow(answer).words


def test_what_is_typed_in_is_not_asked_for_again(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    lan.send(lan.get(address), address, **{"rows-0-outcome": "nobody"})
    page = lan.get(address)
    assert "Typed in already" in page.words
    assert page.form(address)["rows-0-code"] == [route.code(w.sens_house.id)]


def test_the_same_sheet_sent_twice_is_saved_once(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    typed = {"rows-0-outcome": "nobody", "rows-1-outcome": "helped", "rows-1-met": ["0"]}
    sent = lan.get(address).form(address) | typed
    lan.post(address, sent)
    lan.post(address, sent)
    assert len(visits(s)) == 2


def test_a_row_whose_mark_was_torn_is_saved_under_a_new_one(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    lan.send(lan.get(address), address, **{"rows-0-outcome": "nobody", "rows-0-client_id": "x" * 60})
    (visit,) = visits(s)
    assert len(visit.client_id) == 36


def test_a_row_sent_again_with_something_else_in_it_is_refused_at_its_row_and_nothing_is_lost(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    sent = lan.get(address).form(address) | {"rows-0-outcome": "nobody"}
    lan.post(address, sent)
    helped = {"rows-0-outcome": "helped", "rows-0-met": ["0"], "rows-1-outcome": "shown", "rows-1-met": ["0"]}
    page = lan.post(address, sent | helped, status=409)
    assert "This row was saved before with something else in it" in page.words
    assert page.form(address)["rows-1-outcome"] == ["shown"]
    assert [visit.outcome for visit in visits(s)] == ["nobody"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2026-11-23"}, "This day has not come yet"),
        ({"day": "2026-08-01"}, "This day is too long ago"),
        ({"day": ""}, "Type the day of the visit"),
        ({"day": "hôm qua"}, "This is not a day"),
        ({"day": "2026-11-20", "next_on": "2026-11-19"}, "This day is before the visit"),
        ({"next_on": "2206-11-29"}, "more than a year ahead"),
        ({"note": "CCCD 001205012345"}, "take out the 12-digit ID number"),
        ({"outcome": "", "note": "có người ở nhà"}, "Say how it went"),
        ({"outcome": "", "met": "0"}, "Say how it went"),
        ({"met": []}, "Please tick whom you met"),
        ({"outcome": "nobody", "met": "0"}, "You ticked somebody, and also that nobody was home"),
        ({"outcome": "nobody", "met": [], "lesson": "quet-ma-qr"}, "You ticked a lesson, but no one took part"),
        ({"code": "99999-A"}, "There is no house with this code"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_stored_or_lost(visitor, s, w, typed, said, time_machine_at):
    time_machine_at("2026-11-22 09:00")
    lan, address = visitor.as_(w.lan), printed(s, w)
    page = lan.get(address)
    whole = {"outcome": "helped", "met": "0", "day": "2026-11-21"} | typed
    row = {f"rows-0-{name}": value for name, value in whole.items()}
    good = {"rows-1-outcome": "nobody", "rows-1-note": "cửa khóa"}
    answer = lan.send(page, address, status=422, **row, **good)
    assert said in answer.words
    assert answer.form(address)["rows-1-note"] == ["cửa khóa"]
    assert answer.form(address)["rows-1-client_id"] == page.form(address)["rows-1-client_id"]
    assert visits(s) == []


@pytest.fixture
def time_machine_at():
    """Stand at a moment of xã Tân Hưng."""
    import time_machine

    travels = []

    def go(moment):
        travel = time_machine.travel(f"{moment}+07:00", tick=False)
        travel.start()
        travels.append(travel)

    yield go
    for travel in travels:
        travel.stop()


def test_a_visit_of_this_morning_is_never_noted_for_a_later_hour(visitor, s, w, time_machine_at):
    time_machine_at("2026-11-22 09:00")
    lan, address = visitor.as_(w.lan), printed(s, w)
    lan.send(lan.get(address), address, **{"rows-0-outcome": "nobody"})
    (visit,) = visits(s)
    assert visit.at == clock.now()


def test_a_house_of_another_sheet_is_typed_in_by_its_code(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    other = world.household(s, w.dong, "Đinh Văn An")
    an = world.member(s, other, "Đinh Văn An", 1970)
    s.commit()
    extra = {"rows-2-code": route.code(other.id).lower(), "rows-2-outcome": "shown", "rows-2-day": today()}
    page = lan.send(lan.get(address), address, status=422, **extra)  # whose code it is, the page knows only now
    assert "Please tick whom you met" in page.words
    lan.send(page, address, **{"rows-2-met": str(an.id)})
    assert [(visit.household_id, visit.met) for visit in visits(s)] == [(other.id, [an])]


def test_without_a_sheet_rows_are_typed_by_code(visitor, s, w):
    lan = visitor.as_(w.lan)
    page = lan.get(TYPE)
    assert "No sheet of yours has been printed yet" in page.words
    lan.send(page, TYPE, **{"rows-0-code": route.code(w.sens_house.id), "rows-0-outcome": "nobody"})
    assert len(visits(s)) == 1


def test_a_house_of_another_village_has_no_code_here(visitor, s, w):
    lan = visitor.as_(w.lan)
    page = lan.get(TYPE)
    row = {"rows-0-code": route.code(w.paos_house.id), "rows-0-outcome": "nobody"}
    assert "Lý Thị Páo" not in lan.send(page, TYPE, status=422, **row).words
    assert visits(s) == []


def test_somebody_elses_sheet_is_not_mine_to_type_in(visitor, s, w):
    page = visitor.as_(w.minh).get(printed(s, w))
    assert "No sheet of yours" in page.words


def test_without_script_every_field_of_a_row_has_a_name_and_a_letter_chooses_the_outcome(visitor, s, w):
    page = visitor.as_(w.lan).get(printed(s, w))
    letters = re.findall(r"<option[^>]*>(\w) –", page.text)[:5]
    assert len(set(letters)) == 5
    assert 'aria-label="How did it go?: Hoàng Thị Sen"' in page.text


def test_more_rows_need_no_more_questions_to_show(visitor, s, w, connection):
    from tests import counting

    lan, asked = visitor.as_(w.lan), []
    for many in (2, 20):
        made = [world.household(s, w.dong, f"Vũ {many} {n}").id for n in range(many)]
        sheet = route.note_printed(s, made, w.lan)
        s.commit()
        with counting.statements(connection) as said:
            lan.get(f"{TYPE}?to={sheet.number}")
        asked.append(len(said))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("path", [SHEET, TYPE])
def test_an_official_and_an_agent_have_no_walk_to_print_or_type_in(visitor, w, path):
    visitor.as_(w.cuc).get(path, status=403)
    visitor.as_(w.phuc).get(path, status=403)


@pytest.mark.parametrize("path", [SHEET, TYPE])
def test_a_stranger_is_asked_to_sign_in_before_the_sheet(visitor, w, path):
    assert visitor.get(path, status=303).location.startswith("/dang-nhap")


def test_a_visit_from_paper_keeps_a_promise_like_any_other(visitor, s, w):
    told = {"at": clock.now() - timedelta(days=9), "next_on": clock.today()}
    recording.record(s, w.lan, w.sens_house, recording.VisitDraft(recording.new_client_id(), "shown", **told))
    lan, address = visitor.as_(w.lan), printed(s, w)
    lan.send(lan.get(address), address, **{"rows-1-outcome": "helped", "rows-1-met": "0", "rows-1-day": today()})
    assert s.scalars(select(FollowUp.ended_at).where(FollowUp.due_on == clock.today())).one() is not None


def test_what_came_from_the_phone_meanwhile_is_not_typed_in_a_second_time(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    page = lan.get(address)
    noted = recording.VisitDraft(recording.new_client_id(), "nobody", at=clock.now())
    recording.record(s, w.lan, w.tams_house, noted)
    recording.record(s, w.dung, w.sens_house, recording.VisitDraft(recording.new_client_id(), "nobody", at=clock.now()))
    s.commit()
    rows = {"rows-0-outcome": "nobody", "rows-0-day": today(), "rows-1-outcome": "nobody", "rows-1-day": today()}
    again = lan.send(page, address, status=422, **rows)
    assert again.words.count("recorded a visit to this house on this day already") == 1
    assert len(visits(s)) == 2
    lan.send(again, address, **{"rows-0-outcome": "", "rows-1-note": "Hai người cùng đến"})
    assert [(one.household_id, one.by_id) for one in visits(s)][2:] == [(w.sens_house.id, w.lan.id)]


def test_one_coming_typed_in_two_rows_is_one_too_many(visitor, s, w):
    lan, address = visitor.as_(w.lan), printed(s, w)
    page = lan.get(address)
    code = route.code(w.sens_house.id)
    twice = {f"rows-{n}-{name}": told for n in (0, 1) for name, told in
             (("code", code), ("outcome", "nobody"), ("day", today()))}  # fmt: skip
    again = lan.send(page, address, status=422, **twice)
    assert again.words.count("recorded a visit to this house on this day already") == 1
    assert visits(s) == []
    lan.send(again, address, **{"rows-1-outcome": ""})
    assert [one.household_id for one in visits(s)] == [w.sens_house.id]
