"""The made-up country that benches measure is one the house could have counted itself."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import COMMUNE, PROVINCE, VILLAGE, Area
from outreach.coverage import recounting
from outreach.coverage.models import AreaTally
from outreach.db import make_engine
from outreach.households.models import CLOSED, STAGES, Household, Tally
from tests import databases
from tests.bench import pouring, stories
from tests.bench.stories import Calendar

HOUSEHOLDS = 900


@pytest.fixture(scope="module")
def country(kind):
    url = databases.new(kind, "country", copy=False)
    pouring.pour(url, HOUSEHOLDS, tell=lambda _line: None)
    engine = make_engine(url)
    with Session(engine) as s:
        yield s
    engine.dispose()


def test_a_made_up_country_has_as_many_households_as_were_asked_for(country):
    assert country.scalar(select(func.count(Household.id))) == HOUSEHOLDS
    standing = sum(getattr(AreaTally, stage) for stage in STAGES)
    nation = select(standing).join(Area, Area.id == AreaTally.area_id).where(Area.parent_id.is_(None))
    assert country.scalar(nation) == HOUSEHOLDS


def test_the_nightly_proof_finds_nothing_in_a_made_up_country(country):
    assert sum(recounting.prove(country)) == 0


def test_what_a_made_up_country_says_of_stages_and_skills_is_not_all_the_same(country):
    sums = country.execute(select(*(func.sum(getattr(Tally, stage)) for stage in STAGES))).one()
    assert all(sums)
    assert country.scalar(select(func.sum(Tally.alone_safety))) == sums[STAGES.index("proficient")]
    closed = select(func.count(Household.id)).where(Household.stage.in_(CLOSED), Household.closed_as.is_(None))
    assert country.scalar(closed) == 0


def test_a_small_country_begins_in_the_province_with_fewest_communes(country):
    village = country.scalars(select(Area).where(Area.kind == VILLAGE).order_by(Area.id)).first()
    communes = select(Area.parent_id).where(Area.kind == COMMUNE).group_by(Area.parent_id).order_by(func.count())
    assert village.parent.parent_id == country.scalars(communes.limit(1)).one()
    assert village.parent.parent.kind == PROVINCE


def test_the_first_villages_of_a_larger_country_are_those_of_a_small_one(country):
    small = country.scalars(select(Household.head_name).order_by(Household.id).limit(50)).all()
    url = databases.new("sqlite", "larger_country", copy=False)
    pouring.pour(url, HOUSEHOLDS * 2, tell=lambda _line: None)
    engine = make_engine(url)
    with Session(engine) as s:
        assert s.scalars(select(Household.head_name).order_by(Household.id).limit(50)).all() == small
    engine.dispose()


def test_a_story_ends_where_its_moves_lead():
    calendar = Calendar.until(clock.today())
    for story in stories.shelf(calendar, "a test")[5][0]:
        moved = sum(n for cell, n in story.moves if cell % len(stories.COUNTED) == STAGES.index("proficient"))
        assert moved == story.household.startswith("proficient\t")
