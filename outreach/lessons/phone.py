"""Which learner this phone is (a cookie with nothing but a random token), and what its pages stand in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, current_app, request, url_for
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts import access
from outreach.areas.models import Area
from outreach.lessons import device, queries
from outreach.lessons.models import Learner

COOKIE = "learner"
KEPT = 365 * 86400  # seconds, counted anew each time something is learned
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
    """Whom this phone calls for help: the group leader of its member's village, else the Portal's line.

    By `who` where that is known already, else by the cookie: one query, and none for a phone that has no cookie.
    """
    token, found = request.cookies.get(COOKIE), None
    if who is not None:
        found = queries.helper_phone(db.session(), who.member)
    elif token:
        found = queries.helper_of(db.session(), token)
    return found or str(current_app.config["SUPPORT_PHONE"])


def frame(s: Session, who: Learner | None) -> dict[str, Any]:
    """Whom to call from here, and where the first page is: their own for staff, the residents' for everybody else."""
    found = queries.helper_phone(s, who.member if who else None)
    at_home = access.home_address() if access.me_or_none() else url_for("lessons.home")
    return {"call_phone": found or current_app.config["SUPPORT_PHONE"], "home_url": at_home, "who": who}
