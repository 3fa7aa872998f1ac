"""The plan beside the shares: a black line and the households that are behind; nothing where there is no plan."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from outreach import clock
from outreach.coverage import folding
from outreach.plans.models import Plan
from tests.coverage.conftest import confirm, spaced
from tests.coverage.test_pages import reading

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False) as now:
        yield now


@pytest.fixture
def planned(s, w):
    """From nobody on 1 November to everybody on 11 December: half of the way is 21 November."""
    s.add(Plan(
        area_id=w.tan_hung.id, target_on=date(2026, 12, 11), share=100, start=0.0, set_by_id=w.cuc.id,
        set_at=clock.day_start(date(2026, 11, 1)),
    ))  # fmt: skip
    folding.fold(s)
    s.commit()


def test_the_plan_to_this_day_stands_beside_the_share(w, visitor, planned):
    words = spaced(reading(visitor, w.cuc).get("/do-phu/11977"))
    assert "The plan to this day: 50.0 % , 1 household behind" in words


def test_whoever_is_ahead_of_the_plan_is_not_called_late(s, w, visitor, planned):
    confirm(s, w.hanh, w.dung)
    confirm(s, w.tam, w.dung)
    words = spaced(reading(visitor, w.cuc).get("/do-phu/11977"))
    assert "The plan to this day: 50.0 %" in words
    assert "behind" not in words


def test_a_village_is_measured_by_the_plan_of_its_commune(s, w, visitor, planned):
    confirm(s, w.hanh, w.dung)
    words = spaced(reading(visitor, w.cuc).get("/do-phu/11977/bieu-do"))
    assert "Thôn Đoài 0.0 % –" in words  # nobody is behind by a part of a household
    assert "Thôn Đông 50.0 % –" in words
    assert "black line: the plan to this day" in words


def test_before_a_plan_began_there_is_nothing_to_be_behind(w, visitor, planned):
    cuc = reading(visitor, w.cuc)
    assert "The plan to this day" not in cuc.get("/do-phu/11977?thang=2026-10").words


def test_without_a_plan_there_is_no_line_and_a_way_to_set_one(w, visitor):
    cuc = reading(visitor, w.cuc)
    page = cuc.get("/do-phu/11977")
    assert "The plan to this day" not in page.words
    assert "/ke-hoach/11977" in page.links()
    assert "Behind plan" not in cuc.get("/do-phu/11977/bieu-do").words
