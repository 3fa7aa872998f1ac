"""Which shared device this is, if it is one: its cookie holds a long random token, of which only the digest is kept."""

import hashlib

from flask import g, request
from sqlalchemy import select

from outreach import db
from outreach.learning.models import Kiosk

COOKIE = "kiosk"


def told() -> bool:
    """Whether this browser says that it is a shared device; it may have been ended since."""
    return COOKIE in request.cookies


def current() -> Kiosk | None:
    """The shared device that asks, in one query; None for everybody's own phones, and for a device that was ended."""
    if "kiosk" not in g:
        g.kiosk = by_token(request.cookies[COOKIE]) if told() else None
    found: Kiosk | None = g.kiosk
    return found


def by_token(token: str) -> Kiosk | None:
    """The device in use that holds this token."""
    held = select(Kiosk).where(Kiosk.token == digest(token), Kiosk.ended_at.is_(None))
    return db.session().scalars(held).one_or_none()


def digest(token: str) -> str:
    """What is kept of a token: SHA-256, 64 hexadecimal digits. The token is random, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
