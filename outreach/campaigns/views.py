"""Doors of campaigns: a plan, its shares, how far they are."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach import clock, db, meanwhile, web
from outreach.accounts import receipts
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import FIELD, LEADER, OFFICIAL, VOLUNTEER
from outreach.areas.models import VILLAGE
from outreach.campaigns import agreeing, names, queries
from outreach.campaigns.forms import CampaignForm, SharesForm, quarter
from outreach.campaigns.models import Campaign
from outreach.households.forms import ReasonForm

doors = Blueprint("campaigns", __name__)


@doors.app_template_global("campaign_lines")
def _lines() -> list[tuple[str, str]]:
    """For who goes from door to door: of each running campaign, the village's share that is furthest behind."""
    account = me_or_none()
    if account is None or account.role not in FIELD:
        return []
    worst: dict[int, queries.Progress] = {}
    for row in sorted(queries.running_in(db.session(), account.area), key=lambda row: -row.lag):
        worst.setdefault(row.share.campaign_id, row)
    return [(names.line(row), url_for("campaigns.show", id=id_)) for id_, row in worst.items()]


@doors.get("/chien-dich")
@web.allow(OFFICIAL, LEADER, VOLUNTEER)
def index() -> Response:
    """The commune's campaigns, newest first."""
    today, found = clock.today(), queries.listing(db.session(), me())
    rows = [(one, queries.span(one), len({share.village_id for share in one.shares})) for one in found]
    return web.page("campaigns/index.html", rows=rows, today=today, may_plan=me().role == OFFICIAL)


@doors.get("/chien-dich/moi")
@web.allow(OFFICIAL)
def new() -> Response:
    """An empty plan for the quarter."""
    first, last = quarter(clock.today())
    name = _("Quarter %(number)s/%(year)s", number=(first.month + 2) // 3, year=first.year)
    return _new_page(CampaignForm(name=name, first_day=first, last_day=last))


@doors.post("/chien-dich/moi")
@web.allow(OFFICIAL)
def create() -> Response:
    """Make it, with a share proposed for each village; they can be changed on the next page."""
    s, form = db.session(), CampaignForm()
    if not form.validate_on_submit():
        return _new_page(form, 422)
    try:
        made, new = agreeing.make_once(s, form.plan(), me(), form.client_id.data or "", anyway="anyway" in request.form)
    except agreeing.Alike as found:
        return _new_page(form, 409, found.there)
    except receipts.OtherContent as other:
        form.client_id.data = receipts.new_client_id()
        return _new_page(form, 409, queries.find(s, me(), other.receipt.subject_id))
    s.commit()
    if new:
        flash(_("The campaign is planned. Look at each village's share, and change it where needed."), "success")
    else:
        flash(_("This was saved before. Nothing was added."), "info")
    return web.see_other(url_for(".edit", id=made.id))


@doors.get("/chien-dich/<int:id>")
@web.allow(OFFICIAL, LEADER, VOLUNTEER)
def show(id: int) -> Response:
    """How far the commune is, or the village of who asks."""
    return _show(_campaign(id), ReasonForm(formdata=None))


@doors.get("/chien-dich/<int:id>/phan-bo")
@web.allow(OFFICIAL)
def edit(id: int) -> Response:
    """The shares, to be changed."""
    campaign = _campaign(id)
    return _edit_page(campaign, SharesForm.of(campaign.shares))


@doors.post("/chien-dich/<int:id>/phan-bo")
@web.allow(OFFICIAL)
def update(id: int) -> Response:
    """Set the targets; every change is on record."""
    s = db.session()
    meanwhile.alone(s, "campaign", id)
    campaign = _campaign(id)
    form = SharesForm.of(campaign.shares)
    if not form.validate_on_submit():
        return _edit_page(campaign, form, form.refusal)
    try:
        changed = agreeing.change(s, campaign, form.targets(), me())
    except agreeing.Over:
        return _over(campaign)
    s.commit()
    flash(ngettext("%(num)s share was changed.", "%(num)s shares were changed.", changed), "success")
    return web.see_other(url_for(".show", id=campaign.id))


@doors.post("/chien-dich/<int:id>/ket-thuc")
@web.allow(OFFICIAL)
def end(id: int) -> Response:
    """Call it off, with a reason."""
    s, campaign, form = db.session(), _campaign(id), ReasonForm()
    if not form.validate_on_submit():
        return _show(campaign, form, 422)
    try:
        agreeing.end(s, campaign, form.reason.data or "", me())
    except agreeing.Over:
        return _over(campaign)
    s.commit()
    flash(_("The campaign is called off. What was reached stays counted."), "success")
    return web.see_other(url_for(".show", id=campaign.id))


def _campaign(id: int) -> Campaign:
    return web.or_404(queries.find(db.session(), me(), id))


def _over(campaign: Campaign) -> Response:
    flash(_("This campaign is over. Nothing was changed."), "info")
    return web.see_other(url_for(".show", id=campaign.id))


def _new_page(form: CampaignForm, status: int = 200, there: Campaign | None = None) -> Response:
    return web.page("campaigns/new.html", status=status, form=form, there=there)


def _edit_page(campaign: Campaign, form: SharesForm, status: int = 200) -> Response:
    s, ids = db.session(), sorted({share.village_id for share in campaign.shares})
    there = queries.counts(s, ids, kinds=any(share.type for share in campaign.shares))
    rows = [(share, there.get((share.village_id, share.type), queries.Count())) for share in campaign.shares]
    return web.page("campaigns/edit.html", status=status, campaign=campaign, form=form, rows=rows, names=names)


def _show(campaign: Campaign, form: ReasonForm, status: int = 200) -> Response:
    own = me().area_id if me().area.kind == VILLAGE else None
    rows = queries.progress(db.session(), campaign, own)
    kinds = [kind for kind in names.KIND_NAMES if any(row.share.type == kind for row in rows)]
    wanted = request.args.get("loai")
    asked = wanted if wanted in kinds else next(iter(kinds), "")
    listed = [row for row in rows if own or row.share.type == asked]
    totals = [(kind, queries.total([row for row in rows if row.share.type == kind])) for kind in kinds]
    return web.page(
        "campaigns/show.html", status=status, campaign=campaign, form=form, names=names, totals=totals,
        rows=sorted(listed, key=lambda row: (-row.lag, row.share.id)), asked=asked,
        span=queries.span(campaign), today=clock.today(), may_plan=me().role == OFFICIAL, own=own is not None,
        now=clock.now(),
    )  # fmt: skip
