"""The porter: who is asking, may they enter this door, what may they see."""

from typing import NamedTuple, cast

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, load_only

from outreach import clock, db, web
from outreach.accounts.models import ADMIN, AGENT, LEADER, OFFICIAL, PROVINCE, VOLUNTEER, Account
from outreach.areas.models import Area

RENEWED = "renewed"  # when a session was prolonged: once a day, since a late answer could undo a signing out
# Written once, with what almost every page needs and no more: every request of staff asks it.
BY_NUMBER = (
    select(Account)
    .where(Account.id == bindparam("number"))
    .options(
        load_only(Account.name, Account.role, Account.area_id, Account.language, Account.epoch, Account.suspended_at),
        joinedload(Account.area).load_only(Area.kind, Area.type, Area.name, Area.path, Area.parent_id),
    )
)


def me() -> Account:
    """Who is signed in; only behind a door with `@allow`."""
    return cast(Account, current_user._get_current_object())  # not the proxy, which looks it up at every word


def me_or_none() -> Account | None:
    """Who is signed in, if anybody; a session without a name need not be looked up."""
    if "_user_id" not in session:
        return None
    return me() if current_user.is_authenticated else None


def sees(account: Account, area: Area) -> bool:
    """Whether the account's area is this one or stands above it."""
    return account.area.contains(area)


class Door(NamedTuple):
    """An entry of the navigation. `beside`: rooms whose pages are reached from there, too."""

    endpoint: str
    text: str
    icon: str
    roles: tuple[str, ...]
    beside: tuple[str, ...] = ()


BESIDE_MESSAGES = ("money", "wordings", "rules", "classes", "days")
BESIDE_OVERVIEW = ("plans", "poverty")
NAVIGATION = (
    Door("visits.index", _l("Today"), "home", (LEADER, VOLUNTEER)),
    Door("coverage.home", _l("Overview"), "chart", (ADMIN, PROVINCE, OFFICIAL, LEADER, VOLUNTEER), BESIDE_OVERVIEW),
    Door("households.index", _l("Households"), "people", (OFFICIAL, LEADER, VOLUNTEER, AGENT)),
    Door("groups.index", _l("Groups"), "people", (OFFICIAL, LEADER)),
    Door("review.index", _l("My visits"), "calendar", (VOLUNTEER,)),
    Door("assessments.index", _l("Confirm"), "check", (OFFICIAL, LEADER)),
    Door("learning.index", _l("Lessons"), "book", (OFFICIAL, LEADER, VOLUNTEER, AGENT)),
    Door("helpdesk.index", _l("Help points"), "map-pin", (OFFICIAL, LEADER, VOLUNTEER, AGENT)),
    Door("voices.index", _l("Lessons read aloud"), "speaker", (ADMIN, PROVINCE)),
    Door("accounts.index", _l("Staff"), "person", (ADMIN, PROVINCE, OFFICIAL, LEADER)),
    Door("operations.home", _l("Operations"), "eye", (ADMIN, PROVINCE, OFFICIAL, LEADER), ("alerts",)),
    Door("sms.index", _l("Messages"), "sms", (ADMIN, PROVINCE, OFFICIAL), BESIDE_MESSAGES),
)


class Entry(NamedTuple):
    """What the header shows of a door."""

    endpoint_url: str
    text: str
    icon: str
    current: bool


def navigation() -> list[Entry]:
    """The doors this person's role opens, in order."""
    account = me_or_none()
    if account is None:
        return []
    own = request.path.startswith(url_for("accounts.account"))  # one's own account is nobody's among the staff
    room = "" if own else (request.endpoint or "").split(".")[0]
    return [
        Entry(url_for(d.endpoint), d.text, d.icon, room in (d.endpoint.split(".")[0], *d.beside))
        for d in NAVIGATION
        if account.role in d.roles and d.endpoint in current_app.view_functions
    ]


def may_open(endpoint: str) -> bool:
    """Whether there is such a door and its sign lets in whoever is signed in: what a page may offer to go to."""
    sign = getattr(current_app.view_functions.get(endpoint), "sign", ())
    account = me_or_none()
    return sign == web.PUBLIC or (account is not None and account.role in sign)


class FootLink(NamedTuple):
    """What the foot of a page offers about one's account; `post` ones are buttons."""

    endpoint_url: str
    text: str
    icon: str
    post: bool = False


def account_navigation() -> list[FootLink]:
    """Account and signing out for those who are in; the staff's door for those who are not."""
    if me_or_none() is None:
        at_the_door = request.endpoint in ("accounts.sign_in", "accounts.create_session")
        return [] if at_the_door else [FootLink(url_for("accounts.sign_in"), _l("Staff sign in"), "lock")]
    return [
        FootLink(url_for("accounts.account"), _l("My account"), "settings"),
        FootLink(url_for("accounts.sign_out"), _l("Sign out"), "logout", post=True),
    ]


def home_address() -> str:
    """Where a person of this role begins; for strangers the residents' first page."""
    if me_or_none() is None:
        return url_for("learning.home" if "learning.home" in current_app.view_functions else "accounts.sign_in")
    entries = navigation()
    return entries[0].endpoint_url if entries else url_for("accounts.account")


def init_app(app: Flask) -> None:
    """Put the porter at the door."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    app.before_request(_porter)
    app.context_processor(_context)
    app.jinja_env.globals["may_open"] = may_open


def _load(mark: str) -> Account | None:
    number, _dot, epoch = mark.partition(".")
    account = db.session().scalars(BY_NUMBER, {"number": int(number)}).one_or_none() if number.isdecimal() else None
    if account is None or str(account.epoch) != epoch or not account.is_active:
        return None
    today = clock.today().isoformat()
    if session.permanent and session.get(RENEWED) != today:
        session[RENEWED] = today
    return account


def _context() -> dict[str, object]:
    return {
        "me": me_or_none(), "nav": navigation(), "account_nav": account_navigation(), "home_url": home_address(),
        "support_phone": current_app.config["SUPPORT_PHONE"],
    }  # fmt: skip


def _porter() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    g.writes = getattr(view, "writes", False)
    sign = getattr(view, "sign", None)
    if sign == web.PUBLIC:
        return None
    if sign is None:
        abort(403)
    if not current_user.is_authenticated:
        return _to_sign_in()
    if me().role not in sign:
        abort(403)
    return None


def _to_sign_in() -> Response:
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    address = url_for("accounts.sign_in", next=back)
    if web.htmx:
        return Response(status=401, headers={"HX-Redirect": address})
    if request.is_json:  # a script asks, and keeps what it has until somebody has signed in
        return Response('{"error":"sign_in"}', 401, mimetype="application/json")
    return cast(Response, redirect(address, 303))
