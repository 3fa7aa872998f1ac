"""Runs the migrations on the database it is given."""

from typing import cast

from alembic import context
from sqlalchemy import Connection, Engine

from outreach import tables  # noqa: F401 -- every table must be known before they are compared
from outreach.db import Base, make_engine
from outreach.settings import Settings

config = context.config


def run(connection: Connection) -> None:
    """Migrate over an open connection."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True, transaction_per_migration=False,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()


given = cast("Connection | None", config.attributes.get("connection"))
if given is not None:
    run(given)
else:
    engine: Engine = make_engine(Settings.from_env().database_url)
    with engine.begin() as opened:
        run(opened)
