"""The nightly proof finds every sum that is wrong, writes it down, and leaves it right."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from outreach import clock
from outreach.coverage import folding, queries, recounting
from outreach.coverage.models import AreaDay, RecountFinding, VisitDay
from outreach.households import stages
from outreach.households.models import Household, Tally, TallyDay
from outreach.visits import recording
from outreach.visits.models import SHOWN
from outreach.visits.recording import VisitDraft, new_client_id

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


@pytest.fixture
def that_day(s, w):
    """Somebody was visited and somebody confirmed; a week later it is night. The day it was."""
    with time_machine.travel(NOON, tick=False):
        draft = VisitDraft(new_client_id(), SHOWN, met=(w.sens_house.members[0].id,))
        recording.record(s, w.lan, w.sens_house, draft)
        stages.proficient(s, w.hanh, clock.today(), w.dung.id)
        folding.fold(s)
    with time_machine.travel(NOON + timedelta(days=7, hours=14), tick=False):
        folding.fold(s)
        yield NOON.date()


def findings(s):
    """What the proof finds now: (what, where) → by how much."""
    before = set(s.scalars(select(RecountFinding.id)))
    assert sum(recounting.prove(s)) == len(s.scalars(select(RecountFinding)).all()) - len(before)
    rows = s.scalars(select(RecountFinding).where(RecountFinding.id.not_in(before)))
    return {(row.what, row.area_id): row.facts for row in rows}


def test_when_all_is_right_nothing_is_found(s, that_day):
    assert findings(s) == {}


def test_a_tally_that_is_wrong_is_set_right(s, w, that_day):
    s.execute(update(Tally).where(Tally.village_id == w.dong.id).values(proficient=7, alone_payment=2))
    assert findings(s) == {("tally", w.dong.id): {"proficient": -6, "alone_payment": -2}}
    assert queries.overview(s, w.tan_hung).total.proficient == 1
    assert findings(s) == {}


def test_a_household_whose_village_has_no_tally_at_all_is_found(s, w, that_day):
    s.execute(update(Household).where(Household.id == w.tams_house.id).values(village_id=w.ha.id))
    assert findings(s)["tally", w.ha.id] == {"not_reached": 1}
    assert findings(s) == {}


def test_a_day_that_is_not_what_the_history_of_stages_says_is_set_right(s, w, that_day):
    here = TallyDay.village_id == w.dong.id, TallyDay.on == that_day
    s.execute(update(TallyDay).where(*here).values(proficient=4))
    assert findings(s) == {("tally_day", w.dong.id): {"proficient": -3}}
    assert queries.days(s, w.country, that_day, that_day)[0].counts.proficient == 1
    assert findings(s) == {}


@pytest.mark.parametrize("n", [0, 5])
def test_a_day_of_visits_that_is_not_what_the_log_says_is_set_right(s, w, that_day, n):
    s.execute(update(VisitDay).values(visits=n))
    assert findings(s) == {("visit_day", w.dong.id): {}}
    assert queries.days(s, w.dong, that_day, that_day)[0].visits.visits == 1
    assert findings(s) == {}


def test_a_day_of_visits_that_all_went_is_found(s, w, that_day):
    s.add(VisitDay(village_id=w.doai.id, on=that_day, commune_id=w.tan_hung.id, province_id=w.hung_yen.id, visits=3))
    assert findings(s) == {("visit_day", w.doai.id): {}}
    assert queries.days(s, w.doai, that_day, that_day)[0].visits.visits == 0


def test_a_sum_of_a_province_that_differs_from_its_communes_is_set_right(s, w, that_day):
    here = AreaDay.area_id == w.hung_yen.id, AreaDay.on == that_day
    s.execute(update(AreaDay).where(*here).values(visits=99))
    assert findings(s) == {("area_day", w.hung_yen.id): {}}
    assert queries.days(s, w.hung_yen, that_day, that_day)[0].visits.visits == 1


def proved_while(s, what):
    """Prove all, while something is done between summing up and proving the sums. How much was found."""
    found = 0
    for n, piece in enumerate(recounting.prove(s)):
        found += piece
        if n == 0:
            what()
            s.flush()
    return found


def test_what_people_do_while_it_is_proved_is_no_finding(s, w, that_day):
    def a_phone_sends_late():
        draft = VisitDraft(new_client_id(), SHOWN, met=(w.tam.id,), at=NOON)
        recording.record(s, w.lan, w.tams_house, draft)

    assert proved_while(s, a_phone_sends_late) == 0
    folding.fold(s)
    assert [queries.days(s, area, that_day, that_day)[0].visits.visits for area in (w.dong, w.country)] == [2, 2]
    assert proved_while(s, lambda: stages.correct_village(s, w.sens_house, w.doai.id)) == 0
    folding.fold(s)
    assert [queries.days(s, area, that_day, that_day)[0].visits.visits for area in (w.dong, w.country)] == [1, 2]


def test_what_was_wrong_before_is_found_though_people_record_meanwhile(s, w, that_day):
    def a_phone_sends_at_once():
        recording.record(s, w.lan, w.tams_house, VisitDraft(new_client_id(), SHOWN, met=(w.tam.id,)))

    s.execute(update(VisitDay).values(visits=5))
    s.execute(update(AreaDay).where(AreaDay.area_id == w.hung_yen.id, AreaDay.on == that_day).values(visits=99))
    assert proved_while(s, a_phone_sends_at_once) == 2
