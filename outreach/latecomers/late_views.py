"""Doors to what came too late: read it, have it written in its author's name, or set it aside with a reason."""

from collections.abc import Collection, Sequence
from datetime import date

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach import db, fields, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL, ROLES
from outreach.arrivals.judging import ASKED
from outreach.arrivals.models import Late
from outreach.arrivals.recorded import MOST_RECORDS
from outreach.bag import answering, handsets, letting_in, reading
from outreach.bag.reading import Unreadable
from outreach.households import differing
from outreach.households import queries as households
from outreach.latecomers import deciding, late, telling, unsealing
from outreach.latecomers.deciding import Step

MOST_FOUND = 10
doors = Blueprint("late", __name__)
doors.register_error_handler(Unreadable, answering.unreadable)
doors.register_error_handler(413, answering.too_large)


class AsideForm(fields.Form):
    """Why something is not written."""

    word = fields.text(_l("Why is it not written?"), most=200)


@doors.get("/den-muon")
@web.allow(LEADER, OFFICIAL)
def index() -> Response:
    """What waits for a word, the oldest first; below it what was decided last."""
    s = db.session()
    waiting = late.waiting(s, me())
    return web.page(
        "latecomers/late.html", waiting=waiting, told=telling.telling(s, waiting, me()), decided=late.decided(s, me()),
        why=late.WHY,
        differing=differing.waiting(s, me()), groups=late.by_day(waiting),
    )  # fmt: skip


@doors.get("/den-muon/cua-toi")
@web.allow(*ROLES)
def mine() -> Response:
    """What became of one's own."""
    s = db.session()
    found = late.own(s, me())
    return web.page("latecomers/mine.html", lates=found, told=telling.telling(s, found, me()))


@doors.get("/den-muon/nhom")
@web.allow(LEADER, OFFICIAL)
def group() -> Response:
    """All that somebody wrote on one day, to be decided at once."""
    author, day = request.args.get("nguoi", type=web.whole), request.args.get("ngay", type=date.fromisoformat)
    found = late.of_day(db.session(), me(), author, day) if author and day else []
    return _group(found, AsideForm(formdata=None)) if found else web.see_other(url_for(".index"))


@doors.post("/den-muon/nhom")
@web.allow(LEADER, OFFICIAL)
def decide_group() -> Response:
    """Write all that was shown, or set all of it aside; what became of each is shown."""
    s, form, aside = db.session(), AsideForm(), "aside" in request.form
    found = web.or_404(late.named(s, me(), request.form.getlist("id", type=web.whole)) or None)
    if aside and not form.validate_on_submit():
        return _group(found, form, 422)
    steps = deciding.each(s, found, me(), (form.word.data or "") if aside else "")
    told = telling.telling(s, found, me())
    s.commit()
    return web.page("latecomers/results.html", "main", steps=steps, told=told)


@doors.post("/tui/muon")
@web.public
@web.same_origin
def fates() -> Response:
    """What became of records that a phone handed in long ago and asks about; nothing of those that still wait."""
    s, said = db.session(), reading.body(request)
    handset = letting_in.known(s, reading.words(said, "mark", 36), reading.words(said, "secret", 100))
    if handset is None:
        raise Unreadable(404, "unknown")
    asked = said.get("ids")
    ids = [one for one in asked[:MOST_RECORDS] if isinstance(one, str)] if isinstance(asked, list) else []
    return answering.told({"told": {one.client_id: telling.fate(one) for one in late.fates(s, handset.account, ids)}})


@doors.post("/tui/kin")
@web.public
@web.same_origin
def unseal() -> Response:
    """Take what lies sealed on the phone of somebody who carries a bag no more; of others hear how much it is."""
    s, said = db.session(), reading.body(request)
    handset, half = unsealing.known(s, said, current_app.config["SECRET_KEY"])
    if handsets.carries(handset.account):
        s.commit()
        raise Unreadable(401, "sign_in")
    told = [fate.told(record.client_id) for record, fate in unsealing.take(s, handset, half, said)]
    s.commit()
    return answering.told({"fates": told})


@doors.get("/den-muon/<int:id>")
@web.allow(LEADER, OFFICIAL)
def show(id: int) -> Response:
    """One of them, whole."""
    return _page(web.or_404(late.find(db.session(), me(), id)), AsideForm(formdata=None))


@doors.post("/den-muon/<int:id>")
@web.allow(LEADER, OFFICIAL)
def decide(id: int) -> Response:
    """Write it, or set it aside; what was set aside may be taken up again."""
    s = db.session()
    kept = web.or_404(late.find(s, me(), id))
    if "again" in request.form:
        return _take_up(kept)
    if kept.decided_at is not None:
        flash(_("Somebody decided this meanwhile."), "info")
        return web.see_other(url_for(".show", id=id))
    try:
        return _set_aside(kept) if "aside" in request.form else _same(kept) if "same" in request.form else _write(kept)
    except deciding.Own:
        return _page(kept, AsideForm(formdata=None), 409)


def _write(kept: Late) -> Response:
    s, agreed = db.session(), set(request.form.getlist("anyway", type=int))
    step = deciding.write_together(s, kept, me(), seen=set(request.form.getlist("ahead", type=int)), agreed=agreed)
    if step.fate.fate not in deciding.WRITTEN:
        status = 409 if step.fate.fate == ASKED else 422
        return _page(kept, AsideForm(formdata=None), status, step, agreed)
    s.commit()
    flash(_("It is written in the name of %(name)s.", name=kept.author.name), "success")
    return web.see_other(url_for(".index"))


def _same(kept: Late) -> Response:
    """It notes a household that is on the list."""
    s = db.session()
    home = web.or_404(households.find(s, me(), web.or_404(request.form.get("same", type=web.whole))))
    web.or_404(telling.notes_a_house(kept) or None)
    word = _("It is the household of %(name)s, which is on the list.", name=home.head_name)[:200]
    fate = deciding.write(s, kept, me(), anyway=False, same=home.id, word=word)
    if fate.fate not in deciding.WRITTEN:
        return _page(kept, AsideForm(formdata=None), 422, Step(kept, fate))
    s.commit()
    flash(_("What was noted at it belongs to the household of %(name)s from now on.", name=home.head_name), "success")
    return web.see_other(url_for(".index"))


def _take_up(kept: Late) -> Response:
    try:
        deciding.again(db.session(), kept, me())
    except deciding.Own:
        return _page(kept, AsideForm(formdata=None), 409)
    except deciding.Final:
        flash(_("There is nothing to decide again: it is written, or what it said has been deleted since."), "warning")
    else:
        db.session().commit()
        flash(_("It waits for a decision again."), "success")
    return web.see_other(url_for(".show", id=kept.id))


def _set_aside(kept: Late) -> Response:
    s, form = db.session(), AsideForm()
    if not form.validate_on_submit():
        return _page(kept, form, 422)
    deciding.set_aside(s, kept, me(), form.word.data or "")
    s.commit()
    flash(_("It is set aside. What was sent stays on record."), "success")
    return web.see_other(url_for(".index"))


def _group(lates: Sequence[Late], form: AsideForm, status: int = 200) -> Response:
    told = telling.telling(db.session(), lates, me())
    return web.page("latecomers/group.html", "main", status=status, lates=lates, told=told, form=form)


def _page(
    kept: Late, form: AsideForm, status: int = 200, step: Step | None = None, agreed: Collection[int] = ()
) -> Response:
    s = db.session()
    ahead = late.ahead(s, kept, me())
    q = request.args.get("q", telling.noted(kept)).strip() if telling.notes_a_house(kept) else ""
    asks = {step.kept.id} if step and step.fate.fate == ASKED else set()
    return web.page(
        "latecomers/late_one.html", "main", status=status, late=kept, told=telling.telling(s, [kept, *ahead], me()),
        ahead=ahead, form=form, step=step, why=late.WHY, own=kept.author_id == me().id, agreed={*agreed, *asks},
        asks=bool(asks), q=q, found=households.listing(s, me(), q).rows[:MOST_FOUND] if q else (),
        notes_a_house=telling.notes_a_house(kept),
    )  # fmt: skip
