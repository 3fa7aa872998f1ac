"""Wiring: settings, database, languages, porter, rooms. It decides nothing."""

from flask import Blueprint, Flask
from flask_compress import Compress
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from outreach import clock, db, i18n, porch, shelf, web
from outreach.accounts import access
from outreach.accounts import staff_views as accounts
from outreach.areas import views as areas
from outreach.arrivals import views as arrivals
from outreach.assessments import ambassador_views as assessments
from outreach.bag import shell_views as bag
from outreach.campaigns import views as campaigns
from outreach.cards import handing_views as cards
from outreach.carrying import offline_views as offline
from outreach.carrying import paper_views as paper
from outreach.checks import doubt_views as doubts
from outreach.checks import sample_views as samples
from outreach.coverage import chart_views as coverage
from outreach.exchange import views as exchange
from outreach.feeds import feed_views as ioc
from outreach.feeds import views as feeds
from outreach.groups import boundary_views as groups
from outreach.groups import breakdown_views as breakdown
from outreach.helpdesk import board_views as helpdesk
from outreach.households import merge_views as households
from outreach.imports import views as imports
from outreach.jobs import views as jobs
from outreach.kiosk import views as kiosk
from outreach.latecomers import handset_views as handsets
from outreach.latecomers import late_views as late
from outreach.learning import step_views as learning
from outreach.limits import days_views as days
from outreach.limits import money_views as money
from outreach.open_data import views as open_data
from outreach.operations import digest_views as digests
from outreach.operations import threshold_views as thresholds
from outreach.operations import views as operations
from outreach.plans import beside_views as beside
from outreach.plans import ending_views as plan_ends
from outreach.plans import poverty_views as poverty
from outreach.plans import views as plans
from outreach.practice import views as practice
from outreach.procedures import views as procedures
from outreach.reminders import class_views as classes
from outreach.reminders import due_views as due_dates
from outreach.reminders import rules_views as rules
from outreach.reminders import telephone_views as telephone
from outreach.reminders import weekly_views as weekly
from outreach.reports import views as reports
from outreach.review import allowance_views as allowances
from outreach.review import paper_views as sheet_papers
from outreach.review import views as review
from outreach.settings import ROOT, Settings
from outreach.sms import views as sms
from outreach.stopping import hook_views as hooks
from outreach.stopping import views as stopping
from outreach.submissions import views as submissions
from outreach.tending import views as tending
from outreach.visits import care_views as care
from outreach.visits import correction_views as corrections
from outreach.visits import elsewhere_views as elsewhere
from outreach.visits import parting_views as merges
from outreach.visits import route_views as route
from outreach.visits import views as visits
from outreach.voices import recording_views as voices
from outreach.wordings import views as wordings


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> Flask:
    """Wire the house together: settings, database, languages, porter, rooms."""
    settings = settings or Settings.from_env()
    app = web.House(
        "outreach", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "outreach" / "static")
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_base_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=30 * 86400,
        SESSION_REFRESH_EACH_REQUEST=False,  # see access.RENEWED
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=web.MOST_TYPED,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must still be sendable
        TRANSLATIONS=ROOT / "translations",
        SUPPORT_PHONE=settings.support_phone,
        COMPRESS_ALGORITHM=["br", "gzip"],
    )
    if not settings.development:
        app.wsgi_app = shelf.Counter(app)  # type: ignore[method-assign]
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    clock.set_place(settings.timezone)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app, engine or db.make_engine(settings.database_url))
    Compress(app)
    i18n.init_app(app)
    web.init_app(app)
    access.init_app(app)
    app.context_processor(lambda: {"lang": i18n.LANGUAGES[i18n.chosen()].html, "languages": i18n.LANGUAGES})
    _open_rooms(app)
    return app


ROOMS: tuple[Blueprint, ...] = (
    accounts.doors,
    areas.doors,
    jobs.doors,
    assessments.doors,
    cards.doors,
    coverage.doors,
    helpdesk.doors,
    households.doors,
    kiosk.doors,
    learning.doors,
    offline.doors,
    operations.doors,
    digests.doors,
    thresholds.doors,
    paper.doors,
    plans.doors,
    plan_ends.doors,
    beside.doors,
    poverty.doors,
    practice.doors,
    procedures.doors,
    imports.doors,
    visits.doors,
    care.doors,
    route.doors,
    corrections.doors,
    merges.doors,
    elsewhere.doors,
    bag.doors,
    arrivals.doors,
    handsets.doors,
    late.doors,
    reports.doors,
    review.doors,
    allowances.doors,
    doubts.doors,
    samples.doors,
    sheet_papers.doors,
    campaigns.doors,
    groups.doors,
    breakdown.doors,
    exchange.doors,
    open_data.doors,
    feeds.doors,
    ioc.doors,
    submissions.doors,
    sms.doors,
    money.doors,
    days.doors,
    hooks.doors,
    stopping.doors,
    telephone.doors,
    rules.doors,
    due_dates.doors,
    classes.doors,
    weekly.doors,
    tending.doors,
    voices.doors,
    wordings.doors,
    porch.doors,
)


def _open_rooms(app: Flask) -> None:
    for doors in ROOMS:
        app.register_blueprint(doors)
