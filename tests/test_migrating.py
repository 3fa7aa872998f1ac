"""A database that is filled already is brought up to date, loses nothing, and is what the models say."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, migrating, reform, tables
from outreach.areas.queries import by_code
from outreach.coverage import folding
from outreach.coverage.models import VisitDay
from outreach.households.models import Household, Unweighed
from outreach.learning.models import Learner
from outreach.reform import Merge, NewArea
from outreach.settings import ROOT
from outreach.visits import recording
from outreach.visits.models import SHOWN, Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world

pytestmark = pytest.mark.real_db
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


def back_to(engine, revision):
    """The database as it was with this migration, all that is in it kept. SQLite checks no references meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            config = Config(toml_file=str(ROOT / "pyproject.toml"))
            config.attributes["connection"] = connection
            command.downgrade(config, revision)
    engine.dispose()


def test_the_migrations_make_what_the_models_say(real_db):
    with real_db.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []


def test_visits_of_before_a_reform_stay_with_the_villages_that_ended(real_db):
    with time_machine.travel(NOON, tick=False), Session(real_db) as s:
        w = world.build(s)
        house = w.sens_house
        recording.record(s, w.lan, house, VisitDraft(new_client_id(), SHOWN, met=(w.sen.id,)))
        s.commit()
        dong, house_id, lan = w.dong.id, house.id, w.lan.id
    with time_machine.travel(NOON + timedelta(days=9), tick=False), Session(real_db) as s:
        reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), clock.today()))
        s.flush()
        s.expire_all()
        house, by = s.get_one(Household, house_id), s.get_one(world.Account, lan)
        recording.record(s, by, house, VisitDraft(new_client_id(), SHOWN, met=(house.members[0].id,)))
        s.commit()
        village = house.village_id
    back_to(real_db, "0007")
    migrating.upgrade(real_db)
    with time_machine.travel(NOON + timedelta(days=9), tick=False), Session(real_db) as s:
        assert s.scalars(select(Visit.stays_in_id).order_by(Visit.id)).all() == [dong, None]
        folding.fold(s)
        days = s.execute(select(VisitDay.village_id, VisitDay.visits).order_by(VisitDay.on)).all()
        assert days == [(dong, 1), (village, 1)]
        assert by_code(s, "99001") is not None


def test_what_speaks_for_skills_before_they_were_counted_waits_to_be_weighed(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        s.add(Learner(token="t", created_at=clock.now(), member_id=w.hanh.id))
        s.commit()
        hanh = w.hanh.id
    back_to(real_db, "0006")
    migrating.upgrade(real_db)
    with Session(real_db) as s:
        assert s.scalars(select(Unweighed.member_id)).all() == [hanh]
        assert s.scalar(select(func.sum(Household.vneid + Household.alone + Household.helped))) == 0
