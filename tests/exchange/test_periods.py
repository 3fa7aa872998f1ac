"""Periods as DHIS2 writes them."""

from datetime import date

import pytest

from outreach.exchange import periods
from outreach.exchange.periods import NoPeriod, Period

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("202611", date(2026, 11, 1), date(2026, 11, 30)),
        ("202602", date(2026, 2, 1), date(2026, 2, 28)),
        ("202402", date(2024, 2, 1), date(2024, 2, 29)),
        ("202512", date(2025, 12, 1), date(2025, 12, 31)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: date, last: date) -> None:
    assert periods.parse(text, TODAY) == Period(text, first, last)


@pytest.mark.parametrize("text", ["", "2026", "202600", "202613", "2026Q0", "2026Q5", "2026-11", "20261", "２０２６11"])
def test_other_writings_are_no_period(text: str) -> None:
    with pytest.raises(NoPeriod):
        periods.parse(text, TODAY)


@pytest.mark.parametrize("text", ["202612", "2027Q1"])
def test_what_has_not_begun_is_no_period_yet(text: str) -> None:
    with pytest.raises(NoPeriod):
        periods.parse(text, TODAY)


def test_a_year_of_months_and_of_quarters_is_offered_and_each_can_be_read_again() -> None:
    offered = periods.latest(TODAY)
    assert [one.text for one in offered if not one.quarter] == [
        "202611", "202610", "202609", "202608", "202607", "202606", "202605", "202604", "202603", "202602", "202601",
        "202512", "202511",
    ]  # fmt: skip
    assert [one.text for one in offered if one.quarter] == ["2026Q4", "2026Q3", "2026Q2", "2026Q1", "2025Q4"]
    assert [periods.parse(one.text, TODAY) for one in offered] == offered
