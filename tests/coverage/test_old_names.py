"""After a reform, past months still report under the names of that time, with the numbers of that time."""

from datetime import date

import pytest
import time_machine

from outreach import clock, reform
from outreach.areas.queries import by_code
from outreach.coverage import folding, queries
from outreach.households import stages
from outreach.reform import Merge, NewArea
from tests import world

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def november(s, country_in_october):
    """Thôn Đông (2 households, one met in November) and thôn Đoài (1) become one on 1 December; it is the 5th."""
    w = country_in_october
    with time_machine.travel("2026-11-10 09:00 +0700", tick=False):
        stages.met(s, w.tams_house, clock.now(), w.lan.id)
    with time_machine.travel("2026-12-05 09:00 +0700", tick=False):
        new = NewArea("11977.9", "thôn", "Đông Đoài")
        reform.carry_out(s, Merge(["11977.1", "11977.2"], new, DECEMBER))
        s.commit()
        yield w


@pytest.fixture
def country_in_october(s):
    with time_machine.travel("2026-10-05 09:00 +0700", tick=False):
        return world.build(s)


def seen(page):
    return {row.place.full_name: (row.counts.in_scope, row.counts.visited) for row in page.rows}


def test_a_village_that_ended_keeps_its_numbers(s, november):
    assert queries.overview(s, november.dong, OCTOBER).total == queries.Counts(not_reached=2)
    assert queries.overview(s, november.dong, NOVEMBER).total == queries.Counts(not_reached=1, visited=1)


def test_the_communes_table_of_a_past_month_names_the_villages_of_that_month(s, november):
    past = queries.overview(s, november.tan_hung, NOVEMBER)
    assert seen(past) == {"thôn Đoài": (1, 0), "thôn Đông": (2, 1)}
    assert (past.total.in_scope, past.missing) == (3, False)


def test_the_present_names_the_new_village_alone(s, november):
    now = queries.overview(s, november.tan_hung)
    assert seen(now) == {"thôn Đông Đoài": (3, 1)}
    assert (now.total.in_scope, now.missing) == (3, False)


def test_a_commune_that_was_merged_still_reports_its_past(s, november):
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), clock.today()))
    folding.fold(s)
    past = queries.overview(s, november.hung_yen, OCTOBER)
    assert seen(past) == {"xã Tân Hưng": (3, 0), "xã Tiên Lữ": (1, 0)}
    assert queries.overview(s, november.tan_hung, OCTOBER).total.in_scope == 3
    assert queries.overview(s, by_code(s, "99001")).total.in_scope == 4


def test_a_village_made_by_one_reform_and_ended_by_the_next_keeps_what_it_took_over(s, november):
    between = by_code(s, "11977.9")
    with time_machine.travel("2027-01-05 09:00 +0700", tick=False):
        stages.met(s, november.sens_house, clock.now(), november.lan.id)
        reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), date(2027, 1, 5)))
        folding.fold(s)
        assert queries.overview(s, between, DECEMBER).total == queries.Counts(not_reached=2, visited=1)
        assert seen(queries.overview(s, november.tan_hung, DECEMBER)) == {"thôn Đông Đoài": (3, 1)}
        assert seen(queries.overview(s, november.hung_yen, DECEMBER)) == {"xã Tân Hưng": (3, 1), "xã Tiên Lữ": (1, 0)}
        assert queries.overview(s, november.tan_hung, NOVEMBER).total.in_scope == 3
        assert queries.overview(s, november.tan_hung).total == queries.Counts(not_reached=1, visited=2)


@pytest.mark.each_kind
def test_the_page_of_a_village_that_ended_says_so_leads_to_its_heir_and_gives_no_more_advice(november, visitor):
    page = visitor.as_(november.cuc).get("/do-phu/11977.1?lang=en")
    assert "This place ended on 01/12/2026" in page.words
    assert "It goes on as: Thôn Đông Đoài" in page.words
    assert "/do-phu/11977.9" in page.links()
    assert "What to do first?" not in page.words
    assert "This place ended" not in visitor.as_(november.cuc).get("/do-phu/11977.9").words
