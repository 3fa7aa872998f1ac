"""Pages and fragments, signs on doors, headers: what every room's views share."""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.wrappers import Request
from flask_babel import gettext as _
from flask_htmx import HTMX
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from outreach.lib import scripts

V = TypeVar("V", bound=Callable[..., Any])
PUBLIC = "public"
MOST_TYPED = 1024 * 1024  # bytes of a form; an uploaded list is not counted
LARGEST = 2**31 - 1  # what an integer column holds
BENT = re.compile(r"[\\\x00-\x20\x7f]")  # browsers drop tabs and line ends, and read a backslash as a slash
htmx = HTMX()
csrf = CSRFProtect()


def public(view: V) -> V:
    """Sign: anybody may enter."""
    view.sign = PUBLIC  # type: ignore[attr-defined]
    return view


def allow(*roles: str) -> Callable[[V], V]:
    """Sign: signed-in people of these roles may enter. The porter (accounts.access) reads it."""

    def hang(view: V) -> V:
        view.sign = roles  # type: ignore[attr-defined]
        return view

    return hang


def writes(view: V) -> V:
    """Mark a GET door that writes (a wrong card code is counted), so that SQLite takes the write lock first."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def same_origin(view: V) -> V:
    """Second sign, on a learner's small deed: it carries no token, but it must come from a page of our own.

    So its page may be kept on the phone and is the same for everybody (docs/decisions/009-same-origin.md).
    """
    view.same_origin = True  # type: ignore[attr-defined]
    return view


def by_machine(view: V) -> V:
    """Second sign, on a webhook: it carries no token of ours, for the machine that calls signs what it says."""
    view.by_machine = True  # type: ignore[attr-defined]
    return view


def page(template: str, block: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """Answer with the page, or with one of its blocks when htmx asks for less than a page."""
    if block and htmx and not htmx.boosted:
        response = make_response(render_block(template, block, **context), status)
    else:
        response = make_response(render_template(template, **context), status)
    response.vary.add("HX-Request")
    return response


def unless_known(response: Response) -> Response:
    """Figures a browser has already are not sent again (see components/refresh.html). For what names nobody, since a
    browser may keep it.
    """
    response.add_etag(weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def see_other(address: str) -> Response:
    """After a deed: go and look there (303; htmx is told to load the page anew)."""
    if htmx:
        return Response(status=204, headers={"HX-Redirect": address})
    return make_response(redirect(address, 303))


def own_address(address: str | None) -> str | None:
    """An address of this house that may be gone back to; whatever a browser could read as another host's is dropped."""
    if not address or not address.startswith("/") or address.startswith("//") or BENT.search(address):
        return None
    return address


def whole(typed: str) -> int:
    """A number from an address (`type=whole`), if a column of the database can hold it. Raises ValueError."""
    number = int(typed)
    if abs(number) > LARGEST:
        raise ValueError(typed)
    return number


class House(Flask):
    """An app whose own scripts go out slim."""

    def send_static_file(self, filename: str) -> Response:
        """A file of the static folder; one of our scripts without what only people read."""
        file = Path(self.static_folder or "") / filename
        own = file.suffix == ".js" and file.parent == Path(self.static_folder or "")
        if not own or not file.exists():
            return super().send_static_file(filename)
        response = Response(scripts.slim(file), mimetype="text/javascript")
        response.add_etag()
        response.make_conditional(request)
        return response


class _Sessions(SecureCookieSessionInterface):
    """The usual signed cookie; whoever brings none costs no signature."""

    get_signing_serializer = lru_cache(maxsize=1)(SecureCookieSessionInterface.get_signing_serializer)  # asked twice

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class _BoundedInteger(IntegerConverter):
    """`<int:id>` of an address: what no row can have is no page, and no page has two addresses ("3", but not "03")."""

    regex = "(?:0|[1-9][0-9]{0,9})"  # \d would take the digits of every script

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


def static(path: str) -> str:
    """A static file's address with a mark of its content, so that it may be kept for a year."""
    return url_for("static", filename=path, v=_mark(Path(current_app.static_folder or "") / path))


@cache
def picture_address(path: str) -> str:
    """A small SVG file as an address that holds it, so that it costs no request of its own."""
    drawn = (Path(current_app.static_folder or "") / path).read_text(encoding="utf-8").strip().replace('"', "'")
    return "data:image/svg+xml," + quote(drawn, safe="/:=(),;-")


@cache
def _mark(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.exists() else "0"


def has_htmx() -> bool:
    """Whether the front-end files were fetched; without them every page still works."""
    return (Path(current_app.static_folder or "") / "vendor" / "htmx.min.js").exists()


SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


def init_app(app: Flask) -> None:
    """Give the app its globals, headers and error pages."""
    app.url_map.converters["int"] = _BoundedInteger
    app.session_interface = _Sessions()
    app.before_request(_readable)
    app.before_request(_from_here)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # `_from_here` asks, since it knows who needs no token
    htmx.init_app(app)
    csrf.init_app(app)
    app.jinja_env.globals.update(static=static, picture_address=picture_address, has_htmx=has_htmx)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(Exception, _crash)


def _readable() -> None:
    """Refuse what nobody types: a form without end, and the character NUL, which PostgreSQL cannot keep."""
    if request.method == "POST" and request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_TYPED
    typed = [*request.args.listvalues(), *(request.form.listvalues() if request.method == "POST" else ())]
    if any("\0" in text for text in (request.path, *request.cookies.values(), *chain.from_iterable(typed))):
        abort(400)


def _from_here() -> None:
    """Refuse a deed that another site may have sent: by its token, or by the browser's word where its door says so."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "by_machine", False):
        return
    if not getattr(view, "same_origin", False):
        if current_app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()
    elif not _own_page_sends():
        abort(400)


def _own_page_sends() -> bool:
    """By what a browser itself says and no foreign page can change; the newest of the three that is there decides."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    try:
        sender = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "").netloc
    except ValueError:  # no address at all, such as "http://[x"
        return False
    return sender in (request.host, urlsplit(current_app.config["SETTINGS"].public_base_url).netloc)


def _headers(response: Response) -> Response:
    said = {name for name, _value in response.headers}
    for name, value in SECURITY.items():
        if name not in said:
            response.headers.add(name, value)
    if request.endpoint == "static":
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = 365 * 86400 if request.args.get("v") else 300
        response.cache_control.immutable = bool(request.args.get("v"))
    elif "Cache-Control" not in said:
        response.headers.add("Cache-Control", "no-store")  # pages, tables and reports alike
    return response


def _texts(code: int) -> tuple[str, str]:
    if code == 403:
        return _("This page is not for your role"), _(
            "Nothing has changed. Ask your group leader or commune official if you think this is wrong."
        )
    if code == 404:
        return _("There is no such page here"), _(
            "The address may be wrong, or the page belongs to another area. Nothing has changed."
        )
    if code == 413:
        return _("The file is too large"), _(
            "Nothing has been stored. Split the list into smaller files and upload them one by one."
        )
    if code == 429:
        return _("Too many attempts"), _("Please wait a few minutes and try again. Nothing has been lost.")
    return _("This request could not be understood"), _("Nothing has been stored. Go back and try once more.")


def _http_error(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400 or error.response is not None:
        return error
    if code >= 500:
        return _crash(error)
    title, text = _texts(code)
    return page("errors.html", status=code, code=code, title=title, text=text)


def _csrf_error(error: CSRFError) -> Response:
    text = _("What you typed is still in your browser: go back, reload the page and send it again.")
    return page("errors.html", status=400, code=400, title=_("The page had been open too long"), text=text)


def _crash(error: Exception) -> Response:
    current_app.logger.exception("a request failed: %s", request.path)
    if current_app.testing:
        raise error
    text = _("This is our fault, not yours. What was saved before is safe. Please try again in a few minutes.")
    return page("errors.html", status=500, code=500, title=_("Something went wrong here"), text=text)


T = TypeVar("T")


def or_404(found: T | None) -> T:
    """What was looked up, or 404: what is out of scope does not exist for the one who asks."""
    if found is None:
        abort(404)
    return found
