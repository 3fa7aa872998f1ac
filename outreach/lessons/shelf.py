"""Finished pages, compressed once and kept by each process, so that a step costs a small server little.

Only pages that are the same for everybody who asks with the same key belong here: no name, no message, no form's token.
"""

import gzip
import hashlib
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import brotli
from flask import Response, current_app, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from outreach.lessons import queries

FRESH = 60.0  # seconds until a page is drawn again: so late does another process hear of a voice approved in this one
MOST = 4_000  # pages of some 10 kB; then the shelf is emptied
PLAIN = "identity"
ON_THE_SHELF = "shelf"  # under this name the app keeps it


@dataclass(frozen=True)
class Finished:
    """A page in every coding that a browser may ask for, and a mark of its content."""

    bodies: Mapping[str, bytes]
    mark: str
    until: float  # of the process's own clock


def answer(
    key: Hashable, draw: Callable[[], str], *, mimetype: str = "text/html", fresh: float = FRESH
) -> Response:
    """The page of this key, drawn if it is not on the shelf; 304 where the browser has it already.

    `fresh`: seconds until it is drawn again.
    """
    page = _take(key) or _keep(key, draw(), fresh)
    coding = _coding(request.headers.get("Accept-Encoding", ""))
    mark = f'"{page.mark}-{coding}"'
    said = [("ETag", mark), ("Cache-Control", "private, no-cache"), ("Vary", "Accept-Encoding, Cookie")]
    if request.headers.get("If-None-Match") == mark and request.method in ("GET", "HEAD"):
        return Response(status=304, headers=said)
    if coding != PLAIN:
        said.append(("Content-Encoding", coding))
    return Response(page.bodies[coding], headers=said, mimetype=mimetype)


def clear() -> None:
    """Draw every page anew: something that pages show has changed."""
    current_app.extensions.pop(ON_THE_SHELF, None)


def _take(key: Hashable) -> Finished | None:
    page = _shelf().get(key)
    return page if page and page.until > time.monotonic() else None


def _keep(key: Hashable, text: str, fresh: float) -> Finished:
    plain = text.encode()
    bodies = {"br": brotli.compress(plain), "gzip": gzip.compress(plain, mtime=0), PLAIN: plain}
    page = Finished(bodies, hashlib.sha256(plain).hexdigest()[:16], time.monotonic() + fresh)
    shelf = _shelf()
    if len(shelf) >= MOST:
        shelf.clear()
    shelf[key] = page
    return page


def _shelf() -> dict[Hashable, Finished]:
    """This app's pages, all of the lessons as they are now: where a file changed (at a desk), the shelf is empty."""
    lessons = queries.catalogue()
    kept = current_app.extensions.get(ON_THE_SHELF)
    if kept is None or kept[0] is not lessons:
        kept = current_app.extensions[ON_THE_SHELF] = (lessons, {})
    pages: dict[Hashable, Finished] = kept[1]
    return pages


@lru_cache(maxsize=256)
def _coding(accepted: str) -> str:
    """The smallest coding that this Accept-Encoding allows."""
    wanted: Accept = parse_accept_header(accepted, Accept)
    return next((coding for coding in ("br", "gzip") if wanted[coding] > 0), PLAIN)
