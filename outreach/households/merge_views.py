"""Doors to make one household, or one person, of two entries: the official's."""

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL
from outreach.households import duplicates, merging, names, people_views, queries
from outreach.households.merge_forms import MergeForm
from outreach.households.views import house_address

doors = people_views.doors  # all the doors of the household list: those of `views` and `people_views`, and these


@doors.get("/ho/<int:id>/gop")
@web.allow(OFFICIAL)
def merge(id: int) -> Response:
    """Choose the other entry; then both side by side."""
    s = db.session()
    household = web.or_404(queries.find(s, me(), id))
    other = queries.find(s, me(), request.args.get("other", 0, type=web.whole))
    q = request.args.get("q", "").strip()
    found = [h for h in queries.listing(s, me(), q).rows if h.id != id] if q else []
    alike = duplicates.alike(
        s, queries.visible_to(me()), village_id=household.village_id, name=household.head_name, phone=household.phone,
        apart_from=id,
    )  # fmt: skip
    return web.page(
        "households/merge.html", "main", household=household, other=other if other and other.id != id else None, q=q,
        found=found[:10], alike=alike, form=MergeForm(formdata=None), ambassador=queries.ambassador,
        present=queries.present,
    )  # fmt: skip


@doors.post("/ho/<int:id>/gop")
@web.allow(OFFICIAL)
def merge_create(id: int) -> Response:
    """Make one household of two."""
    s = db.session()
    household = web.or_404(queries.find(s, me(), id))
    other = web.or_404(queries.find(s, me(), _other()))
    try:
        merging.merge(s, household, other, me())
    except merging.NotTwo:
        flash(_("These two cannot be merged: somebody may have done it already. Nothing has changed."), "warning")
        return web.see_other(url_for("households.merge", id=id))
    s.commit()
    pairs = len(duplicates.twins(household))
    if pairs:
        flash(ngettext(
            "The two are one now. One person may stand here twice.",
            "The two are one now. %(num)s people may stand here twice.", pairs,
        ), "success")  # fmt: skip
        return web.see_other(url_for("households.twins", id=id))
    flash(_("The two are one now."), "success")
    return web.see_other(house_address(household))


def _other() -> int:
    """The number of the other entry; 0, which nobody has, when none was sent."""
    form = MergeForm()
    return (form.validate_on_submit() and form.other.data) or 0


@doors.get("/ho/<int:id>/gop-nguoi")
@web.allow(OFFICIAL)
def twins(id: int) -> Response:
    """People of one household who have the same name."""
    household = web.or_404(queries.find(db.session(), me(), id))
    return web.page(
        "households/twins.html", "main", household=household, pairs=duplicates.twins(household),
        relations=names.RELATION_NAMES,
    )  # fmt: skip


@doors.post("/nguoi/<int:id>/gop")
@web.allow(OFFICIAL)
def unify(id: int) -> Response:
    """Make one person of two entries."""
    s = db.session()
    keep = web.or_404(queries.find_member(s, me(), id))
    other = web.or_404(queries.find_member(s, me(), _other()))
    household = keep.household
    try:
        merging.unify(s, keep, other, me())
    except merging.NotTwo:
        flash(_("These two cannot be merged: somebody may have done it already. Nothing has changed."), "warning")
        return web.see_other(url_for("households.twins", id=household.id))
    s.commit()
    flash(_("The two are one now."), "success")
    return web.see_other(url_for("households.twins", id=household.id))
