"""A form that did not come from our own page is refused before anything happens."""

import pytest

from outreach.accounts.models import ROLES
from outreach.app import create_app
from tests.conftest import settings
from tests.databases import sqlite_only
from tests.guards import samples
from tests.visitor import Visitor
from tests.watching import WatchedSession

pytestmark = sqlite_only


@pytest.fixture(scope="module")
def one_wary_app(engine):
    """The app as it runs for people: it asks every form for its token."""
    made = create_app(settings(str(engine.url)), engine)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=True)
    return made


@pytest.fixture
def wary(one_wary_app, connection):
    one_wary_app.extensions["make_session"] = lambda: WatchedSession(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    return one_wary_app


def test_every_form_without_its_token_is_refused_with_a_page_that_says_what_to_do(wary, s):
    furnished = samples.furnish(s)
    for role in (*ROLES, samples.STRANGER):
        who = furnished.people[role]
        visitor = Visitor(wary).as_(who) if who else Visitor(wary)
        for rule in samples.doors(wary, "POST"):
            if samples.may_enter(wary, rule, who):
                for address in samples.addresses(rule, furnished, who):
                    page = visitor.post(f"{address}?lang=en", status=400)
                    assert "The page had been open too long" in page.words, address


def test_the_same_form_with_its_token_is_read(wary, w):
    visitor = Visitor(wary)
    visitor.send(visitor.get("/dang-nhap"), "/dang-nhap", status=422)
    lan = Visitor(wary).as_(w.lan)
    lan.send(lan.get(f"/ho/{w.sens_house.id}/sua"), f"/ho/{w.sens_house.id}/sua", address="Ngõ 7")
