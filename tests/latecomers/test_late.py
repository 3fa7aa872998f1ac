"""Late records: nothing is dropped; the leader or official reads them, has them written, or sets them aside."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.accounts import registering
from outreach.accounts.models import AuditEntry
from outreach.arrivals.models import Late
from outreach.coverage import recounting
from outreach.households import queries, stages
from outreach.households.models import Household
from outreach.visits.models import Visit
from tests.bag.phone import ambassador, household, member, visit


@pytest.fixture
def suspend(s, w):
    def do(who):
        registering.suspend(s, w.cuc, who)
        s.commit()

    return do


def lates(s):
    s.expire_all()
    return list(s.scalars(select(Late).order_by(Late.id)))


def test_the_leader_reads_who_wrote_what_where_and_why_it_was_kept(phone, visitor, s, w, suspend):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id, note="Bà bận, hẹn tuần sau"))
    suspend(w.lan)
    lan.send()
    dung = visitor.as_(w.dung)
    assert "Trần Thị Lan" in dung.get("/den-muon").words
    page = dung.get(f"/den-muon/{lates(s)[0].id}").words
    for said in ("Trần Thị Lan", "Hoàng Thị Sen", "Was shown how", "Bà bận, hẹn tuần sau", "may not work at present"):
        assert said in page, said


def test_what_is_written_late_is_its_authors_visit_and_the_phone_finds_it_there(phone, visitor, s, w, suspend):
    lan = phone()
    record = lan.note(*visit(w.sens_house.id, w.sen.id))
    suspend(w.lan)
    lan.send()
    late = lates(s)[0]
    visitor.as_(w.dung).post(f"/den-muon/{late.id}")
    made = s.scalars(select(Visit)).one()
    assert (made.by, made.household, made.client_id) == (w.lan, w.sens_house, record["client_id"])
    late = lates(s)[0]
    assert (made.at, late.written, late.decided_by_id) == (late.at, True, w.dung.id)
    assert lan.send([record])[0]["fate"] == "there"
    deeds = [(e.act, e.actor_id) for e in s.scalars(select(AuditEntry).where(AuditEntry.subject == "late"))]
    assert deeds == [("late.create", w.lan.id), ("late.write", w.dung.id)]


def test_what_is_set_aside_stays_on_record_with_the_reason(phone, visitor, s, w, suspend):
    lan = phone()
    record = lan.note(*visit(w.sens_house.id, w.sen.id))
    suspend(w.lan)
    lan.send()
    door, dung = f"/den-muon/{lates(s)[0].id}", visitor.as_(w.dung)
    dung.post(door, {"aside": "1", "word": ""}, status=422)
    dung.post(door, {"aside": "1", "word": "Hôm đó tổ chưa đi"})
    late = lates(s)[0]
    assert (late.written, late.word, late.fields[0]) == (False, "Hôm đó tổ chưa đi", ["met", str(w.sen.id)])
    assert s.scalars(select(Visit)).all() == []
    fate = lan.send([record])[0]
    assert (fate["fate"], "Hôm đó tổ chưa đi" in fate["text"]) == ("kept", True)


def test_a_household_and_what_speaks_of_it_are_written_one_after_the_other(phone, visitor, s, w, suspend):
    lan = phone()
    house = lan.note(*household("Trần Văn Dê"))["client_id"]
    girl = lan.note(*member(f"~{house}", "Trần Thị Mơ", birth_year="2001"))["client_id"]
    lan.note(*ambassador(f"~{house}", f"~{girl}"))
    lan.note(*visit(f"~{house}", f"~{girl}"))
    suspend(w.lan)
    lan.send()
    dung, kept = visitor.as_(w.dung), lates(s)
    page = dung.post(f"/den-muon/{kept[3].id}", status=422)
    assert "has not been taken in yet" in page.words
    for late in kept:
        dung.get(f"/den-muon/{late.id}")
        dung.post(f"/den-muon/{late.id}")
    made = s.scalars(select(Household).where(Household.head_name == "Trần Văn Dê")).one()
    assert (queries.ambassador(made).member.name, made.village) == ("Trần Thị Mơ", w.dong)
    assert s.scalars(select(Visit)).one().by == w.lan
    assert recounting.differing(s) == []


def test_a_visit_to_a_house_that_is_itself_late_is_shown_whole_and_names_what_it_waits_for(
    phone, visitor, s, w, suspend
):
    lan = phone()
    house = lan.note(*household("Trần Văn Dê"))["client_id"]
    again = {"again": "other", "next_on": (clock.today() + timedelta(days=9)).isoformat(), "note": "Bà bận"}
    lan.note(*visit(f"~{house}", f"~{house}.head", "helped", came=w.minh.id, **again))
    suspend(w.lan)
    lan.send()
    home, call = lates(s)
    dung, door = visitor.as_(w.dung), f"/den-muon/{call.id}"
    for page in (dung.get(door), dung.post(door, status=422)):
        for said in ("Trần Văn Dê", "Did it with help", "Bà bận", "Bùi Đức Minh", again["next_on"]):
            assert said in page.words, said
        assert f"/den-muon/{home.id}" in page.links()
    assert s.scalars(select(Visit)).all() == []


@pytest.mark.each_kind
def test_a_visit_and_the_house_it_waits_for_are_written_in_one_act_and_twice_is_harmless(phone, visitor, s, w, suspend):
    lan = phone()
    house = lan.note(*household("Trần Văn Dê"))["client_id"]
    girl = lan.note(*member(f"~{house}", "Trần Thị Mơ", birth_year="2001"))["client_id"]
    lan.note(*visit(f"~{house}", f"~{girl}"))
    suspend(w.lan)
    lan.send()
    dung, door = visitor.as_(w.dung), f"/den-muon/{lates(s)[2].id}"
    page = dung.get(door)
    assert "Write the 2 records it waits for, and this one" in page.words
    dung.send(page, door)
    assert "Somebody decided this meanwhile" in dung.follow(dung.send(page, door)).words
    assert [late.written for late in lates(s)] == [True] * 3
    made = s.scalars(select(Visit)).one()
    assert (made.household.head_name, [m.name for m in made.met]) == ("Trần Văn Dê", ["Trần Thị Mơ"])
    assert recounting.differing(s) == []


def a_visit_whose_house_is_set_aside(phone, visitor, s, w, suspend):
    """Lan noted a house and a visit to it; Dũng has set the house aside. The two late records, and Dũng."""
    lan = phone()
    house = lan.note(*household("Hoàng Thị Sen"))["client_id"]
    lan.note(*visit(f"~{house}", f"~{house}.head"))
    suspend(w.lan)
    lan.send()
    dung = visitor.as_(w.dung)
    dung.post(f"/den-muon/{lates(s)[0].id}", {"aside": "1", "word": "Hộ này có rồi"})
    return *lates(s), dung


@pytest.mark.each_kind
def test_a_visit_whose_house_was_set_aside_is_taken_in_at_the_household_that_it_is(phone, visitor, s, w, suspend):
    house, call, dung = a_visit_whose_house_is_set_aside(phone, visitor, s, w, suspend)
    door, before = f"/den-muon/{house.id}", len(s.scalars(select(Household)).all())
    assert door in dung.post(f"/den-muon/{call.id}", status=422).links()
    page = dung.follow(dung.post(door, {"again": "1"}))
    assert "It waits for a decision again." in page.words
    assert "It is this one: Hoàng Thị Sen, " in page.words
    assert "No household matches" in dung.get(f"{door}?q=Không+có").words
    for _time in range(2):
        dung.post(door, {"same": w.sens_house.id})
    dung.post(f"/den-muon/{call.id}")
    made = s.scalars(select(Visit)).one()
    assert (made.household, made.by, [one.id for one in made.met]) == (w.sens_house, w.lan, [w.sen.id])
    assert len(s.scalars(select(Household)).all()) == before
    assert [late.written for late in lates(s)] == [True, True]
    registering.resume(s, w.cuc, w.lan)
    s.commit()
    assert "It is the household of Hoàng Thị Sen, which is on" in visitor.as_(w.lan).get("/den-muon/cua-toi").words
    deeds = s.scalars(select(AuditEntry.act).where(AuditEntry.subject == "late", AuditEntry.subject_id == house.id))
    assert list(deeds) == ["late.create", "late.set_aside", "late.reopen", "late.write"]
    assert recounting.differing(s) == []


@pytest.mark.each_kind
def test_what_was_set_aside_can_be_taken_up_again_and_written_after_all(phone, visitor, s, w, suspend):
    house, call, dung = a_visit_whose_house_is_set_aside(phone, visitor, s, w, suspend)
    door = f"/den-muon/{house.id}"
    for _time in range(2):
        dung.post(door, {"again": "1"})
    page = dung.get(f"/den-muon/{call.id}")
    asked = dung.send(page, f"/den-muon/{call.id}", status=409)
    dung.send(asked, f"/den-muon/{call.id}")
    assert s.scalars(select(Visit)).one().household_id not in (None, w.sens_house.id)
    assert "There is nothing to decide again" in dung.follow(dung.post(door, {"again": "1"})).words
    assert [late.written for late in lates(s)] == [True, True]


def test_only_who_answers_for_it_takes_it_up_again_or_says_which_household_it_is(phone, visitor, s, w, suspend):
    house, call, dung = a_visit_whose_house_is_set_aside(phone, visitor, s, w, suspend)
    door = f"/den-muon/{house.id}"
    for said in ({"again": "1"}, {"same": w.sens_house.id}):
        visitor.as_(w.quy).post(door, said, status=404)
        visitor.as_(w.lan).post(door, said)  # may not even sign in
        visitor.as_(w.minh).post(door, said, status=403)
    assert lates(s)[0].written is False
    dung.post(door, {"again": "1"})
    for wrong in (w.paos_house.id, "x", 10**20):
        dung.post(door, {"same": wrong}, status=404)
    dung.post(f"/den-muon/{call.id}", {"same": w.sens_house.id}, status=404)
    assert [late.decided_at for late in lates(s)] == [None, None]


def test_of_a_house_and_its_visit_neither_is_written_where_one_raises_a_question(phone, visitor, s, w, suspend):
    lan = phone()
    house = lan.note(*household("Hoàng Thị Sen", phone="0912 345 678"))["client_id"]
    lan.note(*visit(f"~{house}", f"~{house}.head"))
    w.sens_house.phone = "+84912345678"
    suspend(w.lan)
    lan.send()
    dung, door = visitor.as_(w.dung), f"/den-muon/{lates(s)[1].id}"
    asked = dung.send(dung.get(door), door, status=409)
    assert "It looks like a household that is on the list" in asked.words
    assert [late.written for late in lates(s)] == [None, None]
    dung.send(asked, door)
    assert [late.written for late in lates(s)] == [True, True]


@pytest.mark.each_kind
def test_what_speaks_of_a_house_that_nobody_here_can_see_is_still_shown(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(987654, 987655, "shown", note="Nhà cuối ngõ"))
    lan.send()
    page = visitor.as_(w.dung).get(f"/den-muon/{lates(s)[0].id}").words
    for said in ("one that cannot be seen from here", "Was shown how", "Nhà cuối ngõ", "somebody who cannot be seen"):
        assert said in page, said


def test_of_two_ambassadors_the_leader_is_asked_too(phone, visitor, s, w, suspend):
    lan, minh = phone(), phone(w.minh)
    lan.note(*ambassador(w.sens_house.id, w.sen.id))
    minh.say(*ambassador(w.sens_house.id, w.hanh.id))
    suspend(w.lan)
    lan.send()
    dung, door = visitor.as_(w.dung), f"/den-muon/{lates(s)[0].id}"
    page = dung.post(door, status=409)
    assert "Nguyễn Thu Hạnh was registered" in page.words
    dung.send(page, door)
    s.expire_all()
    assert queries.ambassador(w.sens_house).member == w.sen


def test_what_cannot_be_written_says_why_and_waits_on(phone, visitor, s, w, suspend):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id, "alone", observed="no-such-skill"))
    suspend(w.lan)
    lan.send()
    page = visitor.as_(w.dung).post(f"/den-muon/{lates(s)[0].id}", status=422)
    assert "cannot be written as it stands" in page.words
    assert lates(s)[0].decided_at is None


def test_a_moved_household_is_decided_by_the_official_of_the_commune_or_its_new_village(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    stages.move(s, w.dong.id, w.doai.id, [w.sens_house.id])
    s.commit()
    lan.send()
    door = f"/den-muon/{lates(s)[0].id}"
    visitor.as_(w.dung).get(door, status=404)
    visitor.as_(w.quy).post(door, status=404)
    visitor.as_(w.cuc).post(door)
    assert s.scalars(select(Visit)).one().by == w.lan


def late_visit_of_the_leader(phone, s, w):
    """Dũng's, who may decide again about his group's."""
    dung = phone(w.dung)
    dung.note(*visit(w.sens_house.id, w.sen.id))
    registering.suspend(s, w.cuc, w.dung)
    s.commit()
    dung.send()
    registering.resume(s, w.cuc, w.dung)
    s.commit()


def test_nobody_decides_about_ones_own(phone, visitor, s, w):
    late_visit_of_the_leader(phone, s, w)
    door = f"/den-muon/{lates(s)[0].id}"
    assert "You wrote this yourself" in visitor.as_(w.dung).get(door).words
    for said in ({}, {"again": "1"}):
        visitor.as_(w.dung).post(door, said, status=409)
    visitor.as_(w.cuc).post(door)


def test_of_two_who_decide_the_second_learns_of_it(phone, visitor, s, w, suspend):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    suspend(w.lan)
    lan.send()
    door = f"/den-muon/{lates(s)[0].id}"
    visitor.as_(w.dung).post(door)
    cuc = visitor.as_(w.cuc)
    assert "Somebody decided this meanwhile" in cuc.follow(cuc.post(door, {"aside": "1", "word": "Thôi"})).words
    assert lates(s)[0].written is True


@pytest.mark.each_kind
def test_all_that_somebody_wrote_on_a_day_is_decided_in_one_act_each_on_its_own_and_twice_is_harmless(
    phone, visitor, s, w, suspend
):
    lan = phone()
    house = lan.note(*household("Trần Văn Dê"))["client_id"]
    lan.note(*visit(f"~{house}", f"~{house}.head", "alone"))
    lan.note(*visit(w.sens_house.id, w.sen.id, "alone", observed="no-such-skill"))
    suspend(w.lan)
    lan.send()
    dung, day = visitor.as_(w.dung), clock.today().isoformat()
    group = f"/den-muon/nhom?nguoi={w.lan.id}&ngay={day}"
    assert group in dung.get("/den-muon").links()
    page = dung.get(group)
    assert page.words.count("Did it alone") == 2
    chosen = {"id": [str(late.id) for late in lates(s)]}
    for _time in range(2):
        results = dung.post("/den-muon/nhom", chosen, status=200).words
        assert results.count("Written") == 2
        assert "1 still waits for your word. " in results
        assert "Not decided: Please put right what is marked" in results
    assert s.scalars(select(Visit)).one().by == w.lan
    aside = chosen | {"aside": "1", "word": "Thôi"}
    dung.post("/den-muon/nhom", aside | {"word": ""}, status=422)
    assert "All of these are decided" in dung.post("/den-muon/nhom", aside, status=200).words
    assert [(late.written, late.word) for late in lates(s)] == [(True, ""), (True, ""), (False, "Thôi")]
    assert dung.get(group, status=303).location.endswith("/den-muon")


def test_nobody_decides_about_many_in_another_place_or_about_ones_own(phone, visitor, s, w):
    late_visit_of_the_leader(phone, s, w)
    chosen = {"id": str(lates(s)[0].id)}
    visitor.as_(w.quy).post("/den-muon/nhom", chosen, status=404)
    visitor.as_(w.lan).post("/den-muon/nhom", chosen, status=403)
    assert "Somebody else who answers" in visitor.as_(w.dung).post("/den-muon/nhom", chosen, status=200).words
    assert lates(s)[0].decided_at is None


def test_whoever_sent_a_late_record_learns_who_decided_what_and_why(phone, visitor, s, w, suspend):
    lan = phone()
    for note in ("Bà bận", "Bà vắng"):
        lan.note(*visit(w.sens_house.id, w.sen.id, note=note))
    suspend(w.lan)
    lan.send()
    one, other = lates(s)
    registering.resume(s, w.cuc, w.lan)
    s.commit()
    mine = visitor.as_(w.lan)
    assert mine.get("/den-muon/cua-toi").words.count("Waits for a decision") == 2
    visitor.as_(w.dung).post(f"/den-muon/{one.id}")
    visitor.as_(w.dung).post(f"/den-muon/{other.id}", {"aside": "1", "word": "Hôm đó tổ chưa đi"})
    for door in ("/hom-nay", "/so-tham/cua-toi"):
        assert "/den-muon/cua-toi" in mine.get(door).links()
    page = mine.get("/den-muon/cua-toi").words
    for said in ("Written", "Set aside", "Hôm đó tổ chưa đi", "Phạm Văn Dũng", "Bà vắng", "Hoàng Thị Sen"):
        assert said in page, said
    assert "Bà vắng" not in visitor.as_(w.minh).get("/den-muon/cua-toi").words


@pytest.mark.each_kind
def test_a_phone_hears_what_became_of_its_own_late_records_and_of_nobody_elses(phone, visitor, s, w, suspend):
    lan, minh = phone(), phone(w.minh)
    ids = [lan.note(*visit(w.sens_house.id, w.sen.id, note=note))["client_id"] for note in ("Một", "Hai", "Ba")]
    suspend(w.lan)
    lan.send()
    one, other, _waits = lates(s)
    dung = visitor.as_(w.dung)
    dung.post(f"/den-muon/{one.id}")
    dung.post(f"/den-muon/{other.id}", {"aside": "1", "word": "Hôm đó tổ chưa đi"})
    asked = {"ids": [*ids, 7]}
    told = lan.post("/tui/muon", lan.head() | asked)["told"]
    assert (told[ids[0]].split(": ")[1], sorted(told)) == ("written by decision of Phạm Văn Dũng.", sorted(ids[:2]))
    assert "set aside by Phạm Văn Dũng. Hôm đó tổ chưa đi" in told[ids[1]]
    assert minh.post("/tui/muon", minh.head() | asked)["told"] == {}
    assert lan.post("/tui/muon", lan.head() | {"secret": "x"}, 404)["error"] == "unknown"


def test_volunteers_do_not_decide_and_strangers_sign_in(visitor, w):
    visitor.as_(w.lan).get("/den-muon", status=403)
    visitor.as_(w.lan).post("/den-muon/1", status=403)
    assert visitor.get("/den-muon", status=303).location.startswith("/dang-nhap")
    assert "Nothing waits for you" in visitor.as_(w.dung).get("/den-muon").words
