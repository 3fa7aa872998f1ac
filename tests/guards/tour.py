"""One walk through the whole house: every door, by everybody who may stand before it, and what was found there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from outreach import pdf, web
from outreach.accounts.models import VOLUNTEER, Account
from tests.guards import reading, samples
from tests.visitor import Page, Visitor, lint
from tests.watching import WatchedSession

READABLE = ("text/html", "application/pdf")


@dataclass(frozen=True)
class Call:
    """Who stands before which door, speaking what, to do what."""

    role: str
    who: Account | None
    language: str
    method: str
    address: str
    allowed: bool  # by the sign on the door

    def __str__(self) -> str:
        return f"{self.method} {self.address} as {self.role} in {self.language}"


@dataclass(frozen=True)
class Stop:
    """What was found. `leads` = (method, address) of every link, picture and form of the page."""

    call: Call
    status: int
    location: str
    faults: tuple[str, ...] = ()
    said: str = ""
    leads: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.call}: {self.status} {self.location}"


def walk(
    engine: Engine, app: Flask, languages: tuple[str, ...], methods: tuple[str, ...], *, once: bool = False
) -> list[Stop]:
    """Go everywhere, send every form empty, and leave the database as it was.

    `once`: each address by one of those who may, which is enough to see that a database understands its questions.
    """
    with engine.connect() as connection, connection.begin() as outer, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "render", str.encode)  # a PDF takes a second; its words are read before it is one
        make = partial(WatchedSession, connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        app.extensions["make_session"] = make
        with Session(connection, join_transaction_mode="create_savepoint") as s:
            calls = _calls(app, samples.furnish(s), languages, methods)
            chosen = {call.address: call for call in calls if call.allowed}.values() if once else calls
            found = [_stop(connection, app, call) for call in chosen]
        outer.rollback()
    return found


def _calls(
    app: Flask, furnished: samples.Furnished, languages: tuple[str, ...], methods: tuple[str, ...]
) -> Iterator[Call]:
    for role, who in furnished.people.items():
        for method in methods:
            for rule in samples.doors(app, method):
                allowed = samples.may_enter(app, rule, who)
                if method == "POST" and not allowed:
                    continue  # test_scope.py sees to those
                spoken = languages if allowed and _differs(app, rule, role) else languages[:1]
                for address in samples.addresses(rule, furnished, who):
                    yield from (Call(role, who, language, method, address, allowed) for language in spoken)


def _differs(app: Flask, rule: Rule, role: str) -> bool:
    """A public page is the same for all who are in, but for the navigation, which every other page has as well."""
    return app.view_functions[rule.endpoint].sign != web.PUBLIC or role in (samples.STRANGER, VOLUNTEER)


def _stop(connection: Connection, app: Flask, call: Call) -> Stop:
    visitor = Visitor(app, call.language)
    visitor = visitor.as_(call.who) if call.who else visitor
    with _undone(connection, call.method):
        try:
            page = Page(visitor.client.open(call.address, method=call.method))
        except Exception as error:
            error.add_note(str(call))
            raise
    unread = not call.allowed or page.answer.mimetype not in READABLE or page.status == 303
    if unread or connection.dialect.name != "sqlite":  # a page says the same on each kind of database
        return Stop(call, page.status, page.location)
    tree = page.tree
    faults = lint(tree, app) if page.answer.mimetype == "text/html" else []
    said = reading.said(tree, call.language)
    return Stop(call, page.status, page.location, tuple(faults), said, tuple(dict.fromkeys(_leads(tree))))


@contextmanager
def _undone(connection: Connection, method: str) -> Iterator[None]:
    """A deed is taken back, so that everybody finds the same house."""
    deed = connection.begin_nested() if method == "POST" else None
    yield
    if deed:
        deed.rollback()


def _leads(tree: Element) -> Iterator[tuple[str, str]]:
    for element in tree.iter():
        if element.tag == "form":
            yield (element.get("method") or "get").upper(), element.get("action", "")
        else:
            yield from (("GET", element.get(name, "")) for name in ("href", "src") if element.get(name))
