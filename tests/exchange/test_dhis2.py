"""Data value sets for DHIS2, held to the shape that its import takes."""

import csv
import json
import re
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from outreach import clock, reform
from outreach.areas.models import COMMUNE
from outreach.coverage import folding
from outreach.exchange import dhis2, figures, periods
from outreach.exchange.dhis2 import ELEMENTS
from outreach.households import stages
from tests import world
from tests.exchange.conftest import Go
from tests.visitor import Visitor
from tests.world import World

CODE = re.compile(r"[A-Z][A-Z0-9_]{0,49}")  # a code has at most 50 characters
PERIOD = re.compile(r"20\d\d(0[1-9]|1[0-2]|Q[1-4])")
UNIT = re.compile(r"\d{5}")  # the code of a commune
COUNT = re.compile(r"0|[1-9]\d*")


def taken(visitor: Visitor, path: str) -> Any:
    page = visitor.get(path)
    assert page.answer.mimetype == "application/json"
    return json.loads(page.text)


def well_formed(body: dict[str, Any], *, above: bool) -> None:
    """The set has these keys and no other; of one commune the period and the unit stand above the values."""
    keys = {"period", "orgUnit"}
    assert set(body) == {"dataValues"} | (keys if above else set())
    for value in body["dataValues"]:
        assert set(value) == {"dataElement", "value"} | (set() if above else keys)
        where = body if above else value
        assert PERIOD.fullmatch(where["period"])
        assert UNIT.fullmatch(where["orgUnit"])
        assert CODE.fullmatch(value["dataElement"])
        assert isinstance(value["value"], str)
        assert COUNT.fullmatch(value["value"])


def test_the_codes_of_the_elements_can_be_codes_in_dhis2() -> None:
    assert all(CODE.fullmatch(element.code) for element in ELEMENTS)
    assert len({element.code for element in ELEMENTS}) == len(ELEMENTS)


@pytest.mark.parametrize("ky", ["202611", "2026Q4"])
def test_a_commune_is_one_set_with_its_period_and_unit_above(
    s: Session, w: World, visitor: Visitor, go: Go, ky: str
) -> None:
    go(w.lan, w.sens_house)
    go(w.minh, w.sens_house, "2026-11-21 08:00")
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    stages.close(s, w.paos_house, "vacant", w.cuc.id, "Đi làm xa")
    s.commit()
    body = taken(visitor.as_(w.cuc), f"/trao-doi/dhis2.json?khu-vuc=11977&ky={ky}")
    well_formed(body, above=True)
    assert (body["period"], body["orgUnit"]) == (ky, "11977")
    assert {value["dataElement"]: value["value"] for value in body["dataValues"]} == {
        "OUTREACH_HOUSEHOLDS": "2", "OUTREACH_REACHED": "2", "OUTREACH_AMBASSADOR": "1", "OUTREACH_PROFICIENT": "1",
        "OUTREACH_CLOSED": "1", "OUTREACH_VISITS": "2", "OUTREACH_VISITED": "1",
    }  # fmt: skip


@pytest.mark.parametrize(("who", "code"), [("binh", "33"), ("anh", "VN")])
def test_of_many_communes_every_value_names_its_period_and_unit(
    w: World, visitor: Visitor, who: str, code: str
) -> None:
    body = taken(visitor.as_(getattr(w, who)), f"/trao-doi/dhis2.json?khu-vuc={code}&ky=202611")
    well_formed(body, above=False)
    assert {value["orgUnit"] for value in body["dataValues"]} == {"11977", "12361"}
    assert len(body["dataValues"]) == 2 * len(ELEMENTS)


def test_a_commune_of_which_nothing_is_known_is_left_out_and_not_zero(s: Session, w: World, visitor: Visitor) -> None:
    world.area(s, w.hung_yen, "commune", "xã", "12000", "Chưa Bắt Đầu")
    s.commit()
    body = taken(visitor.as_(w.binh), "/trao-doi/dhis2.json")
    assert "12000" not in {value["orgUnit"] for value in body["dataValues"]}
    empty = taken(visitor.as_(w.binh), "/trao-doi/dhis2.json?khu-vuc=12000")
    assert empty == {"period": "202611", "orgUnit": "12000", "dataValues": []}


def test_a_past_period_is_sent_again_as_it_was_whatever_happened_since(s: Session, visitor: Visitor, go: Go) -> None:
    with time_machine.travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
        w = world.build(s)
        go(w.lan, w.sens_house, "2026-10-19 09:00")
        before = taken(visitor.as_(w.cuc), "/trao-doi/dhis2.json?ky=202610")
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    go(w.lan, w.sens_house)
    again = taken(visitor.as_(w.cuc), "/trao-doi/dhis2.json?ky=202610")
    assert before == again == taken(visitor.as_(w.cuc), "/trao-doi/dhis2.json?ky=202610")


def test_the_csv_has_the_header_of_dhis2_and_the_same_values(w: World, visitor: Visitor, go: Go) -> None:
    go(w.lan, w.sens_house)
    binh = visitor.as_(w.binh)
    page = binh.get("/trao-doi/dhis2.csv?ky=202611")
    header, *found = csv.reader(StringIO(page.text, newline=""))
    assert header == ["dataelement", "period", "orgunit", "categoryoptioncombo", "attributeoptioncombo", "value"]
    values = taken(binh, "/trao-doi/dhis2.json?ky=202611")["dataValues"]
    assert found == [[v["dataElement"], v["period"], v["orgUnit"], "", "", v["value"]] for v in values]


def test_a_village_is_no_unit_of_dhis2(w: World, visitor: Visitor) -> None:
    visitor.as_(w.cuc).get("/trao-doi/dhis2.json?khu-vuc=11977.1", status=404)


@pytest.mark.parametrize("who", ["dung", "lan", "phuc"])
def test_only_an_office_sends_to_dhis2(w: World, visitor: Visitor, who: str) -> None:
    visitor.as_(getattr(w, who)).get("/trao-doi/dhis2.json", status=403)


def test_a_period_of_before_a_reform_is_told_as_it_was_told_then(s: Session, w: World, go: Go) -> None:
    go(w.lan, w.sens_house, "2026-10-06 09:00")
    go(w.nga, w.paos_house, "2026-10-07 09:00")
    october = periods.parse("202610", clock.today())

    def told() -> list[tuple[str, ...]]:
        folding.fold(s)
        return list(dhis2.csv_rows(figures.figures(s, w.hung_yen, COMMUNE, october), october))

    before = told()
    assert ("OUTREACH_VISITS", "202610", "11977", "", "", "2") in before
    with time_machine.travel("2026-12-02 09:00+07:00", tick=False):
        new = reform.NewArea("99001", "xã", "Tân Lữ")
        reform.carry_out(s, reform.Merge(["11977", "12361"], new, date(2026, 12, 1)))
        s.expire_all()
        assert told() == before
