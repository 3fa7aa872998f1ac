"""Slowing down those who guess: failed tries are rows, counted for the phone (or card) and for the network address.

Five failures for one phone within 15 minutes close the door to that phone for 15 minutes, whoever it belongs to and
whether the next guess is right; thirty from one network address close it to that address. Phones and addresses are
kept only as keyed digests, and not longer than a day. Machines that may enter are counted too: how often they ask.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Attempt

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
PER_PERSON = 5
PER_ADDRESS = 30  # a whole office or a mobile carrier's gateway may share one


def locked_until(s: Session, door: str, person: str, address: str) -> datetime | None:
    """When this phone (or card) or network address may try this door again; None when it may now."""
    ends = [_ends(s, door, person, PER_PERSON), _ends(s, door, _network(address), PER_ADDRESS)]
    return max((end for end in ends if end), default=None)


def failed(s: Session, door: str, person: str, address: str) -> None:
    """Count one failure. The caller commits, although nothing else was done."""
    s.execute(delete(Attempt).where(Attempt.at < clock.now() - KEPT))
    s.add_all(Attempt(door=door, who=_digest(who), at=clock.now()) for who in (person, _network(address)))
    s.flush()


def asked(s: Session, door: str, who: str, most: int, within: timedelta) -> datetime | None:
    """Count one asking of somebody who may; where there were `most` within that time already, it is not counted, and
    given is when the next is due. What is older is forgotten. The caller commits.
    """
    own, now = (Attempt.door == door, Attempt.who == _digest(who)), clock.now()
    s.execute(delete(Attempt).where(*own, Attempt.at <= now - within))
    first, many = s.execute(select(func.min(Attempt.at), func.count()).where(*own)).one()
    if many >= most:
        return first + within
    s.add(Attempt(door=door, who=_digest(who), at=now))
    s.flush()
    return None


def forget(s: Session, door: str, person: str) -> None:
    """The person came in: earlier failures no longer count (the network address's still do)."""
    s.execute(delete(Attempt).where(Attempt.door == door, Attempt.who == _digest(person)))


def _ends(s: Session, door: str, who: str, most: int) -> datetime | None:
    """The lock lasts from the newest of `most` failures that fell into one window."""
    query = select(Attempt.at).where(Attempt.door == door, Attempt.who == _digest(who))
    latest = s.scalars(query.order_by(Attempt.at.desc()).limit(most)).all()
    if len(latest) < most or latest[0] - latest[-1] > WINDOW or latest[0] + WINDOW <= clock.now():
        return None
    return latest[0] + WINDOW


def _network(address: str) -> str:
    """One customer of IPv6 has a whole /64, so that is what is counted."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"net:{address}"
    wide = isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None
    return f"net:{ip_network((int(parsed), 64), strict=False)}" if wide else f"net:{parsed}"


def _digest(who: str) -> str:
    return hmac.new(current_app.config["SECRET_KEY"].encode(), f"attempt:{who}".encode(), hashlib.sha256).hexdigest()
