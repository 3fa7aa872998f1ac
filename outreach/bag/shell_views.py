"""Doors of the bag's own page: nothing personal is on it, so that a phone may keep it; the script fills it."""

from typing import Any, TypeVar

from flask import Response, jsonify, render_template, url_for
from flask_babel import gettext as _
from wtforms import Form

from outreach import i18n, shelf, web
from outreach.accounts.access import me_or_none
from outreach.accounts.models import FIELD
from outreach.assessments import queries as assessments
from outreach.bag import views
from outreach.carrying import offline
from outreach.households import names as households
from outreach.households.forms import NEW, OWN_NUMBER, SOMEBODY_NEW, AmbassadorForm, HouseholdForm, MemberForm
from outreach.households.models import STAGES
from outreach.lessons.content import Kind
from outreach.lessons.queries import catalogue
from outreach.visits import names as visits
from outreach.visits.forms import NO_DAY, OTHER_DAY, SOMEBODY_ELSE, VisitForm

doors = views.doors
F = TypeVar("F", bound=Form)
A_NAME = [(-1, "")]  # one choice, drawn as a pattern: the script makes one of it for each person on the phone


@doors.app_context_processor
def _for_lower_pages() -> dict[str, Any]:
    """Where the bag is, for those who carry one: their pages lead there, and load its script."""
    return {"bag_address": _bag_address, "bag_manifest": _bag_manifest}


def _bag_address(place: str = "") -> str:
    """The bag (or a place in it) for somebody who goes from door to door; "" for everybody else."""
    account = me_or_none()
    return url_for("bag.shell") + place if account is not None and account.role in FIELD else ""


def _bag_manifest() -> str:
    return offline.copy(url_for("bag.manifest"))


@doors.get("/tui")
@web.public
def shell() -> Response:
    """The page of the bag, the same for everybody who reads this language."""
    return shelf.answer(("bag", i18n.chosen()), _drawn)


@doors.get("/tui/giu.json")
@web.public
def kept() -> Response:
    """What a phone keeps of this page, and a mark that changes when it does."""
    address = url_for("bag.shell")
    return offline.answer(("bag",), lambda: offline.bundle(_("Bag to carry along"), {address: offline.copy(address)}))


@doors.get("/tui/ai")
@web.public
def who() -> Response:
    """Who is signed in here: the phone asks, to open the right person's bag."""
    account = me_or_none()
    return jsonify({"id": account.id, "name": account.name, "role": account.role} if account else {})


@doors.get("/tui.webmanifest")
@web.public
def manifest() -> Response:
    """By this a phone puts the bag among its apps."""
    sizes = (("192", "any"), ("512", "any"), ("512", "maskable"))
    drawn = {(size, use): web.static(f"bag-{use}-{size}.png") for size, use in sizes}
    icons = [
        {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
        for (size, use), address in drawn.items()
    ]
    answer = jsonify(
        id=url_for("bag.shell"), start_url=url_for("bag.shell"), scope=url_for("learning.home"), display="standalone",
        name=_("Bag of the digital technology group"), short_name=_("Bag to carry along"), icons=icons,
        lang=i18n.LANGUAGES[i18n.chosen()].html, background_color="#ffffff", theme_color="#10406f",
    )  # fmt: skip
    answer.mimetype = "application/manifest+json"
    answer.cache_control.no_cache = True
    return answer


def _drawn() -> str:
    """Without a name, a message or a token, whoever asks first."""
    skills = [(k.id, k.name.get(i18n.chosen()) or k.name["vi"]) for k in assessments.default().skills if k.observed]
    return render_template(
        "bag/tui.html", me=None, nav=(), account_nav=(), home_url=url_for("bag.shell"),
        on_kiosk=lambda: "", bag_address=lambda: "", there=_there,
        visit=_visit(skills), household=_household(), member=_member(),
        ambassador=_ambassador(), stages=STAGES, relations=households.RELATION_NAMES, outcomes=visits.OUTCOME_NAMES,
        purposes=households.PURPOSE_NAMES,
    )  # fmt: skip


def _there(endpoint: str) -> str:
    """The way to a page for staff from a page for everybody: who is signed in goes straight on."""
    return url_for("accounts.sign_in", next=url_for(endpoint))


def _visit(skills: list[tuple[str, str]]) -> VisitForm:
    form = VisitForm(formdata=None)
    form.met.choices = [*A_NAME, (SOMEBODY_ELSE, _("Somebody else of the house"))]
    form.observed_of.choices = [(0, _("The one I met"))]
    form.outcome.choices = list(visits.OUTCOME_NAMES.items())
    taught = [one for one in catalogue().values() if one.kind is not Kind.TEAM]
    form.taught.choices = [(one.slug, one.words_in(i18n.chosen()).title) for one in taught]
    form.observed.choices = skills
    form.came.choices = A_NAME
    form.again.choices = [*A_NAME, (OTHER_DAY, _("Another day")), (NO_DAY, _("No day yet"))]
    return _named(form, "visit")


def _household() -> HouseholdForm:
    form = HouseholdForm(formdata=None)
    form.village.choices = []
    return _named(form, "household")


def _member() -> MemberForm:
    form = MemberForm(formdata=None)
    form.same_phone.choices = [("", OWN_NUMBER), *A_NAME]
    return _named(form, "member")


def _ambassador() -> AmbassadorForm:
    form = AmbassadorForm(formdata=None)
    form.same_phone.choices = [("", OWN_NUMBER), *A_NAME]
    form.who.choices = [*A_NAME, (NEW, SOMEBODY_NEW)]
    return _named(form, "ambassador")


def _named(form: F, name: str) -> F:
    """The forms stand on one page: each field's id begins with its form's name."""
    for field in form:
        field.id = f"{name}-{field.id}"
    return form
