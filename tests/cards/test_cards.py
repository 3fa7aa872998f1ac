"""Learner cards: a code on paper joins a phone to a member; wrong codes are slowed down; staff make and print cards."""

import re

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.accounts import attempts
from outreach.accounts.models import AuditEntry
from outreach.cards import codes
from outreach.cards.models import LearnerCard
from outreach.learning import queries
from outreach.learning.models import Learner
from tests.learning.test_pages import SIGN_IN, walk


@pytest.fixture
def code(s, w):
    """The code of Hạnh's card, as printed."""
    card = codes.issue(s, w.hanh, w.lan)
    s.commit()
    return codes.show(card.code)


def learned(s, member):
    """Which lessons a member has begun, and how many steps of each were seen."""
    s.expire_all()
    return {slug: len(one.seen) for slug, one in queries.progress_of(s, [member.id]).get(member.id, {}).items()}


def test_a_code_has_eight_signs_that_a_vietnamese_keyboard_leaves_alone(s, w):
    made = [codes.issue(s, w.hanh, w.lan).code for _ in range(20)]
    assert all(re.fullmatch("[0-9BCFGHJKMNPQRSTVXZ]{8}", code) for code in made)
    assert len(set(made)) == 20


@pytest.mark.parametrize("typed", ["k7pm-4xqt", " K7PM 4XQT ", "k7pm4xqt", "K7pm–4xqt", "Ｋ７ＰＭ４ＸＱＴ"])
def test_a_code_may_be_typed_carelessly(typed):
    assert codes.read(typed) == "K7PM4XQT"


def test_letters_that_look_like_digits_are_read_as_digits():
    assert codes.read("oil0-Đ111") == "0110D111"


def test_a_typed_code_says_whose_card_it_is_by_given_name_and_village_only(s, w, visitor, code):
    page = visitor.follow(visitor.post("/the-hoc?lang=en", {"code": code.lower().replace("-", " ")}))
    assert "You are about to learn as: Hạnh (thôn Đông)" in page.words
    for private in ("Nguyễn", "Thu", "2003", "912", "Ngõ"):
        assert private not in page.words


def test_nothing_changes_before_the_yes(s, w, visitor, code):
    visitor.get(f"/the-hoc/{code}")
    assert s.scalars(select(Learner)).all() == []


def test_after_the_yes_the_phone_learns_for_the_member(s, w, visitor, code):
    visitor.post(f"/the-hoc/{code}")
    walk(visitor, steps=[1, 2])
    assert learned(s, w.hanh) == {SIGN_IN: 2}
    assert "Hạnh (thôn Đông)" in visitor.get("/").words


def test_joining_later_keeps_what_was_learned(s, w, visitor, code):
    walk(visitor, steps=[1, 2, 3])
    assert "What was learned on this phone so far" in visitor.get(f"/the-hoc/{code}?lang=en").words
    visitor.post(f"/the-hoc/{code}")
    assert learned(s, w.hanh) == {SIGN_IN: 3}


def test_what_somebody_else_learned_before_is_left_out_when_she_says_so(s, w, visitor, code):
    walk(visitor, steps=[1, 2, 3])
    visitor.post(f"/the-hoc/{code}", {"before": "apart"})
    assert learned(s, w.hanh) == {}


def test_a_phone_that_learns_for_another_asks_before_it_changes(s, w, visitor, code):
    tams = codes.show(codes.issue(s, w.tam, w.lan).code)
    s.commit()
    visitor.post(f"/the-hoc/{code}")
    walk(visitor, steps=[1, 2])
    page = visitor.get(f"/the-hoc/{tams}?lang=en")
    assert "Change the learner?" in page.words
    assert "Hạnh (thôn Đông)" in page.words
    assert "Tám (thôn Đông)" in page.words
    visitor.post(f"/the-hoc/{tams}")
    walk(visitor, steps=[1])
    assert learned(s, w.hanh) == {SIGN_IN: 2}
    assert learned(s, w.tam) == {SIGN_IN: 1}


def test_the_same_card_again_has_nothing_to_ask(s, w, visitor, code):
    visitor.post(f"/the-hoc/{code}")
    assert "already learns for Hạnh" in visitor.get(f"/the-hoc/{code}?lang=en").words


def test_not_me_makes_the_phone_forget_and_loses_nothing(s, w, visitor, code):
    visitor.follow(visitor.post(f"/the-hoc/{code}"))
    walk(visitor, steps=[1, 2])
    visitor.post("/the-hoc/khong-phai-toi")
    assert "Hạnh" not in visitor.get("/").words
    assert learned(s, w.hanh) == {SIGN_IN: 2}


def test_a_joined_phone_calls_the_group_leader_of_the_village(s, w, visitor, code):
    assert 'href="tel:18001096"' in visitor.get(f"/bai-hoc/{SIGN_IN}/1").text
    visitor.post(f"/the-hoc/{code}")
    assert f'href="tel:{w.dung.phone}"' in visitor.get(f"/bai-hoc/{SIGN_IN}/1").text


@pytest.mark.parametrize("typed", ["", "K7PM", "ZZZZ-ZZZZ", "khong phai ma"])
def test_a_wrong_code_is_asked_again_with_what_was_typed(s, w, visitor, typed):
    page = visitor.post("/the-hoc?lang=en", {"code": typed}, status=422)
    assert 'name="code"' in page.text
    assert f'value="{typed}"' in page.text


def test_a_wrong_code_in_an_address_leads_to_the_typing_page(s, w, visitor):
    assert 'name="code"' in visitor.get("/the-hoc/ZZZZ-ZZZZ", status=404).text
    visitor.post("/the-hoc/ZZZZ-ZZZZ", status=404)


def test_many_wrong_codes_close_the_door_for_a_while_even_to_a_right_one(s, w, visitor, code):
    with time_machine.travel("2026-11-21T09:00:00+07:00", tick=False) as travel:
        for n in range(attempts.PER_ADDRESS):
            visitor.get(f"/the-hoc/ZZZZ-00{n:02}", status=404)
        visitor.get(f"/the-hoc/{code}", status=429)
        visitor.post("/the-hoc", {"code": code}, status=429)
        visitor.post(f"/the-hoc/{code}", status=429)
        travel.shift(attempts.WINDOW)
        visitor.get(f"/the-hoc/{code}")


def test_the_card_of_somebody_who_left_opens_nothing(s, w, visitor, code):
    w.hanh.left_on = clock.today()
    s.commit()
    visitor.get(f"/the-hoc/{code}", status=404)


def test_staff_make_a_card_with_a_code_for_the_camera(s, w, visitor):
    lan = visitor.as_(w.lan)
    assert "Make the card" in lan.get(f"/nguoi/{w.hanh.id}/the-hoc?lang=en").words
    page = lan.follow(lan.post(f"/nguoi/{w.hanh.id}/the-hoc"))
    s.expire_all()
    card = s.scalars(select(LearnerCard)).one()
    assert codes.show(card.code) in page.words
    assert card.issued_by_id == w.lan.id
    assert '<img src="data:image/svg+xml' in page.text
    assert f"localhost/the-hoc/{codes.show(card.code)}" in page.text


def test_making_a_card_is_noted_without_the_code(s, w, visitor):
    visitor.as_(w.lan).post(f"/nguoi/{w.hanh.id}/the-hoc")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "card.issue")).one()
    assert (entry.actor_id, entry.subject_id, entry.area_id, entry.details) == (w.lan.id, w.hanh.id, w.dong.id, {})


def test_a_new_card_ends_the_lost_one(s, w, visitor, code):
    visitor.as_(w.dung).post(f"/nguoi/{w.hanh.id}/the-hoc")
    visitor.get(f"/the-hoc/{code}", status=404)
    s.expire_all()
    visitor.get(f"/the-hoc/{codes.show(codes.current(s, w.hanh).code)}")


def test_the_printed_card_names_nobody_in_full_and_gives_the_leaders_number(s, w, visitor, code):
    text = visitor.as_(w.cuc).get(f"/nguoi/{w.hanh.id}/the-hoc").text
    card = re.search(r'(?s)<section class="learner-card".*?</section>', text)[0]
    assert "Hạnh" in card
    assert "Nguyễn" not in card
    assert "0912\u00a0000\u00a0005" in card  # kept on one line


def test_staff_see_how_far_the_member_is(s, w, visitor, code):
    visitor.post(f"/the-hoc/{code}")
    walk(visitor, steps=[1, 2, 3])
    assert "3 of 10 steps done" in visitor.as_(w.phuc).get(f"/nguoi/{w.hanh.id}/the-hoc?lang=en").words
    walk(visitor)
    assert "Finished on" in visitor.as_(w.phuc).get(f"/nguoi/{w.hanh.id}/the-hoc?lang=en").words


@pytest.mark.parametrize("who", ["anh", "binh"])
def test_the_country_and_the_province_see_no_card(w, visitor, who):
    visitor.as_(getattr(w, who)).get(f"/nguoi/{w.hanh.id}/the-hoc", status=403)
    visitor.as_(getattr(w, who)).post(f"/nguoi/{w.hanh.id}/the-hoc", status=403)


@pytest.mark.parametrize("who", ["nga", "quy"])
def test_a_card_of_another_village_or_commune_does_not_exist(w, visitor, who):
    visitor.as_(getattr(w, who)).get(f"/nguoi/{w.hanh.id}/the-hoc", status=404)
    visitor.as_(getattr(w, who)).post(f"/nguoi/{w.hanh.id}/the-hoc", status=404)


def test_a_stranger_is_led_to_sign_in(w, visitor):
    assert visitor.get(f"/nguoi/{w.hanh.id}/the-hoc", status=303).location.startswith("/dang-nhap")


def test_a_member_keeps_all_phones_after_the_card_was_renewed(s, w, visitor, code):
    visitor.post(f"/the-hoc/{code}")
    visitor.as_(w.dung).post(f"/nguoi/{w.hanh.id}/the-hoc")
    walk(visitor, steps=[1])
    assert learned(s, w.hanh) == {SIGN_IN: 1}
