"""What a commune pays, by its own paper: the rules that provinces decided can be said, and what is approved stays."""

from datetime import date

import pytest

from outreach.review import allowance
from outreach.review.allowance import Terms
from outreach.review.names import money
from outreach.review.paying import Pay
from outreach.review.reckoning import Figures

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def rule(s, w, **amounts):
    """A rule of xã Tân Hưng."""
    terms = {"from_month": OCTOBER, "basis": "NQ 01/2026 (mẫu)"} | amounts
    return allowance.set_rule(s, w.tan_hung, w.cuc, Terms(**terms))


def test_as_in_da_nang_a_group_gets_300_000_a_month_and_a_person_50_000_a_day(s, w):
    da_nang = rule(s, w, group_month=300_000, per_day=50_000)
    group = [Figures(days=4, visits=9), Figures(days=1, visits=1), Figures()]
    assert [allowance.of_days(da_nang, one.days) for one in group] == [200_000, 50_000, 0]
    assert allowance.of_group(da_nang, group) == 300_000
    assert allowance.of_group(da_nang, [Figures()]) == 0


def test_as_in_binh_duong_a_person_gets_60_000_a_month_and_150_000_a_day(s, w):
    binh_duong = rule(s, w, per_month=60_000, per_day=150_000)
    assert allowance.of_days(binh_duong, 3) == 510_000
    assert allowance.of_days(binh_duong, 0) == 0


def test_days_beyond_the_most_are_not_paid(s, w):
    assert allowance.of_days(rule(s, w, per_day=50_000, most_days=5), 9) == 250_000


def test_visits_may_be_paid(s, w):
    assert Pay().amount(rule(s, w, per_visit=5_000), 7) == 35_000


def test_a_group_that_only_noted_something_late_did_not_work_this_month(s, w):
    da_nang = rule(s, w, group_month=300_000)
    assert allowance.of_group(da_nang, [Figures(days=1, visits=1, late=1, late_days=1)]) == 0


def test_without_a_rule_there_is_no_amount():
    assert Pay({OCTOBER: 0}).amount(None, 3) is None
    assert allowance.of_days(None, 3) == 0
    assert allowance.of_group(None, [Figures(days=3)]) is None


def test_each_month_has_the_rule_of_its_time(s, w):
    old, new = rule(s, w, per_day=40_000), rule(s, w, per_day=50_000, from_month=NOVEMBER)
    mended = rule(s, w, per_day=60_000, from_month=NOVEMBER)
    known = allowance.rules(s, w.tan_hung.id)
    held = [allowance.holding(known, date(2026, month, 1)) for month in (9, 10, 11, 12)]
    assert held == [None, old, mended, mended]
    assert new in known


@pytest.mark.parametrize(("language", "shown"), [("vi", "50.000 đ"), ("en", "50,000 đ")])
def test_amounts_are_written_as_people_write_them(one_app, language, shown):
    with one_app.test_request_context(f"/?lang={language}"):
        assert money(50_000) == shown
        assert money(None) == "–"


SAID = {"basis": "NQ 01/2026 (mẫu)", "from_month": "2026-11", "per_day": "50.000", "group_month": "300000"}


def test_an_official_sets_the_rule_and_sees_it(visitor, s, w):
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(cuc.send(cuc.get("/muc-ho-tro"), "/muc-ho-tro", **SAID))
    assert "50,000 đ" in page.words
    assert "300,000 đ" in page.words
    assert "NQ 01/2026 (mẫu)" in page.words
    assert allowance.rules(s, w.tan_hung.id)[0].per_visit == 0


@pytest.mark.parametrize("wrong", [
    {"basis": ""}, {"from_month": "13/2026"}, {"from_month": ""}, {"from_month": "0001-01"},
    {"from_month": "9999-12"}, {"from_month": "99999999999999999999-11"}, {"per_day": "năm chục"}, {"most_days": "40"},
])  # fmt: skip
def test_a_rule_without_its_paper_or_with_odd_amounts_is_refused(visitor, s, w, wrong):
    cuc = visitor.as_(w.cuc)
    cuc.send(cuc.get("/muc-ho-tro"), "/muc-ho-tro", status=422, **(SAID | wrong))
    assert allowance.rules(s, w.tan_hung.id) == []


def test_a_bad_amount_is_answered_in_the_words_of_an_allowance_not_of_a_fee(visitor, w):
    page = visitor.as_(w.cuc).post("/muc-ho-tro", SAID | {"per_day": "năm chục"}, status=422)
    assert "Leave it empty if nothing is paid for this." in page.words
    assert "free" not in page.words


def test_a_month_may_be_typed_as_people_write_it(visitor, s, w):
    visitor.as_(w.cuc).post("/muc-ho-tro", SAID | {"from_month": "11/2026"})
    assert allowance.rules(s, w.tan_hung.id)[0].from_month == NOVEMBER


def test_the_rule_is_the_officials_alone(visitor, w):
    for who in (w.dung, w.lan, w.binh):
        visitor.as_(who).get("/muc-ho-tro", status=403)
        visitor.as_(who).post("/muc-ho-tro", SAID, status=403)
    assert visitor.get("/muc-ho-tro", status=303).location.startswith("/dang-nhap")
    assert visitor.post("/muc-ho-tro", SAID).location.startswith("/dang-nhap")


def test_another_commune_has_its_own_rule(visitor, s, w):
    rule(s, w, per_day=50_000)
    s.commit()
    assert "No rule is set" in visitor.as_(w.quy).get("/muc-ho-tro").words
