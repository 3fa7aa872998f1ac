"""What goes with every answer: who may frame it, what it may load, how long it is kept, what a phone remembers."""

import pytest

from outreach import web
from tests.databases import sqlite_only
from tests.guards import samples
from tests.visitor import Visitor

pytestmark = sqlite_only
YEAR = 365 * 86400
EVERYWHERE = ("X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Permissions-Policy")

ANSWERS = [
    ("a page", None, "GET", "/", 200),
    ("the other language", None, "GET", "/?lang=en", 200),
    ("a page for staff", "cuc", "GET", "/ho", 200),
    ("the way to sign in", None, "GET", "/ho", 303),
    ("a deed done", "lan", "POST", "/dang-xuat", 303),
    ("a form that failed", None, "POST", "/dang-nhap", 422),
    ("a door for others", "lan", "GET", "/tin-nhan", 403),
    ("no such page", None, "GET", "/khong-co", 404),
    ("no such page for staff", "cuc", "GET", "/ho/0", 404),
    ("a door with no such deed", None, "POST", "/thu-tuc", 405),
    ("a table", "cuc", "GET", "/do-phu/11977.csv", 200),
    ("a sign of life", None, "GET", "/healthz", 200),
    ("a style sheet", None, "GET", "/static/app.css", 200),
    ("no such file", None, "GET", "/static/khong-co.css", 404),
]


@pytest.mark.parametrize(
    ("name", "method", "address", "status"), [pytest.param(*one[1:], id=one[0]) for one in ANSWERS]
)
def test_every_answer_says_what_a_browser_may_do_with_it(visitor, w, name, method, address, status):
    client = (visitor.as_(getattr(w, name)) if name else visitor).client
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert {header: answer.headers.get(header) for header in EVERYWHERE} == {
        header: web.SECURITY[header] for header in EVERYWHERE
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    answer.close()


@pytest.mark.parametrize(("name", "address"), [pytest.param(o[1], o[3], id=o[0]) for o in ANSWERS if o[1]])
def test_what_staff_were_shown_is_kept_nowhere(visitor, w, name, address):
    answer = visitor.as_(getattr(w, name)).client.get(address)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/khong-co", "/tin-nhan"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_closed_door_is_a_page_like_any_other(w, app, address, language):
    visitor = Visitor(app, language).as_(w.lan)
    assert "1800 1096" in visitor.get(address, status=404 if address == "/khong-co" else 403).words


def public(app, s):
    """(address, answer) of every public page for a passer-by, each on a new phone."""
    furnished = samples.furnish(s)
    for rule in samples.doors(app, "GET"):
        if app.view_functions[rule.endpoint].sign == web.PUBLIC:
            for address in samples.addresses(rule, furnished, None):
                yield address, Visitor(app).client.get(address)


def cookies(answer):
    return {line.split("=")[0] for line in answer.headers.getlist("Set-Cookie")}


def test_a_passer_by_gets_no_cookie_unless_there_is_a_form_to_protect(app, s):
    seen = set()
    for address, answer in public(app, s):
        needed = {"session"} if b'name="csrf_token"' in answer.data else set()
        assert cookies(answer) == needed, address
        seen |= needed
        if not needed:
            seen.add(address)
    step = f"/bai-hoc/{samples.LESSON}/1"
    assert {"session", "/", "/bai-hoc", f"/bai-hoc/{samples.LESSON}", step, "/thu-tuc"} <= seen


def test_a_cookie_is_for_the_server_alone(app, s):
    for address, answer in public(app, s):
        for line in answer.headers.getlist("Set-Cookie"):
            assert "HttpOnly" in line, (address, line)
            assert "SameSite=Lax" in line, (address, line)


def test_a_static_file_named_by_its_content_is_kept_for_a_year(visitor, w):
    page = visitor.get("/")
    named = sorted({one for one in page.text.split('"') if one.startswith("/static/")})
    assert named
    for address in named:
        answer = visitor.client.get(address)
        assert answer.status_code == 200, address
        assert answer.cache_control.public, address
        assert answer.cache_control.immutable, address
        assert answer.cache_control.max_age == YEAR, address
        answer.close()


def test_a_static_file_without_its_mark_is_asked_for_again_soon(visitor, w):
    answer = visitor.client.get("/static/app.css")
    assert not answer.cache_control.immutable
    assert answer.cache_control.max_age == 300
    answer.close()
