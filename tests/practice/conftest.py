"""A small rehearsal of the tests' own, in a lessons folder that holds nothing else."""

import shutil
from pathlib import Path

import pytest

from outreach.practice import portal, queries
from outreach.practice.shape import Flow
from outreach.settings import ROOT

SLUG = "dang-nhap-cong-dich-vu-cong"  # a lesson that is there, so that pages may lead back to it
SMALL = Path(__file__).with_name("flow.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The standard and one lesson's rehearsal."""
    shutil.copy(ROOT / "lessons" / "standard.toml", tmp_path)
    (tmp_path / SLUG).mkdir()
    shutil.copy(SMALL, tmp_path / SLUG / "practice.toml")
    return tmp_path


@pytest.fixture
def flow(folder: Path) -> Flow:
    """The small rehearsal."""
    return portal.load_all(folder)[SLUG]


@pytest.fixture
def stage(folder: Path, flow: Flow, monkeypatch: pytest.MonkeyPatch) -> Flow:
    """The small rehearsal is the only one that the house has."""
    monkeypatch.setattr(queries, "FOLDER", folder)
    return flow
