"""Recording a visit: once, with all that follows, whatever the phone does."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.assessments import queries as assessments
from outreach.assessments.models import Evidence
from outreach.coverage import recounting
from outreach.visits import recording
from outreach.visits.models import FollowUp, Visit
from outreach.visits.recording import OtherContent, VisitDraft, new_client_id

SIGN_IN, BIRTH = "dang-nhap-cong-dich-vu-cong", "dang-ky-khai-sinh-lien-thong"


def draft(outcome="helped", client_id=None, **said):
    """What a form said, with a mark of its own."""
    return VisitDraft(client_id or new_client_id(), outcome, **said)


def test_a_visit_keeps_who_came_who_was_met_what_was_taught_and_how_it_went(s, w):
    said = draft(met=(w.sen.id, w.hanh.id), came=(w.minh.id,), taught=(SIGN_IN, BIRTH), note="Máy yếu pin")
    visit = recording.record(s, w.lan, w.sens_house, said).visit
    s.commit()
    assert (visit.by, visit.outcome, visit.note) == (w.lan, "helped", "Máy yếu pin")
    assert [a.name for a in visit.came] == ["Bùi Đức Minh"]
    assert {m.id for m in visit.met} == {w.sen.id, w.hanh.id}
    assert [t.lesson for t in visit.taught] == [BIRTH, SIGN_IN]


def test_the_same_visit_sent_three_times_is_there_once(s, w):
    said = draft(met=(w.sen.id,), next_on=clock.today() + timedelta(days=7), taught=(SIGN_IN,))
    news = [recording.record(s, w.lan, w.sens_house, said).new for _ in range(3)]
    assert news == [True, False, False]
    assert s.scalar(select(func.count(Visit.id))) == 1
    assert s.scalar(select(func.count(FollowUp.id))) == 1
    assert s.scalar(select(func.count(Evidence.id))) == 2


def test_the_order_of_ticks_and_the_phones_time_are_no_other_content(s, w):
    mark = new_client_id()
    first = draft(client_id=mark, met=(w.sen.id, w.hanh.id), taught=(SIGN_IN, BIRTH), at=clock.now())
    again = draft(client_id=mark, met=(w.hanh.id, w.sen.id), taught=(BIRTH, SIGN_IN))
    recording.record(s, w.lan, w.sens_house, first)
    assert not recording.record(s, w.lan, w.sens_house, again).new


@pytest.mark.parametrize(
    "other", [{"outcome": "shown"}, {"note": "khác"}, {"next_on": date(2027, 1, 5)}, {"taught": (BIRTH,)}]
)
def test_the_same_mark_with_other_words_is_refused_and_nothing_is_lost(s, w, other):
    mark = new_client_id()
    recording.record(s, w.lan, w.sens_house, draft(client_id=mark, met=(w.sen.id,)))
    changed = draft(client_id=mark, met=(w.sen.id,), **({"outcome": "helped"} | other))
    with pytest.raises(OtherContent) as there:
        recording.record(s, w.lan, w.sens_house, changed)
    assert there.value.visit.outcome == "helped"
    assert s.scalar(select(func.count(Visit.id))) == 1


def test_two_volunteers_at_the_same_door_are_two_visits(s, w):
    recording.record(s, w.lan, w.sens_house, draft(met=(w.sen.id,)))
    recording.record(s, w.minh, w.sens_house, draft(met=(w.sen.id,)))
    assert s.scalar(select(func.count(Visit.id))) == 2


@pytest.mark.parametrize("outcome", ["alone", "helped", "shown"])
def test_meeting_somebody_makes_the_household_visited(s, w, outcome):
    recording.record(s, w.lan, w.sens_house, draft(outcome, met=(w.sen.id,)))
    assert w.sens_house.stage == "visited"
    assert recounting.differing(s) == []


@pytest.mark.parametrize("outcome", ["nobody", "refused"])
def test_a_closed_door_or_a_refusal_is_a_visit_but_nobody_was_met(s, w, outcome):
    recording.record(s, w.lan, w.sens_house, draft(outcome))
    assert w.sens_house.stage == "not_reached"
    assert w.sens_house.last_visit_at is not None


def test_somebody_met_who_is_not_on_the_list_counts_as_met(s, w):
    recording.record(s, w.lan, w.paos_house, draft("shown"))
    assert w.paos_house.stage == "visited"


def test_a_next_date_is_a_promise_that_the_next_visit_keeps(s, w):
    recording.record(s, w.lan, w.sens_house, draft(met=(w.sen.id,), next_on=clock.today() + timedelta(days=7)))
    kept = recording.record(s, w.minh, w.sens_house, draft("nobody")).visit
    promise = s.scalars(select(FollowUp)).one()
    assert promise.ended_by_visit_id == kept.id
    assert promise.ended_at is not None


def test_a_visit_that_arrives_late_keeps_no_promise_made_after_it(s, w):
    recording.record(s, w.lan, w.sens_house, draft(met=(w.sen.id,), next_on=clock.today() + timedelta(days=7)))
    early = clock.now() - timedelta(days=3)
    recording.record(s, w.minh, w.sens_house, draft("nobody", at=early, next_on=clock.today() + timedelta(days=1)))
    open_days = s.scalars(select(FollowUp.due_on).where(FollowUp.ended_at.is_(None))).all()
    assert open_days == [clock.today() + timedelta(days=7)]


def test_a_late_visit_does_not_take_the_last_visit_back(s, w):
    recording.record(s, w.lan, w.sens_house, draft(met=(w.sen.id,)))
    latest = w.sens_house.last_visit_at
    recording.record(s, w.minh, w.sens_house, draft(met=(w.sen.id,), at=clock.now() - timedelta(days=3)))
    assert w.sens_house.last_visit_at == latest
    assert w.sens_house.visited_at < latest


@time_machine.travel("2026-11-21T09:00:00+07:00", tick=False)
def test_both_times_are_kept_and_a_fast_clock_puts_nothing_into_the_future(s, w):
    fast = clock.now() + timedelta(hours=5)
    visit = recording.record(s, w.lan, w.sens_house, draft(met=(w.sen.id,), at=fast), said_at=fast).visit
    assert (visit.at, visit.said_at, visit.received_at) == (clock.now(), fast, clock.now())
    assert w.sens_house.last_visit_at == clock.now()


def test_skills_seen_alone_are_evidence_for_the_one_who_did_them(s, w):
    said = draft("alone", met=(w.sen.id, w.hanh.id), observed=("payment", "safety"), observed_of=w.hanh.id)
    visit = recording.record(s, w.lan, w.sens_house, said).visit
    rows = s.scalars(select(Evidence).order_by(Evidence.skill)).all()
    assert [(e.member_id, e.skill, e.kind, e.aided, e.ref) for e in rows] == [
        (w.hanh.id, "payment", "observed", "alone", f"visit:{visit.id}"),
        (w.hanh.id, "safety", "observed", "alone", f"visit:{visit.id}"),
    ]


@pytest.mark.parametrize("outcome", ["helped", "shown"])
def test_what_was_done_with_help_is_noted_as_help(s, w, outcome):
    recording.record(s, w.lan, w.sens_house, draft(outcome, met=(w.sen.id,), taught=(SIGN_IN,)))
    rows = s.scalars(select(Evidence)).all()
    assert {(e.skill, e.aided) for e in rows} == {("online_services", outcome), ("safety", outcome)}


@pytest.mark.parametrize("outcome", ["helped", "shown", "nobody"])
def test_a_skill_cannot_be_seen_where_nobody_did_it_alone(s, w, outcome):
    said = draft(outcome, met=(w.sen.id,), observed=("payment",), observed_of=w.sen.id)
    with pytest.raises(ValueError, match="did it alone"):
        recording.record(s, w.lan, w.sens_house, said)


def test_whoever_came_along_has_taught_whoever_was_met_whatever_came_of_it(s, w):
    recording.record(s, w.lan, w.sens_house, draft("shown", met=(w.sen.id,), came=(w.minh.id,)))
    assert assessments.teachers(s, w.sen) == {w.lan.id, w.minh.id}
    assert assessments.teachers(s, w.hanh) == set()


def test_a_person_of_another_house_cannot_have_been_met(s, w):
    with pytest.raises(ValueError, match="met"):
        recording.record(s, w.lan, w.sens_house, draft(met=(w.tam.id,)))


def test_a_visit_stands_in_the_audit_log(s, w):
    visit = recording.record(s, w.lan, w.sens_house, draft("nobody")).visit
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "visit.create")).one()
    assert (entry.subject_id, entry.actor_id, entry.area_id) == (visit.id, w.lan.id, w.dong.id)


def test_a_moment_without_a_time_zone_never_reaches_the_database(s, w):
    with pytest.raises(Exception, match=r"time zone|offset-naive"):
        recording.record(s, w.lan, w.sens_house, draft("nobody", at=datetime(2026, 11, 21, 8)))
