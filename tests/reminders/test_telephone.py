"""The telephone list: whoever needs a reminder this week and cannot get a message stands on it, and nobody else."""

from datetime import datetime, time, timedelta
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import select

from outreach import clock, pdf
from outreach.accounts.models import AuditEntry
from outreach.households import ambassadors, consent
from outreach.limits import money
from outreach.reminders import rules, telephone
from outreach.reminders.models import ClassMeeting, DueDate
from outreach.sms import consequences
from outreach.sms.models import Budget, ClosedDay
from outreach.sms.purposes import FOLLOW_UP
from outreach.stopping import stop
from outreach.visits import recording
from outreach.visits.models import SHOWN
from outreach.visits.recording import VisitDraft
from tests.databases import sqlite_only
from tests.sms.rows import message

LIST, PAPER = "/danh-sach-goi", "/danh-sach-goi.pdf"


@pytest.fixture
def promised(s, w):
    """A visit to a house at which somebody was met, with the promise to come again in so many days."""

    def make(member, days=1, by=None):
        next_on = clock.today() + timedelta(days=days)
        draft = VisitDraft(recording.new_client_id(), SHOWN, met=(member.id,), next_on=next_on)
        recording.record(s, by or w.lan, member.household, draft)
        s.commit()

    return make


@pytest.fixture
def asked(s, w):
    """A day that a member asked to be reminded of, some days from today."""

    def make(member, kind="case", days=3):
        row = DueDate(
            member_id=member.id, kind=kind, due_on=clock.today() + timedelta(days=days), said="của con gái",
            taken_by_id=w.lan.id, taken_at=clock.now() - timedelta(days=30),
        )  # fmt: skip
        s.add(row)
        s.commit()
        return row

    return make


@pytest.fixture
def on(s, w):
    """Switch a reminder on in xã Tân Hưng."""

    def switch(*purposes):
        for purpose in purposes:
            rules.switch(s, w.tan_hung, purpose, to=True, by=w.cuc)
        s.commit()

    return switch


@pytest.fixture
def yes(s, w):
    """Record a member's yes."""

    def say(member, *purposes, wording=""):
        consent.give(s, member, consent.Given(purposes, "oral", wording=wording), w.lan)
        s.commit()

    return say


def a_class(s, w, village=None, days=2):
    at = datetime.combine(clock.today() + timedelta(days=days), time(19), clock.place())
    made = ClassMeeting(
        commune_id=w.tan_hung.id, village_id=village and village.id, place="Nhà văn hóa thôn Đông", at=at,
        by_id=w.cuc.id, made_at=clock.now(),
    )  # fmt: skip
    s.add(made)
    s.commit()


def listed(s, w, by=None):
    """Name → why she is on the list of thôn Đông, and whether a number stands there."""
    return {row.member.name: (row.why, row.phone) for row in telephone.rows(s, by or w.lan, w.dong)}


def test_whom_a_message_reaches_is_not_on_it(s, w, promised, yes):
    yes(w.hanh, "sms")
    promised(w.hanh)
    assert listed(s, w) == {}


def test_without_a_telephone_somebody_goes_there(s, w, promised):
    promised(w.sen)
    assert listed(s, w) == {"Hoàng Thị Sen": ("no_number", None)}


def test_a_number_stands_only_where_calls_were_agreed_to(s, w, promised, yes):
    promised(w.tam)
    assert listed(s, w) == {"Nguyễn Văn Tám": ("no_yes", None)}
    yes(w.tam, "phone")
    assert listed(s, w) == {"Nguyễn Văn Tám": ("no_yes", "+84987654321")}


def test_who_stopped_messages_may_still_agree_to_calls(s, w, promised, yes):
    yes(w.tam, "sms", "phone")
    promised(w.tam)
    assert listed(s, w) == {}
    stop.stop_number(s, w.tam.phone, stop.PAGE)
    s.commit()
    assert listed(s, w) == {"Nguyễn Văn Tám": ("stopped", "+84987654321")}


@pytest.mark.parametrize("code", ["21211", "21614", "30005", "30006"])
def test_a_number_that_does_not_work_is_neither_written_to_nor_printed(s, w, promised, yes, code):
    yes(w.tam, "sms", "phone")
    promised(w.tam)
    consequences.follow(s, message(s, w.tan_hung, to=w.tam.phone, state="failed", error=code), code)
    s.commit()
    assert listed(s, w) == {"Nguyễn Văn Tám": ("wrong", None)}
    w.tam.phone = "+84977000111"  # corrected
    s.commit()
    assert listed(s, w) == {}


def test_the_ambassador_is_told_for_the_house(s, w, promised, yes):
    promised(w.sen)
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    s.commit()
    assert listed(s, w) == {"Nguyễn Thu Hạnh": ("no_yes", None)}
    yes(w.hanh, "sms")
    assert listed(s, w) == {}


def test_of_two_who_were_met_the_one_who_may_be_called_stands_there(s, w, yes):
    yes(w.hanh, "phone")
    draft = VisitDraft(recording.new_client_id(), SHOWN, met=(w.sen.id, w.hanh.id), next_on=clock.today())
    recording.record(s, w.lan, w.sens_house, draft)
    s.commit()
    assert listed(s, w) == {"Nguyễn Thu Hạnh": ("no_yes", "+84912345678")}


@pytest.mark.parametrize(("days", "there"), [(0, True), (7, True), (8, False)])
def test_it_is_of_this_week(s, w, promised, days, there):
    promised(w.tam, days=days)
    assert bool(listed(s, w)) is there


def sent(s, w, state, held="", due_in=1, attempts=1):
    """The reminder to Tám of a visit, as it stands in the outbox."""
    day = clock.today() + timedelta(days=due_in)
    message(
        s, w.tan_hung, key=f"member:{w.tam.id}/follow_up/{day}", recipient=f"member:{w.tam.id}", state=state,
        held=held, attempts=attempts,
    )  # fmt: skip


def closed(s, *days):
    s.add_all(ClosedDay(day=clock.today() + timedelta(days=n), name="Tết") for n in days)


def no_money(s, w):
    money.set_budget(s, w.tan_hung, 5_000, w.cuc)
    s.scalars(select(Budget)).one().spent = 5_000


@sqlite_only
@pytest.mark.parametrize(
    ("why", "happened", "due_in"),
    [
        (None, lambda s, w: None, 1),
        ("not_sent", lambda s, w: rules.switch(s, w.tan_hung, FOLLOW_UP, to=False, by=w.cuc), 1),
        ("budget", no_money, 2),
        (None, no_money, 11),  # next month's money
        ("late", lambda s, w: closed(s, 0), 1),
        ("late", lambda s, w: closed(s, 1, 2, 3), 4),
        (None, lambda s, w: closed(s, 1, 2), 3),
        ("late", lambda s, w: None, 0),  # yesterday nobody knew of it
        (None, lambda s, w: sent(s, w, "accepted", due_in=0), 0),
        (None, lambda s, w: (sent(s, w, "accepted"), rules.switch(s, w.tan_hung, FOLLOW_UP, to=False, by=w.cuc)), 1),
        (None, lambda s, w: sent(s, w, "queued"), 1),
        ("budget", lambda s, w: sent(s, w, "queued", "budget"), 1),
        ("failed", lambda s, w: sent(s, w, "failed"), 1),
        (None, lambda s, w: sent(s, w, "cancelled", attempts=0), 1),  # it is planned again
    ],
)
def test_whom_no_message_reaches_for_any_reason_is_on_it(s, w, yes, promised, why, happened, due_in, clock_at_ten):
    if due_in > 7:
        clock_at_ten.shift(timedelta(days=5))
        due_in -= 5
    yes(w.tam, "sms")
    promised(w.tam, due_in)
    happened(s, w)
    s.flush()
    assert listed(s, w) == ({"Nguyễn Văn Tám": (why, None)} if why else {})


@sqlite_only
def test_after_eight_in_the_evening_it_is_too_late_for_tomorrows_message(s, w, yes, promised, clock_at_ten):
    clock_at_ten.shift(timedelta(hours=10, minutes=5))
    yes(w.tam, "sms")
    promised(w.tam)
    assert listed(s, w) == {"Nguyễn Văn Tám": ("late", None)}


@sqlite_only
def test_where_the_ambassadors_message_failed_nobody_else_of_the_house_gets_one(s, w, yes, promised):
    promised(w.hanh)
    ambassadors.appoint(s, w.sens_house, w.sen, w.lan)
    w.sen.phone = "+84977000111"
    yes(w.sen, "sms")
    yes(w.hanh, "sms", "phone")
    assert listed(s, w) == {}
    day = clock.today() + timedelta(days=1)
    message(s, w.tan_hung, key=f"member:{w.sen.id}/follow_up/{day}", state="failed", error="30003")
    assert listed(s, w) == {"Nguyễn Thu Hạnh": ("failed", "+84912345678")}


def test_a_day_somebody_asked_for_is_told_to_herself(s, w, asked, yes, on):
    on("due_date")
    yes(w.hanh, "sms")
    asked(w.sen)
    asked(w.hanh)
    assert listed(s, w) == {"Hoàng Thị Sen": ("no_number", None)}


def test_a_day_is_told_by_mouth_where_the_commune_sends_no_such_messages(s, w, asked, yes, on):
    yes(w.hanh, "sms")
    asked(w.hanh)
    assert listed(s, w) == {"Nguyễn Thu Hạnh": ("not_sent", None)}
    on("due_date")
    assert listed(s, w) == {}


def test_a_day_that_is_far_or_over_is_not_told(s, w, asked):
    asked(w.sen, days=40)
    asked(w.sen).ended_at = clock.now()
    asked(w.sen, kind="passport", days=60)
    s.commit()
    assert listed(s, w) == {}


def test_a_yes_to_visit_reminders_only_does_not_reach_for_a_class(s, w, yes, on):
    on("class_meeting")
    a_class(s, w, w.dong)
    yes(w.hanh, "sms", "phone", wording="2026-11")
    yes(w.tam, "sms")
    assert listed(s, w) == {"Nguyễn Thu Hạnh": ("less", "+84912345678")}
    yes(w.hanh, "sms")  # one of the house is told: that is enough
    assert listed(s, w) == {}


def test_a_class_of_another_village_or_one_called_off_is_none_of_theirs(s, w, on):
    on("class_meeting")
    a_class(s, w, w.doai)
    assert listed(s, w) == {}
    a_class(s, w)
    assert set(listed(s, w)) == {"Hoàng Thị Sen", "Nguyễn Văn Tám"}
    for meeting in s.scalars(select(ClassMeeting)):
        meeting.cancelled_at = clock.now()
    s.commit()
    assert listed(s, w) == {}


def test_one_person_with_two_matters_stands_there_once(s, w, promised, asked):
    promised(w.sen)
    asked(w.sen)
    (row,) = telephone.rows(s, w.lan, w.dong)
    assert [need.purpose for need in row.needs] == ["follow_up", "due_date"]


def test_two_of_a_house_who_asked_for_the_same_day_both_stand_there(s, w, asked):
    asked(w.sen)
    asked(w.hanh)
    assert set(listed(s, w)) == {"Hoàng Thị Sen", "Nguyễn Thu Hạnh"}


def test_the_commune_sees_its_villages_with_how_many(visitor, s, w, promised):
    promised(w.sen)
    promised(w.tam)
    official = visitor.as_(w.cuc)
    page = official.get(LIST)
    rows = ["".join(row.itertext()).split() for row in page.tree.iter("tr")]
    assert [row[-1][-1] for row in rows[1:]] == ["0", "2", "2"]  # thôn Đoài, thôn Đông, together
    assert "Nguyễn Văn Tám" in official.get(f"{LIST}?thon=11977.1").words


@pytest.mark.parametrize("thon", ["12361.1", "12361", "11977", "nirgends"])
def test_a_village_of_elsewhere_is_not_found(visitor, w, thon):
    visitor.as_(w.cuc).get(f"{LIST}?thon={thon}", status=404)


def test_a_volunteer_has_her_own_village_whatever_she_asks_for(visitor, w, promised):
    promised(w.tam)
    assert "Nguyễn Văn Tám" not in visitor.as_(w.nga).get(f"{LIST}?thon=11977.1").words


@pytest.mark.skipif(not pdf.available(), reason=pdf.CURE)
def test_the_paper_says_nothing_that_is_not_needed(visitor, s, w, promised, asked, monkeypatch):
    promised(w.tam)
    asked(w.sen)
    monkeypatch.setattr(pdf, "render", str.encode)
    lan = visitor.as_(w.lan)
    text = lan.get(PAPER).text
    for part in ("Nguyễn Văn Tám", "Hoàng Thị Sen", "A case is due", "Told", "Again on:"):
        assert part in text
    for kept in ("0987 654 321", "của con gái", "1960"):  # no yes to calls, no words of the family, no year of birth
        assert kept not in text
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "telephone.export")).one()
    assert (entry.actor_id, entry.area_id, entry.details) == (w.lan.id, w.dong.id, {"format": "pdf", "rows": 2})


@pytest.mark.skipif(not pdf.available(), reason=pdf.CURE)
def test_the_paper_is_a_pdf(visitor, w, promised):
    promised(w.tam)
    answer = visitor.as_(w.dung).get(PAPER).answer
    assert answer.mimetype == "application/pdf"
    read = pypdf.PdfReader(BytesIO(answer.data))
    assert f"Page 1 of {len(read.pages)}" in read.pages[0].extract_text()


def test_nothing_is_printed_when_everybody_is_told(visitor, s, w):
    lan = visitor.as_(w.lan)
    assert "there is nothing to print" in lan.follow(lan.get(PAPER, status=303)).words
    assert s.scalars(select(AuditEntry).where(AuditEntry.act == "telephone.export")).all() == []


def test_today_leads_to_it(visitor, w):
    assert LIST in visitor.as_(w.lan).get("/hom-nay").links()
