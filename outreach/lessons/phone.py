"""Which learner this phone is (a cookie with nothing but a random token), and what its pages stand in."""

from typing import Any

from flask import Response, current_app, request, url_for
from sqlalchemy.orm import Session

from outreach.accounts import access
from outreach.areas.models import Area
from outreach.lessons import queries
from outreach.lessons.models import Learner

COOKIE = "learner"
KEPT = 365 * 86400  # seconds, counted anew each time something is learned


def learner(s: Session) -> Learner | None:
    """Who learns on this phone; None for somebody who has not begun, or whose browser keeps nothing."""
    return queries.learner(s, request.cookies.get(COOKIE))


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
    """Where the person lives, as far as this phone knows: the card's village, or the place a colleague works for."""
    account = access.me_or_none()
    if who is not None and who.member is not None:
        return who.member.household.village
    return account.area if account else None


def frame(s: Session, who: Learner | None) -> dict[str, Any]:
    """Whom to call from here, and where the first page is: their own for staff, the residents' for everybody else."""
    helper = queries.helper_phone(s, who.member if who else None)
    at_home = access.home_address() if access.me_or_none() else url_for("lessons.home")
    return {"call_phone": helper or current_app.config["SUPPORT_PHONE"], "home_url": at_home, "who": who}
