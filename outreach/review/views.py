"""Doors of the monthly sheets: one's own months, a group's or commune's month, a sheet and its steps, locking."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach import clock, db, web
from outreach.accounts import access
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import AGENT, FIELD, LEADER, OFFICIAL, VOLUNTEER, Account
from outreach.checks import months
from outreach.checks import queries as checks
from outreach.review import belonging, ledger, names, queries, sheets, summing
from outreach.review.forms import GiveBackForm, StepForm
from outreach.review.ledger import Line
from outreach.review.models import APPROVED, Sheet
from outreach.visits.models import Visit

doors = Blueprint("review", __name__)
READERS = (OFFICIAL, LEADER, VOLUNTEER)
WORKERS = (*READERS, AGENT)  # an agent, too, may have gone from door to door before
SHOWN = 6  # months on one's own page
REFUSALS: dict[type[sheets.Refused], Callable[[], str]] = {
    sheets.NotNow: lambda: _("The sheet has moved on meanwhile, or its month is not over. Nothing was changed."),
    sheets.NotYours: lambda: _("Somebody else decides about this sheet. Nothing was changed."),
    sheets.LaterFrozen: lambda: _("A later month of this person is approved. Send that one back first."),
    sheets.FoundWrong: lambda: _("Visits on this sheet were found wrong and are not corrected. Nothing was approved."),
}


@doors.app_template_global("log_address")
def _log_address() -> str:
    """Where the pages of doubts and samples, which know no sheets, lead back to."""
    return url_for(".index")


@doors.app_template_global("own_sheets_address")
def _own_sheets_address(person: Account) -> str:
    """Where somebody finds the sheets of the time in a village's group; "" for who never was in one."""
    there = person.role in FIELD or (person.role in WORKERS and belonging.was_in_a_group(db.session(), person))
    return url_for("review.mine") if there else ""


@doors.app_template_global("counted_note")
def _counted_note(visit: Visit) -> str:
    """Where a correction of this visit will be counted, when the month of the visit is closed; else nothing."""
    account = me_or_none()
    if account is None or not queries.is_counted(db.session(), visit):
        return ""
    return _("The sheet of %(month)s is approved and stays as it is. The correction counts as a row of its own in "
             "%(now)s.", month=names.month(months.of(visit.at)), now=names.month(months.this()))  # fmt: skip


@doors.get("/so-tham")
@web.allow(*READERS)
def index() -> Response:
    """A volunteer's own months; for a leader or official everybody's month, what is missing first to be seen."""
    if me().role == VOLUNTEER:
        return mine()
    month = web.or_404(months.read(request.args.get("thang")))
    book = summing.book(db.session(), me().area, month)
    only = request.args.get("tt")
    return web.page(
        "review/index.html", book=book, names=names, months=months, may_close=months.this() > month,
        only=only if only in names.STATE_NAMES else None,
        no_rule=book.rule is None and me().role == OFFICIAL and bool(queries.rules_before(db.session(), me().area)),
    )  # fmt: skip


@doors.get("/so-tham/cua-toi")
@web.allow(*WORKERS)
def mine() -> Response:
    """One's own sheets of the last months."""
    s = db.session()
    lines = ledger.of_person(s, me(), months.last_months(months.this(), SHOWN))
    return web.page(
        "review/mine.html", lines=list(zip(lines, queries.struck(s, me(), lines), strict=True)), names=names,
        ripe=sheets.ripe, doubts=checks.asked_about(s, me()), field=me().role in FIELD,
    )  # fmt: skip


@doors.get("/so-tham/<int:account_id>")
@web.allow(*WORKERS)
def show(account_id: int) -> Response:
    """One sheet: its figures, the visits behind them, its steps, and what may be done with it."""
    return _show(*_line(account_id))


@doors.post("/so-tham/<int:account_id>/gui")
@web.allow(*WORKERS)
def send(account_id: int) -> Response:
    """Hand the month in."""
    account, line = _line(account_id)
    form = StepForm()
    if not form.validate_on_submit():
        return _show(account, line, 422, send_form=form)
    s, word = db.session(), form.word.data or ""
    shown = form.shown.data or ""
    return _taken(
        line, lambda: sheets.send(s, account, line.village, line.month, me(), word, shown), _("The sheet is sent."),
        send_form=form,
    )  # fmt: skip


@doors.post("/so-tham/<int:account_id>/duyet")
@web.allow(OFFICIAL, LEADER)
def approve(account_id: int) -> Response:
    """Approve a sheet that was sent."""
    account, line = _line(account_id)
    sheet, form = web.or_404(line.sheet), StepForm()
    if not form.validate_on_submit():
        return _show(account, line, 422, send_form=form)
    s, word = db.session(), form.word.data or ""
    shown, anyway = form.shown.data or "", bool(form.anyway.data)
    return _taken(
        line, lambda: sheets.approve(s, sheet, me(), word, shown, anyway=anyway), _("The sheet is approved."),
        send_form=form,
    )  # fmt: skip


@doors.post("/so-tham/<int:account_id>/tra-lai")
@web.allow(OFFICIAL, LEADER)
def give_back(account_id: int) -> Response:
    """Send a sheet back to be mended, with a word."""
    account, line = _line(account_id)
    sheet, form = web.or_404(line.sheet), GiveBackForm()
    if not form.validate_on_submit():
        return _show(account, line, 422, back_form=form)
    s, word = db.session(), form.word.data or ""
    shown = form.shown.data or ""
    return _taken(
        line, lambda: sheets.give_back(s, sheet, me(), word, shown), _("The sheet is sent back."), back_form=form
    )


@doors.get("/so-tham/khoa")
@web.allow(OFFICIAL)
def closing() -> Response:
    """What is missing, before the month is locked."""
    book = summing.book(db.session(), me().area, _past_month(request.args.get("thang")))
    approved = [line.sheet for line in book.lines if line.sheet and line.state == APPROVED]
    return web.page("review/closing.html", book=book, names=names, seal=sheets.seal(approved))


@doors.post("/so-tham/khoa")
@web.allow(OFFICIAL)
def close() -> Response:
    """Lock what is approved."""
    s, month = db.session(), _past_month(request.form.get("thang"))
    villages, shown = summing.villages_of(s, me().area, month), request.form.get("shown", "")
    try:
        locked = sheets.lock(s, villages, month, me(), shown)
    except sheets.Changed:
        s.rollback()
        flash(_("Sheets were approved or sent back since you looked. Nothing was locked; look through them again."),
              "warning")  # fmt: skip
        return web.see_other(url_for(".closing", thang=f"{month:%Y-%m}"))
    s.commit()
    flash(ngettext("%(num)s sheet is locked.", "%(num)s sheets are locked.", locked), "success" if locked else "info")
    return web.see_other(url_for(".index", thang=f"{month:%Y-%m}"))


def _past_month(text: str | None) -> date:
    month = web.or_404(months.read(text or f"{months.before(months.this()):%Y-%m}"))
    return web.or_404(month if month < months.this() else None)


def _line(account_id: int) -> tuple[Account, Line]:
    """The sheet that the address or the form speaks of, if the asker may see it."""
    s, said = db.session(), request.values
    account = web.or_404(queries.person(s, me(), account_id))
    month = web.or_404(months.read(said.get("thang")))
    lines = [one for one in ledger.of_person(s, account, [month]) if _sees(account, one)]
    wanted = said.get("thon", type=web.whole)
    return account, web.or_404(next((one for one in lines if wanted in (None, one.village.id)), None))


def _sees(account: Account, line: Line) -> bool:
    return account.id == me().id or access.sees(me(), line.village)


def address(line: Line, endpoint: str = "review.show") -> str:
    """Where a sheet stands."""
    return url_for(endpoint, account_id=line.account.id, thang=f"{line.month:%Y-%m}", thon=line.village.id)


def _taken(line: Line, step: Callable[[], Sheet | None], news: str, **form: StepForm) -> Response:
    try:
        step()
    except sheets.Changed:
        db.session().rollback()
        return _show(*_line(line.account.id), 409, **form)
    except sheets.Refused as reason:
        db.session().rollback()
        flash(REFUSALS[type(reason)](), "warning")
    else:
        db.session().commit()
        flash(news, "success")
    return web.see_other(address(line))


def _show(
    account: Account, line: Line, status: int = 200, send_form: StepForm | None = None,
    back_form: GiveBackForm | None = None,
) -> Response:  # fmt: skip
    s = db.session()
    rows = queries.rows(s, me(), line)
    send_form, back_form = send_form or StepForm(formdata=None), back_form or GiveBackForm(formdata=None)
    changes = [names.changes(form.shown.data or "", line) for form in (send_form, back_form)]
    send_form.shown.data = back_form.shown.data = line.mark
    return web.page(
        "review/show.html", status=status, line=line, rows=rows, names=names, months=months, account=account,
        send_form=send_form, back_form=back_form, changed=status == 409, changes="".join(changes),
        may_send=sheets.may_send(me(), account, line.village), ripe=sheets.ripe(line.month),
        may_decide=sheets.may_decide(me(), account, line.village), today=clock.today(),
        doubts=checks.of_visits(s, (row.visit.id for row in rows)), rule=queries.rule_of(s, line),
        wrong=checks.found_wrong(s, (row.visit.id for row in rows)), struck=queries.struck(s, me(), [line])[0],
    )  # fmt: skip
