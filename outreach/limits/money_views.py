"""Doors of what messages cost: a commune's month, the communes of an area, prices."""

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _

from outreach import clock, db, web
from outreach.accounts.access import me, sees
from outreach.accounts.models import ADMIN, OFFICE, OFFICIAL
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, Area
from outreach.i18n import show_date, show_dong
from outreach.lib.months import after
from outreach.limits import money, queries
from outreach.limits.money_forms import BudgetForm, PriceForm
from outreach.settings import CONSOLE
from outreach.sms import budget_queries, money_queries
from outreach.sms.purposes import PURPOSES

doors = Blueprint("money", __name__)


@doors.get("/tin-nhan/chi-phi")
@web.allow(*OFFICE)
def index() -> Response:
    """One's own commune's month; above a commune, how its communes stand."""
    if me().role == OFFICIAL:
        return _commune_page(me().area, BudgetForm(formdata=None))
    found = budget_queries.overview(db.session(), me().area, request.args.get("page", 1, type=web.whole))
    return web.page("limits/communes.html", found=found, month=clock.today(), console=_console())


@doors.get("/tin-nhan/chi-phi/<code>")
@web.allow(*OFFICE)
def show(code: str) -> Response:
    """A commune's month, to look at."""
    commune = web.or_404(areas.by_code(db.session(), code))
    if commune.kind != COMMUNE or not sees(me(), commune):
        abort(404)
    return _commune_page(commune, None)


@doors.post("/tin-nhan/chi-phi")
@web.allow(OFFICIAL)
def update() -> Response:
    """Set what may be spent from this month on."""
    s, form = db.session(), BudgetForm()
    if not form.validate_on_submit():
        return _commune_page(me().area, form, 422)
    money.set_budget(s, me().area, form.dong.data or 0, me())
    s.commit()
    flash(_("The budget is %(amount)s a month from now on.", amount=show_dong(form.dong.data)), "success")
    return web.see_other(url_for(".index"))


@doors.get("/tin-nhan/gia")
@web.allow(*OFFICE)
def prices() -> Response:
    """What a part of a message costs, and did before."""
    return _prices_page(PriceForm(formdata=None, since=clock.today()))


@doors.post("/tin-nhan/gia")
@web.allow(ADMIN)
def create_price() -> Response:
    """Set a price from a day on."""
    s, form = db.session(), PriceForm()
    since = form.since.data if form.validate_on_submit() else None
    if since is None:
        return _prices_page(form, 422)
    prefix = str(form.prefix.data)
    money.set_price(s, prefix, form.dong.data or 0, since, me())
    s.commit()
    said = {"prefix": prefix, "amount": show_dong(form.dong.data), "day": show_date(since)}
    flash(_("From %(day)s on a part to numbers with %(prefix)s costs %(amount)s.", **said), "success")
    return web.see_other(url_for(".prices"))


def _console() -> bool:
    return bool(current_app.config["SETTINGS"].sms_gateway == CONSOLE)


def _commune_page(commune: Area, form: BudgetForm | None, status: int = 200) -> Response:
    s = db.session()
    now = money_queries.standing(s, commune)
    if form is not None and form.dong.raw_data is None:
        form.dong.data = now.budget
    return web.page(
        "limits/money.html", status=status, commune=commune, now=now, past=money_queries.months(s, commune), form=form,
        purposes=PURPOSES, console=_console(), next_month=after(now.month),
    )  # fmt: skip


def _prices_page(form: PriceForm, status: int = 200) -> Response:
    found = queries.prices(db.session())
    return web.page("limits/prices.html", status=status, prices=found, form=form if me().role == ADMIN else None)
