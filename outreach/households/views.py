"""Doors of the household list: find, register, correct, close. `people_views` and `merge_views` hang on more."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, fields, web
from outreach.accounts import receipts
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER, Receipt
from outreach.households import closing, duplicates, names, queries, receiving, registering, stages
from outreach.households.edit_forms import HouseholdEdit
from outreach.households.forms import ClosureForm, HouseholdForm, OnceForm, ReasonForm
from outreach.households.models import Household

doors = Blueprint("households", __name__)
HANDS = (OFFICIAL, LEADER, VOLUNTEER)  # those who write down what they were told


def house_address(household: Household) -> str:
    """Where a household's own page is."""
    return url_for("visits.household", id=household.id)


@doors.app_template_global("recipient_address")
def _recipient_address(recipient: str) -> str:
    """The record of the person a message goes to ("member:12"), for who may read it; "" for everybody else.

    The messages stand below and know no households; their page asks here.
    """
    kind, _colon, number = recipient.partition(":")
    account = me_or_none()
    if kind != "member" or account is None or account.role not in HANDS:
        return ""
    member = queries.find_member(db.session(), account, int(number))
    return url_for("stopping.messages", id=member.id) if member else ""


@doors.get("/ho")
@web.allow(OFFICIAL, LEADER, VOLUNTEER, AGENT)
def index() -> Response:
    """The list, searched and narrowed."""
    s, asked = db.session(), request.args
    wanted: dict[str, Any] = {
        "q": asked.get("q", "").strip(), "village": asked.get("village", type=web.whole),
        "stage": asked.get("stage", ""), "shown": asked.get("shown", ""), "kind": asked.get("kind", ""),
        "sort": asked.get("sort", "name"),
    }  # fmt: skip
    found = queries.listing(s, me(), **wanted, page=asked.get("page", 1, type=web.whole))
    narrowed = any(wanted[key] for key in wanted.keys() - {"sort"})

    def address(**changes: Any) -> str:
        kept = {k: v for k, v in (wanted | changes).items() if v and (k, v) != ("sort", "name")}
        return url_for("households.index", **kept)

    return web.page(
        "households/index.html", "list", found=found, wanted=wanted, narrowed=narrowed, address=address,
        page_address=lambda number: address(page=number),
        villages=queries.villages(s, me()), stages=names.STAGE_NAMES | names.GROUP_NAMES, may_write=me().role in HANDS,
        ambassador=queries.ambassador, shown=names.shown(), kinds=names.FAMILY_TYPE_NAMES,
    )  # fmt: skip


@doors.get("/ho/moi")
@web.allow(*HANDS)
def new() -> Response:
    """An empty sheet."""
    form = HouseholdForm(village=request.args.get("village", type=web.whole))
    return _new_page(form.among(queries.villages(db.session(), me())))


@doors.post("/ho/moi")
@web.allow(*HANDS)
def create() -> Response:
    """Register, unless it looks like one on the list and nobody has looked at that yet."""
    s, villages = db.session(), queries.villages(db.session(), me())
    form = HouseholdForm().among(villages)
    try:
        received = receiving.household(s, me(), form, villages, anyway="anyway" in request.form)
    except receiving.Refused:
        return _new_page(form, 422)
    except receiving.LooksLike as found:
        return _new_page(form, 409, found.alike)
    except receipts.OtherContent as there:
        return conflict_page(form, there.receipt, url_for(".index"))
    s.commit()
    say_stored(received.new, _("The household is on the list."))
    return web.see_other(house_address(received.row))


@doors.post("/ho/moi/giong")
@web.allow(*HANDS)
def alike() -> Response:
    """While somebody types: households that may be the same. A POST, so that names stay out of addresses and logs."""
    form = HouseholdForm().among(queries.villages(db.session(), me()))
    form.validate()
    facts = receiving.household_facts(form, queries.villages(db.session(), me()))
    return web.page("households/new.html", "alike", alike=receiving.alike(db.session(), me(), facts), form=form)


@doors.get("/ho/<int:id>/sua")
@web.allow(*HANDS)
def edit(id: int) -> Response:
    """The sheet as it stands."""
    household = web.or_404(queries.find(db.session(), me(), id))
    return _edit_page(_filled(household), household)


@doors.post("/ho/<int:id>/sua")
@web.allow(*HANDS)
def update(id: int) -> Response:
    """Correct it."""
    s = db.session()
    household = web.or_404(queries.find(s, me(), id))
    stages.lock(s, household)
    form = _filled(household).over(_filled(household, formdata=None))
    if not form.validate_on_submit():
        return _edit_page(form, household, form.refusal)
    try:
        facts = receiving.household_facts(form, queries.villages(s, me()), household.village)
        registering.correct(s, household, facts, me())
    except registering.CodeTaken:
        form.code.errors = [_("Another household of this village has this number.")]
        return _edit_page(form, household, 422)
    s.commit()
    flash(_("The correction is saved."), "success")
    return web.see_other(house_address(household))


@doors.get("/ho/<int:id>/dong")
@web.allow(*HANDS)
def closure(id: int) -> Response:
    """Closed or not, why, and what can be done."""
    household = web.or_404(queries.find(db.session(), me(), id))
    return _closure_page(household, ClosureForm(), ReasonForm())


@doors.post("/ho/<int:id>/dong")
@web.allow(*HANDS)
def close(id: int) -> Response:
    """Take it out of the count, with a reason."""
    s = db.session()
    household = web.or_404(queries.find(s, me(), id))
    form = ClosureForm()
    if not form.validate_on_submit():
        return _closure_page(household, form, ReasonForm(formdata=None), 422)
    closing.close(s, household, form.closed_as.data, form.reason.data or "", me())
    s.commit()
    flash(_("The household is no longer counted; its history stays."), "success")
    return web.see_other(house_address(household))


@doors.post("/ho/<int:id>/mo-lai")
@web.allow(*HANDS)
def reopen(id: int) -> Response:
    """Bring it back into the count, with a reason."""
    s = db.session()
    household = web.or_404(queries.find(s, me(), id))
    form = ReasonForm()
    if not form.validate_on_submit():
        return _closure_page(household, ClosureForm(formdata=None), form, 422)
    closing.reopen(s, household, form.reason.data or "", me())
    s.commit()
    flash(_("The household is counted again."), "success")
    return web.see_other(house_address(household))


def _new_page(form: HouseholdForm, status: int = 200, alike: list[duplicates.Alike] | None = None) -> Response:
    return web.page(
        "households/new.html", "main", status=status, form=form, alike=alike or [], must_choose=status == 409
    )


def _edit_page(form: HouseholdEdit, household: Household, status: int = 200) -> Response:
    return web.page("households/edit.html", "main", status=status, form=form, household=household)


def _closure_page(household: Household, form: ClosureForm, again: ReasonForm, status: int = 200) -> Response:
    return web.page("households/closure.html", "main", status=status, household=household, form=form, again=again)


def _filled(household: Household, **kw: Any) -> HouseholdEdit:
    said = {name: getattr(household, name) for name in ("head_name", "address", "phone", "code", "walk_no")}
    said |= {"village": household.village_id, "family_types": [one.type for one in household.types]}
    form = HouseholdEdit(data=said, **kw)  # no obj: its `village` is a place, and no number of one
    return form.among(queries.villages(db.session(), me()), household.village)


def say_stored(new: bool, text: str) -> None:
    """The news of a sheet that was taken; one that came twice says that nothing was added."""
    if new:
        flash(text, "success")
    else:
        flash(_("This was saved before. Nothing was added."), "info")


def conflict_page(form: OnceForm, receipt: Receipt, back: str) -> Response:
    """Show what was sent now, and lead to what stands under the same mark, if the one who asks may see it."""
    s = db.session()
    stands: Household | None = None
    if receipt.subject == "household":
        stands = queries.find(s, me(), receipt.subject_id)
    elif (person := queries.find_member(s, me(), receipt.subject_id)) is not None:
        stands = person.household
    skipped = ("csrf_token", "client_id", "base")
    sent = [(field, shown) for field in form if field.name not in skipped and (shown := fields.shown(field))]
    again = [(key, value) for key, value in request.form.items(multi=True) if key not in skipped]
    return web.page(
        "households/conflict.html", status=409, stands=stands, sent=sent, again=again, back=back, action=request.path,
        client_id=receipts.new_client_id(),
    )  # fmt: skip
