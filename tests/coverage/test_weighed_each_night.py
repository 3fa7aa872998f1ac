"""What nobody named to be weighed is found within four weeks; a new rule weighs everybody, and is no finding."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from outreach import clock, duties
from outreach.assessments import confirming, evidence, queries, reweighing, weighing
from outreach.assessments.standard import ALONE, HELPED
from outreach.coverage import recounting
from outreach.coverage.models import RecountFinding
from outreach.households import skills, tallies
from outreach.households.models import Household, Member, Tally, Unweighed
from outreach.jobs import running
from outreach.jobs.models import DONE
from outreach.lessons.queries import catalogue
from tests import counting, world


def see(s, w, who, *seen, aided=ALONE):
    evidence.observe(s, who, seen, aided=aided, at=clock.now(), by_id=w.lan.id)


def nobody_names(s):
    s.execute(delete(Unweighed))


def prove(s, nights=recounting.NIGHTS):
    """What is found in as many nights: (where, by how much)."""
    before, last = set(s.scalars(select(RecountFinding.id))), 0
    for _night in range(nights):
        came = [up_to for _found, up_to in recounting.prove_skills(s, last)]
        last = came[-1]
    rows = s.scalars(select(RecountFinding).where(RecountFinding.id.not_in(before)))
    return [(row.what, row.area_id, row.facts) for row in rows]


def tally(s, village):
    row = s.get_one(Tally, village.id, populate_existing=True)
    return row.alone_payment, row.helped_payment, row.vneid


def test_when_all_is_weighed_nothing_is_found(s, w):
    see(s, w, w.hanh, "payment")
    see(s, w, w.tam, "safety", aided=HELPED)
    weighing.weigh(s)
    assert prove(s) == []


def test_what_was_noted_and_never_weighed_is_found_within_four_weeks(s, w):
    see(s, w, w.hanh, "payment")
    nobody_names(s)
    assert prove(s) == [("household", w.dong.id, {"household": w.sens_house.id, "alone_payment": 1})]
    assert skills.named(s.get_one(Member, w.hanh.id, populate_existing=True).alone) == ["payment"]
    assert (tally(s, w.dong), recounting.differing(s), prove(s)) == ((1, 0, 0), [], [])


def test_what_was_taken_back_and_never_weighed_is_found(s, w):
    see(s, w, w.hanh, "payment")
    weighing.weigh(s)
    s.execute(update(evidence.Evidence).values(aided=HELPED))
    assert [facts for _what, _where, facts in prove(s)] == [
        {"household": w.sens_house.id, "alone_payment": -1, "helped_payment": 1}
    ]
    assert tally(s, w.dong) == (0, 1, 0)


@pytest.mark.parametrize(("wrong", "by"), [({"vneid": 2}, {"vneid": -2}), ({"helped": 4}, {"helped_payment": -1})])
def test_a_household_that_is_counted_otherwise_than_its_people_is_found(s, w, wrong, by):
    for house in (w.sens_house, w.xas_house):  # nobody lives in Xa's
        s.execute(update(Household).where(Household.id == house.id).values(wrong))
        s.expire_all()
        tallies.count(s, {(house.village_id, clock.today()): Counter({name: -n for name, n in by.items()})})
    assert prove(s) == [
        ("household", house.village_id, {"household": house.id, **by}) for house in (w.sens_house, w.xas_house)
    ]
    assert (tally(s, w.dong), tally(s, w.ha), recounting.differing(s)) == ((0, 0, 0), (0, 0, 0), [])


def test_what_merely_waits_to_be_weighed_is_no_finding(s, w):
    see(s, w, w.hanh, "payment")
    assert prove(s) == []
    assert s.scalars(select(Unweighed.member_id)).all() == [w.hanh.id]


def test_what_seemed_wrong_while_somebody_wrote_it_is_no_finding(s, w, monkeypatch):
    see(s, w, w.hanh, "payment")
    weighing.weigh(s)
    everything = [w.sens_house.id, w.tams_house.id, w.paos_house.id, w.xas_house.id]
    monkeypatch.setattr(reweighing, "_look", lambda *_numbers: (0, everything))
    assert prove(s, 1) == []


def test_a_household_that_is_history_is_left_as_it_was(s, w):
    s.execute(update(Household).where(Household.id == w.tams_house.id).values(alone=4, merged_into_id=w.sens_house.id))
    s.expire_all()
    assert prove(s) == []


def nights(s):
    """Up to which household the proof came in each of the next three nights."""
    came = []
    for n in range(3):
        job = running.plan(s, "recount", f"recount:{n}")
        for progress in duties.recount(s, job):
            job.result = progress.result
            s.flush()
        job.state = DONE
        came.append(job.result["weighed"])
        s.flush()
    return came


def new_rule(s):
    """The daily look whether the rule has changed; how many households came to something else by it. None: it is not
    new."""
    job = running.plan(s, "skills", f"skills:{len(s.scalars(select(running.Job.id)).all())}")
    for progress in duties.weigh_anew(s, job):
        job.result = job.result | progress.result
        s.flush()
    job.state = DONE
    s.flush()
    return job.result.get("weighed")


def test_each_night_goes_on_where_the_last_one_left_off_and_begins_again_at_the_end(s, w, monkeypatch):
    monkeypatch.setattr(recounting, "NIGHTS", 2)
    new_rule(s)
    assert len(s.scalars(select(Household.id)).all()) == 4
    assert nights(s) == [2, 4, 2]


def test_a_night_ends_when_enough_people_were_weighed(s, w, monkeypatch):
    monkeypatch.setattr(recounting, "NIGHTS", 1)
    monkeypatch.setattr(recounting, "PEOPLE", 1)
    monkeypatch.setattr(reweighing, "PIECE", 1)
    see(s, w, w.hanh, "payment")
    see(s, w, w.tam, "payment")
    weighing.weigh(s)
    new_rule(s)
    assert nights(s) == [2, 3, 4]  # Hạnh is the second of all, Tám the third


def test_a_piece_asks_the_same_however_many_people_there_are(s, w, connection, monkeypatch):
    monkeypatch.setattr(reweighing, "PIECE", 10**6)  # numbers go on from test to test: all are in one
    figures = []
    for _times in range(2):
        for who in s.scalars(select(Member)):
            see(s, w, who, "payment", "safety")
        weighing.weigh(s)
        with counting.statements(connection) as asked:
            assert list(reweighing.walk(s, 0, reweighing.newest(s))) != []
        figures.append(len(asked))
        for n in range(5):
            world.member(s, w.paos_house, f"Lý Văn {n}", 1990)
    assert figures[0] == figures[1]


def test_what_a_commune_sets_of_its_own_counts_nobody_otherwise(s, w):
    see(s, w, w.hanh, "payment", "safety")
    weighing.weigh(s)
    before = reweighing.rule()
    confirming.set_standard(s, w.tan_hung, ["shopping"], 1, w.cuc)
    weighing.again(s, [w.hanh.id])
    assert skills.named(w.hanh.alone) == ["payment", "safety"]
    assert (prove(s), reweighing.rule()) == ([], before)


def observed_no_more(monkeypatch):
    """A release whose standard takes lessons and rehearsals alone."""
    usual = queries.default()
    strict = replace(usual, skills=tuple(replace(one, observed=False) for one in usual.skills))
    monkeypatch.setattr(queries, "default", lambda: strict)


def test_a_new_rule_weighs_everybody_once_and_is_no_finding(s, w, monkeypatch):
    see(s, w, w.hanh, "payment")
    see(s, w, w.tam, "payment")
    weighing.weigh(s)
    assert (new_rule(s), new_rule(s)) == (0, None)
    observed_no_more(monkeypatch)
    assert nights(s) == [0, 0, 0]  # the proof waits until all are weighed by the new one
    assert tally(s, w.dong) == (2, 0, 0)
    assert (new_rule(s), new_rule(s)) == (2, None)
    assert tally(s, w.dong) == (0, 0, 0)
    assert s.scalars(select(RecountFinding)).all() == []
    monkeypatch.undo()
    assert new_rule(s) == 2  # it was as before
    assert tally(s, w.dong) == (2, 0, 0)


def test_a_lesson_that_teaches_something_else_is_a_new_rule(monkeypatch):
    before = reweighing.rule()
    slug, lesson = next(iter(catalogue().items()))
    changed = dict(catalogue()) | {slug: replace(lesson, skills=("payment", "safety"))}
    monkeypatch.setattr(reweighing, "catalogue", lambda: changed)
    assert reweighing.rule() != before


def test_weighing_by_a_new_rule_goes_on_where_it_broke_off(s, w, monkeypatch):
    monkeypatch.setattr(reweighing, "PIECE", 1)
    job = running.plan(s, "skills", "skills:x")
    for progress in duties.weigh_anew(s, job):
        job.done, job.result = progress.done, progress.result
        if progress.done == 2:
            break
    assert [progress.done for progress in duties.weigh_anew(s, job)] == [3, 4, 5]
    job.result = job.result | {"rule": "another"}
    assert [progress.done for progress in duties.weigh_anew(s, job)] == [1, 2, 3, 4, 5]


def test_it_is_looked_after_each_day_before_the_proof():
    assert duties.WORK["skills"] is duties.weigh_anew
    assert duties.DAILY["skills"] < duties.DAILY["recount"]
