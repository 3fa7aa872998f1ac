"""In production passers-by are handed a step before the house is asked: the same page, and never anybody's own."""

import pytest

from outreach import shelf
from outreach.app import create_app
from outreach.cards import codes
from outreach.lessons import queries
from tests.conftest import settings
from tests.databases import sqlite_only
from tests.learning.test_pages import SIGN_IN
from tests.visitor import Visitor
from tests.watching import WatchedSession

pytestmark = sqlite_only
STEP = f"/bai-hoc/{SIGN_IN}/2"
WIRE = {"Accept-Encoding": "br"}


@pytest.fixture
def open_house(engine, connection):
    """The app as it runs for people; `asked` counts what reaches a door."""
    made = create_app(settings(str(engine.url), environment="production", secret_key="x" * 40), engine)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    made.extensions["make_session"] = lambda: WatchedSession(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    made.asked = []
    made.before_request(lambda: made.asked.append(1))
    return made


def passer_by(app, language=""):
    return Visitor(app, language).client


def test_the_second_passer_by_is_handed_the_same_without_asking_inside(open_house, w):
    first, second = (passer_by(open_house).get(STEP, headers=WIRE) for _ in range(2))
    assert len(open_house.asked) == 1
    assert (second.status, second.data) == (first.status, first.data)
    assert dict(second.headers) == dict(first.headers)


def test_who_has_the_page_already_is_told_so(open_house, w):
    mark = passer_by(open_house).get(STEP, headers=WIRE).headers["ETag"]
    again = passer_by(open_house).get(STEP, headers=WIRE | {"If-None-Match": mark})
    assert (again.status_code, again.data, len(open_house.asked)) == (304, b"", 1)


@pytest.mark.parametrize("accepts", ["br", "gzip", ""])
def test_each_browser_is_handed_what_it_can_read(open_house, w, accepts):
    plain = [passer_by(open_house).get(STEP, headers={"Accept-Encoding": accepts}) for _ in range(2)]
    assert [one.headers.get("Content-Encoding", "") for one in plain] == [accepts, accepts]
    assert plain[0].data == plain[1].data


def test_each_language_has_its_own_page(open_house, w):
    pages = {language: passer_by(open_house, language).get(STEP).text for language in ("", "vi", "en") for _ in "12"}
    assert pages[""] == pages["vi"] != pages["en"]
    assert len(open_house.asked) == 3


@pytest.mark.parametrize("path", [f"{STEP}?lang=en", f"/bai-hoc/{SIGN_IN}/99", "/", "/bai-hoc"])
def test_whatever_asks_for_more_goes_inside(open_house, w, path):
    passer_by(open_house).get(STEP)
    for _ in range(2):
        passer_by(open_house).get(path)
    assert len(open_house.asked) == 3


def test_a_learner_and_staff_are_served_inside_and_leave_nothing_at_the_counter(open_house, s, w):
    code = codes.show(codes.issue(s, w.hanh, w.lan).code)
    s.commit()
    learner = Visitor(open_house)
    learner.post(f"/the-hoc/{code}")
    assert w.dung.phone in learner.get(STEP).text
    assert w.lan.name in Visitor(open_house).as_(w.lan).get("/").text
    Visitor(open_house).as_(w.lan).get(STEP)
    assert w.dung.phone not in passer_by(open_house).get(STEP).text


def test_next_goes_inside(open_house, w):
    passer_by(open_house).get(STEP)
    assert Visitor(open_house).post(STEP).location == f"/bai-hoc/{SIGN_IN}/3"


def test_a_prefix_that_one_visitor_names_is_on_no_other_visitors_page(open_house, w):
    passer_by(open_house).get(STEP, environ_overrides={"SCRIPT_NAME": "//xau.example"})
    for address in (STEP, f"{STEP}?tieng=vi"):
        assert "xau.example" not in passer_by(open_house).get(address).text
    passer_by(open_house).get("/", environ_overrides={"PATH_INFO": f"//xau.example{STEP}"})
    assert len(open_house.asked) == 4


def test_what_one_visitor_sends_along_is_ticked_on_no_other_visitors_question(open_house, w):
    with open_house.app_context():
        lesson = queries.catalogue()[SIGN_IN]
    turned = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
    last, question = f"/bai-hoc/{SIGN_IN}/{len(lesson.steps)}", f"/bai-hoc/{SIGN_IN}/cau-hoi"
    sent = passer_by(open_house).post(last, data={"choice": lesson.quiz[0].choices[0]}, headers=turned)
    assert sent.headers["HX-Push-Url"] == question
    assert " checked" not in passer_by(open_house).get(question).text


def test_what_has_changed_is_drawn_anew(open_house, w):
    passer_by(open_house).get(STEP)
    with open_house.app_context():
        shelf.clear()
    passer_by(open_house).get(STEP)
    assert len(open_house.asked) == 2


def test_at_a_desk_nobody_stands_at_the_counter(app, w):
    assert not isinstance(app.wsgi_app, shelf.Counter)
