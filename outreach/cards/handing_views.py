"""The doors to a village's learner cards: for whom cards are made, and the sheet of them to cut."""

from math import ceil
from typing import Any

from flask import Response, current_app, flash, request, url_for
from flask_babel import ngettext

from outreach import db, pdf, web
from outreach.accounts import access
from outreach.accounts.access import me
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.cards import codes, handing
from outreach.cards.views import doors
from outreach.learning import queries
from outreach.lib import qr

__all__ = ["doors"]  # all the doors of cards: those of `views`, and these
PART = 80  # cards of one file: ten sheets, some three seconds


@doors.get("/the-hoc/to/<code>")
@web.allow(*codes.ISSUERS)
def sheet(code: str) -> Response:
    """For whom cards will be made, for whom there is one; `?nguoi=1,2,3` are members chosen, else the ambassadors."""
    return _page(_village(code), "")


@doors.post("/the-hoc/to/<code>")
@web.allow(*codes.ISSUERS)
def make(code: str) -> Response:
    """Make those that are missing, and show them alone: they are what is to be printed now."""
    s, village = db.session(), _village(code)
    made = handing.make(s, me(), handing.holders(s, me(), village, _chosen()))
    s.commit()
    flash(ngettext("%(num)s card is ready to print.", "%(num)s cards are ready to print.", len(made)), "success")
    new = ",".join(str(member.id) for member in made)
    return web.see_other(url_for(".sheet", code=code, nguoi=new or None))


@doors.get("/the-hoc/to/<code>.pdf")
@web.allow(*codes.ISSUERS)
@web.writes
def sheet_pdf(code: str) -> Response:
    """The cards in use on A4, eight a page, with lines to cut along; many in parts (`phan`, from 1). It makes none."""
    s, village = db.session(), _village(code)
    held = [one for one in handing.holders(s, me(), village, _chosen()) if one.card]
    if not held:
        return web.see_other(url_for(".sheet", code=code, nguoi=request.args.get("nguoi")))
    if not pdf.available():
        return _page(village, pdf.CURE, 503)
    names = handing.called([one.member.name for one in held])
    number = min(max(1, request.args.get("phan", 1, type=web.whole)), len(_parts(held)))
    part = slice((number - 1) * PART, number * PART)
    page = _sheet(village, held[part], names[part])
    handing.note(s, village, held[part])
    s.commit()  # nobody waits for the database while it is drawn
    return pdf.page("print/cards.html", f"the-hoc-{code}-{number}.pdf", **page)


def _village(code: str) -> Area:
    area = areas.by_code(db.session(), code)
    return web.or_404(area if area and area.kind == VILLAGE and access.sees(me(), area) else None)


def _chosen() -> set[int]:
    typed = ",".join(request.args.getlist("nguoi")).split(",")
    return {int(one) for one in typed if one.isdecimal() and len(one) <= 10 and int(one) <= web.LARGEST}


def _page(village: Area, no_pdf: str, status: int = 200) -> Response:
    found = handing.holders(db.session(), me(), village, _chosen())
    held = [one for one in found if one.card]
    return web.page(
        "cards/sheet.html", status=status, village=village, no_pdf=no_pdf, chosen=request.args.get("nguoi"),
        held=held, missing=[one for one in found if one.card is None], parts=_parts(held), show=codes.show,
    )  # fmt: skip


def _parts(held: list[handing.Holder]) -> range:
    return range(1, ceil(len(held) / PART) + 1)


def _sheet(village: Area, held: list[handing.Holder], names: list[str]) -> dict[str, Any]:
    base: str = current_app.config["SETTINGS"].public_base_url
    shown = [codes.show(one.card.code) for one in held if one.card]
    addresses = [base + url_for("cards.whose", code=code) for code in shown]
    return {
        "village": village, "cards": list(zip(names, shown, map(qr.picture, addresses), strict=True)),
        "address": (base + url_for("cards.enter")).partition("://")[2],
        "helper": queries.helper_phone(db.session(), held[0].member),
    }  # fmt: skip
