"""The demo commune: looks alive, holds together, and is the same for the same seed."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.alerts import queries as alerts
from outreach.alerts.models import Alert
from outreach.areas import queries
from outreach.areas.models import Area
from outreach.assessments import queries as assessments
from outreach.assessments import reweighing
from outreach.campaigns import queries as campaigns
from outreach.coverage import queries as coverage
from outreach.coverage import recounting
from outreach.demo import loading as demo
from outreach.groups import queries as groups
from outreach.households import stages
from outreach.households.models import STAGES, Household, Member, StageChange
from outreach.lib.months import before, first_of
from outreach.open_data import queries as open_data
from outreach.open_data import tables
from outreach.plans import outlook
from outreach.plans import queries as plans
from outreach.sms import counts as sms
from outreach.sms import money_queries
from outreach.sms.models import Sms
from outreach.visits import planning
from outreach.visits.models import Visit
from tests import databases, world


def place(s):
    """The demo's commune alone; loading the whole country is another test's business."""
    country = world.area(s, None, "country", "nước", "VN", "Việt Nam")
    province = world.area(s, country, "province", "tỉnh", "33", "Hưng Yên")
    world.area(s, province, "commune", "xã", demo.COMMUNE, "Tân Hưng")


@pytest.fixture(scope="session")
def once(kind):
    def fill(s):
        place(s)
        demo.load(s, households=240)

    with databases.filled(kind, "demo", fill) as engine:
        yield engine


@pytest.fixture
def played(once):
    """The demo as it was loaded; what a test does to it is taken back."""
    with Session(once) as s:
        yield s


def test_the_demo_has_thirty_groups_of_three_and_a_door_for_each_role(played):
    counts = dict(played.execute(select(Account.role, func.count()).group_by(Account.role)).all())
    assert (counts["leader"], counts["volunteer"]) == (30, 60)
    assert [a.role for a in demo.doors(played)] == ["admin", "province", "official", "leader", "volunteer", "agent"]


def test_its_tallies_equal_its_households_and_every_stage_occurs(played):
    assert recounting.differing(played) == []
    seen = set(played.scalars(select(Household.stage).distinct()))
    assert set(STAGES[:5]) <= seen


def test_each_households_stage_is_what_its_facts_say(played):
    before = {h.id: h.stage for h in played.scalars(select(Household))}
    for household in played.scalars(select(Household)).all():
        stages.restage(played, household, None)
    assert {h.id: h.stage for h in played.scalars(select(Household))} == before


def test_a_volunteer_finds_houses_to_visit_and_a_leader_somebody_to_confirm(played):
    volunteer = played.scalars(select(Account).where(Account.role == "volunteer").order_by(Account.id)).first()
    official = played.scalars(select(Account).where(Account.role == "official")).one()
    assert planning.plan(played, volunteer).suggestions
    assert assessments.ready(played, official)


def test_houses_are_looked_after_in_order_and_a_campaign_runs(played):
    volunteer = played.scalars(select(Account).where(Account.role == "volunteer").order_by(Account.id)).first()
    plan = planning.plan(played, volunteer)
    assert plan.cares
    assert any(one.metres for one in plan.suggestions)
    shares = campaigns.running_in(played, volunteer.area)
    assert {row.share.type for row in shares} >= {"", "farmers"}
    assert campaigns.total(shares).now >= campaigns.total(shares).at_start


def test_nothing_happens_later_than_now(played):
    assert played.scalar(select(func.max(Visit.at))) <= clock.now()
    assert played.scalar(select(func.max(StageChange.at))) <= clock.now()


@databases.sqlite_only
def test_the_same_seed_tells_the_same_story(s):
    place(s)
    saved = s.begin_nested()
    demo.load(s, households=60)
    first = s.execute(select(Member.name, Member.phone).order_by(Member.id)).all()
    saved.rollback()
    s.expunge_all()
    demo.load(s, households=60)
    assert s.execute(select(Member.name, Member.phone).order_by(Member.id)).all() == first
    assert s.scalar(select(func.count()).select_from(Area).where(Area.kind == "village")) == 30


@databases.sqlite_only
@pytest.mark.parametrize("moment", ["2026-11-23 00:10", "2026-11-22 20:30", "2027-02-06 12:00"])
def test_at_night_and_on_a_holiday_something_waits_and_nothing_has_happened_yet(s, moment):
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=clock.place()), tick=False):
        place(s)
        demo.load(s, households=60)
        commune = s.scalars(select(Area).where(Area.code == demo.COMMUNE)).one()
        assert sms.tally(s, commune, clock.today()).of("waiting")
        assert s.scalar(select(func.max(Sms.sent_at))) <= clock.now()
        assert s.scalar(select(func.max(Visit.at))) <= clock.now()


def test_its_leaders_find_somebody_silent_a_phone_that_holds_back_and_somebody_gone(played):
    found = groups.groups(played, played.scalars(select(Area).where(Area.code == demo.COMMUNE)).one())
    assert any(group.silent for group in found)
    assert [phone.state.waiting for group in found for phone in group.unsent] == [6]
    assert played.scalars(select(Account).where(Account.suspended_at.is_not(None))).one().role == "volunteer"
    assert played.scalars(select(Visit).where(Visit.place_id.is_not(None))).all()


def test_its_officials_find_messages_of_every_fate_and_two_alerts(played):
    commune = played.scalars(select(Area).where(Area.code == demo.COMMUNE)).one()
    found = sms.tally(played, commune, clock.today())
    assert {fate for fate in sms.FATES if found.of(fate)} == set(sms.FATES)
    assert alerts.how_many(played, commune) == 2
    assert played.scalar(select(func.max(Sms.sent_at))) <= clock.now()
    wrong = played.scalars(select(Alert).where(Alert.kind == "sms_number")).one()
    assert wrong.about == played.get(Sms, wrong.facts["sms"]).recipient  # so the next receipt from there closes it


def test_its_messages_cost_something_and_the_budget_is_not_spent_yet(played):
    commune = played.scalars(select(Area).where(Area.code == demo.COMMUNE)).one()
    now = money_queries.standing(played, commune)
    assert now.budget
    assert now.spent < now.budget
    assert now.outlook.dong is not None
    assert sum(one.spent.dong for one in money_queries.months(played, commune)) > 0  # a week's, perhaps of last month


def test_its_skills_and_sums_are_there(played):
    country = queries.country(played)
    seen = coverage.overview(played, country).total
    assert seen.in_scope > seen.alone_payment > 0
    assert seen.helped_shopping > 0
    assert seen.vneid > 0
    assert any(
        day.visits.met for day in coverage.days(played, country, clock.today() - timedelta(days=30), clock.today())
    )
    assert sum(recounting.prove(played)) == 0
    assert [piece.mended for piece in reweighing.walk(played, 0, reweighing.newest(played)) if piece.mended] == []


def test_its_commune_has_a_plan_a_forecast_and_villages_of_which_poverty_is_known(played):
    commune = queries.by_code(played, demo.COMMUNE)
    seen = outlook.look(played, commune)
    assert seen.own
    assert seen.forecast.when is not None
    assert seen.need is not None
    assert sum(one.special for one in plans.hardship(played, commune).values()) == 3


def test_its_open_data_can_be_read(played):
    newest = open_data.find(played, tables.COMMUNES)
    assert newest.month == before(first_of(clock.today()))
    assert [row for row in newest.rows if row[6]], "no commune has households"
