"""The bag's own page: nobody's name on it, the very fields of the online pages, all that a phone keeps of it."""

import re

import brotli
import pytest

from outreach.i18n import LANGUAGES
from outreach.settings import ROOT
from tests.databases import sqlite_only
from tests.tree import parse
from tests.visitor import Visitor

pytestmark = sqlite_only
FORMS = {"visit": "/ho/{sen}/tham", "household": "/ho/moi", "member": "/ho/{sen}/nguoi/moi",
         "ambassador": "/ho/{sen}/dai-su"}  # fmt: skip
OURS = {"client_id", "csrf_token", "at", "base"}  # hidden ones, which the script knows by itself
STATIC = ROOT / "outreach" / "static"
SAID = re.compile(r'\bword\((?:[^()"]*\? )?"([\w-]+)"(?: : "([\w-]+)")?')  # word("a"), word(b ? "c" : "d")
WEIGHT = 60_000  # bytes over the wire of the first start, besides what is in the bag


def names(form):
    return {field.get("name") for tag in ("input", "select", "textarea") for field in form.iter(f"{tag}")} - OURS


def forms(page, **wanted):
    ((name, value),) = wanted.items()
    tree = parse(page.text)
    return [form for form in tree.iter("form") if form.get(name.replace("_", "-")) == value]


def test_the_page_is_the_same_for_everybody_and_gives_no_cookie(app, w, visitor):
    stranger = visitor.client.get("/tui")
    assert "Set-Cookie" not in stranger.headers
    for who in (w.lan, w.cuc):
        assert visitor.as_(who).client.get("/tui").data == stranger.data


def test_whoever_asks_first_leaves_no_name_on_it(app, w, visitor):
    assert w.lan.name not in visitor.as_(w.lan).get("/tui").text


@pytest.mark.parametrize("act", FORMS)
def test_a_sheet_of_the_bag_asks_what_the_online_page_asks(w, visitor, act):
    address = FORMS[act].format(sen=w.sens_house.id)
    (online,) = forms(visitor.as_(w.lan).get(address), action=address)
    (carried,) = forms(visitor.get("/tui"), data_form=act)
    missing, extra = names(online) - names(carried), names(carried) - names(online)
    assert missing == set()
    assert extra <= {"village", "reason", "came"}  # asked only where there are several, or one before


def test_every_word_that_its_scripts_say_stands_on_it_in_each_language(visitor):
    scripts = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    said = {name for one in SAID.findall(scripts) for name in one if name}
    assert len(said) > 40
    for language in LANGUAGES:
        page = parse(visitor.get(f"/tui?tieng={language}").text)
        words = {one.get("data-word"): "".join(one.itertext()).strip() for one in page.iter() if one.get("data-word")}
        assert {name for name in said if not words.get(name)} == set()
        assert [name for name, text in words.items() if not text or text == name] == []


def test_all_that_a_phone_keeps_of_it_comes_without_a_cookie_and_is_light(visitor, app):
    client = app.test_client(use_cookies=False)
    told = client.get("/tui/giu.json?tieng=en").get_json()
    weight = 0
    for source in (*told["pages"].values(), *told["files"]):
        answer = client.get(source)
        assert answer.status_code == 200, source
        assert "Set-Cookie" not in answer.headers, source
        weight += len(brotli.compress(answer.data, quality=4))
        answer.close()
    assert len(told["files"]) >= 6
    assert weight <= WEIGHT


def test_without_a_script_it_says_what_works_and_shows_no_dead_control(visitor):
    tree = parse(visitor.get("/tui").text)
    for template in list(tree.iter("template")):
        template.clear()
    drawn = [one for tag in ("form", "input", "button") for one in tree.iter(f"{tag}") if one.get("hidden") is None]
    assert drawn == []
    links = {link.get("href") for link in tree.iter("a")}
    assert {f"/dang-nhap?next={there}" for there in ("/hom-nay", "/ho", "/to-di-duong.pdf")} <= links


def test_the_phone_is_told_who_is_signed_in(w, visitor):
    assert visitor.client.get("/tui/ai").get_json() == {}
    told = visitor.as_(w.lan).client.get("/tui/ai")
    assert told.get_json() == {"id": w.lan.id, "name": w.lan.name, "role": "volunteer"}
    assert told.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("language", "name"), [("vi", "vi"), ("en", "Bag to carry along")])
def test_it_can_be_put_among_a_phones_apps(app, language, name):
    told = Visitor(app, language).client.get(f"/tui.webmanifest?tieng={language}").get_json(force=True)
    assert name in (told["short_name"], told["lang"])
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        answer = app.test_client().get(icon["src"])
        assert answer.data.startswith(b"\x89PNG"), icon
        answer.close()


@pytest.mark.parametrize(("who", "carries"), [("lan", True), ("dung", True), ("cuc", False), ("phuc", False)])
def test_only_those_who_go_from_door_to_door_are_led_to_it(w, visitor, who, carries):
    text = visitor.as_(getattr(w, who)).get("/ho").text
    assert ("field.js" in text) == carries
    assert ("/tui.webmanifest" in text) == carries


def test_today_offers_to_take_the_households_along(w, visitor):
    assert "/tui" in visitor.as_(w.lan).get("/hom-nay").links()
