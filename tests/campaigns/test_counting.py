"""What a campaign reached stands once it is over, whatever moves later; while it runs, the start moves along."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock, reform
from outreach.campaigns import agreeing, counting, inheriting, queries
from outreach.campaigns.models import Share
from outreach.coverage import recounting
from outreach.duties import DAILY, WORK
from outreach.groups import boundaries
from outreach.households import merging, moving, registering
from outreach.households.models import StageChange, TallyDay
from outreach.households.registering import HouseholdFacts
from outreach.jobs import running
from outreach.jobs.models import Job
from tests import world
from tests.campaigns.test_campaigns import proficient

BEFORE = timedelta(days=40)


@pytest.fixture
def houses(s, w):
    """Four houses of farmers in thôn Đông; the first was proficient before anything was planned."""
    made = [world.household(s, w.dong, f"Lê Văn {n}") for n in range(4)]
    for house in made:
        registering.retype(house, ["farmers"])
    proficient(s, made[0])
    s.commit()
    return made


def as_of_the_day_before_yesterday(s):
    """All that has happened so far happened two days ago."""
    for row in s.scalars(select(TallyDay)).all():
        row.on -= timedelta(days=2)
    for row in s.scalars(select(StageChange)).all():
        row.on, row.at = row.on - timedelta(days=2), row.at - timedelta(days=2)
    s.flush()


@pytest.fixture
def running_now(s, w, houses):
    """A campaign that runs, in which thôn Đông has reached one more."""
    first, last = clock.today() - timedelta(days=10), clock.today() + timedelta(days=20)
    made = agreeing.make(s, w.tan_hung, agreeing.Plan("Quý IV", first, last, {"": 50, "farmers": 50}), w.cuc)
    proficient(s, houses[1])
    s.commit()
    return made


@pytest.fixture
def over(s, running_now):
    """The same, over since this morning: all that was reached was reached in it."""
    running_now.first_day, running_now.last_day = clock.today() - BEFORE, clock.today() - timedelta(days=1)
    as_of_the_day_before_yesterday(s)
    s.commit()
    return running_now


def stood(s, campaign):
    """What is told of each share: how many at the start, how many now."""
    s.expire_all()
    rows = {(row.share.village.name, row.share.type): row.standing for row in queries.progress(s, campaign)}
    return {key: (one.at_start, one.now) for key, one in rows.items() if key[0] == "Đông"}


TWO = {("Đông", ""): (1, 2), ("Đông", "farmers"): (1, 2)}


def test_each_night_the_result_of_a_campaign_that_is_over_is_written_down_once(s, over):
    assert "campaigns" in DAILY
    job = running.plan(s, "campaigns", "campaigns:today")
    nights = [[one.result for one in WORK["campaigns"](s, job)] for _time in range(2)]
    assert nights == [[{"closed": 1}], [{"closed": 0}]]
    assert (over.counted_on, stood(s, over)) == (clock.today(), TWO)


def test_one_that_still_runs_has_no_result_yet(s, running_now):
    assert counting.close(s) == 0
    assert running_now.counted_on is None


def test_a_finished_campaigns_numbers_stand_whatever_is_moved_merged_or_learnt_later(s, w, houses, over):
    counting.close(s)
    boundaries.move(s, w.cuc, w.dong, w.doai, [houses[0].id, houses[1].id])
    merging.merge(s, houses[3], houses[2], w.cuc)
    proficient(s, houses[3])
    registering.retype(houses[3], [])
    s.commit()
    assert stood(s, over) == TWO


def test_houses_that_move_before_the_night_change_nothing_either(s, w, houses, over):
    boundaries.move(s, w.cuc, w.dong, w.doai, [houses[0].id, houses[1].id])
    assert stood(s, over) == TWO


def test_a_campaign_that_was_over_before_a_reform_is_counted_right(s, w, houses, over):
    new = [reform.NewArea("99001", "xã", "Tân Lữ"), reform.NewArea("99002", "xã", "Tân Tiến")]
    reform.carry_out(s, reform.Split("11977", new, {"11977.1": "99001", "*": "99002"}, clock.today()))
    proficient(s, houses[2])
    s.commit()
    assert stood(s, s.scalars(select(Share).where(Share.target > 1)).first().campaign) == TWO


def test_of_villages_that_become_one_after_the_end_the_results_add_up(s, w, over):
    proficient(s, w.paos_house)
    counting.close(s)
    for share in over.shares:
        share.at_end = 2 if share.village_id == w.dong.id else 3
    s.flush()
    inheriting.hand_over_shares(s, w.dong, w.doai)
    assert {share.type: share.at_end for share in over.shares} == {"": 5, "farmers": 2}


def test_of_a_kind_of_family_too_the_count_is_that_of_the_last_evening(s, houses, over):
    proficient(s, houses[2])
    assert stood(s, over) == TWO


def test_called_off_it_is_counted_at_once_as_of_the_evening_before(s, w, houses, running_now):
    as_of_the_day_before_yesterday(s)
    proficient(s, houses[2])
    agreeing.end(s, running_now, "Bão lụt", w.cuc)
    assert (running_now.counted_on, stood(s, running_now)) == (clock.today(), TWO)


def test_while_it_runs_who_moves_takes_along_what_was_there_at_the_start(s, w, houses, running_now):
    boundaries.move(s, w.cuc, w.dong, w.doai, [houses[0].id, houses[1].id])
    s.expire_all()
    starts = {(share.village.name, share.type): share.at_start for share in running_now.shares}
    assert starts == {("Đông", ""): 0, ("Đông", "farmers"): 0, ("Đoài", ""): 1}
    boundaries.move(s, w.cuc, w.doai, w.dong, [houses[0].id])
    assert stood(s, running_now) == {("Đông", ""): (1, 1), ("Đông", "farmers"): (1, 1)}


def put_right(s, w, house, village):
    """It was noted in the wrong village; the worker has done what follows."""
    registering.correct(s, house, HouseholdFacts(village, house.head_name, types=("farmers",)), w.cuc)
    for job in s.scalars(select(Job).where(Job.kind == registering.OTHER_VILLAGE, Job.done == 0)).all():
        for _twice in range(2):  # a worker that died before it could say that it had finished
            for progress in WORK[job.kind](s, job):
                job.done = progress.done
    s.commit()


def test_a_house_put_right_into_another_village_is_neither_ones_gain_nor_the_others_loss(s, w, houses, running_now):
    gained = {share.village.name: 0 for share in running_now.shares} | {"Đông": 1}
    for village, starts in ((w.doai, {"Đông": 0, "Đoài": 1}), (w.dong, {"Đông": 1, "Đoài": 0})):
        put_right(s, w, houses[0], village)
        s.expire_all()
        found = {row.share.village.name: row.standing for row in queries.progress(s, running_now) if not row.share.type}
        assert {name: one.at_start for name, one in found.items()} == starts
        assert {name: one.now - one.at_start for name, one in found.items()} == gained
    assert stood(s, running_now) == TWO


def test_of_a_village_that_is_split_the_part_that_goes_takes_its_start_along(s, w, houses, running_now):
    houses[0].code = "17"
    s.flush()
    new = [reform.NewArea("11977.8", "thôn", "Đông"), reform.NewArea("11977.9", "thôn", "Đông Mới")]
    reform.carry_out(s, reform.Split("11977.1", new, {"17": "11977.9", "*": "11977.8"}, clock.today()))
    assert stood(s, running_now) == {("Đông", ""): (0, 1), ("Đông", "farmers"): (0, 1)}


def test_the_page_says_when_it_was_counted(visitor, s, w, over):
    page = visitor.as_(w.cuc).get(f"/chien-dich/{over.id}")
    assert "They are written down for good tonight" in page.words
    counting.close(s)
    s.commit()
    page = visitor.as_(w.cuc).get(f"/chien-dich/{over.id}")
    assert f"As counted on {clock.today():%d/%m/%Y}" in page.words


def test_moves_by_hand_leave_the_targets_as_they_were_agreed(s, w, houses, running_now):
    before = [share.target for share in running_now.shares]
    counting.go_along(s, w.dong.id, w.doai.id, [houses[0].id])
    moving.move(s, w.dong, w.doai, [houses[0].id], w.cuc)
    s.expire_all()
    assert [share.target for share in running_now.shares] == before
    assert recounting.differing(s) == []
