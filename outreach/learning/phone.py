"""Which learner this phone is (a cookie with nothing but a random token), and what its pages stand in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, request, url_for
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts import access
from outreach.areas.models import Area
from outreach.learning import device, queries
from outreach.learning.models import Learner

COOKIE = "learner"
KEPT = 365 * 86400  # seconds, counted anew each time something is learned
DESK = "help desk"  # under this name the app keeps who knows the number of a commune's
Desk = Callable[[Session, Area], str | None]
OLDEST = timedelta(days=60)  # what a phone has kept for longer is taken as done today: its clock is likelier wrong


def learner(s: Session) -> Learner | None:
    """Who learns on this phone; None for somebody who has not begun, or whose browser keeps nothing."""
    return queries.learner(s, request.cookies.get(COOKIE))


def moment() -> datetime:
    """When the deed was done: the phone's own time (`at`) where it tells one that can be true, else now."""
    now = clock.now()
    try:
        told = datetime.fromisoformat(request.form.get("at", ""))
    except ValueError:
        return now
    return told if told.tzinfo and now - OLDEST <= told <= now else now


def deed() -> str | None:
    """The mark (`client_id`) by which the phone knows this deed again, if it has given one: a UUID."""
    try:
        return str(UUID(request.form.get("client_id", "")))
    except ValueError:
        return None


def remember(response: Response, who: Learner) -> Response:
    """Let this phone be known again for a year."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(COOKIE, who.token, max_age=KEPT, httponly=True, samesite="Lax", secure=secure)
    return response


def forget(response: Response) -> Response:
    """This phone no longer knows who learned on it."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response


def place(who: Learner | None) -> Area | None:
    """Where the person lives, as far as this phone knows: the card's village, or the place a colleague works for.

    On a shared device: the commune it stands in.
    """
    account, kiosk = access.me_or_none(), device.current()
    if who is not None and who.member is not None:
        return who.member.household.village
    if kiosk is not None:
        return kiosk.area
    return account.area if account else None


def helper(who: Learner | None = None) -> str:
    """Whom this phone calls for help: the group leader of its member's village, else the commune's help desk, else the
    Portal's line.

    By `who` where that is known already, else by the cookie: one query, and none for a phone that has no cookie. Where
    a village has no leader, the help desk costs some more.
    """
    token = request.cookies.get(COOKIE)
    if who is None and token:
        return _number(*queries.helper_of(db.session(), token))
    return _number_for(db.session(), who)


def frame(s: Session, who: Learner | None) -> dict[str, Any]:
    """Whom to call from here, and where the first page is: their own for staff, the residents' for everybody else."""
    at_home = access.home_address() if access.me_or_none() else url_for("learning.home")
    return {"call_phone": _number_for(s, who), "home_url": at_home, "who": who}


def ask_before_the_line(app: Flask, desk: Desk) -> None:
    """From a room above, which knows the help desks: ask it for a number before the Portal's line is given."""
    app.extensions[DESK] = desk


def _number_for(s: Session, who: Learner | None) -> str:
    member = who.member if who else None
    return _number(member.household.village if member else None, queries.helper_phone(s, member))


def _number(village: Area | None, leader: str | None) -> str:
    desk: Desk | None = current_app.extensions.get(DESK)
    near = desk(db.session(), village) if desk and village and not leader else None
    return leader or near or str(current_app.config["SUPPORT_PHONE"])
