"""Consent purpose by purpose: how it was given, to whom, under which words; and taking it back in one step."""

import re

import pytest

from outreach import clock
from outreach.households import ambassadors, consent
from outreach.households.models import NOT_REACHED, PURPOSES
from outreach.i18n import in_language


def test_a_yes_to_one_purpose_is_no_yes_to_another(s, w, yes):
    yes(w.hanh, "sms")
    assert consent.has(s, w.hanh.id, "sms")
    assert not consent.has(s, w.hanh.id, "phone")
    assert not consent.has(s, w.sen.id, "sms")


def test_saying_yes_twice_is_one_yes(s, w, yes):
    yes(w.hanh, "sms")
    yes(w.hanh, "sms", "phone")
    assert [c.purpose for c in consent.history(s, w.hanh)] == ["phone", "sms"]


def test_new_words_need_a_new_yes_and_the_old_one_stays_on_record(s, w, yes, monkeypatch):
    yes(w.hanh, "sms")
    monkeypatch.setattr(consent, "WORDING", "2027-03")
    yes(w.hanh, "sms")
    assert [c.wording for c in consent.history(s, w.hanh)] == ["2027-03", "2026-11b"]
    assert consent.current(s, w.hanh)["sms"].wording == "2027-03"


@pytest.fixture
def second(monkeypatch):
    """The words have been changed since."""
    monkeypatch.setitem(consent.WORDINGS, "2027-03", consent.WORDINGS["2026-11"])
    monkeypatch.setattr(consent, "WORDING", "2027-03")


def test_a_page_that_was_open_while_the_words_changed_keeps_the_ones_it_showed(visitor, s, w, second):
    w.hanh.phone = "+84911111111"
    s.commit()
    lan, address = visitor.as_(w.lan), f"/nguoi/{w.hanh.id}/dong-y"
    page = lan.get(address)
    assert page.form(address)["wording"] == ["2027-03"]
    lan.send(page, address, purposes=["sms"], how="oral", wording="2026-11")
    assert [c.wording for c in consent.history(s, w.hanh)] == ["2026-11"]


def test_words_that_this_house_never_had_are_asked_for_again_with_todays(visitor, s, w):
    lan, address = visitor.as_(w.lan), f"/nguoi/{w.hanh.id}/dong-y"
    page = lan.send(lan.get(address), address, status=422, purposes=["registered"], how="oral", wording="2035-01")
    assert "Read today's words aloud" in page.words
    assert page.form(address)["wording"] == [consent.WORDING]
    assert consent.history(s, w.hanh) == []


def test_withdrawing_ends_the_purpose_whatever_the_words_were(s, w, yes, monkeypatch):
    yes(w.hanh, "sms")
    monkeypatch.setattr(consent, "WORDING", "2027-03")
    given = yes(w.hanh, "sms")["sms"]
    consent.withdraw(s, given, w.lan)
    assert not consent.has(s, w.hanh.id, "sms")
    assert [c.withdrawn_by_id for c in consent.history(s, w.hanh)] == [w.lan.id, w.lan.id]


@pytest.mark.parametrize(("age", "needed"), [(7, True), (15, True), (16, True), (17, False), (70, False)])
def test_a_guardian_is_needed_while_somebody_may_be_under_sixteen(s, w, age, needed):
    w.hanh.birth_year = clock.today().year - age
    assert consent.may_be_child(w.hanh.birth_year) is needed
    if needed:
        with pytest.raises(consent.GuardianNeeded):
            consent.give(s, w.hanh, consent.Given(("sms",), "oral"), w.lan)
    given = consent.give(s, w.hanh, consent.Given(("sms",), "oral", "Hoàng Thị Sen"), w.lan)
    assert given[0].guardian == "Hoàng Thị Sen"


def test_a_purpose_a_way_or_words_nobody_knows_are_no_consent(s, w):
    unknown = consent.Given(("everything",), "oral"), consent.Given(("sms",), "silence")
    for given in (*unknown, consent.Given(("sms",), "oral", wording="1999-01")):
        with pytest.raises(ValueError, match="Given"):
            consent.give(s, w.hanh, given, w.lan)


def test_every_version_of_the_words_speaks_of_every_purpose(w, app):
    assert consent.WORDING in consent.WORDINGS
    with app.test_request_context(), in_language("en"):
        for version in consent.WORDINGS:
            for purpose in PURPOSES:
                said = consent.wording(purpose, w.tan_hung, version)
                assert "xã Tân Hưng" in said
                assert "%" not in said


def test_the_page_says_what_when_how_and_to_whom(visitor, w, yes):
    given = yes(w.hanh, "sms")["sms"]
    words = visitor.as_(w.lan).get(f"/nguoi/{w.hanh.id}/dong-y?lang=en").words
    for part in (
        "Reminders by text message",
        "Said it aloud",
        "Trần Thị Lan",
        f"{clock.local(given.given_at):%H:%M %d/%m/%Y}",
    ):
        assert part in words
    assert "May we send text messages" in words


def test_a_yes_is_given_later_by_anybody_of_the_household(visitor, s, w, deeds):
    visitor.as_(w.lan).post(f"/nguoi/{w.hanh.id}/dong-y", {"purposes": ["sms", "phone"], "how": "screen"})
    assert {p: c.given_how for p, c in consent.current(s, w.hanh).items()} == {"sms": "screen", "phone": "screen"}
    assert deeds() == [("consent.give", w.hanh.id)] * 2


def test_on_the_page_nothing_is_ticked_beforehand(visitor, w):
    assert "checked" not in visitor.as_(w.lan).get(f"/nguoi/{w.hanh.id}/dong-y").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"purposes": []}, "Nothing was ticked"),
        ({"how": ""}, "Please choose one"),
        ({"purposes": ["registered"]}, "registered"),
        ({"guardian": "001205012345"}, "12-digit ID number"),
    ],
)
def test_half_a_yes_is_refused(visitor, s, w, typed, words):
    page = visitor.as_(w.lan).post(
        f"/nguoi/{w.hanh.id}/dong-y?lang=en", {"purposes": ["sms"], "how": "oral"} | typed, status=422
    )
    assert words in page.words
    assert consent.history(s, w.hanh) == []


def test_without_a_number_nobody_agrees_to_messages(visitor, s, w):
    page = visitor.as_(w.lan).post(
        f"/nguoi/{w.sen.id}/dong-y?lang=en", {"purposes": ["sms"], "how": "oral"}, status=422
    )
    assert "a telephone number is needed" in page.words


def test_withdrawing_is_one_step_and_stops_what_waits(visitor, s, w, yes, waiting, deeds):
    given = yes(w.hanh, "sms")["sms"]
    sms = waiting(w.hanh)
    others = waiting(w.tam)
    volunteer = visitor.as_(w.lan)
    assert re.search(rf'action="/dong-y/{given.id}/rut"', volunteer.get(f"/nguoi/{w.hanh.id}/dong-y").text)
    volunteer.post(f"/dong-y/{given.id}/rut")
    s.expire_all()
    assert not consent.has(s, w.hanh.id, "sms")
    assert (given.withdrawn_by_id, given.withdrawn_how) == (w.lan.id, "oral")
    assert (sms.state, others.state) == ("cancelled", "queued")
    assert deeds()[-1] == ("consent.withdraw", w.hanh.id)


def test_withdrawing_calls_leaves_messages_alone(visitor, s, w, yes, waiting):
    given = yes(w.hanh, "sms", "phone")
    sms = waiting(w.hanh)
    visitor.as_(w.lan).post(f"/dong-y/{given['phone'].id}/rut")
    s.expire_all()
    assert consent.has(s, w.hanh.id, "sms")
    assert sms.state == "queued"


def test_withdrawing_the_registration_ends_the_ambassador_and_every_other_yes(visitor, s, w, yes, waiting):
    given = yes(w.hanh, "registered", "sms", "phone")
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    sms = waiting(w.hanh)
    visitor.as_(w.lan).post(f"/dong-y/{given['registered'].id}/rut")
    s.expire_all()
    assert consent.current(s, w.hanh) == {}
    assert [(a.until, a.ended_reason) for a in w.sens_house.ambassadors] == [(clock.today(), "withdrawn")]
    assert w.sens_house.stage == NOT_REACHED
    assert sms.state == "cancelled"


def test_withdrawing_the_registration_of_an_earlier_ambassador_leaves_today_s_alone(s, w, yes):
    given = yes(w.hanh, "registered")
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    ambassadors.appoint(s, w.sens_house, w.sen, w.lan)
    consent.withdraw(s, given["registered"], w.lan)
    assert ambassadors.current(s, w.sens_house).member is w.sen


def test_withdrawing_twice_keeps_the_first_time(visitor, s, w, yes):
    given = yes(w.hanh, "sms")["sms"]
    visitor.as_(w.lan).post(f"/dong-y/{given.id}/rut")
    s.expire_all()
    first = given.withdrawn_at
    visitor.as_(w.dung).post(f"/dong-y/{given.id}/rut")
    s.expire_all()
    assert (given.withdrawn_at, given.withdrawn_by_id) == (first, w.lan.id)


def first_words(s, w, member):
    """A yes to the first words, which named visits only, as an old phone sends it."""
    consent.give(s, member, consent.Given(("sms",), "oral", wording="2026-11"), w.lan)
    s.commit()


@pytest.mark.parametrize("page", ["/nguoi/{m.id}/sua", "/nguoi/{m.id}/dong-y", "/ho/{m.household_id}/tham"])
def test_whoever_agreed_to_visit_reminders_only_is_asked_again_and_not_pressed(visitor, s, w, yes, page):
    lan, address = visitor.as_(w.lan), page.format(m=w.hanh)
    first_words(s, w, w.hanh)
    words = lan.get(address).words
    assert "Nguyễn Thu Hạnh agreed to reminders of visits only" in words
    assert "A no is fine" in words
    yes(w.hanh, "sms")
    assert "reminders of visits only" not in lan.get(address).words


def test_the_wider_yes_is_noted_beside_the_first(visitor, s, w):
    first_words(s, w, w.hanh)
    lan, address = visitor.as_(w.lan), f"/nguoi/{w.hanh.id}/dong-y"
    lan.send(lan.get(address), address, purposes=["sms"], how="oral")
    assert [c.wording for c in consent.history(s, w.hanh)] == ["2026-11b", "2026-11"]


def test_a_page_that_comes_back_with_a_fault_shows_the_words_it_was_opened_with(visitor, s, w):
    lan, address = visitor.as_(w.lan), f"/nguoi/{w.hanh.id}/dong-y"
    page = lan.post(address, {"purposes": ["sms"], "how": "", "wording": "2026-11"}, status=422)
    assert page.form(address)["wording"] == ["2026-11"]
    assert "They only remind you of a visit we agreed on." in page.words
