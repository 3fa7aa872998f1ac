"""Confirming a person as proficient: by somebody other than the teacher, on evidence, under a standard."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.assessments import confirming, evidence, queries
from outreach.assessments.models import Confirmation, Evidence
from outreach.coverage import recounting
from outreach.households import merging
from outreach.learning.models import Learner, Progress
from outreach.visits import recording
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world

SKILLS = ("online_services", "shopping", "payment", "safety", "local_platform")
SIGN_IN = "dang-nhap-cong-dich-vu-cong"


def seen(s, w, *skills, by=None, member=None):
    """Lan has seen these skills done alone."""
    evidence.observe(s, member or w.hanh, skills, aided="alone", at=clock.now(), by_id=(by or w.lan).id)


def finished(s, member, lesson=SIGN_IN):
    """The member's phone has finished a lesson."""
    learner = Learner(token="t" * 20, member_id=member.id, created_at=clock.now())
    s.add(learner)
    s.flush()
    at = clock.now()
    s.add(Progress(learner_id=learner.id, lesson=lesson, started_at=at, last_at=at, quiz_passed_at=at, finished_at=at))
    s.flush()


def test_the_leader_confirms_what_the_volunteer_has_taught_and_the_household_is_proficient(s, w):
    seen(s, w, *SKILLS)
    made = confirming.confirm(s, w.hanh, w.dung)
    assert w.hanh.proficient_since == clock.today()
    assert w.sens_house.stage == "proficient"
    assert set(made.shown) == set(SKILLS)
    assert made.standard["needed"] == 5
    assert recounting.differing(s) == []
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "confirmation.create")).one()
    assert (entry.actor_id, entry.area_id) == (w.dung.id, w.dong.id)


def test_the_standard_of_the_day_stays_with_the_confirmation(s, w):
    confirming.set_standard(s, w.tan_hung, ["payment", "safety"], 2, w.cuc)
    seen(s, w, "payment", "safety")
    made = confirming.confirm(s, w.hanh, w.dung)
    confirming.set_standard(s, w.tan_hung, list(SKILLS), 5, w.cuc)
    assert made.standard["needed"] == 2
    assert set(made.standard["skills"]) == {"payment", "safety"}
    assert w.hanh.proficient_since is not None


def test_whoever_saw_a_skill_does_not_confirm_it(s, w):
    seen(s, w, *SKILLS, by=w.dung)
    with pytest.raises(confirming.TaughtByYou):
        confirming.confirm(s, w.hanh, w.dung)


def test_whoever_came_along_on_a_visit_does_not_confirm(s, w):
    said = VisitDraft(new_client_id(), "shown", met=(w.hanh.id,), came=(w.dung.id,))
    recording.record(s, w.minh, w.sens_house, said)
    seen(s, w, *SKILLS)
    with pytest.raises(confirming.TaughtByYou):
        confirming.confirm(s, w.hanh, w.dung)
    assert confirming.confirm(s, w.hanh, w.cuc).by_id == w.cuc.id


def test_a_leader_who_met_only_the_grandmother_may_confirm_the_granddaughter(s, w):
    recording.record(s, w.dung, w.sens_house, VisitDraft(new_client_id(), "shown", met=(w.sen.id,)))
    seen(s, w, *SKILLS)
    assert confirming.confirm(s, w.hanh, w.dung).by_id == w.dung.id


@pytest.mark.parametrize("where", ["sen", "sens_house"])
def test_a_leader_confirms_nobody_of_the_own_household(s, w, where):
    getattr(w, where).phone = w.dung.phone
    seen(s, w, *SKILLS)
    with pytest.raises(confirming.OwnHousehold):
        confirming.confirm(s, w.hanh, w.dung)
    assert w.dung not in queries.who_may(s, w.hanh)
    assert confirming.confirm(s, w.hanh, w.cuc).by_id == w.cuc.id


def test_a_volunteer_never_confirms(s, w):
    seen(s, w, *SKILLS)
    with pytest.raises(confirming.NotAConfirmer):
        confirming.confirm(s, w.hanh, w.minh)


def test_four_skills_of_five_are_not_enough_and_the_missing_one_is_named(s, w):
    seen(s, w, *SKILLS[:4])
    with pytest.raises(confirming.NotEnough) as why:
        confirming.confirm(s, w.hanh, w.dung)
    assert why.value.verdict.missing == ("local_platform",)
    assert w.hanh.proficient_since is None


@pytest.mark.parametrize("aided", ["helped", "shown"])
def test_what_was_done_with_help_confirms_nobody(s, w, aided):
    evidence.observe(s, w.hanh, SKILLS, aided=aided, at=clock.now(), by_id=w.lan.id)
    with pytest.raises(confirming.NotEnough):
        confirming.confirm(s, w.hanh, w.dung)


def test_what_a_person_says_is_kept_and_confirms_nobody(s, w):
    evidence.say(s, w.hanh, SKILLS, at=clock.now(), by_id=w.lan.id)
    assert s.scalar(select(func.count(Evidence.id)).where(Evidence.kind == "said")) == 5
    with pytest.raises(confirming.NotEnough):
        confirming.confirm(s, w.hanh, w.dung)


def test_a_finished_lesson_of_the_members_own_phone_shows_the_skill(s, w):
    finished(s, w.hanh)
    seen(s, w, "online_services", "shopping", "payment", "local_platform")
    made = confirming.confirm(s, w.hanh, w.dung)
    assert made.shown["safety"][0]["ref"] == SIGN_IN


def test_the_lesson_of_another_member_shows_nothing_for_this_one(s, w):
    finished(s, w.sen)
    assert queries.proofs_of(s, w.hanh) == []


def test_nobody_is_confirmed_twice(s, w):
    seen(s, w, *SKILLS)
    confirming.confirm(s, w.hanh, w.dung)
    with pytest.raises(confirming.AlreadyConfirmed):
        confirming.confirm(s, w.hanh, w.cuc)
    assert s.scalar(select(func.count(Confirmation.id))) == 1


def test_who_has_left_the_household_is_not_confirmed(s, w):
    seen(s, w, *SKILLS)
    w.hanh.left_on = clock.today()
    with pytest.raises(confirming.HasLeft):
        confirming.confirm(s, w.hanh, w.dung)


def test_taken_back_the_household_falls_to_where_its_facts_say(s, w):
    recording.record(s, w.lan, w.sens_house, VisitDraft(new_client_id(), "shown", met=(w.sen.id,)))
    seen(s, w, *SKILLS)
    made = confirming.confirm(s, w.hanh, w.dung)
    confirming.withdraw(s, made, w.cuc, "nhầm người")
    assert (made.withdrawn_by_id, made.withdrawn_reason) == (w.cuc.id, "nhầm người")
    assert w.hanh.proficient_since is None
    assert w.sens_house.stage == "visited"
    assert recounting.differing(s) == []
    assert s.scalars(select(AuditEntry).where(AuditEntry.act == "confirmation.withdraw")).one().actor_id == w.cuc.id


def test_it_is_taken_back_only_once_and_may_then_be_given_anew(s, w):
    seen(s, w, *SKILLS)
    made = confirming.confirm(s, w.hanh, w.dung)
    confirming.withdraw(s, made, w.dung, "nhầm")
    with pytest.raises(confirming.AlreadyWithdrawn):
        confirming.withdraw(s, made, w.dung, "nhầm")
    assert confirming.confirm(s, w.hanh, w.dung).id != made.id


def test_who_may_confirm_are_the_leader_and_the_communes_officials_who_did_not_teach(s, w):
    assert {a.name for a in queries.who_may(s, w.hanh)} == {"Phạm Văn Dũng", "Lê Thị Cúc"}
    evidence.taught(s, [w.hanh], [w.dung.id], clock.now())
    assert {a.name for a in queries.who_may(s, w.hanh)} == {"Lê Thị Cúc"}


def test_teaching_somebody_twice_is_noted_once(s, w):
    for _ in range(2):
        evidence.taught(s, [w.hanh], [w.lan.id], clock.now())
        s.flush()
    assert queries.teachers(s, w.hanh) == {w.lan.id}


def test_a_commune_decides_for_itself_and_its_neighbour_keeps_the_default(s, w):
    confirming.set_standard(s, w.tan_hung, ["safety", "payment"], 1, w.cuc)
    assert queries.standard_for(s, w.dong).needed == 1
    assert queries.standard_for(s, w.tan_hung).needed == 1
    assert queries.standard_for(s, w.ha).needed == 5


def test_the_newest_standard_counts(s, w):
    for needed in (1, 2):
        confirming.set_standard(s, w.tan_hung, ["safety", "payment"], needed, w.cuc)
    assert queries.standard_for(s, w.dong).needed == 2


@pytest.mark.parametrize("needed", [0, 3])
def test_a_standard_that_nobody_can_reach_or_everybody_has_is_refused(s, w, needed):
    with pytest.raises(ValueError, match=str(needed)):
        confirming.set_standard(s, w.tan_hung, ["safety", "payment"], needed, w.cuc)


def test_ready_are_those_who_have_shown_enough_and_are_not_confirmed(s, w):
    seen(s, w, *SKILLS)
    seen(s, w, *SKILLS[:4], member=w.tam)
    assert [one.member.name for one in queries.ready(s, w.dung)] == ["Nguyễn Thu Hạnh"]
    confirming.confirm(s, w.hanh, w.dung)
    assert queries.ready(s, w.dung) == []


def test_old_evidence_does_not_expire(s, w):
    at = clock.now() - timedelta(days=400)
    evidence.observe(s, w.hanh, SKILLS, aided="alone", at=at, by_id=w.lan.id)
    assert len(queries.ready(s, w.cuc)) == 1


def test_of_a_person_entered_and_confirmed_twice_everything_is_taken_back(s, w):
    twice = world.member(s, w.sens_house, "Nguyen Thu Hanh", 2003)
    for one in (w.hanh, twice):
        seen(s, w, *SKILLS, member=one)
        confirming.confirm(s, one, w.dung)
    merging.unify(s, w.hanh, twice, w.cuc)
    confirming.withdraw(s, queries.confirmation(s, w.hanh), w.cuc, "nhầm người")
    assert queries.standing(s, w.hanh) == []
    assert w.sens_house.stage == "not_reached"
    assert confirming.confirm(s, w.hanh, w.dung).withdrawn_at is None
