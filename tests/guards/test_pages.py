"""Every page opens for those it is for, is well made, leads on, and speaks one language."""

import re
from collections import Counter, defaultdict
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule

from outreach import web
from outreach.accounts.models import FIELD, ROLES
from outreach.settings import ROOT
from tests.databases import sqlite_only
from tests.guards import reading, samples

OPEN = (200, 303)
BAG = "/tui"  # the same page for all, made for those who go from door to door: it leads where they may go
ANSWERED = (200, 303, 404, 409, 422)  # 404: it named nothing, for example no other household to merge with
ENGLISH = re.compile(r"(?i)(?<![\w-])(the|and|for|you|your|please|this|that|with|has|are|not|from|of|is)(?![\w-])")
# English words on Vietnamese pages, and Vietnamese ones on English pages, that are right there.
MEANT = {
    "Họ tên chủ hộ": "a heading of the list that the official uploaded",
    "Số điện thoại": "a heading of the list that the official uploaded",
    "Tự làm được": "a choice of the style guide's sample form",
    "Làm được khi có người giúp": "a choice of the style guide's sample form",
}

pytestmark = pytest.mark.xdist_group("tour")
by_role = pytest.mark.parametrize("role", [*ROLES, samples.STRANGER])


def of(stops, role, method="GET"):
    return [stop for stop in stops if stop.call.role == role and stop.call.method == method]


@sqlite_only
@by_role
def test_every_page_opens_for_those_its_sign_lets_in(stops, role):
    shut = [str(stop) for stop in of(stops, role) if stop.call.allowed and stop.status not in OPEN]
    assert shut == []


def test_each_database_understands_what_every_page_asks(stops):
    opened = [stop for stop in stops if stop.call.method == "GET" and stop.call.allowed]
    assert [str(stop) for stop in opened if stop.status not in OPEN] == []
    assert len(opened) > 100


@sqlite_only
@by_role
def test_no_page_opens_for_those_its_sign_keeps_out(stops, role):
    kept_out = [stop for stop in of(stops, role) if not stop.call.allowed]
    if role == samples.STRANGER:
        wrong = [str(stop) for stop in kept_out if not stop.location.startswith("/dang-nhap")]
    else:
        wrong = [str(stop) for stop in kept_out if stop.status != 403]
    assert kept_out
    assert wrong == []


@sqlite_only
@by_role
def test_every_page_is_well_made(stops, role):
    faults = [f"{stop}: {'; '.join(stop.faults)}" for stop in of(stops, role) if stop.faults]
    assert faults == []


@sqlite_only
@by_role
def test_an_empty_form_is_answered_by_a_page_that_is_well_made(stops, role):
    sent = of(stops, role, "POST")
    lost = [str(stop) for stop in sent if stop.status not in ANSWERED]
    faults = [f"{stop}: {'; '.join(stop.faults)}" for stop in sent if stop.faults]
    assert sent
    assert lost == faults == []


@sqlite_only
@by_role
def test_a_page_leads_only_where_its_reader_may_go(one_app, stops, role):
    dead = defaultdict(set)
    for stop in of(stops, role):
        if stop.call.address == BAG and role not in FIELD:
            continue
        for method, address in (*stop.leads, ("GET", stop.location)):
            if address.startswith("/") and not _may_go(one_app, role, method, address):
                dead[f"{method} {address}"].add(stop.call.address)
    assert dict(dead) == {}


def _may_go(app, role, method, address):
    try:
        endpoint, _values = app.url_map.bind("localhost").match(urlsplit(address).path, method=method)
    except MethodNotAllowed:
        return False
    except HTTPException as redirect:
        return redirect.code == 308
    sign = getattr(app.view_functions[endpoint], "sign", web.PUBLIC)
    return sign == web.PUBLIC or role in sign


@sqlite_only
def test_a_page_asks_only_for_static_files_that_are_there(stops):
    asked = {urlsplit(address) for stop in stops for _method, address in stop.leads if address.startswith("/static/")}
    assert asked
    for one in asked:
        assert (ROOT / "outreach" / one.path.removeprefix("/")).is_file(), one.path
        assert re.fullmatch(r"v=[0-9a-f]{10}", one.query), f"{one.path} has no mark of its content"


ENGLISH_MESSAGES = {m for entry in reading.catalogue("vi") for m in (entry.msgid, entry.msgid_plural) if m}
VIETNAMESE_MESSAGES = {m for entry in reading.catalogue("vi") for m in (entry.msgstr, *entry.msgstr_plural.values())}


@sqlite_only
def test_no_english_message_is_read_on_a_vietnamese_page(stops):
    assert len(_read(stops, "en", ENGLISH_MESSAGES)) > 300  # so many are told when they are there
    assert _read(stops, "vi", ENGLISH_MESSAGES) == {}


@sqlite_only
def test_no_vietnamese_message_is_read_on_an_english_page(stops):
    assert len(_read(stops, "vi", VIETNAMESE_MESSAGES)) > 300
    assert _read(stops, "en", VIETNAMESE_MESSAGES) == {}


def _read(stops, language, messages):
    """Message → the first page of this language where it was read."""
    stretches = {reading.tellable(message) for message in messages} - {"", *MEANT}
    pages = [(stop.call.address, stop.said) for stop in stops if stop.call.language == language]
    everything = "\n".join(said for _address, said in pages)
    words = set(everything.split())
    return {
        stretch: next(address for address, said in pages if stretch in said)
        for stretch in stretches
        if words.issuperset(stretch.split()[1:-1]) and stretch in everything  # most are told by their words already
    }


@sqlite_only
def test_a_vietnamese_page_holds_no_english_that_was_never_in_the_catalogue(stops):
    found = Counter(
        (stop.call.address, stop.said[max(0, word.start() - 30) : word.end() + 30])
        for stop in stops
        if stop.call.language == "vi"
        for word in ENGLISH.finditer(stop.said)
    )
    assert list(found) == []


def test_english_is_told_from_vietnamese_and_messages_by_their_words():
    assert ENGLISH.search("Please look here")
    assert not ENGLISH.search("Mở trang /the-hoc rồi gõ mã, bà con nhé")
    assert reading.tellable("Nothing found for “%(typed)s”.") == "Nothing found for"
    assert reading.tellable("Hello %(name)s!") == ""


def test_a_new_kind_of_door_without_a_sample_fails_with_what_to_add():
    door = Rule("/thuyen/<int:id>", endpoint="boats.show")
    Map([door])
    with pytest.raises(AssertionError, match=r"add '/thuyen/<int:id>' to NOUNS"):
        list(samples.addresses(door, None, None))
