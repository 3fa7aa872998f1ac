"""Doors of village boundaries: choose households, look at what would happen, move them."""

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.groups import boundaries
from outreach.groups.handing_views import doors
from outreach.visits import lanes

__all__ = ["doors"]


@doors.get("/to/ranh-gioi")
@web.allow(OFFICIAL)
def choose() -> Response:
    """A village lane by lane, to choose the households that belong to another."""
    return _choose(_old())


@doors.post("/to/ranh-gioi/xem")
@web.allow(OFFICIAL)
def preview_move() -> Response:
    """What would happen; nothing is written yet."""
    s, old, new = db.session(), _old(), _new()
    held = lanes.lanes(s, me(), old) if old else []
    houses = boundaries.chosen(held, set(request.form.getlist("lane")), _ids())
    if old is None or new is None or new.id == old.id or not houses:
        return _choose(old, 422, _("Choose at least one household, and another village to move them to."))
    return web.page("groups/boundary_preview.html", plan=boundaries.plan(s, old, new, houses))


@doors.post("/to/ranh-gioi")
@web.allow(OFFICIAL)
def move() -> Response:
    """Move them, from now on."""
    s, old, new = db.session(), _old(), _new()
    if old is None or new is None or new.id == old.id:
        return _choose(old, 422, _("Choose at least one household, and another village to move them to."))
    moved = boundaries.move(s, me(), old, new, sorted(_ids()))
    s.commit()
    done = ngettext("%(num)s household stands in %(village)s now.", "%(num)s households stand in %(village)s now.",
                    moved, village=new.full_name)  # fmt: skip
    flash(done, "success")
    return web.see_other(url_for("groups.choose", thon=new.id))


def _choose(old: Area | None, status: int = 200, fault: str = "") -> Response:
    s = db.session()
    villages = areas.villages(s, me().area)
    chosen = old or (villages[0] if villages else None)
    return web.page(
        "groups/boundaries.html", status=status, villages=villages, old=chosen, fault=fault,
        lanes=lanes.lanes(s, me(), chosen) if chosen else [],
    )  # fmt: skip


def _old() -> Area | None:
    return _of_mine("thon")


def _new() -> Area | None:
    return _of_mine("sang")


def _of_mine(name: str) -> Area | None:
    """A village of the asker's commune named by the address or the form; 404 for another's, None when none is said."""
    wanted = request.values.get(name, type=web.whole)
    if wanted is None:
        return None
    return web.or_404(next((one for one in areas.villages(db.session(), me().area) if one.id == wanted), None))


def _ids() -> set[int]:
    return set(request.form.getlist("home", type=web.whole))
