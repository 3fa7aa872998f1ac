"""Loading the handbook: rerunnable, so that a mended figure reaches the page and nothing stands twice."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from outreach.procedures import loading
from outreach.procedures.models import Procedure


@pytest.fixture
def entries():
    """The data file, read."""
    return json.loads(loading.DATA.read_text(encoding="utf-8"))


def load(s, tmp_path, entries):
    file = tmp_path / "procedures.json"
    file.write_text(json.dumps(entries), encoding="utf-8")
    return loading.load(s, file)


def test_all_76_procedures_are_loaded(s):
    assert loading.load(s) == "76 procedures, 76 new or changed, 0 gone"
    assert s.scalar(select(func.count()).select_from(Procedure)) == 76


def test_a_second_load_changes_nothing(s):
    loading.load(s)
    s.commit()
    assert loading.load(s) == "76 procedures, 0 new or changed, 0 gone"


def test_a_corrected_fee_reaches_the_table(s, tmp_path, entries):
    loading.load(s)
    s.commit()
    entries[3]["fee_online_vnd"] = 5000
    assert load(s, tmp_path, entries) == "76 procedures, 1 new or changed, 0 gone"
    assert s.get(Procedure, entries[3]["id"]).facts["fee_online_vnd"] == 5000


def test_a_procedure_taken_out_of_the_file_is_gone(s, tmp_path, entries):
    loading.load(s)
    s.commit()
    assert load(s, tmp_path, entries[:-1]) == "75 procedures, 0 new or changed, 1 gone"
    assert s.get(Procedure, entries[-1]["id"]) is None


def test_the_month_of_the_copy_is_kept_as_its_first_day(s):
    loading.load(s)
    months = set(s.scalars(select(Procedure.snapshot_on)))
    assert months == {date(2026, 7, 1), None}


def test_names_and_code_can_be_searched_without_accents(s):
    loading.load(s)
    folded = s.get(Procedure, "dang-ky-khai-sinh").folded
    assert "dang ky khai sinh" in folded
    assert "1 001193" in folded
