"""Doors of the assessments room: who is ready, one person's skills, confirming and taking back, the standard."""

from typing import Any

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from outreach import clock, db, meanwhile, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER
from outreach.assessments import confirming, evidence, names, queries, standard
from outreach.assessments.confirming import CONFIRMERS, CannotConfirm
from outreach.assessments.forms import SaidForm, StandardForm, WithdrawForm
from outreach.households import queries as households
from outreach.households.models import Member

doors = Blueprint("assessments", __name__)
READERS = (OFFICIAL, LEADER, VOLUNTEER)


@doors.route("/xac-nhan")
@web.allow(OFFICIAL, LEADER)
def index() -> Response:
    """Members who have shown enough and wait for somebody other than their teacher."""
    s = db.session()
    waiting = queries.ready(s, me())
    rule = queries.standard_for(s, me().area)
    proofs = [proof for one in waiting for given in one.verdict.shown.values() for proof in given]
    people = queries.names(s, {proof.by_id for proof in proofs if proof.by_id})
    return web.page("assessments/index.html", waiting=waiting, rule=rule, people=people, names=names)


@doors.route("/nguoi/<int:id>/xac-nhan")
@web.allow(*READERS)
def show(id: int) -> Response:
    """One person's skills: what shows each, what is missing, and who may confirm."""
    return _page(_member(id))


@doors.route("/nguoi/<int:id>/xac-nhan", methods=["POST"])
@web.allow(*CONFIRMERS)
def create(id: int) -> Response:
    """Confirm the person as proficient."""
    s, member = db.session(), _member(id)
    try:
        confirming.confirm(s, member, me())
    except CannotConfirm as why:
        return _page(member, 422, refused=type(why).__name__)
    s.commit()
    flash(_("%(name)s is confirmed as proficient.", name=member.name), "success")
    return web.see_other(url_for(".show", id=member.id))


@doors.route("/nguoi/<int:id>/xac-nhan/rut", methods=["POST"])
@web.allow(*CONFIRMERS)
def withdraw(id: int) -> Response:
    """Take the confirmation back, with the reason."""
    s, member = db.session(), _member(id)
    form = WithdrawForm()
    if not form.validate_on_submit():
        return _page(member, 422, withdrawing=form)
    found = web.or_404(queries.confirmation(s, member) or queries.taken_back(s, member))
    try:
        confirming.withdraw(s, found, me(), form.reason.data or "")
    except confirming.AlreadyWithdrawn:
        flash(_("It was taken back before. Nothing was changed."), "info")
    s.commit()
    return web.see_other(url_for(".show", id=member.id))


@doors.route("/nguoi/<int:id>/tu-noi", methods=["POST"])
@web.allow(*READERS)
def say(id: int) -> Response:
    """Note what the person says they can do."""
    s, member = db.session(), _member(id)
    form = SaidForm()
    form.offer(queries.standard_for(s, member.household.village))
    if not form.validate_on_submit():
        return _page(member, 422, saying=form)
    evidence.say(s, member, form.said.data or (), at=clock.now(), by_id=me().id)
    s.commit()
    return web.see_other(url_for(".show", id=member.id))


@doors.route("/tieu-chuan")
@web.allow(OFFICIAL)
def edit() -> Response:
    """The standard that holds in this commune, and where it comes from."""
    return _standard_page(_standard_form())


@doors.route("/tieu-chuan", methods=["POST"])
@web.allow(OFFICIAL)
def update() -> Response:
    """Set this commune's own standard."""
    s = db.session()
    meanwhile.alone(s, "standard", me().area_id)
    form = _standard_form().over(_standard_form(formdata=None))
    if not form.validate_on_submit():
        return _standard_page(form, form.refusal)
    confirming.set_standard(s, me().area, form.skills.data or [], form.needed.data, me())
    s.commit()
    flash(_("The standard of this commune is set. Earlier confirmations stay as they are."), "success")
    return web.see_other(url_for(".edit"))


def _standard_form(**kw: Any) -> StandardForm:
    holds = queries.standard_for(db.session(), me().area)
    form = StandardForm(data={"skills": [one.id for one in holds.skills], "needed": holds.needed}, **kw)
    form.offer(queries.default())
    return form


def _standard_page(form: StandardForm, status: int = 200) -> Response:
    default = queries.default()
    own = queries.newest(db.session(), me().area)
    abouts = {one.id: names.about(one) for one in default.skills}
    return web.page("assessments/standard.html", status=status, form=form, default=default, own=own, abouts=abouts)


def _member(id: int) -> Member:
    return web.or_404(households.find_member(db.session(), me(), id))


def _page(
    member: Member, status: int = 200, refused: str = "", withdrawing: WithdrawForm | None = None,
    saying: SaidForm | None = None,
) -> Response:  # fmt: skip
    s = db.session()
    rule = queries.standard_for(s, member.household.village)
    proofs, teachers = queries.proofs_of(s, member), queries.teachers(s, member)
    if saying is None:
        saying = SaidForm(formdata=None)
        saying.offer(rule)
    return web.page(
        "assessments/show.html", status=status, member=member, rule=rule, names=names, refused=refused,
        verdict=standard.judge(rule, proofs), proofs=_by_skill(rule, proofs),
        people=queries.names(s, {p.by_id for p in proofs if p.by_id} | teachers), teachers=teachers,
        standing=queries.confirmation(s, member), at_home=queries.at_home(s, member), may=queries.who_may(s, member),
        confirms=me().role in CONFIRMERS, withdrawing=withdrawing or WithdrawForm(formdata=None), saying=saying,
    )  # fmt: skip


def _by_skill(rule: standard.Standard, proofs: list[standard.Proof]) -> dict[str, list[standard.Proof]]:
    """All that was noted for each skill, and the lessons that a skill's own rule names."""
    return {one.id: [p for p in proofs if p.skill == one.id] for one in rule.skills}
