"""The list behind a month's movement."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from outreach import clock
from outreach.coverage import queries
from outreach.households import stages
from tests import world
from tests.coverage.conftest import confirm, listed, lists
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.each_kind

MOVES = "/do-phu/11977/chuyen-bien?thang=2026-11&lang=en"


@pytest.fixture(autouse=True)
def november() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 3, tzinfo=UTC), tick=False) as now:
        yield now


def test_it_names_who_changed_from_what_to_what_and_by_whom(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    page = visitor.as_(w.cuc).get(MOVES)
    assert lists(page) == [["Hoàng Thị Sen", "Not reached yet", "Proficient", "10:00 21/11/2026", "Phạm Văn Dũng"]]
    assert f"/ho/{w.sens_house.id}" in page.links()


def test_what_was_gained_less_what_was_lost_is_the_movement(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    confirm(s, w.tam, w.dung)
    stages.proficient(s, w.tam, None, w.dung.id)
    s.commit()
    page = visitor.as_(w.cuc).get(MOVES)
    assert "2 households came to this step, 1 left it: +1." in page.words
    assert listed(page) == 3
    assert queries.overview(s, w.tan_hung).this_month == 1


def test_other_months_are_not_in_it(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    page = visitor.as_(w.cuc).get("/do-phu/11977/chuyen-bien?thang=2026-10&lang=en")
    assert "Nothing changed here in this month" in page.words


def test_any_stage_has_its_own_list(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    world.household(s, w.dong, "Vũ Thị Thơm")
    s.commit()
    leaving = visitor.as_(w.cuc).get(f"{MOVES}&stage=not_reached")
    assert ["newly on the list", "Not reached yet"] in [row[1:3] for row in lists(leaving)]
    assert ["Hoàng Thị Sen", "Not reached yet", "Proficient"] in [row[:3] for row in lists(leaving)]
    visitor.as_(w.cuc).get(f"{MOVES}&stage=rich", status=404)


def test_a_merged_household_counts_but_shows_no_name(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.tam, w.dung)
    stages.remove(s, w.tams_house, w.cuc.id, "merged")
    w.tams_house.merged_into_id = w.sens_house.id
    s.commit()
    page = visitor.as_(w.cuc).get(MOVES)
    assert "1 household came to this step, 1 left it: 0." in page.words
    assert "No longer on this list" in page.words
    assert "Nguyễn Văn Tám" not in page.words


def test_leaders_volunteers_and_agents_see_it_in_their_own_area(w: World, visitor: Visitor) -> None:
    for who in (w.dung, w.lan, w.phuc):
        visitor.as_(who).get(f"/do-phu/{who.area.code}/chuyen-bien")


def test_nobody_reads_names_above_their_area_nor_in_an_office_far_away(w: World, visitor: Visitor) -> None:
    visitor.as_(w.lan).get("/do-phu/11977/chuyen-bien", status=404)
    for who in (w.anh, w.binh):
        visitor.as_(who).get("/do-phu/11977/chuyen-bien", status=404)
        visitor.as_(who).get("/do-phu/33/chuyen-bien", status=404)


def test_a_long_list_is_paged(s: Session, w: World, visitor: Visitor) -> None:
    for _ in range(30):
        stages.proficient(s, w.hanh, clock.today(), w.dung.id)
        stages.proficient(s, w.hanh, None, w.dung.id)
    s.commit()
    cuc = visitor.as_(w.cuc)
    assert listed(cuc.get(MOVES)) == 50
    assert listed(cuc.get(f"{MOVES}&page=2")) == 10
