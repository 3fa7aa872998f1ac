"""Anyone helps anyone: found by card, or by number and name; the visit is the home's, and says where it took place."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.cards import codes
from outreach.households import stages
from outreach.households.models import VISITED
from outreach.visits import queries
from outreach.visits.models import AT_DESK, Visit

ASKED = {"phone": "0912 345 678", "name": "nguyen thu hanh"}
DONE = {"way": "desk", "outcome": "helped"}


@pytest.fixture
def desk(visitor, w):
    """Quý's office, in another commune than Hạnh's."""
    return visitor.as_(w.quy)


def found(desk, **asked):
    """The form for whoever was found."""
    return desk.follow(desk.post("/giup", asked or ASKED))


def address_of(form):
    """Where the form of a visit is sent."""
    return re.search(r'action="(/giup/[^"]+)"', form.text)[1]


def visits(s):
    """What is written of Bà Sen's house."""
    s.expire_all()
    return s.scalars(select(Visit)).all()


def test_somebody_of_elsewhere_is_found_by_number_and_name_without_accents(desk, w):
    form = found(desk)
    assert "Hạnh lives in thôn Đông, xã Tân Hưng" in form.words


def test_somebody_is_found_by_the_familys_number_too(desk, s, w):
    w.sens_house.phone = "+84987000111"
    s.commit()
    assert "Sen lives in" in found(desk, phone="0987000111", name="Hoàng Thị Sen").words


def test_somebody_is_found_by_their_card_however_it_is_typed(desk, s, w):
    code = codes.show(codes.issue(s, w.hanh, w.lan).code).lower()
    s.commit()
    assert "Hạnh lives in" in found(desk, code=code).words


def test_the_helper_sees_a_given_name_and_a_place_and_nothing_else(desk, w):
    words = found(desk).text
    for secret in ("Nguyễn Thu", "Hoàng Thị Sen", "Sen", "Ngõ 3", "2003", "0912 345 678", f"/ho/{w.sens_house.id}"):
        assert secret not in words


@pytest.mark.parametrize("who", ["quy", "phuc", "nga", "dung"])
def test_each_role_that_meets_people_may_help(visitor, s, w, who):
    one = visitor.as_(getattr(w, who))
    form = found(one)
    answer = one.send(form, address_of(form), **DONE)
    assert answer.location == "/giup"
    assert [visit.by_id for visit in visits(s)] == [getattr(w, who).id]


def test_the_visit_counts_for_the_home_and_says_where_it_took_place(desk, visitor, s, w):
    form = found(desk)
    desk.send(form, address_of(form), **DONE, note="Đã gửi hồ sơ.")
    (visit,) = visits(s)
    assert (visit.household_id, visit.by_id, visit.way, visit.place_id) == (
        w.sens_house.id, w.quy.id, AT_DESK, w.tien_lu.id,
    )  # fmt: skip
    assert [member.id for member in visit.met] == [w.hanh.id]
    assert w.sens_house.stage == VISITED
    assert queries.last(s, w.sens_house) == visit
    at_home = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}").words
    assert "Where: At a desk or help point, xã Tiên Lữ" in at_home
    assert "Đặng Văn Quý" in at_home


def test_in_ones_own_village_no_other_place_is_named(visitor, s, w):
    lan = visitor.as_(w.lan)
    form = found(lan)
    lan.send(form, address_of(form), way="phone", outcome="shown")
    assert visits(s)[0].place_id is None
    assert "Where: By telephone" in lan.get(f"/ho/{w.sens_house.id}").words


def test_a_skill_seen_at_the_desk_is_evidence(desk, s, w):
    form = found(desk)
    skill = re.search(r'name="observed"[^>]*value="(\w+)"', form.text)[1]
    desk.send(form, address_of(form), way="desk", outcome="alone", observed=skill)
    seen = select(AuditEntry.subject_id).where(AuditEntry.act == "evidence.observed")
    assert w.hanh.id in s.scalars(seen).all()


def test_the_helper_is_told_it_is_saved_and_does_not_see_the_home(desk, w):
    form = found(desk)
    after = desk.follow(desk.send(form, address_of(form), **DONE))
    assert "Saved. It counts for the family's home" in after.words
    assert "Hạnh" not in after.words
    desk.get(f"/ho/{w.sens_house.id}", status=404)


def test_a_form_sent_twice_is_written_once(desk, s, w):
    form = found(desk)
    for _time in range(2):
        answer = desk.send(form, address_of(form), **DONE)
    assert "This visit was saved before" in desk.follow(answer).words
    assert len(visits(s)) == 1


def test_the_same_form_with_other_words_stands_as_it_was_first_and_may_be_sent_as_another(desk, s, w):
    form = found(desk)
    desk.send(form, address_of(form), **DONE)
    again = desk.send(form, address_of(form), way="desk", outcome="shown", status=409)
    assert "What was saved stands" in again.words
    desk.send(again, address_of(again))
    assert sorted(visit.outcome for visit in visits(s)) == ["helped", "shown"]


@pytest.mark.parametrize("wrong", [
    {"phone": "0912345678", "name": "Nguyễn Thu Hà"}, {"phone": "0912345679", "name": "Nguyễn Thu Hạnh"},
    {"code": "0000-0000"}, {"phone": "0912345678", "name": "Hạnh"},
])  # fmt: skip
def test_a_wrong_pair_tells_nothing_of_what_was_right(desk, wrong):
    page = desk.post("/giup", wrong, status=422)
    assert "Nobody was found." in page.words


@pytest.mark.parametrize("half", [{"phone": "0912345678"}, {"name": "Nguyễn Thu Hạnh"}, {}, {"code": "K7"}])
def test_half_a_question_is_no_try(desk, s, half):
    for _time in range(6):
        desk.post("/giup", half, status=422)
    assert "Hạnh lives in" in found(desk).words


def test_who_guesses_is_slowed_down_even_when_the_next_guess_is_right(desk, w):
    for n in range(5):
        desk.post("/giup", {"phone": f"091234560{n}", "name": "Nguyễn Thu Hạnh"}, status=422)
    desk.post("/giup", ASKED, status=429)
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert "Hạnh lives in" in found(desk).words


def test_each_search_that_finds_somebody_is_noted_and_each_visit_where_the_helper_works(desk, s, w):
    form = found(desk)
    desk.send(form, address_of(form), **DONE)
    noted = {
        e.act: e for e in s.scalars(select(AuditEntry).where(AuditEntry.act.in_(("member.find", "visit.elsewhere"))))
    }
    assert (noted["member.find"].subject_id, noted["member.find"].area_id) == (w.hanh.id, w.dong.id)
    assert noted["visit.elsewhere"].area_id == w.tien_lu.id
    assert noted["visit.elsewhere"].actor_id == w.quy.id


def test_the_address_of_the_form_is_of_no_use_to_others_nor_the_next_day(desk, visitor, w):
    address = address_of(found(desk))
    visitor.as_(w.phuc).get(address, status=404)
    desk.get("/giup/abc.def.ghi", status=404)
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        desk.get(address, status=404)


def test_who_left_the_household_is_not_found(desk, s, w):
    w.hanh.left_on = clock.today()
    s.commit()
    desk.post("/giup", ASKED, status=422)


def test_it_must_be_said_how_one_helped_and_how_it_went(desk, s, w):
    form = found(desk)
    page = desk.send(form, address_of(form), status=422)
    assert "Please choose how you helped." in page.words
    assert visits(s) == []


def test_nothing_is_promised_for_others(desk, s, w):
    form = found(desk)
    desk.send(form, address_of(form), **DONE, again="other", next_on="2030-01-01", came=[w.lan.id], met=[w.sen.id])
    (visit,) = visits(s)
    assert (visit.next_on, visit.came, [one.id for one in visit.met]) == (None, [], [w.hanh.id])


def test_of_two_entries_of_one_person_the_open_one_is_meant(desk, s, w):
    stages.close(s, w.tams_house, "moved_away", w.dung.id, "ghi hai lần")
    w.tam.folded, w.tam.phone = w.hanh.folded, w.hanh.phone
    s.commit()
    form = found(desk)
    desk.send(form, address_of(form), **DONE)
    assert [visit.household_id for visit in visits(s)] == [w.sens_house.id]


def test_other_roles_and_strangers_stay_outside(visitor, w):
    visitor.as_(w.binh).get("/giup", status=403)
    assert visitor.get("/giup", status=303).location.startswith("/dang-nhap")
    assert visitor.post("/giup").location.startswith("/dang-nhap")
    visitor.as_(w.anh).post("/giup", ASKED, status=403)


def test_the_list_of_households_leads_there(visitor, w):
    assert "/giup" in visitor.as_(w.phuc).get("/ho").links()
