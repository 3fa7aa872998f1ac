"""What is looked for, with made histories whose answers are known by hand."""

from datetime import timedelta

from sqlalchemy import select, update

from outreach import clock
from outreach.alerts import queries
from outreach.alerts.models import Alert
from outreach.arrivals.models import OUT_OF_REACH, Late
from outreach.checks.models import RIGHT, Doubt
from outreach.coverage import folding
from outreach.coverage.models import AreaTally, RecountFinding
from outreach.households import stages
from outreach.imports.models import ImportFile
from outreach.jobs import running
from outreach.jobs.models import DONE
from outreach.operations import looking, watches
from outreach.operations.models import Threshold
from outreach.plans.models import Plan
from outreach.submissions import taking
from outreach.tending import steps
from outreach.visits import correcting, recording
from outreach.visits.recording import VisitDraft, new_client_id
from tests import counting, world
from tests.guards import samples
from tests.operations.conftest import SIX, TODAY, ago, open_ones, summed, visited


def threshold(s, area, kind, value, by):
    s.add(Threshold(area_id=area.id, kind=kind, value=value, set_by_id=by.id, set_at=clock.now()))
    s.flush()


def test_a_village_is_silent_from_the_fourteenth_day_on(s, w):
    visited(s, w.dong, 13)
    visited(s, w.doai, 14)
    assert watches.silent(s, w.tan_hung) == {w.doai.id: {"days": 14}}


def test_the_last_visit_counts_however_long_ago_it_was(s, w):
    visited(s, w.dong, 80, 75)
    visited(s, w.doai, 15, 3)
    assert watches.silent(s, w.tan_hung) == {w.dong.id: {"days": 75}}


def test_a_visit_that_was_taken_back_is_none(s, w):
    visited(s, w.dong, 30)
    visited(s, w.dong, 2, visits=0)
    visited(s, w.doai, 1)
    assert watches.silent(s, w.tan_hung) == {w.dong.id: {"days": 30}}


def test_a_village_that_was_never_visited_is_silent_since_its_list_came(s, w):
    """The cast's households were put on the list on 1 September 2026, 81 days ago."""
    visited(s, w.doai, 1)
    new = world.area(s, w.tan_hung, "village", "thôn", "11977.3", "Mới")
    world.household(s, new, "Trần Văn Mới")
    assert watches.silent(s, w.hung_yen) == {w.dong.id: {"days": 81}, w.ha.id: {"days": 81}}


def test_a_new_village_has_its_two_weeks_whatever_the_old_one_did(s, w):
    visited(s, w.doai, 1)
    w.dong.valid_from = ago(13)
    assert watches.silent(s, w.tan_hung) == {}
    w.dong.valid_from = ago(14)
    assert watches.silent(s, w.tan_hung) == {w.dong.id: {"days": 14}}


def test_where_all_are_proficient_or_nobody_is_in_scope_nobody_need_go(s, w):
    stages.proficient(s, w.sen, TODAY, w.dung.id)
    stages.proficient(s, w.tam, TODAY, w.dung.id)
    stages.close(s, w.paos_house, "moved_away", w.cuc.id, "dọn đi")
    assert watches.silent(s, w.tan_hung) == {}


def test_the_nearest_threshold_above_holds(s, w):
    visited(s, w.dong, 20)
    visited(s, w.doai, 20)
    visited(s, w.ha, 20)
    threshold(s, w.hung_yen, "silent", 30, w.binh)
    assert watches.silent(s, w.hung_yen) == {}
    threshold(s, w.tan_hung, "silent", 20, w.cuc)
    assert set(watches.silent(s, w.hung_yen)) == {w.dong.id, w.doai.id}


def test_the_watch_for_silence_asks_no_more_for_many_villages(s, w, connection):
    assert w.hung_yen.path
    with counting.statements(connection) as few:
        watches.silent(s, w.hung_yen)
    for n in range(3, 23):
        village = world.area(s, w.tan_hung, "village", "thôn", f"11977.{n}", f"Mới {n}")
        world.household(s, village, "Trần Văn Mới")
    s.flush()
    assert w.hung_yen.path
    with counting.statements(connection) as many:
        watches.silent(s, w.hung_yen)
    assert len(many) == len(few) <= 5


def test_fewer_proficient_households_than_four_weeks_ago(s, w):
    summed(s, w.tan_hung, 29, proficient=-9)  # longer ago
    summed(s, w.tan_hung, 28, proficient=2)
    summed(s, w.tan_hung, 1, proficient=-5)
    summed(s, w.tan_hung, 0, proficient=-9)  # today is not over
    summed(s, w.tien_lu, 3, proficient=-2)
    summed(s, w.hung_yen, 3, proficient=-4)
    assert watches.fewer_proficient(s) == {w.tan_hung.id: {"fewer": 3}, w.hung_yen.id: {"fewer": 4}}
    threshold(s, w.hung_yen, "fewer_proficient", 4, w.binh)
    assert watches.fewer_proficient(s) == {w.hung_yen.id: {"fewer": 4}}


def test_visits_that_are_half_of_those_of_the_four_weeks_before(s, w):
    for area, before, now in ((w.tan_hung, 20, 10), (w.tien_lu, 20, 11), (w.hung_yen, 9, 0)):
        summed(s, area, 57, visits=90)
        summed(s, area, 56, visits=before - 3)
        summed(s, area, 29, visits=3)
        summed(s, area, 28, visits=now)
        summed(s, area, 0, visits=90)
    assert watches.fewer_visits(s) == {w.tan_hung.id: {"visits": 10, "before": 20}}


def test_where_nobody_visits_any_more_all_visits_are_gone(s, w):
    summed(s, w.tan_hung, 40, visits=10)
    assert watches.fewer_visits(s) == {w.tan_hung.id: {"visits": 0, "before": 10}}


def test_behind_the_plan_by_at_least_the_threshold(s, w):
    """Four households in Hưng Yên, one proficient; the plan wants all of them today."""
    stages.proficient(s, w.sen, TODAY, w.dung.id)
    folding.fold(s)
    asked = {"target_on": TODAY, "share": 100, "set_by_id": w.binh.id, "set_at": SIX - timedelta(days=60)}
    s.add(Plan(area_id=w.hung_yen.id, start=0, **asked))
    s.flush()
    assert watches.behind(s)[w.hung_yen.id] == {"share": 25, "wanted": 100, "short": 3}
    assert watches.behind(s)[w.tien_lu.id] == {"share": 0, "wanted": 100, "short": 1}
    assert w.country.id not in watches.behind(s)


def test_a_place_is_behind_by_what_is_missing_not_by_what_is_rounded(s, w):
    """The plan wants 15 per cent today; 10.7 are 4.3 points behind, though they read "10 instead of 15"."""
    folding.fold(s)
    asked = {"target_on": TODAY, "share": 15, "set_by_id": w.cuc.id, "set_at": SIX - timedelta(days=60)}
    s.add(Plan(area_id=w.tan_hung.id, start=0, **asked))
    for done, told in ((107, False), (101, False), (100, True)):
        sums = {"not_reached": 1000 - done, "proficient": done}
        s.execute(update(AreaTally).where(AreaTally.area_id == w.tan_hung.id).values(sums))
        assert (w.tan_hung.id in watches.behind(s)) is told


def doubt(s, w, visit, days, **more):
    at = clock.now() - timedelta(days=days)
    s.add(Doubt(visit_id=visit.id, village_id=w.dong.id, reason="night", facts={}, found_at=at, **more))
    s.flush()


def test_questions_about_visits_that_wait_for_a_week(s, w):
    first, second = samples.visit(s, w.lan, w.sens_house, w.sen), samples.visit(s, w.lan, w.tams_house, w.tam)
    doubt(s, w, first, 6)
    assert watches.doubts(s) == {}
    doubt(s, w, second, 7)
    assert watches.doubts(s) == {w.dong.id: {"waiting": 2, "days": 7}}


def test_a_question_that_is_settled_or_whose_visit_was_taken_back_waits_no_more(s, w):
    first, second = samples.visit(s, w.lan, w.sens_house, w.sen), samples.visit(s, w.lan, w.tams_house, w.tam)
    doubt(s, w, first, 20, verdict=RIGHT, settled_at=clock.now(), settled_by_id=w.dung.id)
    doubt(s, w, second, 20)
    correcting.correct(s, second, w.lan, "ghi nhầm")
    assert watches.doubts(s) == {}


def a_list(s, w, kind="import", days=0, **counts):
    job = running.plan(s, kind, f"{kind}:{counts}:{days}")
    job.state, job.result, job.finished_at = DONE, counts, clock.now() - timedelta(days=days)
    file = ImportFile(
        commune_id=w.tan_hung.id, name="ds.xlsx", content=b"", header_row=1, columns={}, job_id=job.id,
        uploaded_by_id=w.cuc.id, uploaded_at=clock.now(),
    )  # fmt: skip
    s.add(file)
    s.flush()
    return file


def test_a_list_of_which_a_fifth_was_given_back(s, w):
    bad = a_list(s, w, created=70, updated=5, unchanged=5, rejected=20, remarks=50)
    a_list(s, w, created=81, updated=0, unchanged=0, rejected=19)
    a_list(s, w, created=1, rejected=2)  # too few to be anybody's alarm
    a_list(s, w, days=3, created=1, rejected=99)  # long ago
    forms = a_list(s, w, kind=taking.KIND, created=0, there=1, rejected=3)
    told = {(one.kind, one.about): one.facts for one in watches.rejected(s)}
    assert told == {
        ("list_rejected", f"file:{bad.id}"): {"rejected": 20, "rows": 100},
        ("forms_rejected", f"file:{forms.id}"): {"rejected": 3, "rows": 4},
    }


def test_what_the_nightly_proof_found_is_told_once_to_those_who_run_the_house(s, w):
    for area in (w.dong, w.dong, w.ha):
        s.add(RecountFinding(at=clock.now() - timedelta(hours=4), area_id=area.id, what="tally", facts={"visited": 1}))
    s.flush()
    looking.often(s)
    looking.often(s)
    assert open_ones(s, "recount") == {w.country.id: {"places": 2}}
    (alert,) = s.scalars(select(Alert).where(Alert.kind == "recount"))
    assert alert.times == 1
    steps.close(s, alert, w.anh, "đã xem nhật ký máy chủ")
    looking.often(s)
    assert open_ones(s, "recount") == {}


def test_a_list_that_somebody_has_dealt_with_is_not_told_again(s, w):
    a_list(s, w, created=1, rejected=9)
    looking.often(s)
    (alert,) = s.scalars(select(Alert).where(Alert.kind == "list_rejected"))
    steps.close(s, alert, w.cuc, "đã sửa và tải lại")
    looking.often(s)
    assert open_ones(s, "list_rejected") == {}


def test_what_lies_above_the_commune_is_read_from_what_was_folded(s, w, connection):
    with counting.statements(connection) as asked:
        watches.fewer_proficient(s)
        watches.fewer_visits(s)
    assert len(asked) == 4
    assert not any(table in one for one in asked for table in ("tally", "visit_day", "household"))


def promised(s, w, house, days_over):
    """The family was promised a visit for so many days ago."""
    visit = recording.record(s, w.lan, house, VisitDraft(new_client_id(), "nobody", next_on=ago(days_over))).visit
    s.flush()
    return visit


def test_a_promise_is_over_its_day_by_a_week_before_anybody_is_told(s, w):
    promised(s, w, w.sens_house, 6)
    assert watches.promises(s, w.hung_yen) == {}
    promised(s, w, w.tams_house, 9)
    promised(s, w, w.paos_house, 7)
    assert watches.promises(s, w.hung_yen) == {
        w.dong.id: {"waiting": 1, "days": 9}, w.doai.id: {"waiting": 1, "days": 7},
    }  # fmt: skip
    assert watches.promises(s, w.tuyen_quang) == {}


def test_a_promise_that_was_kept_or_is_of_a_closed_house_waits_no_more(s, w):
    promised(s, w, w.sens_house, 9)
    promised(s, w, w.tams_house, 9)
    recording.record(s, w.lan, w.sens_house, VisitDraft(new_client_id(), "nobody"))
    stages.close(s, w.tams_house, "moved_away", w.cuc.id, "to the city")
    assert watches.promises(s, w.hung_yen) == {}


def test_a_commune_may_wait_longer_for_its_promises(s, w):
    promised(s, w, w.sens_house, 9)
    threshold(s, w.tan_hung, "promises", 10, w.cuc)
    assert watches.promises(s, w.hung_yen) == {}
    threshold(s, w.dong, "promises", 2, w.cuc)
    assert set(watches.promises(s, w.hung_yen)) == {w.dong.id}


def late(s, w, village, days):
    at = clock.now() - timedelta(days=days)
    s.add(
        Late(
            client_id=new_client_id(), digest="x", author_id=w.lan.id, area_id=village.id, why=OUT_OF_REACH,
            url="/ho/1/tham", fields=[], at=at, received_at=at,
        )
    )  # fmt: skip
    s.flush()


def test_late_records_wait_three_days_for_a_decision(s, w):
    late(s, w, w.dong, 2)
    assert watches.late_records(s) == {}
    for days in (3, 5):
        late(s, w, w.dong, days)
    assert watches.late_records(s) == {w.dong.id: {"waiting": 3, "days": 5}}  # as many as the list has


def test_what_an_official_is_to_decide_is_not_the_provinces_from_the_start(s, w):
    late(s, w, w.tan_hung, 4)
    late(s, w, w.doai, 4)  # nobody leads there: the official is told at once
    looking.often(s)
    assert {one.area_id: queries.late(one) for one in s.scalars(select(Alert))} == {
        w.tan_hung.id: False, w.doai.id: True,
    }  # fmt: skip
    assert queries.how_many(s, w.hung_yen) == 0


def test_what_waits_is_an_alert_until_it_waits_no_more(s, w):
    promised(s, w, w.sens_house, 9)
    late(s, w, w.doai, 4)
    looking.villages(s, w.hung_yen)
    looking.often(s)
    assert open_ones(s, "promises") == {w.dong.id: {"waiting": 1, "days": 9}}
    assert open_ones(s, "late_records") == {w.doai.id: {"waiting": 1, "days": 4}}
    recording.record(s, w.lan, w.sens_house, VisitDraft(new_client_id(), "nobody"))
    s.execute(update(Late).values(decided_at=clock.now(), written=False))
    looking.villages(s, w.hung_yen)
    looking.often(s)
    assert open_ones(s, "promises") == open_ones(s, "late_records") == {}
