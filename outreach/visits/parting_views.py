"""Doors to undo a merge of two households: the official's, as merging is."""

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL
from outreach.households import parting as households
from outreach.households import queries, repointing, two_again
from outreach.households.models import HouseholdMerge, Member
from outreach.households.names import RELATION_NAMES
from outreach.households.parting import DONE, MERGED_SINCE, PLACE_ENDED, TOO_LATE, NotApart
from outreach.visits import parting
from outreach.visits.models import Visit

doors = Blueprint("merges", __name__)
WHY_NOT = {
    DONE: _l("This merge has been undone already."),
    TOO_LATE: _l("The merge is too long ago to be undone."),
    MERGED_SINCE: _l("One of the two has been merged with yet another household since. Undo that merge first."),
    PLACE_ENDED: _l("The village of the other household has ended since. Note the household anew where it stands now."),
}

WHY_NOT_TWO = {
    DONE: _l("The two entries are apart again already."),
    TOO_LATE: _l("It is too long ago that the two entries became one."),
    MERGED_SINCE: _l("This person, or the household, was merged with yet another entry since. Undo that merge first."),
}


@doors.get("/gop/<int:id>")
@web.allow(OFFICIAL)
def show(id: int) -> Response:
    """What would go back, and who would stay; nothing is changed."""
    s, merge = db.session(), _merge(id)
    if merge.of_person:
        return _person(merge)
    stay, rows = households.those_who_stay(s, merge), merge.moved.get("rows", {})
    went = {row[0] for row in rows.get(repointing.MEMBERS, ())} - {member.id for member in stay}
    visits = [row[0] for row in rows.get("visit.household_id", ())]
    return web.page(
        "visits/parting.html", merge=merge, stay=stay, hindrance=WHY_NOT.get(households.hindrance(merge)),
        go=s.scalars(select(Member).where(Member.id.in_(went), Member.household_id == merge.keep_id)).all(),
        visits=s.scalar(select(func.count()).where(Visit.id.in_(visits), Visit.household_id == merge.keep_id)),
        since=s.scalar(select(func.count()).where(Visit.household_id == merge.keep_id, Visit.received_at > merge.at)),
        until=households.until(merge),
    )  # fmt: skip


@doors.post("/gop/<int:id>")
@web.allow(OFFICIAL)
def delete(id: int) -> Response:
    """Undo it."""
    s, merge = db.session(), _merge(id)
    if merge.of_person:
        return _two_again(merge)
    try:
        stay = parting.part(s, merge, me())
    except NotApart as fault:
        s.rollback()
        flash(str(WHY_NOT[fault.why]), "warning")
        return web.see_other(url_for("visits.household", id=merge.keep_id))
    s.commit()
    flash(_("They are two households again: “%(one)s” and “%(other)s”.", one=merge.keep.head_name,
            other=merge.other.head_name), "success")  # fmt: skip
    if stay:
        names = ", ".join(member.name for member in stay)
        flash(ngettext(
            "%(names)s stays here: two entries of this person were made one since, and cannot be told apart.",
            "%(names)s stay here: two entries of each were made one since, and cannot be told apart.", len(stay),
            names=names,
        ), "warning")  # fmt: skip
    return web.see_other(url_for("visits.household", id=merge.keep_id))


def _person(merge: HouseholdMerge) -> Response:
    hindrance = WHY_NOT_TWO.get(households.hindrance(merge))
    return web.page(
        "visits/two_again.html", merge=merge, hindrance=hindrance, gone=merge.moved.get("gone"),
        relations=RELATION_NAMES, keep=None if hindrance else two_again.kept(db.session(), merge),
        until=households.until(merge),
    )  # fmt: skip


def _two_again(merge: HouseholdMerge) -> Response:
    s = db.session()
    try:
        back = two_again.part(s, merge, me())
    except NotApart as fault:
        s.rollback()
        flash(str(WHY_NOT_TWO[fault.why]), "warning")
    else:
        s.commit()
        flash(_("%(name)s stands in this household again, beside the other entry.", name=back.name), "success")
    return web.see_other(url_for("visits.household", id=merge.keep_id))


def _merge(id: int) -> HouseholdMerge:
    """A merge into a household that the asker sees, now or under the name it was merged into since."""
    s = db.session()
    merge = web.or_404(s.get(HouseholdMerge, id))
    web.or_404(queries.find(s, me(), merge.keep_id) or queries.became(s, me(), merge.keep_id))
    return merge
