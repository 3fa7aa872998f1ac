"""The commands of the one who runs the house, played on a database of their own."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import cli, pdf
from outreach.accounts.models import Account, AuditEntry
from outreach.areas.models import Area
from outreach.households.models import Household
from outreach.procedures.models import Procedure
from outreach.voices import sound
from tests import world


@pytest.fixture
def run(real_db, monkeypatch):
    """Type a command; gives what it printed."""
    monkeypatch.setenv("OUTREACH_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", real_db.url.render_as_string(hide_password=False))

    def typed(*words, fails=False):
        result = CliRunner().invoke(cli.main, list(words), catch_exceptions=False)
        assert (result.exit_code != 0) is fails, result.output
        return result.output

    return typed


def test_the_release_command_may_be_run_again_and_again(run, real_db):
    assert "13958 created" in run("migrate")
    assert "0 created, 0 changed" in run("migrate")
    with Session(real_db) as s:
        kinds = dict(s.execute(select(Area.kind, func.count()).group_by(Area.kind)).all())
        assert kinds == {"country": 1, "province": 34, "commune": 3321}
        assert s.scalar(select(func.count()).select_from(Procedure)) == 76


def test_the_first_admin_gets_a_code_and_the_same_command_gives_a_new_one(run, real_db):
    with Session(real_db) as s:
        world.build(s)
    codes = [re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", run("admin", "Vũ Ngọc Ánh", "0912 000 001"))[0] for _ in range(2)]
    assert codes[0] != codes[1]
    with Session(real_db) as s:
        assert s.scalar(select(func.count()).where(Account.phone == "+84912000001")) == 1
    assert "not a Vietnamese mobile number" in run("admin", "Ánh", "123", fails=True)


def test_a_dry_run_of_a_merge_tells_all_and_changes_nothing(run, real_db):
    with Session(real_db) as s:
        world.build(s)
    merge = ["areas", "merge", "11977.1", "11977.2", "--code", "11977.9", "--type", "thôn", "--name", "Đông Đoài"]
    told = run(*merge, "--on", "2026-01-01", "--dry-run")
    assert "Thôn Đông (11977.1) → Thôn Đông Đoài (11977.9)" in told
    assert "3 households and 4 accounts move along." in told
    with Session(real_db) as s:
        assert s.scalar(select(func.count()).where(Area.code == "11977.9")) == 0
        assert s.scalar(select(func.count()).where(AuditEntry.act == "area.end")) == 0
    run(*merge, "--on", "2026-01-01")
    with Session(real_db) as s:
        moved = select(Household.head_name).join(Area, Area.id == Household.village_id).where(Area.code == "11977.9")
        assert len(s.scalars(moved).all()) == 3


def test_a_split_from_the_terminal_sends_the_rest_where_the_star_says(run, real_db):
    with Session(real_db) as s:
        world.build(s)
    run("areas", "split", "11977.1", "--into", "11977.7", "thôn", "Đông Một", "--into", "11977.8", "thôn", "Đông Hai",
        "--part", "1", "11977.7", "--part", "*", "11977.8", "--on", "2026-01-01")  # fmt: skip
    with Session(real_db) as s:
        sen = s.scalars(select(Household).where(Household.head_name == "Hoàng Thị Sen")).one()
        tam = s.scalars(select(Household).where(Household.head_name == "Nguyễn Văn Tám")).one()
        assert (sen.village.name, tam.village.name) == ("Đông Một", "Đông Hai")


def test_an_impossible_reform_says_why(run, real_db):
    with Session(real_db) as s:
        world.build(s)
    told = run("areas", "merge", "11977.1", "x", "--code", "9", "--type", "thôn", "--name", "X", "--on", "2026-01-01",
               fails=True)  # fmt: skip
    assert "Not every one of" in told


def test_the_demo_wants_an_empty_database(run, real_db):
    with Session(real_db) as s:
        world.build(s)
    assert "needs an empty database" in run("demo", fails=True)


def test_without_pango_ffmpeg_and_node_it_starts_and_says_what_is_missing(run, real_db, monkeypatch, tmp_path):
    with Session(real_db) as s:
        world.build(s)
    monkeypatch.setattr(pdf, "find_library", lambda _name: None)
    monkeypatch.setattr(sound.shutil, "which", lambda _name: None)
    monkeypatch.setattr(cli, "ROOT", tmp_path)  # where no front-end file was fetched
    told = run("prepare")
    assert "apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0" in told
    assert "apt-get install -y --no-install-recommends ffmpeg" in told
    assert "every page works" in told
