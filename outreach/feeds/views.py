"""Doors for officials: keys to ask for numbers with, addresses that are told, what became of the messages."""

from flask import Blueprint, Response, current_app, flash, session, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICE
from outreach.feeds import hooks, keys, names, reading
from outreach.feeds.forms import KeyForm, WebhookForm
from outreach.feeds.models import Webhook

doors = Blueprint("feeds", __name__)
HANDED = "ioc"  # what was just made, in the session until it was shown


@doors.get("/ioc")
@web.allow(*OFFICE)
def index() -> Response:
    """Keys, addresses and the latest messages of one's area; what was just made is shown, once."""
    return _page(KeyForm(formdata=None), WebhookForm(formdata=None), new=session.pop(HANDED, None))


@doors.post("/ioc/khoa")
@web.allow(*OFFICE)
def create() -> Response:
    """Make a key."""
    s, form = db.session(), KeyForm()
    if not form.validate_on_submit():
        return _page(form, WebhookForm(formdata=None), status=422)
    _key, shown = keys.make(s, form.name.data or "", me())
    return _handed("key", shown)


@doors.post("/ioc/khoa/<int:id>/thoi")
@web.allow(*OFFICE)
def end(id: int) -> Response:
    """End a key."""
    s = db.session()
    key = web.or_404(keys.find(s, me(), id))
    keys.end(s, key)
    return _done(_("Nobody reads anything with the key of “%(name)s” any more.", name=key.name))


@doors.post("/ioc/dia-chi")
@web.allow(*OFFICE)
def create_webhook() -> Response:
    """Have an address told."""
    s, form = db.session(), WebhookForm()
    if not form.validate_on_submit():
        return _page(KeyForm(formdata=None), form, status=422)
    if sum(one.ended_at is None for one in hooks.listing(s, me())) >= hooks.MOST:
        form.address.errors = [_("There are %(most)s addresses already. End one first.", most=hooks.MOST)]
        return _page(KeyForm(formdata=None), form, status=422)
    hook = hooks.make(s, form.address.data or "", me())
    return _handed("secret", hook.secret)


@doors.post("/ioc/dia-chi/<int:id>/thoi")
@web.allow(*OFFICE)
def end_webhook(id: int) -> Response:
    """End an address."""
    s, hook = db.session(), _hook(id)
    hooks.end(s, hook)
    return _done(_("Nothing is sent to %(address)s any more.", address=hook.address))


@doors.post("/ioc/dia-chi/<int:id>/thu")
@web.allow(*OFFICE)
def try_out(id: int) -> Response:
    """Send a test message."""
    s, hook = db.session(), _hook(id)
    hooks.try_out(s, hook, me().area)
    return _done(_("A test message is on its way. Load this page again in a few seconds to see its answer."))


@doors.post("/ioc/lan-gui/<int:id>/lai")
@web.allow(*OFFICE)
def send_again(id: int) -> Response:
    """Send a message once more."""
    s = db.session()
    delivery = web.or_404(hooks.find_delivery(s, me(), id))
    hooks.again(s, delivery, _hook(delivery.webhook_id))
    return _done(_("The message is on its way once more, with the same number."))


def _handed(what: str, shown: str) -> Response:
    """It is made; the next page shows what only now can be shown."""
    db.session().commit()
    session[HANDED] = {what: shown}
    return web.see_other(url_for(".index"))


def _done(said: str) -> Response:
    db.session().commit()
    flash(said, "success")
    return web.see_other(url_for(".index"))


def _hook(hook_id: int) -> Webhook:
    return web.or_404(hooks.find(db.session(), me(), hook_id))


def _page(
    key_form: KeyForm, hook_form: WebhookForm, *, new: dict[str, str] | None = None, status: int = 200
) -> Response:
    s = db.session()
    return web.page(
        "feeds/index.html", status=status, key_form=key_form, hook_form=hook_form, new=new, names=names,
        base=current_app.config["SETTINGS"].public_base_url, lists=(*reading.LISTS, reading.SETS),
        keys=keys.listing(s, me()), hooks=hooks.listing(s, me()), deliveries=hooks.latest(s, me()),
    )  # fmt: skip
