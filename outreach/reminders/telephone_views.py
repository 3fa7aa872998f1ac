"""Doors of the telephone list: whom no message reaches this week, on the screen and on paper."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import clock, db, pdf, web
from outreach.accounts import audit
from outreach.accounts.access import me, sees
from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.reminders import telephone, telephone_names

doors = Blueprint("telephone", __name__)
CALLERS = (OFFICIAL, LEADER, VOLUNTEER)


@doors.get("/danh-sach-goi")
@web.allow(*CALLERS)
def index() -> Response:
    """The list of one's village; for a commune its villages with how many, or one of them (`?thon=` its code)."""
    s, village = db.session(), _village()
    if village is None:
        counts = telephone.counts(s, me())
        villages = [(one, counts.get(one.id, 0)) for one in areas.villages(s, me().area)]
        return web.page("reminders/telephone_villages.html", villages=villages, total=sum(counts.values()))
    rows = telephone.rows(s, me(), village)
    return web.page("reminders/telephone.html", village=village, rows=rows, names=telephone_names)


@doors.get("/danh-sach-goi.pdf")
@web.allow(*CALLERS)
@web.writes
def show() -> Response:
    """The same on A4 in large print, for a village. That it was printed is noted."""
    if not pdf.available():
        return web.page("visits/no_pdf.html", status=503, cure=pdf.CURE)
    s, village = db.session(), _village()
    rows = telephone.rows(s, me(), village) if village else []
    if village is None or not rows:
        flash(_("Nobody has to be telephoned this week, so there is nothing to print."), "info")
        return web.see_other(url_for(".index", thon=request.args.get("thon")))
    audit.record(s, "telephone.export", "area", village.id, area_id=village.id, format="pdf", rows=len(rows))
    s.commit()  # nobody waits for the database while it is drawn
    today = clock.today()
    return pdf.page(
        "print/telephone_list.html", f"danh-sach-goi-{village.code}-{today:%Y%m%d}.pdf", rows=rows,
        village=village, names=telephone_names, today=today, until=today + telephone.WEEK, reader=me(),
    )  # fmt: skip


def _village() -> Area | None:
    """One's own village, or the one asked for; None: a whole commune."""
    if me().area.kind == VILLAGE:
        return me().area
    if "thon" not in request.args:
        return None
    found = areas.by_code(db.session(), request.args["thon"])
    there = found is not None and found.kind == VILLAGE and sees(me(), found)
    return web.or_404(found if there else None)
