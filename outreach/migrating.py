"""Bringing a database up to the newest migration."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from outreach.settings import ROOT


def upgrade(engine: Engine) -> None:
    """Run whatever migrations this database has not had, in one transaction."""
    with engine.begin() as connection:
        config = Config(toml_file=str(ROOT / "pyproject.toml"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(engine: Engine) -> bool:
    """Whether the database has had every migration."""
    script = ScriptDirectory.from_config(Config(toml_file=str(ROOT / "pyproject.toml")))
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(script.get_heads())
