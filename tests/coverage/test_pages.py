"""The pages of coverage: what they show, to whom, and where their numbers lead."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.households import stages
from tests import world
from tests.coverage.conftest import confirm, counted, linked_numbers, listed, rows, spaced
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.each_kind

EN = "?lang=en"


def reading(visitor: Visitor, who: world.Account) -> Visitor:
    """A visitor who reads English, so that tests can read along."""
    other = visitor.as_(who)
    other.get(f"/do-phu/{who.area.code}{EN}")
    return other


def test_a_household_that_becomes_proficient_moves_every_level(s: Session, w: World, visitor: Visitor) -> None:
    cuc = reading(visitor, w.cuc)
    confirm(s, w.hanh, w.dung)
    expected = {"VN": "1 of 4", "33": "1 of 4", "11977": "1 of 3", "11977.1": "1 of 2"}
    for code, text in expected.items():
        assert f"How far are we? {text} households" in spaced(cuc.get(f"/do-phu/{code}"))


def test_closed_households_leave_the_denominator_and_stand_apart(s: Session, w: World, visitor: Visitor) -> None:
    cuc = reading(visitor, w.cuc)
    confirm(s, w.hanh, w.dung)
    stages.close(s, w.tams_house, "moved_away", w.cuc.id, "sold the house")
    s.commit()
    page = cuc.get("/do-phu/11977.1")
    assert "1 of 1 household" in spaced(page)
    assert "100.0 %" in spaced(page)
    assert "Moved away 1" in spaced(page)


def test_the_table_has_a_row_for_each_village_and_the_slowest_first(s: Session, w: World, visitor: Visitor) -> None:
    cuc = reading(visitor, w.cuc)
    confirm(s, w.hanh, w.dung)
    table = rows(cuc.get("/do-phu/11977"))
    assert list(table) == ["Thôn Đoài", "Thôn Đông", "Total"]
    assert table["Thôn Đông"] == ["2", "1", "1", "1", "50.0 %", "+1"]
    assert table["Total"] == ["3", "1", "1", "1", "33.3 %", "+1"]


def test_the_headings_sort(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    cuc = reading(visitor, w.cuc)
    assert list(rows(cuc.get("/do-phu/11977?sort=month&dir=desc")))[0] == "Thôn Đông"
    assert list(rows(cuc.get("/do-phu/11977?sort=name&dir=asc")))[0] == "Thôn Đoài"
    assert list(rows(cuc.get("/do-phu/11977?sort=nonsense")))[0] == "Thôn Đoài"
    assert list(rows(cuc.get("/do-phu/11977?sort=not_reached&dir=desc")).values())[0][2] == "1"


def test_each_number_opens_a_list_of_exactly_that_many(s: Session, w: World, visitor: Visitor) -> None:
    cuc = reading(visitor, w.cuc)
    confirm(s, w.hanh, w.dung)
    stages.close(s, w.paos_house, "refused", w.cuc.id, "said no")
    s.commit()
    seen = set()
    for code in ("11977", "11977.1"):
        for number, address in linked_numbers(cuc.get(f"/do-phu/{code}")):
            assert listed(cuc.get(address)) == number, address
            seen.add(address.split("?")[0])
    assert seen == {"/ho", "/do-phu/11977/chuyen-bien", "/do-phu/11977.1/chuyen-bien"}


def test_on_a_provinces_page_a_number_opens_the_communes_sorted_by_it(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    binh = reading(visitor, w.binh)
    address = next(a for n, a in linked_numbers(binh.get("/do-phu/33")) if "sort=proficient" in a)
    assert list(rows(binh.get(address.split("#")[0])))[0] == "Xã Tân Hưng"
    assert not [link for link in binh.get("/do-phu/33").links() if link.startswith("/ho")]


def test_what_waits_longest_is_named_first(w: World, visitor: Visitor) -> None:
    page = reading(visitor, w.cuc).get("/do-phu/11977")
    assert "Thôn Đông: 2 households where nobody has been met yet" in page.words
    assert "3 households at “Not reached yet”" in page.words


def test_a_province_without_households_says_what_is_missing(w: World, s: Session, visitor: Visitor) -> None:
    page = reading(visitor, w.anh).get("/do-phu/08")
    assert "No household is on the list yet" in page.words


def test_last_month_is_told_beside_this_one_and_can_be_looked_at(s: Session, visitor: Visitor) -> None:
    with time_machine.travel(datetime(2026, 10, 20, 3, tzinfo=UTC), tick=False):
        w = world.build(s)
        confirm(s, w.hanh, w.dung)
    with time_machine.travel(datetime(2026, 11, 21, 3, tzinfo=UTC), tick=False):
        confirm(s, w.tam, w.dung)
        cuc = reading(visitor, w.cuc)
        now = spaced(cuc.get("/do-phu/11977"))
        assert "+1 household this month" in now
        assert "In the whole of last month: +1." in now
        assert "Figures of 10:00 21/11/2026" in now
        then = cuc.get("/do-phu/11977?thang=2026-10")
        assert "How far are we? 1 of 3 households" in spaced(then)
        assert "31/10/2026" in then.words
        assert rows(then)["Total"][3] == "1"
        assert not [link for link in then.links() if link.startswith("/ho?")]


@pytest.mark.parametrize("month", ["2026-13", "11/2026", "2099-01", "2020-01"])
def test_a_month_that_cannot_be_is_not_found(w: World, visitor: Visitor, month: str) -> None:
    visitor.as_(w.cuc).get(f"/do-phu/11977?thang={month}", status=404)


@pytest.mark.parametrize("code", ["VN", "33", "11977", "11977.1"])
def test_a_volunteer_sees_her_own_line(w: World, visitor: Visitor, code: str) -> None:
    visitor.as_(w.lan).get(f"/do-phu/{code}")


@pytest.mark.parametrize("code", ["08", "12361", "11977.2", "12361.1", "nowhere"])
@pytest.mark.parametrize("door", ["", ".csv", ".pdf", "/chuyen-bien"])
def test_places_off_her_line_do_not_exist_for_her(w: World, visitor: Visitor, code: str, door: str) -> None:
    visitor.as_(w.lan).get(f"/do-phu/{code}{door}", status=404)


def test_on_pages_above_only_ones_own_line_is_linked(w: World, visitor: Visitor) -> None:
    lan = reading(visitor, w.lan)
    page = lan.get("/do-phu/11977")
    assert {link for link in page.links() if link.startswith("/do-phu/11977.")} >= {"/do-phu/11977.1"}
    assert not [link for link in page.links() if link.startswith("/do-phu/11977.2")]
    assert "Thôn Đoài" in page.words
    assert "Your area in it" in page.words


def test_home_is_ones_own_area(w: World, visitor: Visitor) -> None:
    for who in (w.anh, w.binh, w.cuc, w.dung, w.lan, w.phuc):
        assert visitor.as_(who).get("/do-phu", status=303).location == f"/do-phu/{who.area.code}"


@pytest.mark.parametrize("path", ["", "/11977", "/11977.csv", "/11977.pdf", "/11977/chuyen-bien"])
def test_strangers_are_asked_to_sign_in(w: World, visitor: Visitor, path: str) -> None:
    assert visitor.get(f"/do-phu{path}", status=303).location.startswith("/dang-nhap")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("code", ["VN", "33", "11977", "11977.1"])
def test_every_level_reads_in_both_languages(w: World, visitor: Visitor, code: str, lang: str) -> None:
    page = visitor.as_(w.anh).get(f"/do-phu/{code}?lang={lang}")
    assert f'lang="{lang}"' in page.text


@pytest.mark.parametrize("code", ["VN", "33", "11977"])
def test_a_page_asks_the_database_as_often_for_many_places_as_for_few(
    s: Session, w: World, visitor: Visitor, connection: Connection, code: str
) -> None:
    anh = reading(visitor, w.anh)
    anh.get(f"/do-phu/{code}")  # what stands above it is known from then on
    with counted(connection) as few:
        anh.get(f"/do-phu/{code}")
    for n in range(3, 9):
        village = world.area(s, s.get_one(Area, w.tan_hung.id), "village", "thôn", f"11977.{n}", f"Số {n}")
        world.household(s, village, f"Chủ hộ {n}")
    s.commit()
    with counted(connection) as many:
        anh.get(f"/do-phu/{code}")
    assert len(many) == len(few) <= 14
