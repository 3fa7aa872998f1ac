"""A visit that was noted wrongly: it counts no more, and what followed from it is put right."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.assessments import confirming, evidence
from outreach.assessments import queries as assessments
from outreach.assessments.models import Evidence
from outreach.coverage import recounting
from outreach.households.models import NOT_REACHED, VISITED
from outreach.visits import correcting, planning, queries, recording
from outreach.visits.models import Correction, Visit
from outreach.visits.recording import VisitDraft, new_client_id


def visit(s, by, house, outcome="helped", **said):
    """A visit as the verb makes it."""
    return recording.record(s, by, house, VisitDraft(new_client_id(), outcome, **said)).visit


def strike(s, wrong, by, why="nhầm nhà"):
    """Only the row that says so, without what follows."""
    s.add(Correction(visit_id=wrong.id, by_id=by.id, at=clock.now(), why=why))
    s.flush()


def test_the_last_visit_is_the_last_that_stands(s, w):
    first = visit(s, w.lan, w.sens_house, met=(w.sen.id,), at=clock.now() - timedelta(days=2))
    strike(s, visit(s, w.lan, w.sens_house, "refused"), w.lan)
    assert queries.last(s, w.sens_house).id == first.id


def test_a_door_that_was_locked_by_mistake_is_no_reason_to_go_there(s, w):
    strike(s, visit(s, w.lan, w.sens_house, "nobody", at=clock.now() - timedelta(days=3)), w.lan)
    found = {one.household.id: one.reason for one in planning.plan(s, w.lan).suggestions}
    assert found.get(w.sens_house.id) != "nobody_home"


def test_the_timeline_strikes_a_corrected_visit_through_and_says_who_and_why(visitor, s, w):
    strike(s, visit(s, w.lan, w.sens_house, "nobody"), w.dung, "ghi nhầm sang nhà bên")
    s.commit()
    page = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}")
    assert "<del>Visit: Nobody was home</del>" in page.text
    assert "Phạm Văn Dũng" in page.words
    assert "ghi nhầm sang nhà bên" in page.words


def days_ago(n):
    """A moment so many days ago."""
    return clock.now() - timedelta(days=n)


def test_a_visit_that_is_taken_back_leaves_the_house_as_it_was(s, w):
    wrong = visit(s, w.lan, w.sens_house, met=(w.sen.id,), at=days_ago(1))
    assert w.sens_house.stage == VISITED
    correcting.correct(s, wrong, w.lan, "nhầm nhà")
    assert w.sens_house.stage == NOT_REACHED
    assert w.sens_house.visited_at is None
    assert w.sens_house.last_visit_at is None
    assert recounting.differing(s) == []


def test_the_first_meeting_and_the_last_visit_are_those_that_still_stand(s, w):
    first = visit(s, w.lan, w.sens_house, met=(w.sen.id,), at=days_ago(9))
    middle = visit(s, w.lan, w.sens_house, met=(w.sen.id,), at=days_ago(5))
    last = visit(s, w.lan, w.sens_house, "nobody", at=days_ago(1))
    correcting.correct(s, first, w.lan, "nhầm nhà")
    correcting.correct(s, last, w.lan, "nhầm nhà")
    assert w.sens_house.visited_at == w.sens_house.last_visit_at == middle.at
    assert w.sens_house.stage == VISITED


def test_a_promise_kept_by_a_wrong_visit_is_open_again(s, w):
    visit(s, w.lan, w.sens_house, "nobody", at=days_ago(5), next_on=clock.today())
    wrong = visit(s, w.lan, w.sens_house, "nobody", at=days_ago(1))
    assert queries.promise(s, w.sens_house) is None
    correcting.correct(s, wrong, w.lan, "nhầm nhà")
    s.expire_all()
    assert queries.promise(s, w.sens_house).due_on == clock.today()


def test_a_promise_is_kept_by_the_next_visit_that_stands(s, w):
    visit(s, w.lan, w.sens_house, "nobody", at=days_ago(5), next_on=clock.today())
    wrong = visit(s, w.lan, w.sens_house, "nobody", at=days_ago(2))
    visit(s, w.minh, w.sens_house, "nobody", at=days_ago(1))
    correcting.correct(s, wrong, w.lan, "nhầm nhà")
    s.expire_all()
    assert queries.promise(s, w.sens_house) is None


def test_what_a_wrong_visit_promised_is_void(s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody", next_on=clock.today())
    correcting.correct(s, wrong, w.lan, "nhầm nhà")
    s.expire_all()
    assert queries.promise(s, w.sens_house) is None


def test_skills_seen_on_a_wrong_visit_speak_for_nobody(s, w):
    skill = next(k.id for k in assessments.default().skills if k.observed)
    seen = {"met": (w.sen.id,), "observed": (skill,), "observed_of": w.sen.id}
    correcting.correct(s, visit(s, w.lan, w.sens_house, "alone", **seen), w.lan, "nhầm nhà")
    assert s.scalars(select(Evidence).where(Evidence.member_id == w.sen.id)).all() == []
    assert "evidence.withdraw" in s.scalars(select(AuditEntry.act)).all()


def test_who_taught_only_on_a_wrong_visit_may_confirm_and_who_taught_twice_may_not(s, w):
    wrong = visit(s, w.dung, w.sens_house, met=(w.sen.id,), came=(w.lan.id,), at=days_ago(3))
    visit(s, w.minh, w.sens_house, met=(w.sen.id,), came=(w.lan.id,), at=days_ago(2))
    correcting.correct(s, wrong, w.dung, "nhầm nhà")
    assert set(assessments.teachers(s, w.sen)) == {w.lan.id, w.minh.id}


def test_a_confirmation_that_leans_on_a_wrong_visit_is_named(s, w):
    skills = tuple(k.id for k in assessments.default().skills)
    seen = {"met": (w.sen.id,), "observed": skills, "observed_of": w.sen.id}
    wrong = visit(s, w.lan, w.sens_house, "alone", **seen)
    confirming.confirm(s, w.sen, w.dung)
    assert correcting.leaning(s, wrong) == [w.sen]


def test_a_confirmation_on_other_grounds_is_left_in_peace(s, w):
    wrong = visit(s, w.lan, w.sens_house, met=(w.sen.id,))
    skills = [k.id for k in assessments.default().skills]
    evidence.observe(s, w.sen, skills, aided="alone", at=clock.now(), by_id=w.minh.id)
    confirming.confirm(s, w.sen, w.dung)
    assert correcting.leaning(s, wrong) == []


def test_a_leader_corrects_and_the_new_visit_is_still_its_authors(s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody", at=days_ago(1))
    draft = VisitDraft(new_client_id(), "helped", met=(w.sen.id,), at=wrong.at)
    made = correcting.correct(s, wrong, w.dung, "chọn nhầm", draft)
    new = s.get_one(Visit, made.new_visit_id)
    assert (new.by_id, made.by_id, new.at) == (w.lan.id, w.dung.id, wrong.at)
    assert w.sens_house.stage == VISITED


def test_the_same_correction_sent_twice_makes_one_row(s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    draft = VisitDraft(new_client_id(), "helped", met=(w.sen.id,))
    made = [correcting.correct(s, wrong, w.lan, "chọn nhầm", draft) for _time in range(2)]
    assert made[0].new_visit_id == made[1].new_visit_id


def test_a_second_correction_of_a_visit_changes_nothing(s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    correcting.correct(s, wrong, w.lan, "chọn nhầm", VisitDraft(new_client_id(), "helped", met=(w.sen.id,)))
    with pytest.raises(correcting.AlreadyCorrected):
        correcting.correct(s, wrong, w.dung, "nhầm nhà")


def door(wrong, deed="sua"):
    """The address of a correction."""
    return f"/tham/{wrong.id}/{deed}"


def test_the_form_comes_as_the_visit_stood_and_what_is_changed_is_saved(visitor, s, w):
    skill = next(k.id for k in assessments.default().skills if k.observed)
    wrong = visit(s, w.lan, w.sens_house, "alone", met=(w.sen.id,), came=(w.minh.id,), note="Bà nhớ nhanh",
                  observed=(skill,), observed_of=w.sen.id, next_on=clock.today(), at=days_ago(1))  # fmt: skip
    s.commit()
    lan = visitor.as_(w.lan)
    page = lan.get(door(wrong))
    lan.send(page, door(wrong), why="chọn nhầm người", note="Bà nhớ rất nhanh")
    s.expire_all()
    new = s.get_one(Visit, s.get_one(Correction, wrong.id).new_visit_id)
    assert (new.note, new.outcome, new.at, new.next_on) == ("Bà nhớ rất nhanh", "alone", wrong.at, wrong.next_on)
    assert [m.id for m in new.met] == [w.sen.id]
    assert [a.id for a in new.came] == [w.minh.id]
    assert s.scalars(select(Evidence.ref)).all() == [f"visit:{new.id}"]


def test_the_day_can_be_put_right_and_the_hour_stays(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody", at=days_ago(1))
    s.commit()
    lan = visitor.as_(w.lan)
    day = clock.local(wrong.at).date() - timedelta(days=2)
    lan.send(lan.get(door(wrong)), door(wrong), why="nhầm ngày", on=day.isoformat())
    s.expire_all()
    assert s.get_one(Visit, s.get_one(Correction, wrong.id).new_visit_id).at == wrong.at - timedelta(days=2)


def test_a_day_to_come_is_refused_and_what_was_typed_stays(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    s.commit()
    lan = visitor.as_(w.lan)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    page = lan.send(lan.get(door(wrong)), door(wrong), status=422, why="nhầm ngày", on=tomorrow)
    assert "This day has not come yet." in page.words
    assert "nhầm ngày" in page.text


def test_a_promise_that_was_a_slip_of_the_pen_is_not_made_again_by_correcting(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    s.commit()
    lan = visitor.as_(w.lan)
    far = (clock.today() + timedelta(days=400)).isoformat()
    page = lan.send(lan.get(door(wrong)), door(wrong), status=422, why="hẹn lại", again="other", next_on=far)
    assert "more than a year ahead" in page.words


def test_a_call_that_was_noted_as_a_visit_at_home_is_put_right_as_a_new_row(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, met=(w.sen.id,))
    s.commit()
    lan = visitor.as_(w.lan)
    page = lan.get(door(wrong))
    assert page.form(door(wrong))["way"] == ["home"]
    assert "place" not in page.form(door(wrong))  # there is only one that it can be
    lan.send(page, door(wrong), why="gọi điện thôi", way="phone")
    s.expire_all()
    new = s.get_one(Visit, s.get_one(Correction, wrong.id).new_visit_id)
    assert [(one.way, one.place_id) for one in (wrong, new)] == [("home", None), ("phone", None)]
    assert "By telephone" in lan.get(f"/ho/{w.sens_house.id}").words


def test_where_it_was_is_put_right_among_the_places_it_can_have_been(visitor, s, w):
    wrong = visit(s, w.cuc, w.sens_house, met=(w.sen.id,), way="desk", place_id=w.tan_hung.id)
    s.commit()
    cuc = visitor.as_(w.cuc)
    page = cuc.get(door(wrong))
    assert (page.form(door(wrong))["way"], page.form(door(wrong))["place"]) == (["desk"], [str(w.tan_hung.id)])
    cuc.send(page, door(wrong), status=422, why="ở nhà", place=str(w.doai.id))
    cuc.send(page, door(wrong), why="ở nhà", way="home", place=str(w.dong.id))
    s.expire_all()
    new = s.get_one(Visit, s.get_one(Correction, wrong.id).new_visit_id)
    assert [(one.way, one.place_id) for one in (wrong, new)] == [("desk", w.tan_hung.id), ("home", None)]


def test_a_correction_of_something_else_leaves_way_and_place_as_they_were(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, met=(w.sen.id,), way="desk", place_id=w.doai.id)
    s.commit()
    lan = visitor.as_(w.lan)
    lan.send(lan.get(door(wrong)), door(wrong), why="nhầm kết quả", outcome="shown")
    s.expire_all()
    new = s.get_one(Visit, s.get_one(Correction, wrong.id).new_visit_id)
    assert (new.outcome, new.way, new.place_id) == ("shown", "desk", w.doai.id)


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "2019-12-31"])
def test_a_day_that_nobody_could_have_noted_late_is_refused(visitor, s, w, day):
    wrong = visit(s, w.lan, w.sens_house, "nobody", at=days_ago(1).replace(hour=20))
    s.commit()
    lan = visitor.as_(w.lan)
    page = lan.send(lan.get(door(wrong)), door(wrong), status=422, why="nhầm ngày", on=day)
    assert "This day is too long ago." in page.words


def test_without_a_reason_nothing_is_corrected(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    s.commit()
    lan = visitor.as_(w.lan)
    lan.send(lan.get(door(wrong)), door(wrong), status=422)
    lan.post(door(wrong, "rut"), status=422)
    s.expire_all()
    assert queries.correction(s, wrong) is None


def test_a_visit_is_taken_back_and_the_page_says_so(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    s.commit()
    lan = visitor.as_(w.lan)
    page = lan.follow(lan.post(door(wrong, "rut"), {"why": "nhầm nhà"}))
    assert "The visit is taken back." in page.words
    assert "nothing stands in its place" in page.words
    assert door(wrong) not in page.links()


def test_who_comes_second_is_told_and_changes_nothing(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    s.commit()
    lan = visitor.as_(w.lan)
    form = lan.get(door(wrong))
    correcting.correct(s, wrong, w.dung, "nhầm nhà")
    s.commit()
    assert "had been corrected before" in lan.follow(lan.send(form, door(wrong), why="nhầm ngày")).words
    assert "This visit was corrected before" in lan.get(door(wrong)).words
    s.expire_all()
    assert queries.correction(s, wrong).by_id == w.dung.id


def test_who_met_somebody_that_has_left_since_keeps_the_tick(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, met=(w.hanh.id,))
    w.hanh.left_on = clock.today()
    s.commit()
    lan = visitor.as_(w.lan)
    assert lan.get(door(wrong)).form(door(wrong))["met"] == [str(w.hanh.id)]


@pytest.mark.parametrize("deed", ["sua", "rut"])
def test_a_colleague_corrects_no_visit_of_another(visitor, s, w, deed):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    s.commit()
    visitor.as_(w.minh).post(door(wrong, deed), {"why": "x"}, status=404)
    assert door(wrong) not in visitor.as_(w.minh).get(f"/ho/{w.sens_house.id}").links()
    visitor.as_(w.dung).get(door(wrong))
    visitor.as_(w.cuc).get(door(wrong))


def test_another_role_another_village_and_a_stranger_do_not_come_in(visitor, s, w):
    wrong = visit(s, w.lan, w.sens_house, "nobody")
    s.commit()
    visitor.as_(w.phuc).get(door(wrong), status=403)
    visitor.as_(w.phuc).post(door(wrong, "rut"), status=403)
    visitor.as_(w.nga).get(door(wrong), status=404)
    visitor.as_(w.quy).post(door(wrong, "rut"), {"why": "x"}, status=404)
    assert visitor.get(door(wrong), status=303).location.startswith("/dang-nhap")
    assert visitor.post(door(wrong, "rut"), status=303).location.startswith("/dang-nhap")
