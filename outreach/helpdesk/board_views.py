"""The doors of the QR boards: choose what stands on one, print it, and where its codes lead."""

from typing import Any

from flask import Response, current_app, request, url_for

from outreach import clock, db, pdf, web
from outreach.accounts import audit
from outreach.accounts.access import me, sees
from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.helpdesk import board, queries, signs
from outreach.helpdesk.forms import BoardForm
from outreach.helpdesk.views import doors
from outreach.i18n import chosen
from outreach.lessons import queries as lessons

__all__ = ["doors"]  # all the doors of the help desk: those of `views`, and these
PRINTERS = (OFFICIAL, LEADER, AGENT, VOLUNTEER)


@doors.get("/b/<short>")
@web.public
def lesson(short: str) -> Response:
    """Where a code on a wall leads."""
    found = web.or_404(lessons.catalogue().get(signs.SHORT.get(short, short)))
    return web.see_other(url_for("learning.show", slug=found.slug))


@doors.get("/bang-ma")
@web.allow(*PRINTERS)
def choose() -> Response:
    """Choose place, paper and lessons; what was chosen well leads to the paper."""
    asked = "noi" in request.args
    places = board.possible(db.session(), me())
    offered = [(one.slug, board.name(one)) for one in board.offered()]
    form = BoardForm(places, offered, formdata=request.args if asked else None, data={"bai": board.WANTED[: board.FEW]})
    if not asked or not form.validate():
        return web.page("helpdesk/board.html", status=422 if asked else 200, form=form, places=places)
    more: dict[str, Any] = {"moi-thon": "1"} if form.moi_thon.data else {}
    slugs = ",".join(form.bai.data or ())
    return web.see_other(url_for(".printed", code=form.noi.data, kho=form.kho.data, bai=slugs, **more))


@doors.get("/bang-ma/<code>.pdf")
@web.allow(*PRINTERS)
@web.writes
def printed(code: str) -> Response:
    """The board as a PDF. `kho`: A4 or A3; `bai`: the lessons, by commas; `moi-thon`: a sheet for each village."""
    s, area = db.session(), _area(code)
    if not pdf.available():
        return web.page("helpdesk/no_pdf.html", status=503, cure=pdf.CURE)
    size = request.args.get("kho", board.SIZES[0])
    cards = [board.card(one) for one in board.chosen_lessons(request.args.get("bai", "").split(","))]
    desk = queries.desk_near(s, area)
    sheets = list(board.sheets(s, area, desk, each_village=request.args.get("moi-thon") == "1"))
    audit.record(s, "board.export", "area", area.id, area_id=area.id, format="pdf", sheets=len(sheets))
    s.commit()
    return pdf.page(
        "print/board.html", f"bang-ma-{area.code}-{chosen()}.pdf", size=size if size in board.SIZES else "A4",
        cards=cards, sheets=sheets, desk=desk, signs=signs, today=clock.today(), host=board.host(),
        support=current_app.config["SUPPORT_PHONE"], area=area,
    )  # fmt: skip


def _area(code: str) -> Area:
    """One's own area or a village in it, as it is today."""
    found = web.or_404(areas.by_code(db.session(), code))
    return web.or_404(found if sees(me(), found) and found.valid_to is None else None)
