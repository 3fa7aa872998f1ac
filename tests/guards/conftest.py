"""What the guards share: the walk, made once for each kind of database."""

import pytest
from flask import Flask
from sqlalchemy import Engine

from outreach import pdf
from outreach.i18n import LANGUAGES
from tests.guards import tour


@pytest.fixture(autouse=True)
def _quick_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF takes a second, and is tried elsewhere."""
    monkeypatch.setattr(pdf, "render", str.encode)


@pytest.fixture(scope="session")
def stops(kind: str, engine: Engine, one_app: Flask) -> list[tour.Stop]:
    """All that was found on the walk; words and empty forms are the same on each kind, so they are looked at on one."""
    if kind == "sqlite":
        return tour.walk(engine, one_app, tuple(LANGUAGES), ("GET", "POST"))
    return tour.walk(engine, one_app, ("vi",), ("GET",), once=True)
