"""Doors to the people of a household: note, correct, register the ambassador, take and take back consent."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, url_for
from flask_babel import gettext as _

from outreach import clock, db, web
from outreach.accounts import receipts
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL
from outreach.areas.models import Area
from outreach.households import (
    ambassadors,
    consent,
    differing,
    duplicates,
    names,
    queries,
    receiving,
    registering,
    stages,
    views,
)
from outreach.households.edit_forms import MemberEdit
from outreach.households.forms import (
    AmbassadorForm,
    ConsentForm,
    GiveForm,
    LeftForm,
    MemberForm,
    ReasonForm,
)
from outreach.households.models import Household, Member
from outreach.households.views import HANDS, conflict_page, house_address, say_stored

doors = views.doors


@doors.get("/ho/<int:id>/nguoi/moi")
@web.allow(*HANDS)
def new_member(id: int) -> Response:
    """An empty sheet for a person."""
    household = web.or_404(queries.find(db.session(), me(), id))
    return _new_page(MemberForm(), household)


@doors.post("/ho/<int:id>/nguoi/moi")
@web.allow(*HANDS)
def create_member(id: int) -> Response:
    """Note a person, unless she is on the list of this household already."""
    s = db.session()
    household = web.or_404(queries.find(s, me(), id))
    form = MemberForm()
    try:
        received = receiving.member(s, me(), household, form)
    except receiving.Refused:
        return _new_page(form, household, 422)
    except receiving.Known:
        form.name.errors = [_("Somebody with this name and year of birth is in this household already.")]
        return _new_page(form, household, 422)
    except receipts.OtherContent as there:
        return conflict_page(form, there.receipt, house_address(household))
    _remark_shared_phone(received.row)
    s.commit()
    say_stored(received.new, _("%(name)s is noted.", name=received.row.name))
    return web.see_other(house_address(household))


@doors.get("/nguoi/<int:id>/sua")
@web.allow(*HANDS)
def edit_member(id: int) -> Response:
    """The sheet as it stands."""
    member = web.or_404(queries.find_member(db.session(), me(), id))
    return _edit_page(_filled(member), LeftForm(left_on=clock.today()), member)


@doors.post("/nguoi/<int:id>/sua")
@web.allow(*HANDS)
def update_member(id: int) -> Response:
    """Correct a person."""
    s = db.session()
    member = web.or_404(queries.find_member(s, me(), id))
    stages.lock(s, member.household)
    s.refresh(member)
    form = _filled(member).share(queries.numbers(member.household, member)).over(_filled(member, formdata=None))
    if not form.validate_on_submit():
        return _edit_page(form, LeftForm(formdata=None, left_on=clock.today()), member, form.refusal)
    registering.correct_member(s, member, receiving.member_facts(form))
    if me().role in (LEADER, OFFICIAL):
        differing.settle(s, member, me())
    _remark_shared_phone(member)
    s.commit()
    flash(_("The correction is saved."), "success")
    return web.see_other(house_address(member.household))


@doors.post("/nguoi/<int:id>/roi-di")
@web.allow(*HANDS)
def leave(id: int) -> Response:
    """The person no longer lives there."""
    s = db.session()
    member = web.or_404(queries.find_member(s, me(), id))
    form = LeftForm()
    if not form.validate_on_submit() or form.left_on.data is None:
        return _edit_page(_filled(member, formdata=None), form, member, 422)
    registering.left(s, member, form.left_on.data, me())
    s.commit()
    flash(_("%(name)s no longer lives in this household.", name=member.name), "success")
    return web.see_other(house_address(member.household))


@doors.post("/nguoi/<int:id>/tro-lai")
@web.allow(*HANDS)
def come_back(id: int) -> Response:
    """The person lives there again."""
    s = db.session()
    member = web.or_404(queries.find_member(s, me(), id))
    registering.returned(s, member, me())
    s.commit()
    flash(_("%(name)s lives in this household again.", name=member.name), "success")
    return web.see_other(house_address(member.household))


@doors.get("/ho/<int:id>/dai-su")
@web.allow(*HANDS)
def ambassador(id: int) -> Response:
    """Who is ambassador, and a sheet to register one or hand over, with the consent to read aloud."""
    household = web.or_404(queries.find(db.session(), me(), id))
    return _ambassador_page(_ambassador_form(household), household)


@doors.post("/ho/<int:id>/dai-su")
@web.allow(*HANDS)
def appoint(id: int) -> Response:
    """Register the ambassador; somebody new is noted as a member in the same step."""
    s = db.session()
    household = web.or_404(queries.find(s, me(), id))
    form = _ambassador_form(household)
    try:
        received = receiving.ambassador(s, me(), household, form)
    except receiving.Refused:
        return _ambassador_page(form, household, 422)
    except receiving.SomebodyStands as stands:
        form.base.data = str(stands.now.member_id)
        return _ambassador_page(form, household, 409)
    except receipts.OtherContent as there:
        return conflict_page(form, there.receipt, house_address(household))
    _remark_shared_phone(received.row)
    s.commit()
    say_stored(received.new, _("%(name)s is the household's digital ambassador.", name=received.row.name))
    return web.see_other(house_address(household))


@doors.post("/ho/<int:id>/dai-su/thoi")
@web.allow(*HANDS)
def end_ambassador(id: int) -> Response:
    """The household has no ambassador any more, for a reason."""
    s = db.session()
    household = web.or_404(queries.find(s, me(), id))
    form = ReasonForm(prefix="end")
    if not form.validate_on_submit():
        return _ambassador_page(_ambassador_form(household, formdata=None), household, 422, form)
    ambassadors.end(s, household, me(), form.reason.data or "")
    s.commit()
    flash(_("The household has no ambassador now. Choose another member when there is one."), "success")
    return web.see_other(house_address(household))


@doors.get("/nguoi/<int:id>/dong-y")
@web.allow(*HANDS)
def consents(id: int) -> Response:
    """What a member agreed to: when, how, to whom; taking it back; agreeing now."""
    member = web.or_404(queries.find_member(db.session(), me(), id))
    return _consents_page(GiveForm(), member)


@doors.post("/nguoi/<int:id>/dong-y")
@web.allow(*HANDS)
def give_consent(id: int) -> Response:
    """Record a yes given now."""
    s = db.session()
    member = web.or_404(queries.find_member(s, me(), id))
    form = GiveForm().offer(_open_purposes(member))
    complete = form.validate_on_submit()
    if not (form.fits(member) and complete):
        return _consents_page(form, member, 422)
    consent.give(s, member, form.given(), me())
    s.commit()
    flash(_("The consent is recorded."), "success")
    return web.see_other(url_for("households.consents", id=id))


@doors.post("/dong-y/<int:id>/rut")
@web.allow(*HANDS)
def withdraw(id: int) -> Response:
    """Take a yes back, in one step."""
    s = db.session()
    found = web.or_404(queries.find_consent(s, me(), id))
    consent.withdraw(s, found, me())
    s.commit()
    flash(_("The consent is withdrawn. It holds from now on."), "success")
    return web.see_other(url_for("households.consents", id=found.member_id))


def _new_page(form: MemberForm, household: Household, status: int = 200) -> Response:
    shared = form.share(queries.numbers(household))
    return web.page("households/member_new.html", "main", status=status, form=shared, household=household)


def _filled(member: Member, **kw: Any) -> MemberEdit:
    return MemberEdit(obj=member, vneid=member.vneid_said_on is not None, **kw)


def _edit_page(form: MemberEdit, left: LeftForm, member: Member, status: int = 200) -> Response:
    now = queries.ambassador(member.household)
    return web.page(
        "households/member_edit.html", "main", status=status, left=left, member=member,
        form=form.share(queries.numbers(member.household, member)), again=consent.to_ask_again(db.session(), [member]),
        is_ambassador=now is not None and now.member_id == member.id, differences=differing.of(db.session(), member),
        names=names,
    )  # fmt: skip


def _ambassador_form(household: Household, **kw: Any) -> AmbassadorForm:
    now = queries.ambassador(household)
    form = AmbassadorForm(**kw).of(queries.present(household), now is not None).share(queries.numbers(household))
    if form.base.raw_data is None:  # not sent, so it is being drawn
        form.base.data = str(now.member_id) if now else "0"
    return form


def _ambassador_page(
    form: AmbassadorForm, household: Household, status: int = 200, end: ReasonForm | None = None
) -> Response:
    return web.page(
        "households/ambassador.html", "main", status=status, form=form, household=household,
        now=queries.ambassador(household), earlier=[a for a in household.ambassadors if a.until is not None],
        meanwhile=status == 409, wordings=_wordings(household, form), reason=names.reason,
        end=end or ReasonForm(formdata=None, prefix="end"),
    )  # fmt: skip


def _consents_page(form: GiveForm, member: Member, status: int = 200) -> Response:
    s = db.session()
    return web.page(
        "households/consents.html", "main", status=status, form=form.offer(_open_purposes(member)), member=member,
        current=consent.current(s, member), history=consent.history(s, member),
        wordings=_wordings(member.household, form), purposes=names.PURPOSE_NAMES, hows=names.HOW_NAMES,
        withdrawn_hows=names.STOP_NAMES, again=consent.to_ask_again(s, [member]), stop=consent.stopped(s, member),
        wrong=consent.wrong_number(s, member), others=_also_served(member),
        said=lambda c: consent.wording(c.purpose, _commune(member.household), c.wording),
    )  # fmt: skip


def _wordings(household: Household, form: ConsentForm) -> dict[str, str]:
    """The words to read aloud, in the version that the sheet will be sent with."""
    version = form.read_aloud()
    said = version if version in consent.WORDINGS else consent.WORDING
    return {purpose: consent.wording(purpose, _commune(household), said) for purpose in names.PURPOSE_NAMES}


def _commune(household: Household) -> Area:
    return household.village.parent or household.village


def _open_purposes(member: Member) -> list[str]:
    """What may be asked for now; being registered is asked where the ambassador is."""
    s, now = db.session(), queries.ambassador(member.household)
    is_ambassador = now is not None and now.member_id == member.id
    standing = set(consent.current(s, member))
    if consent.to_ask_again(s, [member]) or consent.stopped(s, member):
        standing.discard("sms")  # the words have become more since, or the number was stopped
    return [p for p in names.PURPOSE_NAMES if p not in standing and (p != "registered" or is_ambassador)]


def _remark_shared_phone(member: Member) -> None:
    """One telephone may serve several people; it is only said."""
    others = _also_served(member)
    if others:
        shared = ", ".join(m.name for m in others[:3])
        flash(_("This telephone number also serves: %(names)s. That is allowed.", names=shared), "info")


def _also_served(member: Member) -> Sequence[Member]:
    if not member.phone:
        return ()
    return duplicates.neighbours(db.session(), member.phone, member, queries.visible_to(me()))
