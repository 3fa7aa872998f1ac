"""The picker: find a province, commune or village by today's name or by an old one."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from outreach import db, web
from outreach.areas import queries
from outreach.areas.models import COMMUNE, KINDS, Area
from outreach.lib import words

doors = Blueprint("areas", __name__)
LEAST = 2  # letters: one alone would find half the country


@doors.get("/khu-vuc/tim")
@web.public
def index() -> Response:
    """Search for a place; each hit leads `back` with `?area=CODE`. Names of places are public."""
    s = db.session()
    typed, back = request.args.get("q", "").strip(), web.own_address(request.args.get("back"))
    kinds = [kind for kind in request.args.getlist("kinds") if kind in KINDS] or [COMMUNE]
    inside = _inside(request.args.get("inside"))
    enough = len(words.fold(typed)) >= LEAST
    found = queries.search(s, typed, kinds=kinds, inside=inside) if enough else []
    hits = [(hit, _address(back, hit.area)) for hit in found]
    return web.page(
        "areas/index.html", "places", hits=hits, enough=enough, typed=typed, back=back, kinds=kinds, inside=inside
    )


def _inside(code: str | None) -> Area | None:
    return web.or_404(queries.by_code(db.session(), code)) if code else None


def _address(back: str | None, area: Area) -> str:
    if back is None:
        return ""
    return f"{back}{'&' if '?' in back else '?'}{urlencode({'area': area.code})}"
