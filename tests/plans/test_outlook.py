"""The line of what was: how a place stood at each month's end, told backwards from today."""

from datetime import date, timedelta

from outreach import clock
from outreach.plans import outlook
from tests.plans import conftest as made


def was(s, area):
    """Day → per cent, of the days that are over."""
    marks = outlook.look(s, area).marks
    return {mark.on: None if mark.was is None else round(100 * mark.was) for mark in marks if mark.on <= clock.today()}


def test_each_months_end_tells_the_share_of_that_evening(s, w):
    with made.on(date(2026, 8, 10)):
        homes = made.houses(s, w.dong, 8)  # ten with the cast's two
    for home, day in zip(homes, (date(2026, 9, 30), date(2026, 10, 1), date(2026, 11, 25)), strict=False):
        made.proficient(s, home, day)
    with made.on(date(2026, 11, 5)):
        made.houses(s, w.dong, 2)
    s.commit()
    assert was(s, w.dong) == {
        date(2026, 6, 30): None, date(2026, 7, 31): None, date(2026, 8, 31): 0, date(2026, 9, 30): 10,
        date(2026, 10, 31): 20, date(2026, 11, 25): 25,
    }  # fmt: skip


def test_the_line_reaches_back_to_where_the_plan_began(s, w):
    made.plan(s, w.dong, w.cuc, date(2027, 12, 31), made_on=date(2026, 2, 10))
    s.commit()
    marks = outlook.look(s, w.dong).marks
    assert marks[0].on == date(2026, 2, 10)
    assert (marks[0].planned, marks[-1].on, marks[-1].planned, marks[-1].was) == (0, date(2027, 12, 31), 1, None)


def test_a_plan_of_long_ago_is_drawn_from_two_years_back(s, w):
    made.plan(s, w.dong, w.cuc, date(2027, 12, 31), made_on=date(2023, 2, 10))
    s.commit()
    first = outlook.look(s, w.dong).marks[0]
    assert first.on == date(2024, 12, 31)
    assert 0 < first.planned < 1


def test_a_record_that_comes_late_changes_the_weeks_it_belongs_to(s, w):
    with made.on(date(2026, 6, 1)):
        homes = made.houses(s, w.dong, 40)
    before = outlook.look(s, w.dong).weeks.gains
    monday = clock.today() - timedelta(days=clock.today().weekday())
    made.proficient(s, homes[0], monday - timedelta(days=20))
    s.commit()
    after = outlook.look(s, w.dong).weeks.gains
    assert [b - a for a, b in zip(before, after, strict=True)] == [0] * 9 + [1] + [0] * 2
