"""The door for machines: an area's numbers as JSON, for whoever brings a key. Errors are told as RFC 9457 says."""

import hashlib
import json
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach import clock, db, web
from outreach.accounts import attempts
from outreach.areas.models import COMMUNE, Area
from outreach.exchange import dhis2, figures, periods
from outreach.exchange.periods import NoPeriod
from outreach.feeds import keys, reading
from outreach.feeds.cursors import NoCursor

doors = Blueprint("ioc", __name__)
DOOR, ASKED = "ioc", "ioc_asked"  # of wrong keys, and of right ones: both are counted
MINUTE = timedelta(minutes=1)


class Refused(Exception):
    """No numbers: the answer to give instead."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


@doors.get("/ioc/v1/<any(coverage,days,alerts,dhis2):what>")
@web.public
@web.writes
def show(what: str) -> Response:
    """A list of the key's area, or its numbers as DHIS2 takes them."""
    s = db.session()
    try:
        area = _area(s)
        answer = _sets(s, area) if what == reading.SETS else _list(s, area, what)
    except Refused as refused:
        answer = refused.answer
    s.commit()  # what is noted of keys, wrong ones too
    return answer


def _area(s: Session) -> Area:
    """The area of the key that was brought. Raises Refused: wrong keys are counted, as wrong passwords are, and so is
    how often a right one asks.
    """
    kind, _blank, shown = request.headers.get("Authorization", "").partition(" ")
    shown = shown.strip() if kind.lower() == "bearer" else ""
    address = request.remote_addr or ""
    until = attempts.locked_until(s, DOOR, shown, address)
    if until:
        said = _("Wrong keys were tried too often. Please wait a while.")
        raise Refused(_too_many(until, _("Too many attempts"), said))
    found = keys.opened_by(s, shown) if shown else None
    if found is None:
        if shown:
            attempts.failed(s, DOOR, shown, address)
        raise Refused(_no_key())
    key, area = found
    until = attempts.asked(s, ASKED, str(key.id), keys.PER_MINUTE, MINUTE)
    if until:
        said = _("A key may ask %(number)s times a minute. Please wait a moment.", number=keys.PER_MINUTE)
        raise Refused(_too_many(until, _("Too many requests"), said))
    return area


def _list(s: Session, area: Area, what: str) -> Response:
    chosen = reading.LISTS[what]
    try:
        piece = chosen.read(s, area, request.args.get("since", ""), reading.MOST)
    except NoCursor:
        raise Refused(_not_understood(_("“since” must be what “next” said before, or be left out."))) from None
    told = {chosen.name: piece.rows, "next": piece.next, "more": piece.more}
    as_of = reading.moment(reading.as_of(s))
    mark = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]  # of what is told, not of when
    return _json({"area": area.code, "as_of": as_of, **told}, mark, as_of or "")


def _sets(s: Session, area: Area) -> Response:
    today = clock.today()
    try:
        period = periods.parse(request.args.get("period") or periods.of_month(today).text, today)
    except NoPeriod:
        said = _("“period” must be a month like 202611 or a quarter like 2026Q4 that has begun.")
        raise Refused(_not_understood(said)) from None
    body = dhis2.data_value_set(figures.figures(s, area, COMMUNE, period), period)
    return _json(body, hashlib.sha256(json.dumps(body).encode()).hexdigest()[:32])


def _json(body: dict[str, Any], mark: str, as_of: str = "") -> Response:
    """An answer that is not sent again to whoever has it; its header says anew up to when it is complete."""
    response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    response.set_etag(mark, weak=True)
    if as_of:
        response.headers["Outreach-As-Of"] = as_of
    return web.unless_known(response)


def _no_key() -> Response:
    said = _("Send “Authorization: Bearer” with a key that is in use. An official makes keys on the page /ioc.")
    response = _problem(401, _("This key opens nothing"), said)
    response.headers["WWW-Authenticate"] = 'Bearer realm="ioc"'
    return response


def _too_many(until: datetime, title: str, said: str) -> Response:
    response = _problem(429, title, said)
    response.headers["Retry-After"] = str(max(1, ceil((until - clock.now()).total_seconds())))
    return response


def _not_understood(said: str) -> Response:
    return _problem(400, _("This request could not be understood"), said)


def _problem(status: int, title: str, detail: str) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json")
