"""Coverage divided by who looks after the households, by the kind of family, by the hardship of villages."""

import csv
import io
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from sqlalchemy import func, select

from outreach import clock, duties
from outreach.accounts.models import AuditEntry
from outreach.households import registering, stages
from outreach.households.models import Household
from outreach.jobs.models import Job
from outreach.plans import hardship
from outreach.plans import poverty as poverty_facts
from outreach.plans.models import HardshipTally, VillageFact
from outreach.visits import care
from tests import world
from tests.coverage.conftest import counted, linked_numbers, listed, spaced, words_of

pytestmark = pytest.mark.each_kind

PAGE = "/do-phu/11977/theo-nhom"
FEWER = {"poor-0": "1", "near_poor-0": "0", "poor-1": "2", "near_poor-1": "0"}


def tables(page):
    """caption → name of the row → its cells."""
    found = {}
    for one in page.tree.iter("table"):
        caption = words_of(next(next(one.iter("caption")).iter("span")))
        body = next(one.iter("tbody"))
        found[caption] = {words_of(next(row.iter("th"))): [words_of(c) for c in row.iter("td")] for row in body}
    return found


def poverty(w, village, poor, near_poor, special):
    """What the commune's review of December 2025 counted in a village."""
    return VillageFact(
        village_id=village.id, as_of=date(2025, 12, 1), poor=poor, near_poor=near_poor, hardship=special,
        set_by_id=w.cuc.id, set_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def divided(s, w):
    """Lan looks after the Sens, who are proficient; Minh after the Táms; nobody after the Páos, who are poor."""
    stages.proficient(s, w.hanh, date(2026, 11, 1), w.dung.id)
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    care.give(s, [w.tams_house.id], w.minh, w.dung, area_id=w.dong.id)
    registering.retype(w.sens_house, ["pupil", "women"])
    registering.retype(w.paos_house, ["pupil"])
    s.add(poverty(w, w.doai, 7, 3, special=True))
    s.add(poverty(w, w.dong, 1, 0, special=False))
    s.commit()


def test_each_volunteers_households_are_told_and_those_of_nobody_last(s, w, visitor, divided):
    told = tables(visitor.as_(w.cuc).get(PAGE))["By volunteer"]
    assert list(told) == ["Trần Thị Lan, Thôn Đông", "Bùi Đức Minh, Thôn Đông", "Nobody looks after these"]
    assert told["Trần Thị Lan, Thôn Đông"] == ["1", "1", "1", "1", "100.0 %"]
    assert told["Bùi Đức Minh, Thôn Đông"] == ["1", "0", "0", "0", "0.0 %"]
    assert told["Nobody looks after these"] == ["1", "0", "0", "0", "0.0 %"]


def test_volunteers_are_sorted_by_any_number_and_nobody_stays_last(s, w, visitor, divided):
    for key, direction, first in (("share", "asc", "Bùi"), ("share", "desc", "Trần"), ("proficient", "asc", "Bùi")):
        told = tables(visitor.as_(w.cuc).get(f"{PAGE}?sort={key}&dir={direction}"))["By volunteer"]
        assert next(iter(told)).startswith(first)
        assert list(told)[-1] == "Nobody looks after these"


def test_kinds_of_families_are_counted_only_where_they_are_noted(s, w, visitor, divided):
    told = tables(visitor.as_(w.cuc).get(PAGE))["By kind of family"]
    assert told == {
        "Family with pupils": ["2", "1", "1", "1", "50.0 %"],
        "Family with Women's Union members": ["1", "1", "1", "1", "100.0 %"],
    }


def test_villages_in_special_difficulty_stand_apart_with_the_counts_of_the_review(s, w, visitor, divided):
    told = tables(visitor.as_(w.cuc).get(PAGE))["By hardship"]
    special = "Villages in special difficulty (1 village, poor households: 7, near-poor households: 3)"
    others = "Other villages (1 village, poor households: 1, near-poor households: 0)"
    assert told == {special: ["1", "0", "0", "0", "0.0 %"], others: ["2", "1", "1", "1", "50.0 %"]}


def test_a_village_of_which_nothing_is_known_is_not_one_without_poverty(s, w, visitor):
    s.add(poverty(w, w.doai, 7, 3, special=True))
    s.commit()
    told = tables(visitor.as_(w.cuc).get(PAGE))["By hardship"]
    assert "Villages of which nothing is known (1 village)" in told


def test_closed_and_merged_households_are_in_no_division(s, w, visitor, divided):
    stages.close(s, w.sens_house, "moved_away", w.cuc.id, "sold")
    s.commit()
    told = tables(visitor.as_(w.cuc).get(PAGE))
    assert told["By volunteer"]["Trần Thị Lan, Thôn Đông"][:2] == ["0", "0"]
    assert told["By kind of family"]["Family with pupils"][0] == "1"


def test_where_nothing_is_noted_the_page_says_what_to_do(w, s, visitor):
    s.execute(Household.__table__.update().values(merged_into_id=Household.id))
    s.commit()
    assert "Nothing is noted here by which it could be divided" in visitor.as_(w.cuc).get(PAGE).words


def test_each_number_of_a_kind_opens_a_list_of_exactly_that_many(s, w, visitor, divided):
    cuc = visitor.as_(w.cuc)
    links = [(n, address) for n, address in linked_numbers(cuc.get(PAGE)) if "kind=" in address]
    assert len(links) == 8
    for number, address in links:
        assert listed(cuc.get(address)) == number, address


def test_a_leader_sees_her_village_alone(s, w, visitor, divided):
    dung = visitor.as_(w.dung)
    told = tables(dung.get("/do-phu/11977.1/theo-nhom"))
    assert list(told["By volunteer"]) == ["Trần Thị Lan, Thôn Đông", "Bùi Đức Minh, Thôn Đông"]
    assert "By hardship" not in told
    dung.get(PAGE, status=404)
    dung.get("/do-phu/11977.2/theo-nhom", status=404)


def test_a_province_sees_sums_and_no_names(s, w, visitor, divided):
    binh = visitor.as_(w.binh)
    words = spaced(binh.get(PAGE))
    assert "Trần Thị Lan" not in words
    assert "By kind of family" in words
    assert "/ho?" not in binh.get(PAGE).text
    assert list(tables(binh.get("/do-phu/33/theo-nhom"))) == []  # nothing was summed up yet
    assert "Lan" not in binh.get(f"{PAGE}.csv").text


@pytest.mark.parametrize("who", ["lan", "phuc"])
def test_it_is_not_for_those_who_go_from_door_to_door(w, visitor, who):
    visitor.as_(getattr(w, who)).get(PAGE, status=403)


@pytest.fixture
def summed(s, w, divided):
    """As the worker does each night."""
    hardship.fold(s, w.country)
    s.commit()


def test_each_village_stands_behind_the_hardship_with_what_was_counted_in_it(s, w, visitor, divided):
    page = visitor.as_(w.cuc).get(PAGE)
    told = tables(page)["Village by village"]
    assert told == {
        "Thôn Đoài": ["Yes", "7", "3", "1", "0", "0.0 %"],
        "Thôn Đông": ["No", "1", "0", "2", "1", "50.0 %"],
    }
    assert {"/do-phu/11977.1", "/do-phu/11977.2", "#behind"} <= set(page.links())


def test_the_paper_is_named_with_who_entered_it_and_when(s, w, visitor, divided):
    s.query(VillageFact).update({"source": "Quyết định 12/QĐ-UBND"})
    s.commit()
    said = spaced(visitor.as_(w.cuc).get(PAGE))
    paper = "Of 2 villages: counted in the review of 01/12/2025 (Quyết định 12/QĐ-UBND)"
    assert f"{paper}; entered by Lê Thị Cúc on {clock.today():%d/%m/%Y}." in said
    assert "Poor and near-poor households are known here only as counts." in said


def test_a_village_s_own_page_tells_what_was_counted_in_it(s, w, visitor, divided):
    told = tables(visitor.as_(w.dung).get("/do-phu/11977.1/theo-nhom"))["Village by village"]
    assert list(told) == ["Thôn Đông"]


def test_a_province_adds_up_its_communes_and_the_country_its_provinces(s, w, visitor, summed):
    special = "Villages in special difficulty (1 village, poor households: 7, near-poor households: 3)"
    for who, code, caption, place, known in (
        (w.binh, "33", "Commune", "Xã Tân Hưng", "2 of 2 villages"),
        (w.anh, "VN", "Province", "Tỉnh Hưng Yên", "2 of 3 villages"),
    ):
        told = tables(visitor.as_(who).get(f"/do-phu/{code}/theo-nhom"))
        assert told["By hardship"][special] == ["1", "0", "0", "0", "0.0 %"]
        assert told[caption] == {place: ["1", known, "8", "3", "0.0 %", "50.0 %"]}


def test_from_the_country_one_comes_down_to_the_villages(s, w, visitor, summed):
    anh = visitor.as_(w.anh)
    assert "/do-phu/VN/theo-nhom" in anh.get("/do-phu/VN").links()
    assert "/do-phu/33/theo-nhom" in anh.get("/do-phu/VN/theo-nhom").links()
    assert PAGE in anh.get("/do-phu/33/theo-nhom").links()
    assert "/do-phu/11977.1" in anh.get(PAGE).links()


def test_of_places_of_which_nothing_is_known_the_page_says_how_many_they_are(s, w, visitor, summed):
    said = spaced(visitor.as_(w.binh).get("/do-phu/33/theo-nhom"))
    assert "Nothing is known yet of the villages of: 1 commune." in said


def test_what_a_commune_notes_is_summed_up_at_once(s, w, visitor, summed):
    cuc = visitor.as_(w.cuc)
    cuc.send(cuc.get("/ho-ngheo"), "/ho-ngheo", **{"as_of": "2026-11-20"} | FEWER)
    told = tables(visitor.as_(w.anh).get("/do-phu/VN/theo-nhom"))["Province"]
    assert told["Tỉnh Hưng Yên"][2:4] == ["3", "0"]


def test_a_sum_is_as_old_as_the_oldest_of_which_it_is_made(s, w, visitor, summed):
    first = s.scalars(select(func.min(HardshipTally.folded_at))).one()
    then = f"Figures of {clock.local(first):%H:%M %d/%m/%Y}"
    village = world.area(s, w.tien_lu, "village", "thôn", "12361.7", "Mới")
    world.household(s, village, "Chủ hộ")
    poverty_of = [poverty_facts.Fact(village.id, 1, 1, hardship=False)]
    with time_machine.travel(clock.now() + timedelta(hours=5), tick=False):
        poverty_facts.note(s, w.tien_lu, poverty_of, clock.today(), "", w.quy)
        s.commit()
        for who, code in ((w.anh, "VN"), (w.binh, "33")):
            page = visitor.as_(who).get(f"/do-phu/{code}/theo-nhom")
            assert then in page.words
        assert tables(page)["Commune"]["Xã Tiên Lữ"][0] == "0"


def test_the_sums_are_made_anew_each_night_and_say_of_when_they_are(s, w, visitor, summed):
    stages.proficient(s, w.tam, date(2026, 11, 1), w.dung.id)
    w.ha.valid_to = clock.today()
    s.commit()
    anh = visitor.as_(w.anh)
    told = tables(anh.get("/do-phu/VN/theo-nhom"))["Province"]["Tỉnh Hưng Yên"]
    assert (told[1], told[5]) == ("2 of 3 villages", "50.0 %")
    list(duties.WORK["hardship"](s, Job()))
    s.commit()
    told = tables(anh.get("/do-phu/VN/theo-nhom"))["Province"]["Tỉnh Hưng Yên"]
    assert (told[1], told[5]) == ("2 of 2 villages", "100.0 %")


def test_the_country_s_file_has_a_row_for_each_kind_of_village_of_each_province(s, w, visitor, summed):
    page = visitor.as_(w.anh).get("/do-phu/VN/theo-nhom.csv")
    told = list(csv.DictReader(io.StringIO(page.answer.get_data().decode("utf-8-sig"))))
    assert [(row["area_code"], row["name"], row["in_scope"]) for row in told] == [
        ("VN", "Villages in special difficulty", "1"),
        ("VN", "Other villages", "2"),
        ("VN", "Villages of which nothing is known", "1"),
        ("33", "Villages in special difficulty", "1"),
        ("33", "Other villages", "2"),
        ("33", "Villages of which nothing is known", "1"),
    ]


def test_the_file_has_every_row_of_every_division(s, w, visitor, divided):
    page = visitor.as_(w.cuc).get(f"{PAGE}.csv")
    told = list(csv.DictReader(io.StringIO(page.answer.get_data().decode("utf-8-sig"))))
    assert [row["division"] for row in told] == ["carer"] * 3 + ["kind"] * 2 + ["hardship"] * 2
    assert (told[0]["name"], told[0]["village"], told[0]["coverage_pct"]) == ("Trần Thị Lan", "Thôn Đông", "100.0")


def test_the_workbook_has_a_sheet_for_each_division(s, w, visitor, divided):
    page = visitor.as_(w.cuc).get(f"{PAGE}.xlsx")
    book = openpyxl.load_workbook(BytesIO(page.answer.get_data()))
    assert book.sheetnames == ["By volunteer", "By kind of family", "By hardship"]
    row = [cell.value for cell in list(book["By volunteer"])[3]]
    assert row == ["Trần Thị Lan", "Thôn Đông", 1, 1, 1, 1, 1]


def test_an_export_is_written_in_the_audit_log(s, w, visitor, divided):
    visitor.as_(w.cuc).get(f"{PAGE}.xlsx")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "coverage.export")).one()
    assert (entry.actor_id, entry.area_id, entry.details["format"]) == (w.cuc.id, w.tan_hung.id, "xlsx")


def test_it_asks_the_database_as_often_for_many_volunteers_as_for_few(s, w, visitor, connection, divided):
    cuc = visitor.as_(w.cuc)
    cuc.get(PAGE)
    with counted(connection) as few:
        cuc.get(PAGE)
    for n in range(8):
        who = world.account(s, f"Người {n}", f"+8491200010{n}", "volunteer", w.doai)
        care.give(s, [world.household(s, w.doai, f"Chủ hộ {n}").id], who, w.cuc, area_id=w.doai.id)
    s.commit()
    with counted(connection) as many:
        cuc.get(PAGE)
    assert len(many) == len(few) <= 9
