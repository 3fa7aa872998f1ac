"""Days, months and their most are a person's: whoever worked for two villages is paid each once, in any order."""

from datetime import date, timedelta
from itertools import permutations

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from outreach.review import allowance, ledger, paying, sheets, summing
from outreach.review.allowance import Terms
from outreach.review.models import Allowance, Sheet
from outreach.review.paying import Part
from outreach.review.reading import Key
from outreach.review.reckoning import Entry
from outreach.visits import correcting
from tests.checks.work import at, visit

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
THEN = "2026-11-03 09:00+07:00"
RULE = {"basis": "NQ 01/2026 (mẫu)", "per_day": 50_000, "per_month": 60_000}


def worked(s, who, house, *days, month=10):
    """Visits at a house on these days, noted at once."""
    for day in days:
        when = at(date(2026, month, day), 9 + house.id % 5)
        with time_machine.travel(when + timedelta(minutes=5), tick=False):
            made = visit(s, who, house, when)
    return made


@pytest.fixture
def two(s, w):
    """Lan worked for thôn Đông on 6, 7 and 8 October and for thôn Đoài on 8 and 9; it is November."""
    worked(s, w.lan, w.sens_house, 6, 7, 8)
    worked(s, w.lan, w.paos_house, 8, 9)
    with time_machine.travel(THEN, tick=False):
        yield w


def rule(s, w, **amounts):
    """A rule of xã Tân Hưng from October on."""
    return allowance.set_rule(s, w.tan_hung, w.cuc, Terms(OCTOBER, **(RULE | amounts)))


def approved(s, w, village, month=OCTOBER):
    """Lan's sheet for a village, approved."""
    sheet = sheets.send(s, w.lan, village, month, w.lan)
    sheets.approve(s, sheet, w.cuc)
    return sheet


def amounts(s, w, month=OCTOBER):
    """What Lan's sheets of a month come to, by village."""
    return {line.village.code: line.amount for line in ledger.of_person(s, w.lan, [month])}


def test_a_day_worked_for_two_villages_and_the_month_are_paid_once(s, two):
    rule(s, two)
    assert sum(amounts(s, two).values()) == 4 * 50_000 + 60_000


def test_the_most_days_hold_for_both_villages_together(s, two):
    rule(s, two, most_days=3)
    assert sum(amounts(s, two).values()) == 3 * 50_000 + 60_000


@pytest.mark.parametrize("most", [None, 2, 3])
@pytest.mark.parametrize("first", ["dong", "doai"])
def test_whichever_sheet_is_approved_first_both_come_to_the_same(s, two, first, most):
    rule(s, two, most_days=most)
    whole = sum(amounts(s, two).values())
    one, other = (two.dong, two.doai) if first == "dong" else (two.doai, two.dong)
    shown = amounts(s, two)[one.code]
    assert approved(s, two, one).totals["amount"] == shown
    shown = amounts(s, two)[other.code]
    assert approved(s, two, other).totals["amount"] == shown
    assert sum(amounts(s, two).values()) == whole


def test_the_leader_of_either_village_sees_the_same_amounts_as_the_official(s, two):
    rule(s, two)
    whole = {line.village.code: line.amount for line in summing.book(s, two.tan_hung, OCTOBER).lines
             if line.account == two.lan}  # fmt: skip
    apart = {village.code: line.amount for village in (two.dong, two.doai)
             for line in summing.book(s, village, OCTOBER).lines if line.account == two.lan}  # fmt: skip
    assert whole == apart == amounts(s, two)


def test_each_sheet_says_its_own_days_and_the_commune_counts_the_shared_one_once(s, two):
    book = summing.book(s, two.tan_hung, OCTOBER)
    assert sorted(line.figures.days for line in book.lines if line.account == two.lan) == [2, 3]
    assert book.total.days == 4


def test_the_sheet_says_which_other_village_the_month_was_worked_for(visitor, s, two):
    rule(s, two)
    s.commit()
    page = visitor.as_(two.cuc).get(f"/so-tham/{two.lan.id}?thang=2026-10&thon={two.dong.id}")
    assert "Also worked for thôn Đoài this month" in page.words


def test_a_sheet_approved_before_it_kept_what_it_paid_is_not_paid_again(s, two):
    rule(s, two)
    sheet = approved(s, two, two.dong)
    sheet.totals = {key: told for key, told in sheet.totals.items() if key not in ("paid", "firsts", "ambassador_rows")}
    s.flush()
    assert sum(amounts(s, two).values()) == 4 * 50_000 + 60_000


def test_somebody_in_one_village_reads_nothing_of_others(visitor, s, two):
    worked(s, two.minh, two.sens_house, 6)
    s.commit()
    page = visitor.as_(two.cuc).get(f"/so-tham/{two.minh.id}?thang=2026-10")
    assert "Also worked for" not in page.words


def test_a_late_day_that_the_other_villages_open_sheet_pays_is_not_paid_again(s, two):
    rule(s, two)
    approved(s, two, two.dong)
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        visit(s, two.lan, two.tams_house, at(date(2026, 10, 9), 16))
        later = {line.village.code: line for line in ledger.of_person(s, two.lan, [NOVEMBER])}
    assert later[two.dong.code].figures.late == 1
    assert (later[two.dong.code].figures.days, later[two.dong.code].amount) == (0, 0)


def test_a_late_day_is_paid_by_the_rule_its_own_month_was_approved_by(s, two):
    rule(s, two)
    approved(s, two, two.dong)
    allowance.set_rule(s, two.tan_hung, two.cuc, Terms(NOVEMBER, "NQ 02/2026 (mẫu)", per_day=90_000))
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        visit(s, two.lan, two.tams_house, at(date(2026, 10, 25)))
        (line,) = [one for one in ledger.of_person(s, two.lan, [NOVEMBER]) if one.village == two.dong]
    assert line.amount == 50_000


def test_a_paid_day_that_is_taken_back_is_taken_off_unless_the_other_village_has_it(s, two):
    rule(s, two)
    only, shared = worked(s, two.lan, two.tams_house, 20), None
    shared = worked(s, two.lan, two.tams_house, 9)
    approved(s, two, two.dong)
    approved(s, two, two.doai)
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        correcting.correct(s, shared, two.dung, "không có")
        assert sum(amounts(s, two, NOVEMBER).values()) == 0
        correcting.correct(s, only, two.dung, "không có")
        assert sum(amounts(s, two, NOVEMBER).values()) == -50_000


def test_two_communes_pay_by_two_papers_and_do_not_reckon_with_each_other(s, two):
    rule(s, two, per_month=0)
    other = two.xas_house.village
    allowance.set_rule(s, other.parent, two.quy, Terms(OCTOBER, "NQ 09/2026 (mẫu)", per_day=70_000))
    with time_machine.travel("2026-10-08 12:00+07:00", tick=False):
        visit(s, two.lan, two.xas_house, at(date(2026, 10, 8)))
    found = amounts(s, two)
    assert found.pop(other.code) == 70_000
    assert sum(found.values()) == 4 * 50_000


# Any days for any villages, approved in any order: the parts always make up the whole.

PAPER = Allowance(id=1, commune_id=1, from_month=OCTOBER, per_day=5, per_visit=0, per_month=7, group_month=0,
                  most_days=3, basis="")  # fmt: skip


def entry(number, village, day):
    when = at(date(2026, 10, day))
    return Entry(number, 1, village, when, when, "nobody", first=False, corrected_at=None)


@given(st.lists(st.lists(st.integers(1, 6), max_size=5), min_size=1, max_size=3), st.data())
def test_however_days_lie_and_in_whatever_order_sheets_are_approved_the_person_is_paid_once(days, data):
    own = {village: [entry(10 * village + at_, village, day) for at_, day in enumerate(theirs)]
           for village, theirs in enumerate(days)}  # fmt: skip
    frozen = []
    for village in data.draw(st.sampled_from(list(permutations(own)))):
        open_ones = [Part(Key(1, v, OCTOBER), own[v]) for v in own if v not in {sheet.village_id for sheet in frozen}]
        pay = paying.share_out(open_ones, frozen, lambda key: PAPER, lambda id: 1)
        rows = {}
        for one in own[village]:
            rows.setdefault(one.day.isoformat(), []).append(one.id)
        paid = {"2026-10": pay[Key(1, village, OCTOBER)].by_month[OCTOBER]}
        frozen.append(Sheet(account_id=1, village_id=village, month=OCTOBER,
                            totals={"rows": rows, "back_rows": {}, "paid": paid}))  # fmt: skip
    whole = allowance.of_days(PAPER, len({day for theirs in days for day in theirs}))
    assert sum(sheet.totals["paid"]["2026-10"] for sheet in frozen) == whole
