"""Sheets after a reform of areas: whoever takes over finds them, and what was approved is worth what it was worth."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from outreach import reform
from outreach.accounts import registering
from outreach.areas import queries as areas
from outreach.review import allowance, ledger, queries, sheets, summing
from outreach.review.allowance import Terms
from outreach.review.models import APPROVED, LOCKED, TO_MEND, Sheet
from tests.checks.work import at, visit

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
RULE = {"from_month": OCTOBER, "basis": "NQ 01/2026 (mẫu)", "per_day": 50_000, "group_month": 300_000}
NEW = reform.NewArea("99001", "xã", "Tân Lữ")


@pytest.fixture
def w(s, w):
    """The cast, of whom Lan worked two days of October in thôn Đông; it is December now."""
    with time_machine.travel("2026-10-20 12:00+07:00", tick=False):
        allowance.set_rule(s, w.tan_hung, w.cuc, Terms(**RULE))
        for day in (6, 7):
            visit(s, w.lan, w.sens_house, at(date(2026, 10, day)))
    s.commit()
    with time_machine.travel("2026-12-01 09:00+07:00", tick=False):
        yield w


def locked(s, w, who, village):
    """October's sheet, approved and locked."""
    sheet = sheets.send(s, who, village, OCTOBER, who)
    sheets.approve(s, sheet, w.cuc)
    sheets.lock(s, [village], OCTOBER, w.cuc)
    return sheet


def communes_merge(s):
    reform.carry_out(s, reform.Merge(["11977", "12361"], NEW, DECEMBER))
    s.commit()
    s.expire_all()
    return areas.by_code(s, "99001")


def villages_merge(s):
    new = reform.NewArea("11977.9", "thôn", "Đông Đoài")
    reform.carry_out(s, reform.Merge(["11977.1", "11977.2"], new, DECEMBER))
    s.commit()
    s.expire_all()
    return areas.by_code(s, "11977.9")


def test_the_new_communes_book_holds_the_locked_sheets_with_all_they_came_to(visitor, s, w):
    locked(s, w, w.lan, w.dong)
    commune = communes_merge(s)
    book = summing.book(s, commune, OCTOBER)
    assert (book.amount, book.total.visits, book.counts[LOCKED]) == (400_000, 2, 1)
    page = visitor.as_(w.cuc).get(f"/so-tham/{w.lan.id}?thang=2026-10")
    assert "NQ 01/2026" in page.text


def test_a_locked_sheet_keeps_the_name_of_the_village_it_was_worked_for(visitor, s, w):
    locked(s, w, w.lan, w.dong)
    villages_merge(s)
    page = visitor.as_(w.cuc).get(f"/so-tham/{w.lan.id}?thang=2026-10")
    assert "Thôn Đông</" in page.text


def test_a_sheet_that_was_on_its_way_is_approved_after_the_reform(s, w):
    sheet = sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    communes_merge(s)
    sheets.approve(s, sheet, w.cuc)
    assert (sheet.state, sheet.totals["visits"]) == (APPROVED, 2)


def test_groups_that_became_one_keep_the_share_that_each_had(s, w):
    with time_machine.travel("2026-10-20 12:00+07:00", tick=False):
        visit(s, w.minh, w.paos_house, at(date(2026, 10, 8)))
    other = w.paos_house.village
    w.minh.area = other
    locked(s, w, w.lan, w.dong)
    locked(s, w, w.minh, other)
    (group,) = summing.book(s, villages_merge(s).parent, OCTOBER).groups
    assert (group.share, group.amount) == (600_000, 150_000)


def test_somebody_who_worked_for_both_has_one_sheet_worth_both(s, w):
    with time_machine.travel("2026-10-20 12:00+07:00", tick=False):
        visit(s, w.lan, w.paos_house, at(date(2026, 10, 8)))
    locked(s, w, w.lan, w.dong)
    locked(s, w, w.lan, w.doai)
    new = villages_merge(s)
    (sheet,) = s.scalars(select(Sheet))
    assert (sheet.village_id, sheet.state) == (new.id, LOCKED)
    assert (sheet.totals["visits"], sheet.totals["amount"]) == (3, 150_000)
    assert len(sheet.steps) == 6


def line(s, village, month, who):
    (found,) = [one for one in summing.book(s, village, month).lines if one.account == who]
    return found


@pytest.mark.parametrize("first", [True, False])
def test_a_locked_sheet_stays_as_it_is_and_an_open_one_that_joins_it_counts_later(s, w, first):
    with time_machine.travel("2026-10-20 12:00+07:00", tick=False):
        visit(s, w.lan, w.paos_house, at(date(2026, 10, 8)))
    steps = [lambda: locked(s, w, w.lan, w.dong), lambda: sheets.send(s, w.lan, w.doai, OCTOBER, w.lan)]
    for step in steps if first else reversed(steps):
        step()
    new = villages_merge(s)
    october, november = (line(s, new, month, w.lan) for month in (OCTOBER, NOVEMBER))
    assert (october.state, october.figures.visits, october.amount) == (LOCKED, 2, 100_000)
    assert (november.figures.visits, november.figures.late, november.figures.late_days) == (1, 1, 1)
    assert november.amount == 50_000


def test_of_two_open_sheets_the_month_is_looked_at_anew(s, w):
    with time_machine.travel("2026-10-20 12:00+07:00", tick=False):
        visit(s, w.lan, w.paos_house, at(date(2026, 10, 8)))
    sheets.give_back(s, sheets.send(s, w.lan, w.dong, OCTOBER, w.lan), w.cuc, "Thiếu ngày 9")
    sheets.send(s, w.lan, w.doai, OCTOBER, w.lan)
    october = line(s, villages_merge(s), OCTOBER, w.lan)
    assert (october.state, october.figures.visits) == (TO_MEND, 3)


def test_a_commune_alone_goes_on_by_its_rule(s, w):
    reform.carry_out(s, reform.Split("11977", [NEW, reform.NewArea("99002", "xã", "Tân Tiến")],
                                     {"11977.1": "99001", "*": "99002"}, DECEMBER))  # fmt: skip
    for code in ("99001", "99002"):
        (rule,) = allowance.rules(s, areas.by_code(s, code).id)
        assert rule.per_day == 50_000


def test_of_two_communes_with_two_rules_an_official_chooses(s, w):
    commune = communes_merge(s)
    assert not allowance.rules(s, commune.id)


def test_a_rule_may_be_set_for_months_that_the_old_communes_closed(s, w):
    with time_machine.travel("2026-11-03 09:00+07:00", tick=False):
        locked(s, w, w.lan, w.dong)
    assert queries.last_closed(s, w.tan_hung).month == OCTOBER
    assert queries.last_closed(s, communes_merge(s)) is None


@pytest.mark.parametrize("named", [("*", "1"), ("1", "*")])  # in whichever order the parts are named
def test_work_for_houses_that_go_to_another_village_stays_with_those_who_did_it(s, w, named):
    w.sens_house.code = "1"
    s.flush()
    parts = [reform.NewArea("11977.8", "thôn", "Đông Trên"), reform.NewArea("11977.9", "thôn", "Đông Dưới")]
    goes = {"*": "11977.8", "1": "11977.9"}
    plan = reform.Split("11977.1", parts, {part: goes[part] for part in named}, DECEMBER)
    reform.carry_out(s, plan)
    s.commit()
    s.expire_all()
    found = {group.village.code: group.total.visits for group in summing.book(s, w.tan_hung, OCTOBER).groups}
    assert found["11977.8"] == 2
    assert found["11977.9"] == 0


def two_rules(s, w):
    """Two communes with two rules became one in December; Lan's October was not approved yet."""
    with time_machine.travel("2026-10-20 12:00+07:00", tick=False):
        terms = {"from_month": OCTOBER, "basis": "NQ 09/2026 (mẫu)", "per_day": 70_000}
        allowance.set_rule(s, w.xas_house.village.parent, w.quy, Terms(**terms))
    return communes_merge(s)


def test_after_two_rules_met_the_official_is_told_and_takes_one_of_them_for_the_old_months(visitor, s, w):
    commune = two_rules(s, w)
    cuc = visitor.as_(w.cuc)
    assert "No allowance rule holds for 10/2026" in cuc.get("/so-tham?thang=2026-10").words
    page = cuc.get("/muc-ho-tro")
    assert "NQ 01/2026 (mẫu)" in page.words
    assert "NQ 09/2026 (mẫu)" in page.words
    old = next(rule for rule in queries.rules_before(s, commune) if rule.basis.startswith("NQ 09"))
    page = cuc.get(f"/muc-ho-tro?theo={old.id}")
    cuc.send(page, "/muc-ho-tro")
    s.expire_all()
    assert summing.book(s, commune, OCTOBER).amount == 140_000
    assert "No rule holds" not in cuc.get("/muc-ho-tro").words


def test_a_rule_for_old_months_may_be_chosen_though_a_new_month_is_approved(visitor, s, w):
    commune = two_rules(s, w)
    with time_machine.travel("2027-01-02 09:00+07:00"):
        sheets.approve(s, sheets.send(s, w.minh, w.minh.area, DECEMBER, w.minh), w.cuc)
        s.commit()
        said = {"from_month": "2026-10", "basis": "NQ 09/2026 (mẫu)", "per_day": "70.000"}
        visitor.as_(w.cuc).post("/muc-ho-tro", said)
    s.expire_all()
    assert [rule.per_day for rule in allowance.rules(s, commune.id)] == [70_000]


def test_a_late_day_after_two_rules_met_is_paid_by_the_rule_its_month_was_approved_by(s, w):
    with time_machine.travel("2026-11-03 09:00+07:00", tick=False):
        locked(s, w, w.lan, w.dong)
    commune = two_rules(s, w)
    allowance.set_rule(s, commune, w.cuc, Terms(DECEMBER, "NQ 02/2026 (mẫu)", per_day=90_000))
    visit(s, w.lan, w.sens_house, at(date(2026, 10, 9)))
    (line,) = ledger.of_person(s, w.lan, [DECEMBER])
    assert (line.figures.late, line.amount) == (1, 50_000)


def test_a_commune_that_was_never_another_hears_nothing_of_rules_before(visitor, s, w):
    assert "No rule holds" not in visitor.as_(w.cuc).get("/muc-ho-tro").words


def move(s, w, who, village):
    """Somebody works in another village from now on."""
    registering.change(s, w.anh, who, name=who.name, phone=who.phone, role=who.role, area=village)


def test_nobody_is_missing_for_months_before_coming_though_the_village_is_another_by_now(s, w):
    with time_machine.travel("2026-11-20 09:00+07:00", tick=False):
        move(s, w, w.minh, w.xas_house.village)
        s.commit()
    commune = communes_merge(s)
    assert not [line for line in summing.book(s, commune, OCTOBER).lines if line.account == w.minh]


def test_who_moved_between_villages_that_became_one_was_there_all_the_time(s, w):
    with time_machine.travel("2026-11-20 09:00+07:00", tick=False):
        move(s, w, w.minh, w.doai)
        s.commit()
    village = villages_merge(s)
    (line,) = [one for one in summing.book(s, village, OCTOBER).lines if one.account == w.minh]
    assert line.state == ledger.MISSING


def test_what_somebody_did_before_becoming_an_official_is_in_the_book_of_the_village_that_took_over(s, w):
    with time_machine.travel("2026-11-20 09:00+07:00", tick=False):
        registering.change(s, w.anh, w.lan, name=w.lan.name, phone=w.lan.phone, role="official", area=w.tan_hung)
        s.commit()
    village = villages_merge(s)
    (line,) = [one for one in summing.book(s, village, OCTOBER).lines if one.account == w.lan]
    assert line.figures.visits == 2
