"""Finished pages, compressed once and kept by each process, so that a step costs a small server little.

Only pages that are the same for everybody who asks with the same key belong here: no name, no message, no form's token.
"""

import gzip
import hashlib
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
from flask import Flask, Response, current_app, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from outreach import i18n, web
from outreach.lessons import queries

FRESH = 60.0  # seconds until a page is drawn again: so late does another process hear of a voice approved in this one
MOST = 4_000  # pages of some 15 kB; then the shelf is emptied
PLAIN = "identity"
ON_THE_SHELF = "shelf"  # under this name the app keeps the lessons it was filled for, and the pages
EMPTY: tuple[object, dict[Hashable, "Finished"]] = (None, {})
LANGUAGE_ALONE = frozenset(["", *(f"{i18n.COOKIE}={code}" for code in i18n.LANGUAGES)])


@dataclass(frozen=True)
class Finished:
    """A page in every coding that a browser may ask for, and a mark of its content."""

    bodies: Mapping[str, bytes]
    mark: str
    mimetype: str
    until: float  # of the process's own clock

    def handed(self, accepted: str, known: str | None) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body for a browser that accepts these codings and knows a page by this mark already."""
        coding = _coding(accepted)
        mark = f'"{self.mark}-{coding}"'
        said = [("ETag", mark), ("Cache-Control", "private, no-cache"), ("Vary", "Accept-Encoding, Cookie")]
        if known == mark:
            return 304, said, b""
        said.append(("Content-Type", f"{self.mimetype}; charset=utf-8"))
        if coding != PLAIN:
            said.append(("Content-Encoding", coding))
        return 200, said, self.bodies[coding]


def answer(key: Hashable, draw: Callable[[], str], *, mimetype: str = "text/html", fresh: float = FRESH) -> Response:
    """The page of this key, drawn if it is not on the shelf; 304 where the browser has it already.

    `fresh`: seconds until it is drawn again.
    """
    shelf, key = _shelf(), (request.root_path, key)  # the prefix stands in every link, and a header may tell it
    page = _fresh(shelf, key)
    if page is None:
        page = shelf[key] = _finish(draw(), mimetype, fresh)
    if asked := passing(request.environ):
        shelf[asked] = page
    known = request.headers.get("If-None-Match") if request.method in ("GET", "HEAD") else None
    status, said, body = page.handed(request.headers.get("Accept-Encoding", ""), known)
    return Response(body, status, said)


def passing(environ: Mapping[str, Any]) -> Hashable | None:
    """What a passer-by asks for: an address alone, with no cookie but the language. None where there is more to it.

    What one of them was given, the next is given too: so the `Counter` may, without asking inside.
    """
    cookie = environ.get("HTTP_COOKIE", "")
    if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING") or cookie not in LANGUAGE_ALONE:
        return None
    return "passing", environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"], cookie


class Counter:
    """Stands before the house (WSGI) and hands passers-by what lies on the shelf, without waking anybody inside.

    Not at a desk: there files change, and only inside is that seen.
    """

    def __init__(self, app: Flask) -> None:
        self.app, self.inside = app, app.wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand out the page, or let the visitor in."""
        asked = passing(environ)
        page = _fresh(self.app.extensions.get(ON_THE_SHELF, EMPTY)[1], asked) if asked else None
        if page is None:
            return self.inside(environ, start_response)
        accepted, known = environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH")
        status, said, body = page.handed(accepted, known)
        said += web.SECURITY.items()
        if status == 200:
            said.append(("Content-Length", str(len(body))))
        start_response("200 OK" if status == 200 else "304 NOT MODIFIED", said)
        return [body]


def clear() -> None:
    """Draw every page anew: something that pages show has changed."""
    current_app.extensions.pop(ON_THE_SHELF, None)


def _fresh(shelf: Mapping[Hashable, Finished], key: Hashable) -> Finished | None:
    page = shelf.get(key)
    return page if page and page.until > time.monotonic() else None


def _finish(text: str, mimetype: str, fresh: float) -> Finished:
    plain = text.encode()
    bodies = {"br": brotli.compress(plain), "gzip": gzip.compress(plain, mtime=0), PLAIN: plain}
    return Finished(bodies, hashlib.sha256(plain).hexdigest()[:16], mimetype, time.monotonic() + fresh)


def _shelf() -> dict[Hashable, Finished]:
    """This app's pages, all of the lessons as they are now: where a file changed (at a desk), the shelf is empty."""
    lessons = queries.catalogue()
    kept = current_app.extensions.get(ON_THE_SHELF)
    if kept is None or kept[0] is not lessons or len(kept[1]) >= MOST:
        kept = current_app.extensions[ON_THE_SHELF] = (lessons, {})
    pages: dict[Hashable, Finished] = kept[1]
    return pages


@lru_cache(maxsize=256)
def _coding(accepted: str) -> str:
    """The smallest coding that this Accept-Encoding allows."""
    wanted: Accept = parse_accept_header(accepted, Accept)
    return next((coding for coding in ("br", "gzip") if wanted[coding] > 0), PLAIN)
