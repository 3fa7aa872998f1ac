"""A client that behaves like a person with a phone, and checks every page it is given."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from outreach.accounts.models import Account
from tests.tree import parse

OWN = "http://localhost"
SILENT = ("script", "style", "svg")


class Visitor:
    """Fetches pages and posts forms without JavaScript; a faulty page fails the test.

    She reads English unless told otherwise, so that tests can speak of what she reads while the Vietnamese is polished.
    """

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.app = app
        self.language = language
        self.client = app.test_client()
        self.client.environ_base["HTTP_ORIGIN"] = OWN  # as browsers do
        if language:
            self.client.set_cookie("lang", language)

    def as_(self, account: Account) -> "Visitor":
        """A new visitor who is signed in as somebody."""
        other = Visitor(self.app, self.language)
        sealed = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert sealed
        said = sealed.dumps({"_user_id": account.get_id(), "_fresh": True})
        other.client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], said)
        return other

    def get(self, path: str, *, status: int = 200, **kw: Any) -> "Page":
        """Fetch a page (following nothing)."""
        return self._take(self.client.get(path, **kw), status)

    def post(self, path: str, data: dict[str, Any] | None = None, *, status: int = 303, **kw: Any) -> "Page":
        """Send a form; by default it must succeed, which is a 303."""
        return self._take(self.client.post(path, data=data or {}, **kw), status)

    def follow(self, page: "Page") -> "Page":
        """Go where a 303 points."""
        return self.get(page.location)

    def send(self, page: "Page", action: str, *, status: int = 303, **changes: Any) -> "Page":
        """Fill in a form of a page and send it, as a phone without JavaScript does."""
        return self.post(action, page.form(action) | changes, status=status)

    def htmx(self, path: str, *, status: int = 200, data: dict[str, Any] | None = None) -> "Page":
        """Ask for a fragment as htmx does."""
        headers = {"HX-Request": "true"}
        answer = (
            self.client.get(path, headers=headers)
            if data is None
            else self.client.post(path, data=data, headers=headers)
        )
        return self._take(answer, status, fragment=True)

    def _take(self, answer: TestResponse, status: int, fragment: bool = False) -> "Page":
        page = Page(answer)
        if answer.status_code != status:
            raise AssertionError(f"{answer.request.path}: {answer.status}, not {status}\n{page.text[-1500:]}")
        if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 308):
            faults = lint(page.tree, self.app, fragment)
            assert not faults, f"{answer.request.path}: " + "; ".join(faults)
        return page


class Page:
    """An answer."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.headers = answer.headers
        self.location = urlsplit(answer.headers.get("Location", ""))._replace(scheme="", netloc="").geturl()

    @cached_property
    def text(self) -> str:
        """The answer's text as it came."""
        return self.answer.get_data(as_text=True)

    @cached_property
    def tree(self) -> Element:
        """The same, parsed."""
        return parse(self.text)

    @cached_property
    def words(self) -> str:
        """What a reader reads: no tags, single spaces."""
        return " ".join("".join(_read(self.tree)).split())

    def form(self, action: str) -> dict[str, list[str]]:
        """What the form with this action would send as it stands: hidden, typed, ticked and selected."""
        forms = [form for form in self.tree.iter("form") if form.get("action") == action]
        assert forms, f"no form for {action}; there are {[f.get('action') for f in self.tree.iter('form')]}"
        sent: dict[str, list[str]] = {}
        for field in forms[0].iter():
            for value in _values(field):
                sent.setdefault(field.get("name", ""), []).append(value)
        return sent

    def links(self) -> list[str]:
        """Where the page's links lead."""
        return [a.get("href", "") for a in self.tree.iter("a")]


def _values(field: Element) -> list[str]:
    tag, kind = field.tag, field.get("type", "text")
    if not field.get("name"):
        return []
    if tag == "select":
        options = list(field.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return [o.get("value", o.text or "") for o in chosen]
    if tag == "textarea":
        return [field.text or ""]
    if tag != "input" or kind in ("submit", "file", "button"):
        return []
    if kind in ("checkbox", "radio") and field.get("checked") is None:
        return []
    return [field.get("value", "on" if kind == "checkbox" else "")]


def _read(element: Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in SILENT:  # a comment has no tag
        yield " "
        return
    yield element.text or ""
    for child in element:
        yield from _read(child)
        yield child.tail or ""


def lint(tree: Element, app: Flask, fragment: bool = False) -> list[str]:
    """The faults of a page: headings, labels, ids, language, inline code, dead links, forms without action or token."""
    faults = _inline_code(tree) + _ids_and_labels(tree) + _forms(tree, app) + _dead_links(tree, app)
    return faults if fragment else faults + _whole_page(tree)


def _whole_page(tree: Element) -> list[str]:
    faults = []
    headings = list(tree.iter("h1"))
    if len(headings) != 1:
        faults.append(f"{len(headings)} h1")
    if not tree.get("lang"):
        faults.append("no lang")
    title = next(tree.iter("title"), None)
    if title is None or not (title.text or "").strip():
        faults.append("no title")
    return faults


def _inline_code(tree: Element) -> list[str]:
    faults = []
    for element in tree.iter():
        tag = element.tag
        if element.get("style") is not None or tag == "style":
            faults.append(f"inline style on {tag}")
        if tag == "script" and not element.get("src"):
            faults.append("inline script")
        faults += [f"{name} on {tag}" for name in element.attrib if str(name).startswith("on")]
    return faults


def _ids_and_labels(tree: Element) -> list[str]:
    ids = Counter(id_ for e in tree.iter() if (id_ := e.get("id")))
    faults = [f"id {id_} twice" for id_, times in sorted(ids.items()) if times > 1]
    labelled = {e.get("for") for e in tree.iter("label")}
    inside = {id(child) for label in tree.iter("label") for child in label.iter()}
    for tag in ("input", "select", "textarea"):
        for field in tree.iter(f"{tag}"):
            quiet = field.get("type") in ("hidden", "submit", "button")
            if (
                not quiet
                and field.get("id") not in labelled
                and id(field) not in inside
                and not field.get("aria-label")
            ):
                faults.append(f"no label for {tag} {field.get('name')}")
    faults += ["img without alt" for img in tree.iter("img") if img.get("alt") is None]
    return faults


def _forms(tree: Element, app: Flask) -> list[str]:
    faults = []
    for form in tree.iter("form"):
        if not form.get("action"):
            faults.append("form without action")
        if form.get("hx-post") and form.get("hx-post") != form.get("action"):
            faults.append("hx-post is not the action")
        names = {i.get("name") for i in form.iter("input")}
        posted = (form.get("method") or "get").lower() == "post"
        if posted and "csrf_token" not in names and not _needs_no_token(form.get("action", ""), app):
            faults.append(f"form {form.get('action')} without csrf_token")
    return faults


def _needs_no_token(action: str, app: Flask) -> bool:
    try:
        endpoint, _values = app.url_map.bind("localhost").match(urlsplit(action).path, method="POST")
    except HTTPException:
        return False
    return getattr(app.view_functions[endpoint], "same_origin", False)


def _dead_links(tree: Element, app: Flask) -> list[str]:
    ids = {e.get("id") for e in tree.iter()}
    adapter = app.url_map.bind("localhost")
    faults = []
    for element in tree.iter():
        address = element.get("href") or element.get("src") or ""
        if address.startswith("#") and len(address) > 1 and address[1:] not in ids and "#icon" not in address:
            faults.append(f"dead fragment {address}")
        if address.startswith("/"):
            try:
                adapter.match(urlsplit(address).path, method="GET")
            except HTTPException as error:
                if error.code == 404:
                    faults.append(f"dead link {address}")
    return faults
