"""The figure on a page of coverage: read out, linked where one may go, the same numbers as the table below it."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.coverage import figure, folding
from outreach.coverage.numbers import Counts, Row
from outreach.households import stages
from tests import world
from tests.coverage.conftest import confirm, rows, words_of
from tests.databases import sqlite_only
from tests.visitor import Page, Visitor
from tests.world import World

pytestmark = sqlite_only
both_views = pytest.mark.parametrize("view", ["", "?so-do=o"])


def drawn(page: Page) -> Element:
    """The card that holds the figure."""
    return next(one for one in page.tree.iter("section") if one.get("id") == "map")


def told(page: Page) -> dict[str, str]:
    """What each shape says → where it leads ("" where nowhere)."""
    svg = next(one for one in drawn(page).iter("svg") if one.get("class") == "map")
    shapes = [one for one in svg if one.tag in ("a", "g")]
    assert all(shape.tag == "a" or shape.get("role") == "img" for shape in shapes)
    return {words_of(next(shape.iter("title"))): shape.get("href", "") for shape in shapes}


def villages(page: Page) -> list[tuple[str, str, str]]:
    """(what is read out, where it leads, class) of each village's square, in order."""
    tiles = next(one for one in drawn(page).iter("ol") if one.get("class") == "map-tiles")
    return [(one[0].get("aria-label", ""), one[0].get("href", ""), one.get("class", "")) for one in tiles]


@both_views
def test_each_shape_says_its_share_and_leads_to_its_place(s: Session, w: World, visitor: Visitor, view: str) -> None:
    confirm(s, w.hanh, w.dung)
    page = visitor.as_(w.anh).get(f"/do-phu/33{view}")
    assert told(page) == {
        "Xã Tân Hưng: 33 %, 1 of 3 households": "/do-phu/11977",
        "Xã Tiên Lữ: 0 %, 0 of 1 household; among the lowest": "/do-phu/12361",
    }


@both_views
def test_only_ones_own_line_is_linked_and_all_is_read_out(w: World, visitor: Visitor, view: str) -> None:
    assert told(visitor.as_(w.lan).get(f"/do-phu/VN{view}")) == {
        "Tỉnh Hưng Yên: 0 %, 0 of 4 households": "/do-phu/33",
        "Tỉnh Tuyên Quang: no household in scope": "",
    }


@both_views
def test_the_whole_country_is_drawn_with_its_archipelagos(s: Session, w: World, visitor: Visitor, view: str) -> None:
    for code, island in (("48", "20333"), ("56", "22736")):
        world.area(s, world.area(s, w.country, "province", "tỉnh", code, code), "commune", "đặc khu", island, island)
    s.commit()
    anh = visitor.as_(w.anh)
    for code, names in (("VN", {"Hoàng Sa", "Trường Sa"}), ("48", {"Hoàng Sa"}), ("56", {"Trường Sa"})):
        page = anh.get(f"/do-phu/{code}{view}")
        assert {words_of(text) for text in drawn(page).iter("text")} >= names
    assert list(told(anh.get(f"/do-phu/48{view}")).values()) == ["/do-phu/20333"]


def test_the_figure_says_what_it_is_not_and_points_to_the_table(w: World, visitor: Visitor) -> None:
    anh = visitor.as_(w.anh)
    squares = anh.get("/do-phu/33")
    assert "A diagram, not administrative borders." in squares.words
    assert {"#table", "/do-phu/33?so-do=o#map"} <= set(squares.links())
    cells = anh.get("/do-phu/33?so-do=o")
    assert {"#table", "/do-phu/33#map"} <= set(cells.links())
    described = next(one for one in drawn(cells).iter("figure")).get("aria-describedby")
    assert described in {one.get("id") for one in drawn(cells).iter("figcaption")}


def test_colour_never_speaks_alone(s: Session, w: World, visitor: Visitor) -> None:
    """A square has its number; what has none is hatched; the lowest have an edge that the key explains in words."""
    confirm(s, w.hanh, w.dung)
    page = visitor.as_(w.anh).get("/do-phu/33")
    svg = next(one for one in drawn(page).iter("svg") if one.get("class") == "map")
    assert sorted(words_of(text) for text in svg.iter("text")) == ["0", "33"]
    assert [path.get("class") for path in svg.iter("path")].count("map-late") == 1
    assert "thick edge: the lowest shares" in page.words
    country = visitor.as_(w.anh).get("/do-phu/VN")
    empty = next(one for one in drawn(country).iter("a") if one.get("class") == "fill-0")
    assert next(empty.iter("path")).get("fill") == "url(#map-none)"
    assert [one for one in drawn(country).iter("pattern") if one.get("id") == "map-none"]
    assert "no household in scope" in country.words


def test_where_all_are_equal_none_is_behind(w: World, visitor: Visitor) -> None:
    page = visitor.as_(w.anh).get("/do-phu/33")
    assert "thick edge" not in page.words
    assert figure.lowest([], Counts()) == []
    same = [Row(w.tan_hung, Counts(visited=1, proficient=1)), Row(w.tien_lu, Counts(visited=2, proficient=2))]
    assert figure.lowest(same, Counts(visited=3, proficient=3)) == []


def test_villages_stand_in_the_tables_order_with_no_geography(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    lan = visitor.as_(w.lan)
    page = lan.get("/do-phu/11977")
    assert villages(page) == [
        ("Thôn Đoài: 0 %, 0 of 1 household; among the lowest", "", "fill-1 map-late"),
        ("Thôn Đông: 50 %, 1 of 2 households", "/do-phu/11977.1", "fill-3"),
    ]
    assert "not to scale" in page.words
    turned = villages(lan.get("/do-phu/11977?sort=share&dir=desc"))
    assert [name.split(":")[0] for name, _url, _class in turned] == [*rows(page)][1::-1]
    assert not [link for link in page.links() if "so-do" in link]


def test_a_village_has_no_figure(w: World, visitor: Visitor) -> None:
    page = visitor.as_(w.lan).get("/do-phu/11977.1?so-do=o")
    assert not [one for one in page.tree.iter("section") if one.get("id") == "map"]


@both_views
def test_a_commune_of_a_later_reform_is_drawn_too(s: Session, w: World, visitor: Visitor, view: str) -> None:
    world.area(s, w.hung_yen, "commune", "xã", "99001", "Mới Lập")
    s.commit()
    found = told(visitor.as_(w.anh).get(f"/do-phu/33{view}"))
    assert found["Xã Mới Lập: no household in scope"] == "/do-phu/99001"


@both_views
def test_a_place_whose_households_all_left_has_no_share(s: Session, w: World, visitor: Visitor, view: str) -> None:
    stages.close(s, w.xas_house, "moved_away", w.cuc.id, "sold the house")
    folding.fold(s)
    s.commit()
    assert told(visitor.as_(w.anh).get(f"/do-phu/33{view}")) == {
        "Xã Tân Hưng: 0 %, 0 of 3 households": "/do-phu/11977",
        "Xã Tiên Lữ: no household in scope": "/do-phu/12361",
    }


def test_the_figure_of_a_past_month_stays_in_it(s: Session, visitor: Visitor) -> None:
    with time_machine.travel(datetime(2026, 10, 20, 3, tzinfo=UTC), tick=False):
        w = world.build(s)
        s.execute(update(Area).values(valid_from=datetime(2025, 7, 1, tzinfo=UTC).date()))
        confirm(s, w.hanh, w.dung)
    with time_machine.travel(datetime(2026, 11, 21, 3, tzinfo=UTC), tick=False):
        page = visitor.as_(w.anh).get("/do-phu/33?thang=2026-10")
        assert "/do-phu/11977?thang=2026-10" in told(page).values()
        assert "/do-phu/33?thang=2026-10&so-do=o#map" in page.links()


def test_the_pages_figure_needs_no_script(w: World, visitor: Visitor) -> None:
    card = drawn(visitor.as_(w.anh).get("/do-phu/VN?so-do=o"))
    assert not [one for one in card.iter() if one.tag == "script" or one.get("style") or one.get("onclick")]
