"""Above the commune no page looks at a household: what it costs does not grow with the country."""

import re

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.coverage.conftest import counted
from tests.visitor import Visitor
from tests.world import World

# What grows with the households of a country, or with its villages.
LARGE = {
    "household", "member", "visit", "visit_met", "evidence", "confirmation", "stage_change", "ambassador", "consent",
    "tally", "tally_day", "visit_day", "village_fact",
}  # fmt: skip
PAGES = (
    "/do-phu/{}", "/do-phu/{}?so-do=o", "/do-phu/{}?thang=2026-10", "/do-phu/{}/bieu-do",
    "/do-phu/{}.csv", "/ke-hoach/{}", "/van-hanh/{}", "/bao-cao/{}", "/bao-cao/{}/so-sanh",
    "/do-phu/{}/theo-nhom",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("code", ["33", "VN"])
def test_a_page_above_the_commune_reads_sums_only(
    s: Session, w: World, visitor: Visitor, connection: Connection, page: str, code: str
) -> None:
    ann = visitor.as_(w.anh)
    with counted(connection) as sent:
        ann.get(page.format(code))
    read = {table for said in sent for table in re.findall(r"(?:FROM|JOIN|from|join) \"?(\w+)", said)}
    assert read & {"area_tally", "area_day", "hardship_tally"} or "bao-cao/" in page or "van-hanh" in page
    assert not read & LARGE
