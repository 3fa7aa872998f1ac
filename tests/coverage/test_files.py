"""The table as a file."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import AuditEntry
from outreach.households import registering, stages
from outreach.households.registering import MemberFacts
from tests import world
from tests.coverage.conftest import confirm
from tests.visitor import Page, Visitor
from tests.world import World

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> object:
    with time_machine.travel(NOON, tick=False) as now:
        yield now


def sheet(page: Page) -> list[list[str]]:
    """The rows of a CSV answer."""
    text = page.answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:])))


def test_the_file_has_codes_then_hxl_tags_then_one_row_a_village(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    page = visitor.as_(w.cuc).get("/do-phu/11977.csv")
    codes, tags, *villages = sheet(page)
    assert codes[:3] == ["area_code", "area_name", "period"]
    assert all(tag.startswith("#") for tag in tags)
    assert tags[:3] == ["#adm3+code", "#adm3+name", "#date+period"]
    found = [dict(zip(codes, row, strict=True)) for row in villages]
    assert [row["area_name"] for row in found] == ["Thôn Đoài", "Thôn Đông"]
    dong = found[1]
    assert (dong["area_code"], dong["period"], dong["as_of"]) == ("11977.1", "2026-11", "2026-11-21")
    assert (dong["in_scope"], dong["proficient"], dong["coverage_pct"]) == ("2", "1", "50.0")
    assert dong["proficient_change"] == "1"
    assert 'filename="do-phu-11977-2026-11-21.csv"' in page.headers["Content-Disposition"]


def test_the_file_tells_skills_and_what_people_say_apart(s: Session, w: World, visitor: Visitor) -> None:
    stages.weighed(s, {w.sen: (0b00010, 0b00100)})
    registering.correct_member(s, w.sen, MemberFacts(w.sen.name, 1955, vneid=True))
    s.commit()
    codes, tags, _doai, dong = sheet(visitor.as_(w.cuc).get("/do-phu/11977.csv"))
    found = dict(zip(codes, dong, strict=True))
    assert (found["alone_shopping"], found["helped_shopping"], found["helped_payment"]) == ("1", "0", "1")
    assert found["vneid"] == "1"
    assert dict(zip(codes, tags, strict=True))["vneid"] == "#indicator+adults+vneid_self_reported+num"


@pytest.mark.parametrize(("code", "level", "places"), [("VN", 1, 2), ("33", 2, 2), ("11977.1", 3, 1)])
def test_every_level_names_its_own_hxl_level(w: World, visitor: Visitor, code: str, level: int, places: int) -> None:
    _codes, tags, *rows = sheet(visitor.as_(w.anh).get(f"/do-phu/{code}.csv"))
    assert tags[0] == f"#adm{level}+code"
    assert len(rows) == places


def test_a_name_cannot_be_taken_for_a_formula(s: Session, w: World, visitor: Visitor) -> None:
    world.area(s, w.tan_hung, "village", "=1+1", "11977.9", "Lạ")
    s.commit()
    rows = sheet(visitor.as_(w.cuc).get("/do-phu/11977.csv"))
    assert "'=1+1 Lạ" in [row[1] for row in rows]


def test_an_export_is_written_in_the_audit_log(s: Session, w: World, visitor: Visitor) -> None:
    visitor.as_(w.cuc).get("/do-phu/11977.csv?thang=2026-10")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "coverage.export")).one()
    assert (entry.actor_id, entry.area_id) == (w.cuc.id, w.tan_hung.id)
    assert entry.details == {"format": "csv", "month": "2026-10"}
