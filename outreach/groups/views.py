"""Doors of leading a group: the groups of a commune, one group, and what lies behind a person's numbers."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from outreach import clock, db, web
from outreach.accounts import access
from outreach.accounts import registering as staff
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import FIELD, LEADER, OFFICIAL, Account
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.groups import handing_over, links, names, people, queries
from outreach.groups.figures import Group, periods
from outreach.groups.handing_over import News
from outreach.review import names as review
from outreach.visits import names as visits

doors = Blueprint("groups", __name__)
CHIEFS = (OFFICIAL, LEADER)
NEVER = 10**6  # days: longer than any
ORDERS = {  # worst first, but for the name
    "last": lambda one: (-(one.days if one.days is not None else NEVER), -one.silent, one.village.sort_key),
    "name": lambda one: one.village.sort_key,
    "week": lambda one: (one.week, one.village.sort_key),
    "month": lambda one: (one.month, one.village.sort_key),
    "cared": lambda one: (one.cared - one.homes, one.village.sort_key),
    "overdue": lambda one: (-one.overdue, one.village.sort_key),
    "phones": lambda one: (-one.unwell, one.village.sort_key),
}


@doors.app_template_global("taken_over")
def _taken_over() -> list[News]:
    """What who reads the page took over within a week."""
    account = me_or_none()
    return handing_over.taken_over(db.session(), account) if account and account.role in FIELD else []


@doors.app_template_global("hand_over_address")
def _hand_over_address(person: Account) -> str:
    """Where the person's work is handed over; "" for who does not go from door to door, or is not managed here."""
    managed = person.role in FIELD and me().role in CHIEFS and staff.may_manage(me(), person)
    return url_for("groups.new", account_id=person.id) if managed else ""


@doors.get("/to")
@web.allow(*CHIEFS)
def index() -> Response:
    """A leader's own group; an official's, each in a line, those where nobody has come for the longest time first."""
    found = queries.groups(db.session(), me().area)
    if me().area.kind == VILLAGE:
        return _group(found[0])
    order = request.args.get("xep", "last")
    order = order if order in ORDERS else "last"
    found.sort(key=ORDERS[order])
    return web.page(
        "groups/index.html", groups=found, names=names, now=clock.now(), order=order, when=periods(),
        cards=links.cards(me().role), to=links.to, review=review,
    )  # fmt: skip


@doors.get("/to/thon/<code>")
@web.allow(*CHIEFS)
def show(code: str) -> Response:
    """The group of one village."""
    s = db.session()
    village = web.or_404(_village(areas.by_code(s, code)))
    return _group(queries.groups(s, village)[0])


@doors.get("/to/nguoi/<int:account_id>")
@web.allow(*CHIEFS)
def person(account_id: int) -> Response:
    """What lies behind one person's numbers; `xem` says which list."""
    s = db.session()
    who = web.or_404(people.find(s, me(), account_id))
    page = people.listing(s, me(), who, request.args.get("xem", ""), request.args.get("trang", 1, type=web.whole))
    manages = staff.may_manage(me(), who)
    return web.page(
        "groups/person.html", who=who, page=page, names=names, visits=visits, phones=people.phones(s, me(), who),
        manages=manages, handed=handing_over.handed(s, who) if manages else None, to=links.to,
    )  # fmt: skip


def _village(area: Area | None) -> Area | None:
    there = area is not None and area.kind == VILLAGE and area.valid_to is None and access.sees(me(), area)
    return area if there else None


def _group(group: Group) -> Response:
    shown: dict[str, Any] = {"cards": links.cards(me().role) if me().role == LEADER else []}
    return web.page(
        "groups/show.html", group=group, names=names, now=clock.now(), when=periods(), to=links.to,
        review=review, **shown,
    )  # fmt: skip
