"""A forecast in words: as exact as it may be, and no more."""

from datetime import date

import pytest

from outreach.plans import names
from outreach.plans.forecast import Forecast, Range
from outreach.plans.needed import Need, Part
from outreach.plans.path import Point
from tests.databases import sqlite_only

TODAY = date(2026, 11, 25)

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _english(one_app):
    with one_app.test_request_context("/?lang=en"):
        yield


@pytest.mark.parametrize(
    ("early", "middle", "late", "said"),
    [
        (0.0, 0.0, 0.0, "The goal is reached."),
        (0.4, 0.7, 0.9, "In about 1 week."),
        (2.2, 3.5, 6.4, "In 2 to 7 weeks."),
        (5.0, 6.0, 8.0, "In 5 to 8 weeks."),
        (5.0, 6.0, 8.1, "Between 12/2026 and 01/2027, most likely around 01/2027."),
        (5.9, 7.0, 9.0, "In 01/2027."),
        (30.0, 50.0, 90.0, "Between 06/2027 and 08/2028, most likely around 11/2027."),
        (30.0, 50.0, None, "Around 11/2027, not before 06/2027; if it goes slowly, later than in five years."),
        (30.0, None, None, "Not before 06/2027; at the usual pace later than in five years."),
        (None, None, None, "At the present pace later than in five years."),
    ],
)
def test_what_is_near_is_told_in_weeks_and_the_rest_in_months(early, middle, late, said):
    assert names.told(Forecast(Range(early, middle, late)), TODAY) == said


@pytest.mark.parametrize("why", names.WHY)
def test_where_there_is_no_forecast_the_reason_is_told(why):
    assert names.told(Forecast(None, why), TODAY).startswith("There is no forecast")


@pytest.mark.parametrize(
    ("visits", "parts", "said"),
    [
        (14, 6, "To be on plan on 31/01/2027, visit 14 households a week, first in 6 villages."),
        (14, 0, "To be on plan on 31/01/2027, visit 14 households a week."),
        (None, 1, "To be on plan on 31/01/2027: 5 households a week, first in 1 village."),
        (None, 0, "To be on plan on 31/01/2027: 5 households a week."),
    ],
)
def test_what_to_do_a_week_is_one_sentence(visits, parts, said):
    need = Need(Point(date(2027, 1, 31), 0.5), 40, 5, [Part(n, 9, 1) for n in range(parts)])
    assert names.task(need, visits, "commune") == said


@pytest.mark.parametrize(("short", "said"), [(53, "53 behind"), (-2, "2 ahead"), (0, "on plan")])
def test_beside_the_plan_one_is_behind_ahead_or_on_it(short, said):
    assert names.beside(short) == said


def test_a_pace_is_told_with_one_decimal():
    assert (names.rate(3.25), names.rate(4.0), names.rate(None)) == ("3.2", "4", "–")
