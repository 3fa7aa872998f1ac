"""What messages would cost that are not planned yet: for a class, a campaign, a rule about to be switched on."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from outreach.limits import money
from outreach.sms import money_queries
from outreach.sms.models import REGISTERED, WITHDRAWN, Wording
from outreach.sms.money_queries import Reader
from outreach.sms.purposes import CLASS, FOLLOW_UP, WELCOME
from outreach.wordings import house
from tests import counting
from tests.databases import sqlite_only
from tests.limits import messages
from tests.limits.conftest import TEN
from tests.tree import parse

HERE = Reader("vi", "plain", "+84912")


@pytest.fixture(autouse=True)
def wordings(s):
    """As the house brings them: each fits in one part."""
    house.bring(s)


def say(s, purpose, language, plain, version=2, state="draft"):
    facts = {"full": plain, "made_at": TEN, "state_at": TEN, "state": state}
    s.add(Wording(purpose=purpose, language=language, version=version, plain=plain, **facts))
    s.flush()


def forecast(s, commune, purpose, readers):
    """Of one purpose; a number alone: so many who read Vietnamese without accents."""
    readers = readers if isinstance(readers, dict) else {HERE: readers}
    return money_queries.forecasts(s, commune, {purpose: readers})[purpose]


def test_what_a_class_would_cost_is_told_beside_what_is_left(s, w):
    messages.price(s, w)
    messages.waits(s, w.tan_hung, TEN + timedelta(days=1), many=5)
    money.set_budget(s, w.tan_hung, 100_000, w.cuc)
    found = forecast(s, w.tan_hung, CLASS, 40)
    assert found == (40, 40, 32_000, 96_000, money_queries.FITS)


@pytest.mark.parametrize(
    ("budget", "verdict"),
    [(None, "no_budget"), (8_000, "tight"), (7_999, "over"), (40_000, "tight"), (40_001, "fits")],
)
def test_the_verdict_follows_the_budget(s, w, budget, verdict):
    """10 messages at 800 đồng: 8.000, of 40.000 they leave exactly the last fifth."""
    messages.price(s, w)
    if budget is not None:
        messages.went(s, w.tan_hung, TEN, (budget - 8_000) * 3 // 4 if budget > 8_000 else 0)
        money.set_budget(s, w.tan_hung, budget, w.cuc)
    assert forecast(s, w.tan_hung, FOLLOW_UP, 10).verdict == verdict


def test_where_nobody_said_the_price_the_verdict_is_that_it_is_unknown(s, w):
    found = forecast(s, w.tan_hung, FOLLOW_UP, 10)
    assert (found.segments, found.dong, found.verdict) == (10, None, money_queries.UNKNOWN)


def test_each_language_costs_what_its_own_wording_does_and_others_the_vietnamese_one(s, w):
    messages.price(s, w)
    say(s, FOLLOW_UP, "en", "x" * 161)
    readers = {HERE: 10, HERE._replace(language="en"): 3, HERE._replace(language="hmn"): 2}
    found = forecast(s, w.tan_hung, FOLLOW_UP, readers)
    assert (found.messages, found.segments) == (15, 10 + 2 * 3 + 2)


def test_with_accents_it_costs_more_and_abroad_what_it_costs_there(s, w):
    messages.price(s, w)
    money.set_price(s, "+856", 3_000, TEN.date(), w.anh)
    full, abroad = HERE._replace(form="full"), HERE._replace(number="+85620")
    assert forecast(s, w.tan_hung, FOLLOW_UP, {full: 2})[1:3] == (6, 6 * 800)
    assert forecast(s, w.tan_hung, FOLLOW_UP, {HERE: 1, abroad: 2})[1:3] == (3, 800 + 2 * 3_000)
    assert forecast(s, w.tan_hung, FOLLOW_UP, {HERE: 1, HERE._replace(number="+49170"): 1}).verdict == "unknown"


def test_a_registered_wording_counts_before_a_draft_and_a_withdrawn_one_never(s, w):
    messages.price(s, w)
    say(s, FOLLOW_UP, "vi", "x" * 200, 2, REGISTERED)
    say(s, FOLLOW_UP, "vi", "x" * 400, 3)
    say(s, FOLLOW_UP, "vi", "x" * 600, 4, WITHDRAWN)
    assert forecast(s, w.tan_hung, FOLLOW_UP, 1).segments == 2


def test_a_purpose_that_nobody_has_written_cannot_be_reckoned(s, w):
    messages.price(s, w)
    s.execute(update(Wording).where(Wording.purpose == WELCOME).values(state=WITHDRAWN))
    found = forecast(s, w.tan_hung, WELCOME, 5)
    assert (found.segments, found.dong, found.verdict) == (None, None, money_queries.UNKNOWN)


@sqlite_only
def test_many_purposes_are_reckoned_by_four_questions(s, w, connection, kind):
    assert w.tan_hung.id
    with counting.statements(connection) as said:
        purposes = ("follow_up", "class_meeting", "welcome", "due_date")
        money_queries.forecasts(s, w.tan_hung, {purpose: {HERE: 9} for purpose in purposes})
    assert len(said) == 4


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        (None, "3 messages, 3 parts: about 2,400 đ, no budget is set"),
        (100_000, "3 messages, 3 parts: about 2,400 đ, 100,000 đ of this month's budget is left Within the budget"),
        (2_000, "2,000 đ of this month's budget is left More than is left"),
    ],
)
@sqlite_only
def test_any_page_may_tell_a_forecast_in_one_line(app, s, w, kind, budget, told):
    messages.price(s, w)
    if budget:
        money.set_budget(s, w.tan_hung, budget, w.cuc)
    with app.test_request_context("/?lang=en"):
        line = app.jinja_env.get_template("sms/forecast.html").render(forecast=forecast(s, w.tan_hung, FOLLOW_UP, 3))
    assert told in " ".join("".join(parse(line).itertext()).split())
