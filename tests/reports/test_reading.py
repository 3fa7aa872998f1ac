"""What a report reads: the days it is put beside, the plan, the phones, and sums that are wrong for a day."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from outreach import clock
from outreach.bag.models import Handset
from outreach.coverage.numbers import Counts, Row
from outreach.plans.models import Plan
from outreach.reports import names, press, reading
from tests.reports.conftest import NOVEMBER
from tests.world import World


def test_sums_that_are_wrong_for_a_day_do_not_close_the_page(w: World) -> None:
    rows = [Row(w.dong, Counts(not_reached=5, proficient=-1)), Row(w.doai, Counts(not_reached=-2, proficient=6))]
    rows.append(Row(w.ha, Counts(not_reached=-3)))
    assert [(one.done, one.of, one.best) for one in reading.compare(rows)] == [(4, 4, 1), (0, 4, 2), (0, -3, 0)]


def test_visits_of_the_month_stand_beside_those_of_the_same_days_before(s: Session, moved: World) -> None:
    told = reading.read(s, moved.tan_hung, NOVEMBER)
    assert (told.beside.first, told.beside.last) == (date(2026, 10, 1), date(2026, 10, 21))
    assert told.story.before is not None
    assert (told.story.change.proficient, told.story.before.proficient) == (1, 1)


def test_phones_that_have_not_sent_are_told_with_the_figures(s: Session, moved: World) -> None:
    with press.speaking("en"):
        assert names.as_of(reading.read(s, moved.tan_hung, NOVEMBER)) == "Figures of 12:00 21/11/2026"
    for mark, waiting in (("a", 0), ("b", 2)):
        made_at = {"created_at": clock.now(), "seen_at": clock.now(), "waiting": waiting}
        s.add(Handset(account_id=moved.lan.id, mark=mark, secret_digest="", data_key="", label="Android", **made_at))
    s.flush()
    with press.speaking("en"):
        told = names.as_of(reading.read(s, moved.tan_hung, NOVEMBER))
    assert told.endswith("1 of 2 volunteers' phones have not sent since 12:00 20/11/2026")


def test_the_plan_in_force_is_told_from_the_day_it_was_made(s: Session, moved: World) -> None:
    """From 20 October, with none of three, in a straight line to all three a month and two days later: on 21 November
    the plan asks for two, and there are two; at the end of October it asked for one.
    """
    made_at = datetime(2026, 10, 20, 5, tzinfo=UTC)
    s.add(Plan(area=moved.hung_yen, target_on=date(2026, 11, 22), set_by=moved.binh, set_at=made_at, start=0.0))
    s.flush()
    told = {month: reading.read(s, moved.tan_hung, date(2026, month, 1)) for month in (9, 10, 11)}
    assert [told[month].story.planned for month in (9, 10, 11)] == [None, 1, 2]
    assert "on_plan" in [fact.kind for fact in told[11].facts]


@pytest.mark.parametrize(
    ("month", "last", "past", "beside"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), True, date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 30), False, date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 5), False, date(2026, 2, 5)),
        (date(2026, 2, 1), date(2026, 2, 28), True, date(2026, 1, 31)),
        (date(2027, 1, 1), date(2027, 1, 10), False, date(2026, 12, 10)),
    ],
)
def test_a_month_is_put_beside_as_many_days_of_the_month_before(
    month: date, last: date, past: bool, beside: date
) -> None:
    assert reading.beside_of(month, last, past=past).last == beside


def test_a_place_of_this_month_has_nothing_to_be_put_beside(s: Session, w: World) -> None:
    w.dong.valid_from = w.tan_hung.valid_from = date(2026, 11, 3)
    s.flush()
    told = reading.read(s, w.tan_hung, NOVEMBER)
    assert told.story.before is None
    assert told.story.visits_before is None
