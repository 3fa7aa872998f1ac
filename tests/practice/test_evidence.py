"""What a rehearsal is good for: an unaided one shows its skills; the result of a phone counts once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.assessments import queries as assessments
from outreach.assessments import weighing
from outreach.assessments.standard import judge
from outreach.households.models import Tally
from outreach.learning import progress
from outreach.learning import queries as learning
from outreach.practice import queries, running
from outreach.practice.models import Run
from tests.databases import sqlite_only
from tests.practice.conftest import SLUG
from tests.visitor import Visitor

REPORT = f"/luyen-tap/{SLUG}/ket-qua"
PATH = "dang-nhap ma-xac-nhan to-khai da-nop"


def told(**changes):
    """What a phone tells of a go."""
    sent = {"client_id": str(uuid4()), "path": PATH, "hints": "0", "wrong": "2", "seconds": "240", "alone": "1"}
    return sent | changes


@pytest.fixture
def hanhs_phone(s, w, visitor, stage):
    """A phone that learns for Hạnh."""
    who = progress.begin(s)
    who.member = w.hanh
    s.commit()
    visitor.client.set_cookie("learner", who.token)
    return visitor


def runs(s):
    """Every go that was kept."""
    s.expire_all()
    return s.scalars(select(Run).order_by(Run.id)).all()


def test_a_result_from_a_phone_is_kept_once_however_often_it_is_sent(s, w, hanhs_phone):
    at = clock.now() - timedelta(days=2)
    sent = told(at=at.isoformat())
    for _ in range(2):
        hanhs_phone.post(REPORT, sent, status=204)
    kept = runs(s)
    assert len(kept) == 1
    assert (kept[0].finished_at, kept[0].started_at) == (at, at - timedelta(seconds=240))
    assert (kept[0].passed, kept[0].screen) == ("dang-nhap ma-xac-nhan to-khai", "da-nop")
    assert kept[0].unaided
    assert w.hanh.learning_since == clock.local(at).date()


def test_an_unaided_rehearsal_shows_its_skill_to_whoever_confirms(s, w, hanhs_phone, visitor):
    hanhs_phone.post(REPORT, told(), status=204)
    s.expire_all()
    assert [(skill, flow) for skill, _at, flow in queries.unaided(s, w.hanh.id)] == [("online_services", SLUG)]
    verdict = judge(assessments.standard_for(s, w.dong), assessments.proofs_of(s, w.hanh))
    assert set(verdict.shown) == {"online_services"}
    page = visitor.as_(w.dung).get(f"/nguoi/{w.hanh.id}/xac-nhan")
    assert "rehearsed “Rehearse a sample filing” to the end and says: alone (4 minutes, 2 wrong turns)" in page.words


@pytest.mark.parametrize(("changes", "counted"), [({}, (1, 0)), ({"hints": "1"}, (0, 1))])
def test_a_rehearsal_is_counted_in_the_tally_of_its_village(s, w, hanhs_phone, changes, counted):
    hanhs_phone.post(REPORT, told(**changes), status=204)
    assert weighing.weigh(s)
    tally = s.get_one(Tally, w.dong.id, populate_existing=True)
    assert (tally.alone_online_services, tally.helped_online_services) == counted


@pytest.mark.parametrize("changes", [{"hints": "1"}, {"alone": "0"}])
@sqlite_only
def test_a_rehearsal_with_help_shows_nothing_but_is_told(s, w, hanhs_phone, visitor, changes):
    hanhs_phone.post(REPORT, told(**changes), status=204)
    s.expire_all()
    assert queries.unaided(s, w.hanh.id) == []
    assert judge(assessments.standard_for(s, w.dong), assessments.proofs_of(s, w.hanh)).shown == {}
    page = visitor.as_(w.dung).get(f"/nguoi/{w.hanh.id}/xac-nhan")
    assert "rehearsed “Rehearse a sample filing” with help (4 minutes" in page.words


@sqlite_only
def test_a_later_go_with_help_does_not_take_away_what_was_shown(s, w, hanhs_phone):
    hanhs_phone.post(REPORT, told(), status=204)
    hanhs_phone.post(REPORT, told(hints="3"), status=204)
    s.expire_all()
    proofs = assessments.proofs_of(s, w.hanh)
    assert [proof.play.hints for proof in proofs] == [0]


@sqlite_only
def test_all_phones_of_a_member_count_and_nobody_elses(s, w, visitor, stage):
    for member in (w.hanh, w.hanh, w.sen, None):
        who = progress.begin(s)
        who.member = member
        run = running.Report(str(uuid4()), PATH.split(), 0, 0, 60, True, clock.now())
        running.report(s, who, stage, run)
    s.commit()
    assert len(queries.unaided(s, w.hanh.id)) == 2


IMPOSSIBLE = [
    {"path": "dang-nhap da-nop"},
    {"path": ""},
    {"hints": "-1"},
    {"wrong": "2.5"},
    {"seconds": "100000"},
    {"seconds": "lâu"},
    {"alone": "maybe"},
    {"client_id": "1"},
]


@pytest.mark.parametrize("changes", IMPOSSIBLE, ids=lambda changes: "-".join(changes))
@sqlite_only
def test_a_result_that_no_go_can_have_is_refused(s, w, hanhs_phone, changes):
    hanhs_phone.post(REPORT, told(**changes), status=422)
    assert runs(s) == []


@sqlite_only
def test_a_phone_whose_clock_is_wrong_is_taken_at_our_time(s, w, hanhs_phone):
    hanhs_phone.post(REPORT, told(at="2031-01-01T00:00:00+07:00"), status=204)
    assert abs(runs(s)[0].finished_at - clock.now()) < timedelta(minutes=5)


@sqlite_only
def test_a_phone_that_is_not_known_yet_is_known_afterwards(s, w, visitor, stage):
    visitor.post(REPORT, told(), status=204)
    visitor.post(REPORT, told(), status=204)
    assert len({run.learner_id for run in runs(s)}) == 1


@sqlite_only
def test_a_result_whose_answer_was_lost_on_the_way_is_not_lost_itself(s, w, visitor, stage):
    """The phone has no cookie yet, tells again, and only then is joined to its member."""
    sent = told()
    visitor.post(REPORT, sent, status=204)
    visitor.client.delete_cookie("learner")
    visitor.post(REPORT, sent, status=204)
    progress.join(s, learning.learner(s, visitor.client.get_cookie("learner").value), w.hanh, {})
    assert [flow for _skill, _at, flow in queries.unaided(s, w.hanh.id)] == [SLUG]


@sqlite_only
def test_a_result_told_again_by_a_stranger_does_not_open_the_members_learning(s, w, app, hanhs_phone):
    sent = told()
    hanhs_phone.post(REPORT, sent, status=204)
    stranger = Visitor(app)
    stranger.post(REPORT, sent, status=204)
    assert learning.learner(s, stranger.client.get_cookie("learner").value).member is None
    assert len(queries.unaided(s, w.hanh.id)) == 1


def test_who_lent_the_phone_is_named_and_may_not_confirm(s, w, visitor, stage):
    """Whoever is signed in on the phone was there: a leader cannot play for somebody and then confirm it alone."""
    dungs_phone = visitor.as_(w.dung)
    dungs_phone.post(REPORT, told(), status=204)
    who = learning.learner(s, dungs_phone.client.get_cookie("learner").value)
    progress.join(s, who, w.hanh, {})
    s.commit()
    assert w.dung.id in assessments.teachers(s, w.hanh)
    assert w.dung not in assessments.who_may(s, w.hanh)
    page = visitor.as_(w.cuc).get(f"/nguoi/{w.hanh.id}/xac-nhan")
    assert f"on the phone of {w.dung.name}" in page.words


def test_the_standard_lets_the_scam_drill_show_safety():
    assert {skill.id: skill.practice for skill in assessments.default().skills}["safety"]


@sqlite_only
def test_what_would_show_a_skill_names_a_rehearsal_where_there_is_one(s, w, visitor, stage):
    page = visitor.as_(w.dung).get(f"/nguoi/{w.sen.id}/xac-nhan")
    assert page.words.count("Play a rehearsal of it alone, from start to end, without being shown") == 1
