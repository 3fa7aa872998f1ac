"""A form that did not come from our own page is refused before anything happens.

There are two kinds of protection: a token in the form, or, on a learner's small deeds, what the browser says of the
page that sends. Whoever adds a door that has neither learns it here. Machines sign what they post instead.
"""

import pytest

from outreach.accounts.models import ROLES
from outreach.app import create_app
from tests.conftest import settings
from tests.databases import sqlite_only
from tests.guards import samples
from tests.visitor import OWN, Visitor
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


FOREIGN = {
    "another site": {"Origin": "https://xau.example"},
    "a name that begins like ours": {"Origin": "http://localhost.xau.example"},
    "a page that hides where it is from": {"Origin": "null"},
    "a browser that says: from another site": {"Sec-Fetch-Site": "cross-site", "Origin": OWN},
    "a browser that says: from a neighbour": {"Sec-Fetch-Site": "same-site", "Origin": OWN},
    "an old browser on another site": {"Referer": "https://xau.example/localhost"},
    "an address that is none": {"Origin": "http://[x"},
    "nobody says anything": {},
}
OURS = [
    pytest.param({"Origin": OWN}, id="our own page"),
    pytest.param({"Sec-Fetch-Site": "same-origin"}, id="a browser that says: from the same page"),
    pytest.param({"Referer": f"{OWN}/bai-hoc"}, id="an old browser on our own page"),
]


def posts(wary, s, same_origin):
    """(visitor, address) of every form somebody may send, of one of the two kinds."""
    furnished = samples.furnish(s)
    for role in (*ROLES, samples.STRANGER):
        who = furnished.people[role]
        visitor = Visitor(wary).as_(who) if who else Visitor(wary)
        for rule in samples.doors(wary, "POST"):
            kind = getattr(wary.view_functions[rule.endpoint], "same_origin", False)
            if kind == same_origin and samples.may_enter(wary, rule, who):
                for address in samples.addresses(rule, furnished, who):
                    yield visitor, address


def test_only_the_gateways_webhooks_carry_neither(wary):
    """What is posted there must be signed: tests/sms/test_hooks.py."""
    signed = {
        rule.rule for rule in wary.url_map.iter_rules() if getattr(wary.view_functions[rule.endpoint], "by_machine", 0)
    }
    assert signed == {"/sms/bien-nhan/<gateway>", "/sms/den/<gateway>"}


def test_every_form_without_its_token_is_refused_with_a_page_that_says_what_to_do(wary, s):
    for visitor, address in posts(wary, s, same_origin=False):
        page = visitor.post(f"{address}?lang=en", status=400)
        assert "The page had been open too long" in page.words, address


def test_a_deed_without_a_token_is_refused_unless_a_page_of_ours_sends_it(wary, s):
    for address, visitor in {address: visitor for visitor, address in posts(wary, s, same_origin=True)}.items():
        visitor.client.environ_base.pop("HTTP_ORIGIN", None)
        for foreign, headers in FOREIGN.items():
            page = visitor.post(f"{address}?lang=en", status=400, headers=headers)
            assert "Nothing has been stored" in page.words, (address, foreign)


@pytest.mark.parametrize("headers", OURS)
def test_a_learners_answer_from_our_own_page_is_taken(wary, w, headers):
    visitor = Visitor(wary)
    visitor.client.environ_base.pop("HTTP_ORIGIN")
    visitor.post(f"/bai-hoc/{samples.LESSON}/cau-hoi", {"choice": "tu-go"}, headers=headers)


def test_the_same_form_with_its_token_is_read(wary, w):
    visitor = Visitor(wary)
    visitor.send(visitor.get("/dang-nhap"), "/dang-nhap", status=422)
    lan = Visitor(wary).as_(w.lan)
    lan.send(lan.get(f"/ho/{w.sens_house.id}/sua"), f"/ho/{w.sens_house.id}/sua", address="Ngõ 7")
