"""What messages cost: an official sees her commune's month and sets its budget, an admin sets prices."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.limits import money
from outreach.sms import money_queries, spending
from outreach.sms.models import Budget, Sms, SmsPrice
from outreach.sms.purposes import DUE_DATE, FOLLOW_UP
from tests.databases import sqlite_only
from tests.limits import messages
from tests.limits.conftest import TEN

PAGE, PRICES = "/tin-nhan/chi-phi", "/tin-nhan/gia"
DAY = timedelta(days=1)
NOVEMBER = date(2026, 11, 1)


def budget(s, commune, dong, spent=0, month=NOVEMBER, by=None):
    s.add(Budget(area_id=commune.id, month=month, dong=dong, spent=spent, set_by_id=by, set_at=clock.now()))
    s.commit()


def rows(page):
    """The cells of the page's first table, row by row, and without bars."""
    body = next(page.tree.iter("tbody"))
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in body]


def deeds(s, act):
    return s.scalars(select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id)).all()


def test_a_commune_reads_what_is_spent_promised_and_left(s, w):
    messages.price(s, w)
    messages.went(s, w.tan_hung, TEN - DAY, many=3)
    messages.went(s, w.tan_hung, TEN - DAY, 1600, purpose=DUE_DATE, segments=2)
    messages.waits(s, w.tan_hung, TEN + DAY, many=2)
    budget(s, w.tan_hung, 10_000, spent=4_000)
    now = money_queries.standing(s, w.tan_hung)
    assert (now.budget, now.spent, now.promised.dong, now.left) == (10_000, 4_000, 1_600, 4_400)
    assert now.sent[FOLLOW_UP] == (3, 3, 2_400, 0)
    assert now.sent[DUE_DATE] == (1, 2, 1_600, 0)
    assert list(now.purposes) == [FOLLOW_UP, DUE_DATE]


def test_a_message_belongs_to_the_month_in_which_it_was_handed_over(s, w):
    """On the place's calendar: the last evening of October is in UTC still October, its night is not."""
    midnight = clock.day_start(NOVEMBER)
    messages.went(s, w.tan_hung, midnight - timedelta(minutes=1), 100)
    messages.went(s, w.tan_hung, midnight, 1_000)
    messages.went(s, w.tan_hung, midnight, 3_000, due_at=midnight - DAY)
    assert money_queries.spent_in(s, w.tan_hung, NOVEMBER) == 4_000
    assert money_queries.spent_in(s, w.tan_hung, date(2026, 10, 1)) == 100


def test_what_waits_for_next_month_or_belongs_to_others_is_not_promised(s, w):
    messages.price(s, w)
    messages.waits(s, w.tan_hung, clock.day_start(date(2026, 12, 1)))
    messages.waits(s, w.tien_lu, TEN + DAY)
    messages.waits(s, w.tan_hung, TEN + DAY, state="cancelled")
    assert money_queries.standing(s, w.tan_hung).promised.messages == 0


def test_a_message_that_is_reserved_and_waits_again_is_counted_once(s, w):
    messages.price(s, w)
    messages.waits(s, w.tan_hung, TEN + DAY, price=800, cleared_at=TEN)
    now = money_queries.standing(s, w.tan_hung)
    assert (now.spent, now.promised.messages) == (800, 0)


def test_the_month_is_forecast_by_the_queue_and_the_pace_of_four_weeks(s, w):
    """20 November: tomorrow is queued, nine days follow at 28 × 800 / 28 đồng a day."""
    messages.price(s, w)
    for n in range(1, 29):
        messages.went(s, w.tan_hung, TEN - n * DAY)
    messages.waits(s, w.tan_hung, TEN + DAY, many=2)
    now = money_queries.standing(s, w.tan_hung)
    assert now.spent == 19 * 800
    assert (now.outlook.days, now.outlook.a_day.dong) == (9, 800)
    assert now.outlook.dong == (19 + 2 + 9) * 800


def test_a_queue_that_is_dearer_than_the_pace_is_what_the_forecast_counts(s, w):
    messages.price(s, w)
    messages.waits(s, w.tan_hung, TEN + 5 * DAY, many=40)
    assert money_queries.standing(s, w.tan_hung).outlook.dong == 40 * 800


@pytest.mark.parametrize("day", [29, 30])
def test_on_the_last_days_of_a_month_only_the_queue_is_left_to_count(s, w, clock_at_ten, day):
    clock_at_ten.move_to(TEN.replace(day=day))
    messages.price(s, w)
    messages.went(s, w.tan_hung, clock.now() - DAY, many=28)
    messages.waits(s, w.tan_hung, clock.now())
    now = money_queries.standing(s, w.tan_hung)
    assert (now.outlook.days, now.outlook.dong) == (0, 29 * 800)


@sqlite_only
def test_what_nobody_knows_the_price_of_is_never_nought(s, w, visitor, kind):
    messages.went(s, w.tan_hung, TEN - DAY, None)
    messages.waits(s, w.tan_hung, TEN + DAY)
    s.commit()
    assert money_queries.standing(s, w.tan_hung).outlook.dong is None
    page = visitor.as_(w.cuc).get(PAGE)
    assert "Nobody has said yet what a message costs" in page.words
    assert "1 message, 1 of them of unknown price" in page.words
    assert (
        page.words.count("price unknown") == 5
    )  # spent and promised, in all and by purpose, and this month among the others
    assert "0 đ" not in page.words.replace("500.000 đ", "").replace("With 0 đ nothing goes", "")
    assert "That cannot be said while the price is unknown." in page.words


def test_twelve_months_are_told_each_with_the_budget_it_had(s, w):
    budget(s, w.tan_hung, 5_000, spent=4_700, month=date(2026, 3, 1))
    budget(s, w.tan_hung, 9_000, spent=100, month=date(2026, 10, 1))
    messages.went(s, w.tan_hung, TEN - 250 * DAY, 800, segments=2)  # 15 March
    messages.went(s, w.tan_hung, TEN - 300 * DAY, 800)  # 24 January
    past = {one.first: one for one in money_queries.months(s, w.tan_hung)}
    assert list(past)[0] == NOVEMBER
    assert list(past)[-1] == date(2026, 1, 1)  # before it there was nothing
    assert past[date(2026, 1, 1)] == (date(2026, 1, 1), None, (1, 1, 800, 0))
    assert past[date(2026, 3, 1)] == (date(2026, 3, 1), 5_000, (1, 2, 4_700, 0))
    assert (past[date(2026, 9, 1)].budget, past[date(2026, 9, 1)].spent.dong) == (5_000, 0)
    assert past[NOVEMBER].budget == 9_000


@sqlite_only
def test_an_official_sets_the_budget_and_it_is_on_record(s, w, visitor, kind):
    visitor = visitor.as_(w.cuc)
    page = visitor.get(PAGE)
    assert "No budget is set" in page.words
    visitor.send(page, PAGE, dong="1.500.000")
    assert "The budget is 1,500,000 đ a month from now on." in visitor.get(PAGE).words
    visitor.send(page, PAGE, dong="1500000 đ")
    (noted,) = deeds(s, "budget.set")
    assert (noted.actor_id, noted.area_id) == (w.cuc.id, w.tan_hung.id)
    assert noted.details == {"month": "2026-11", "dong": 1_500_000, "before": None}


def test_the_first_budget_counts_what_was_spent_before_it(s, w):
    messages.went(s, w.tan_hung, TEN - DAY, many=2)
    messages.went(s, w.tan_hung, TEN - 60 * DAY, 5_000)
    money.set_budget(s, w.tan_hung, 100_000, w.cuc)
    assert s.get_one(Budget, (w.tan_hung.id, NOVEMBER)).spent == 1_600


def test_a_budget_holds_for_later_months_until_it_is_changed(s, w, clock_at_ten):
    money.set_budget(s, w.tan_hung, 100_000, w.cuc)
    clock_at_ten.move_to(TEN + 60 * DAY)
    assert money_queries.standing(s, w.tan_hung).budget == 100_000
    money.set_budget(s, w.tan_hung, 50_000, w.cuc)
    assert money_queries.standing(s, w.tan_hung).budget == 50_000
    assert [one.budget for one in money_queries.months(s, w.tan_hung)] == [50_000, 100_000, 100_000]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Please fill this in."),
        ("-5", "This is no amount."),
        ("1.5", "This is no amount."),
        ("1.500,000", "This is no amount."),
        ("nhiều", "This is no amount."),
        ("10.000.000.001", "At most 10,000,000,000 đ, please."),
        ("9" * 30, "This is no amount."),
    ],
)
@sqlite_only
def test_what_is_no_amount_stays_on_the_page_with_the_reason(s, w, visitor, kind, typed, said):
    page = visitor.as_(w.cuc).post(PAGE, {"dong": typed}, status=422)
    assert said in page.words
    assert page.form(PAGE)["dong"] == [typed]
    assert s.scalars(select(Budget)).all() == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("0", 0), ("1500000", 1_500_000), ("1.500.000", 1_500_000), ("1,500,000 VND", 1_500_000),
     ("1 500 000đ", 1_500_000), ("10.000.000.000", 10_000_000_000)],
)  # fmt: skip
def test_an_amount_is_understood_as_people_write_it(s, w, visitor, typed, meant):
    visitor.as_(w.cuc).post(PAGE, {"dong": typed})
    assert s.scalars(select(Budget.dong)).one() == meant


@sqlite_only
def test_at_eighty_percent_the_page_says_so(s, w, visitor, kind):
    budget(s, w.tan_hung, 100_000, spent=80_000)
    page = visitor.as_(w.cuc).get(PAGE)
    assert "80.0 % of this month's budget is spent" in page.words
    assert "20,000 đ is left after what is queued." in page.words


@sqlite_only
def test_when_the_money_is_used_up_the_page_says_what_is_held_and_what_happens_next(s, w, visitor, kind):
    messages.price(s, w)
    messages.waits(s, w.tan_hung, TEN, held=spending.BUDGET, many=2)
    budget(s, w.tan_hung, 100_000, spent=99_900)
    page = visitor.as_(w.cuc).get(PAGE)
    assert "This month's money is used up: messages are held" in page.words
    assert "2 messages wait for money. It would take: 1,600 đ" in page.words
    assert "as soon as the budget is raised, or on 01/12/2026" in page.words
    assert money_queries.standing(s, w.tan_hung).promised.messages == 0


def test_a_raised_budget_lets_go_what_was_held_and_closes_the_alerts(s, w):
    messages.waits(s, w.tan_hung, TEN + 10 * DAY, held=spending.BUDGET)
    messages.waits(s, w.tien_lu, TEN + 10 * DAY, held=spending.BUDGET)
    budget(s, w.tan_hung, 1_000, spent=1_000)
    for kind in (spending.BUDGET_80, spending.BUDGET_OUT):
        raising.raise_(s, kind, w.tan_hung.id, "2026-11", month="2026-11")
    money.set_budget(s, w.tan_hung, 2_000, w.cuc)
    s.commit()
    own, others = s.scalars(select(Sms).order_by(Sms.id)).all()
    assert (own.due_at, own.held) == (TEN, "")
    assert (others.due_at, others.held) == (TEN + 10 * DAY, spending.BUDGET)
    assert [one.closed_at for one in s.scalars(select(Alert))] == [TEN, TEN]


def test_a_budget_that_is_still_too_small_lets_nothing_go(s, w):
    messages.waits(s, w.tan_hung, TEN + 10 * DAY, held=spending.BUDGET)
    budget(s, w.tan_hung, 1_000, spent=1_000)
    money.set_budget(s, w.tan_hung, 900, w.cuc)
    s.commit()
    assert s.scalars(select(Sms.held)).one() == spending.BUDGET


@sqlite_only
def test_an_admin_sets_the_price_from_a_day_on_and_the_old_one_stays_to_be_read(s, w, visitor, kind):
    messages.price(s, w, 700)
    s.commit()
    visitor = visitor.as_(w.anh)
    page = visitor.get(PRICES)
    visitor.send(page, PRICES, dong="850", since="25/11/2026")
    page = visitor.get(PRICES)
    assert "From 25/11/2026 on a part to numbers with +84 costs 850 đ." in page.words
    assert page.words.index("850 đ Holds later") < page.words.index("700 đ Holds now")
    assert spending.price_of(s, "+84912345678", 2, date(2026, 11, 24)) == 1_400
    assert spending.price_of(s, "+84912345678", 2, date(2026, 11, 25)) == 1_700
    (noted,) = deeds(s, "sms_price.set")
    assert noted.details == {"prefix": "+84", "since": "2026-11-25", "dong": 850, "before": None}


def test_a_price_set_again_for_the_same_day_takes_the_place_of_the_first(s, w):
    assert money.set_price(s, "+84", 700, NOVEMBER, w.anh)
    assert money.set_price(s, "+84", 750, NOVEMBER, w.anh)
    assert not money.set_price(s, "+84", 750, NOVEMBER, w.anh)
    assert s.scalars(select(SmsPrice.dong)).all() == [750]
    assert [one.details["before"] for one in deeds(s, "sms_price.set")] == [None, 700]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"prefix": "chín"}, "This is no beginning of a number."),
        ({"prefix": "+8491234"}, "This is no beginning of a number."),
        ({"dong": "1.000.001"}, "At most 1,000,000 đ, please."),
        ({"since": "2026-11-19"}, "A price can begin today or later"),
        ({"since": "2028-01-01"}, "This is more than a year ahead."),
        ({"since": ""}, "Please fill this in."),
    ],
)
@sqlite_only
def test_a_price_that_cannot_be_is_refused_and_nothing_typed_is_lost(s, w, visitor, kind, typed, said):
    sent = {"prefix": "0084", "dong": "800", "since": "2026-11-20"} | typed
    page = visitor.as_(w.anh).post(PRICES, sent, status=422)
    assert said in page.words
    assert {name: [value] for name, value in sent.items()}.items() <= page.form(PRICES).items()
    assert s.scalars(select(SmsPrice)).all() == []


@sqlite_only
def test_however_a_countrys_beginning_is_typed_it_is_one_price(s, w, visitor, kind):
    for prefix in ("0084", "84", "+84"):
        visitor.as_(w.anh).post(PRICES, {"prefix": prefix, "dong": "800", "since": "2026-11-20"})
    assert s.scalars(select(SmsPrice.prefix)).all() == ["+84"]


@pytest.mark.parametrize("who", ["cuc", "binh"])
@sqlite_only
def test_only_an_admin_sets_prices_and_only_an_official_budgets(w, visitor, kind, who):
    reader = visitor.as_(getattr(w, who))
    assert "Set a price" not in reader.get(PRICES).words
    reader.post(PRICES, {}, status=403)
    visitor.as_(w.anh).post(PAGE, {"dong": "1"}, status=403)


def test_above_a_commune_the_communes_nearest_to_their_end_stand_first(s, w, visitor):
    messages.price(s, w)
    budget(s, w.tan_hung, 100_000, spent=85_000)
    budget(s, w.tien_lu, 100_000, spent=100_000)
    messages.waits(s, w.tan_hung, TEN + DAY)
    page = visitor.as_(w.binh).get(PAGE)
    assert rows(page) == [
        ["Xã Tiên Lữ", "100,000 đ", "100,000 đ", "0 đ", "Used up"],
        ["Xã Tân Hưng", "100,000 đ", "85,000 đ", "800 đ", "Nearly used up"],
    ]
    assert "1 commune has used up this month's money" in page.words
    assert "1 commune has spent 80 % or more, and not yet all." in page.words
    assert f"{PAGE}/11977" in page.links()


def test_a_commune_without_a_budget_stands_behind_those_that_have_one(s, w, visitor):
    budget(s, w.tien_lu, 100_000, spent=0)
    messages.went(s, w.tan_hung, TEN - DAY, many=3)
    s.commit()
    assert rows(visitor.as_(w.anh).get(PAGE)) == [
        ["Xã Tiên Lữ", "100,000 đ", "0 đ", "0 đ", "Enough left"],
        ["Xã Tân Hưng", "none set", "2,400 đ", "0 đ", "–"],
    ]


def test_a_commune_whose_messages_are_held_stands_before_all_others(s, w, visitor):
    """Its last 500 đồng are too little for any message."""
    messages.price(s, w)
    budget(s, w.tan_hung, 100_000, spent=99_900)
    messages.waits(s, w.tien_lu, TEN, held=spending.BUDGET)
    budget(s, w.tien_lu, 100_000, spent=99_500)
    page = visitor.as_(w.binh).get(PAGE)
    assert [(row[0], row[-1]) for row in rows(page)] == [("Xã Tiên Lữ", "Used up"), ("Xã Tân Hưng", "Nearly used up")]
    assert "1 commune has used up this month's money" in page.words


def test_a_budget_carried_over_is_shown_before_anything_is_spent_of_it(s, w, visitor):
    budget(s, w.tien_lu, 70_000, spent=69_000, month=date(2026, 8, 1))
    found = {row[0]: row[1:] for row in rows(visitor.as_(w.anh).get(PAGE))}
    assert found["Xã Tiên Lữ"] == ["70,000 đ", "0 đ", "0 đ", "Enough left"]


@sqlite_only
def test_a_province_looks_at_a_commune_of_its_own_and_changes_nothing(s, w, visitor, kind):
    page = visitor.as_(w.binh).get(f"{PAGE}/11977")
    assert "Xã Tân Hưng" in page.words
    assert "Set the budget" not in page.words


@pytest.mark.parametrize(("who", "code"), [("cuc", "12361"), ("binh", "08"), ("binh", "11977.1"), ("anh", "khong-co")])
@sqlite_only
def test_what_is_no_commune_of_ones_own_area_is_not_found(w, visitor, kind, who, code):
    visitor.as_(getattr(w, who)).get(f"{PAGE}/{code}", status=404)


@sqlite_only
def test_money_is_written_the_readers_way(s, w, visitor, kind):
    budget(s, w.tan_hung, 1_500_000)
    visitor.language = "vi"
    assert "1.500.000 đ" in visitor.as_(w.cuc).get(PAGE).words


@sqlite_only
def test_a_queue_that_is_larger_than_the_rest_is_told_before_anything_is_held(s, w, visitor, kind):
    messages.price(s, w)
    messages.waits(s, w.tan_hung, TEN + DAY, many=3)
    budget(s, w.tan_hung, 2_000)
    words = visitor.as_(w.cuc).get(PAGE).words
    assert "More is queued than this month's budget holds" in words
    assert "400 đ is missing for what is queued." in words


@sqlite_only
@pytest.mark.parametrize(("who", "address"), [("cuc", PAGE), ("anh", PRICES), ("anh", "/tin-nhan/ngay-nghi")])
def test_what_is_typed_in_is_not_printed_with_the_page(w, visitor, who, address):
    tree = visitor.as_(getattr(w, who)).get(address).tree
    screen_only = [part for part in tree.iter() if "no-print" in part.get("class", "").split()]
    hidden = {form for part in screen_only for form in part.iter("form")}
    typed = {form for form in tree.iter("form") if form.get("class") == "form"}
    assert typed
    assert typed <= hidden
