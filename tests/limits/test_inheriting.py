"""A commune that takes over goes on with the budgets of those it came from."""

from datetime import date, timedelta

from outreach import clock, reform
from outreach.areas import queries
from outreach.reform import Merge, NewArea, Split
from outreach.sms import money_queries, outbox
from outreach.sms.models import Budget
from tests.sms.notices import notice

DAY = timedelta(days=1)
NOVEMBER = date(2026, 11, 1)
ON = date(2026, 11, 20)


def budget(s, commune, dong, spent, month=NOVEMBER):
    s.add(Budget(area_id=commune.id, month=month, dong=dong, spent=spent, set_by_id=None, set_at=clock.now()))
    s.flush()


def test_the_budgets_of_communes_that_merge_are_added_up(s, w):
    budget(s, w.tan_hung, 100_000, 30_000)
    budget(s, w.tien_lu, 50_000, 0, month=date(2026, 8, 1))  # holds since
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), ON))
    now = money_queries.standing(s, queries.by_code(s, "99001"))
    assert (now.budget, now.spent) == (150_000, 30_000)


def test_a_commune_that_is_split_leaves_its_budget_to_the_first_that_takes_over(s, w):
    budget(s, w.tan_hung, 100_000, 30_000)
    new = [NewArea("99001", "xã", "Tân Hưng Đông"), NewArea("99002", "phường", "Tân Hưng Đoài")]
    reform.carry_out(s, Split("11977", new, {"11977.1": "99001", "11977.2": "99002"}, ON))
    first, second = (money_queries.standing(s, queries.by_code(s, code)).budget for code in ("99001", "99002"))
    assert (first, second) == (100_000, None)


def test_communes_without_a_budget_leave_none(s, w):
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), ON))
    assert money_queries.standing(s, queries.by_code(s, "99001")).budget is None


def test_the_stricter_wish_stays_and_what_a_commune_without_a_budget_spent_counts(s, w):
    budget(s, w.tien_lu, 50_000, 10_000)
    for commune, dong in ((w.tan_hung, 700), (w.tien_lu, 900)):
        sms = outbox.put(s, notice(commune.id, f"member:{dong}", due_at=clock.now(), not_after=clock.now() + 3 * DAY))
        sms.state, sms.price, sms.cleared_at, sms.sent_at = "sent", dong, clock.now(), clock.now()
    s.flush()
    for codes in (["11977", "12361"], ["12361", "11977"]):
        with s.begin_nested() as once:
            reform.carry_out(s, Merge(codes, NewArea("99001", "xã", "Tân Lữ"), ON))
            now = money_queries.standing(s, queries.by_code(s, "99001"))
            assert (now.budget, now.spent) == (50_000, 10_700)
            once.rollback()
