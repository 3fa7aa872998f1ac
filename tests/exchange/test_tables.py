"""Tables for others: what stands in them, who may take them, and what they ask of the database and of memory."""

import gc
import re
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.exchange import reading, tables, writing
from outreach.households import ambassadors, stages
from outreach.visits.models import Correction
from tests import counting, world
from tests.databases import sqlite_only
from tests.exchange.conftest import Go, book, cells, rows
from tests.visitor import Visitor
from tests.world import World

# The grammar of tags: https://hxlstandard.org/standard/1-1final/tagging/
HXL = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(\+[A-Za-z][A-Za-z0-9_]*)*")
CORE = {  # of the hashtags of HXL 1.1 those that are used here
    "activity", "adm1", "adm2", "adm3", "beneficiary", "contact", "date", "indicator", "loc", "meta", "modality",
    "population", "reached", "status",
}  # fmt: skip


@pytest.mark.parametrize("what", tables.TABLES)
def test_every_column_has_a_code_of_its_own_and_a_tag_that_hxl_can_read(what: str) -> None:
    columns = tables.TABLES[what]
    assert len({column.code for column in columns}) == len({column.tag for column in columns}) == len(columns)
    for column in columns:
        assert re.fullmatch(r"[a-z][a-z_]*", column.code)
        assert HXL.fullmatch(column.tag), column.tag
        assert column.tag.split("+")[0].removeprefix("#") in CORE, column.tag


def test_the_households_of_a_commune_with_their_ambassadors(s: Session, w: World, visitor: Visitor, go: Go) -> None:
    go(w.lan, w.sens_house, "2026-11-20 23:30")
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    s.commit()
    found = {row["head_name"]: row for row in rows(visitor.as_(w.cuc).get("/trao-doi/ho.csv"))}
    assert set(found) == {"Hoàng Thị Sen", "Nguyễn Văn Tám", "Lý Thị Páo"}
    sen = found["Hoàng Thị Sen"]
    assert (sen["household_id"], sen["household_code"], sen["village_code"]) == (str(w.sens_house.id), "1", "11977.1")
    assert (sen["commune_code"], sen["village_name"], sen["address"]) == ("11977", "Thôn Đông", "Ngõ 3")
    assert (sen["stage"], sen["first_met_on"], sen["last_visit_on"]) == ("has_ambassador", "2026-11-20", "2026-11-20")
    assert (sen["ambassador_name"], sen["ambassador_since"]) == ("Nguyễn Thu Hạnh", "2026-11-21")
    assert found["Lý Thị Páo"]["ambassador_name"] == ""


def test_the_ambassadors_of_a_commune(s: Session, w: World, visitor: Visitor) -> None:
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    stages.learning(s, w.hanh, clock.today())
    s.commit()
    [row] = rows(visitor.as_(w.cuc).get("/trao-doi/dai-su.csv"))
    assert (row["ambassador_name"], row["birth_year"]) == ("Nguyễn Thu Hạnh", "2003")
    assert (row["learning_since"], row["proficient_since"]) == ("2026-11-21", "")


def test_the_visits_of_a_month_and_of_a_quarter(w: World, visitor: Visitor, go: Go) -> None:
    go(w.lan, w.sens_house, "2026-09-30 20:00")
    october = go(w.lan, w.sens_house, "2026-10-01 00:00")
    november = go(w.minh, w.tams_house, "2026-11-20 09:30", "nobody")
    cuc = visitor.as_(w.cuc)
    [row] = rows(cuc.get("/trao-doi/tham.csv?ky=202611"))
    assert (row["visit_id"], row["visit_uuid"], row["head_name"]) == (
        str(november.id), november.client_id, "Nguyễn Văn Tám",
    )  # fmt: skip
    assert (row["visited_at"], row["outcome"], row["way"]) == ("2026-11-20T09:30:00+07:00", "nobody", "home")
    assert (row["visited_by"], row["corrected"], row["corrected_by_visit"]) == ("Bùi Đức Minh", "0", "")
    quarter = rows(cuc.get("/trao-doi/tham.csv?ky=2026Q4"))
    assert {row["visit_id"] for row in quarter} == {str(october.id), str(november.id)}
    assert rows(cuc.get("/trao-doi/tham.csv?ky=202610&khu-vuc=11977.2")) == []


def test_a_corrected_visit_is_marked_in_the_table_and_left_out_of_the_sums(
    s: Session, w: World, visitor: Visitor, go: Go
) -> None:
    wrong, right = go(w.lan, w.sens_house), go(w.lan, w.sens_house)
    taken_back = go(w.lan, w.tams_house)
    for old, new in ((wrong, right.id), (taken_back, None)):
        s.add(Correction(visit_id=old.id, by_id=w.lan.id, at=clock.now(), why="Nhầm", new_visit_id=new))
    s.commit()
    cuc = visitor.as_(w.cuc)
    found = {row["visit_id"]: row for row in rows(cuc.get("/trao-doi/tham.csv"))}
    assert (found[str(wrong.id)]["corrected"], found[str(wrong.id)]["corrected_by_visit"]) == ("1", str(right.id))
    assert (found[str(taken_back.id)]["corrected"], found[str(taken_back.id)]["corrected_by_visit"]) == ("1", "")
    assert found[str(right.id)]["corrected"] == "0"
    [commune] = rows(cuc.get("/trao-doi/do-phu.csv?cap=commune"))
    assert (commune["visits"], commune["households_visited"]) == ("1", "1")


def test_coverage_by_village_and_by_commune(s: Session, w: World, visitor: Visitor, go: Go) -> None:
    go(w.lan, w.sens_house)
    go(w.lan, w.sens_house)
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    s.commit()
    doai, dong = sorted(rows(visitor.as_(w.cuc).get("/trao-doi/do-phu.csv")), key=lambda row: row["in_scope"])
    assert (dong["village_code"], dong["province_code"], dong["commune_name"]) == ("11977.1", "33", "Xã Tân Hưng")
    assert (dong["in_scope"], dong["reached"], dong["proficient"], dong["coverage_pct"]) == ("2", "2", "1", "50.0")
    assert (dong["period"], dong["as_of"], dong["proficient_change"]) == ("202611", "2026-11-21", "1")
    assert (dong["visits"], dong["households_visited"]) == ("2", "1")
    assert (doai["in_scope"], doai["visits"], doai["coverage_pct"]) == ("1", "0", "0.0")
    communes = rows(visitor.as_(w.binh).get("/trao-doi/do-phu.csv?cap=commune"))
    assert [(row["commune_code"], row["village_code"], row["in_scope"]) for row in communes] == [
        ("11977", "", "3"), ("12361", "", "1"),
    ]  # fmt: skip
    provinces = rows(visitor.as_(w.anh).get("/trao-doi/do-phu.csv"))
    assert [(row["province_code"], row["commune_code"], row["visits"]) for row in provinces] == [
        ("08", "", ""), ("33", "", "2"),
    ]  # fmt: skip


def test_coverage_of_a_past_month_is_that_of_its_end(s: Session, w: World, visitor: Visitor) -> None:
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    s.commit()
    [row] = rows(visitor.as_(w.cuc).get("/trao-doi/do-phu.csv?ky=202608&khu-vuc=11977.1"))
    assert (row["as_of"], row["proficient"], row["coverage_pct"]) == ("2026-08-31", "", "")


def test_of_a_place_whose_list_is_not_here_yet_nothing_is_said(s: Session, w: World, visitor: Visitor) -> None:
    world.area(s, w.tan_hung, "village", "thôn", "11977.3", "Mới")
    s.commit()
    found = rows(visitor.as_(w.cuc).get("/trao-doi/do-phu.csv"))
    (new,) = (row for row in found if row["village_code"] == "11977.3")
    assert (new["in_scope"], new["proficient"], new["visits"]) == ("", "", "")


def test_no_cell_of_a_csv_can_be_taken_for_a_formula(s: Session, w: World, visitor: Visitor) -> None:
    names = ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("x","y")']
    for name in names:
        world.household(s, w.dong, name)
    s.commit()
    found = [row["head_name"] for row in rows(visitor.as_(w.cuc).get("/trao-doi/ho.csv?khu-vuc=11977.1"))]
    assert {f"'{name}" for name in names} <= set(found)


def test_a_csv_keeps_commas_quotes_and_lines_apart_and_ends_its_lines_as_rfc_4180_says(
    s: Session, w: World, visitor: Visitor
) -> None:
    world.household(s, w.dong, 'Bà "Hai", Ngõ 2\nnhà cuối')
    s.commit()
    page = visitor.as_(w.cuc).get("/trao-doi/ho.csv?khu-vuc=11977.1")
    assert 'Bà "Hai", Ngõ 2\nnhà cuối' in [row["head_name"] for row in rows(page)]
    assert '"Bà ""Hai"", Ngõ 2\nnhà cuối"' in page.text
    assert len(page.text.split("\r\n")) == len(cells(page)) + 1
    assert page.answer.mimetype == "text/csv"


def test_a_workbook_holds_text_as_text_numbers_as_numbers_days_as_days(
    s: Session, w: World, visitor: Visitor, go: Go
) -> None:
    w.sens_house.head_name = "=1+1"
    s.commit()
    visit = go(w.lan, w.sens_house)
    table, dictionary = book(visitor.as_(w.cuc).get("/trao-doi/tham.xlsx"))
    assert table[0] == [column.code for column in tables.TABLES[tables.VISITS]]
    assert table[1] == [column.tag for column in tables.TABLES[tables.VISITS]]
    row = dict(zip(table[0], table[2], strict=True))
    assert row["head_name"] == "=1+1"
    assert (row["visit_id"], row["corrected"]) == (visit.id, 0)
    assert row["visited_at"] == datetime(2026, 11, 20, 9, 30)
    assert [line[0] for line in dictionary[1 : 1 + len(table[0])]] == table[0]
    assert ["outcome = alone", None, "Did it alone"] in dictionary


@pytest.mark.parametrize("what", ["ho", "tham", "dai-su"])
@pytest.mark.parametrize("who", ["anh", "binh", "dung", "lan", "phuc"])
def test_only_an_official_takes_names_along(w: World, visitor: Visitor, what: str, who: str) -> None:
    visitor.as_(getattr(w, who)).get(f"/trao-doi/{what}.csv", status=403)


@pytest.mark.parametrize("path", ["/trao-doi", "/trao-doi/ho.csv", "/trao-doi/do-phu.xlsx", "/trao-doi/dhis2.json"])
def test_a_stranger_is_asked_to_sign_in(w: World, visitor: Visitor, path: str) -> None:
    assert visitor.get(path, status=303).location.startswith("/dang-nhap")


@pytest.mark.parametrize("what", ["ho", "tham", "dai-su", "do-phu", "dhis2"])
def test_another_commune_is_not_there(w: World, visitor: Visitor, what: str) -> None:
    form = "json" if what == "dhis2" else "csv"
    for code in ("12361", "33", "VN", "nowhere"):
        visitor.as_(w.cuc).get(f"/trao-doi/{what}.{form}?khu-vuc={code}", status=404)


def test_nothing_of_another_commune_is_in_a_table(w: World, visitor: Visitor) -> None:
    assert [row["head_name"] for row in rows(visitor.as_(w.quy).get("/trao-doi/ho.csv"))] == ["Mai Văn Xa"]


@pytest.mark.parametrize("ky", ["202613", "2026Q5", "2026-11", "202612", "2027Q1", "x", "2026"])
def test_what_is_no_period_or_has_not_begun_is_not_there(w: World, visitor: Visitor, ky: str) -> None:
    for path in ("do-phu.csv", "tham.csv", "dhis2.json"):
        visitor.as_(w.cuc).get(f"/trao-doi/{path}?ky={ky}", status=404)


def test_no_table_holds_a_telephone_number_or_a_note(s: Session, w: World, visitor: Visitor, go: Go) -> None:
    w.sens_house.phone = "+84912345678"
    go(w.lan, w.sens_house, note="Bí mật của bà con")
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    s.commit()
    for what in ("ho", "tham", "dai-su"):
        text = visitor.as_(w.cuc).get(f"/trao-doi/{what}.csv").text
        assert "Bí mật" not in text
        assert "912345678" not in text


@pytest.mark.parametrize(
    ("path", "table", "count"),
    [("ho.csv", "ho", 3), ("ho.xlsx", "ho", 3), ("tham.csv", "tham", 1), ("do-phu.xlsx", "do-phu", 2)],
)
def test_every_table_is_noted_with_who_took_it_and_how_much(
    s: Session, w: World, visitor: Visitor, go: Go, path: str, table: str, count: int
) -> None:
    go(w.lan, w.sens_house)
    visitor.as_(w.cuc).get(f"/trao-doi/{path}")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "exchange.export")).one()
    assert (entry.actor_id, entry.subject_id, entry.area_id) == (w.cuc.id, w.tan_hung.id, w.tan_hung.id)
    assert entry.details == {"table": table, "format": path.split(".")[1], "period": "202611", "rows": count}


def test_the_count_in_the_log_is_that_of_the_rows(s: Session, w: World, visitor: Visitor, go: Go) -> None:
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    for _ in range(3):
        go(w.lan, w.sens_house)
    for what in ("ho", "tham", "dai-su"):
        taken = rows(visitor.as_(w.cuc).get(f"/trao-doi/{what}.csv"))
        entry = s.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert entry.details["rows"] == len(taken) > 0


def test_a_table_is_chosen_on_the_page(w: World, visitor: Visitor) -> None:
    cuc = visitor.as_(w.cuc)
    chosen = "/trao-doi?what=tham&khu-vuc=11977.1&ky=202610&cap=village&dang=csv"
    assert cuc.get(chosen, status=303).location == "/trao-doi/tham.csv?khu-vuc=11977.1&ky=202610"
    chosen = "/trao-doi?what=do-phu&khu-vuc=11977&ky=2026Q4&cap=commune&dang=xlsx"
    assert cuc.get(chosen, status=303).location == "/trao-doi/do-phu.xlsx?cap=commune&khu-vuc=11977&ky=2026Q4"


@pytest.mark.parametrize("asked", ["dang=csv", "what=ho&khu-vuc=11977&ky=202611&cap=commune&dang=csv"])
def test_what_is_not_offered_cannot_be_chosen(w: World, visitor: Visitor, asked: str) -> None:
    assert 'role="alert"' in visitor.as_(w.binh).get(f"/trao-doi?{asked}", status=422).text


def test_a_place_that_cannot_be_summed_up_so_is_said_on_the_page(w: World, visitor: Visitor) -> None:
    page = visitor.as_(w.anh).get("/trao-doi?what=do-phu&khu-vuc=VN&ky=202611&cap=village&dang=csv", status=422)
    assert "For this place choose one of: Province, Commune." in page.words
    visitor.as_(w.anh).get("/trao-doi/do-phu.csv?khu-vuc=VN&cap=village", status=404)


def test_the_overview_leads_to_the_exchange_for_those_who_may(w: World, visitor: Visitor) -> None:
    assert "/trao-doi" in visitor.as_(w.cuc).get("/do-phu/11977").links()
    assert "/trao-doi" not in visitor.as_(w.lan).get("/do-phu/11977.1").links()


def test_the_dictionary_explains_every_column_and_every_word(w: World, visitor: Visitor) -> None:
    said = visitor.as_(w.binh).get("/trao-doi/tu-dien").words
    for columns in tables.TABLES.values():
        assert all(column.code in said for column in columns)
    assert "stage = not_reached" in said
    assert "OUTREACH_PROFICIENT" in said


def crowd(s: Session, w: World, count: int, village: str = "dong") -> None:
    """More households in a village."""
    for n in range(count):
        world.household(s, getattr(w, village), f"Sơn Văn {n % 7}")
    s.commit()


def test_a_commune_asks_no_more_when_the_country_grows(
    s: Session, w: World, visitor: Visitor, connection: Connection, go: Go
) -> None:
    asked = []
    cuc = visitor.as_(w.cuc)
    go(w.lan, w.sens_house)
    for grown in (False, True):
        if grown:
            crowd(s, w, 30, "ha")
            for n in range(20):
                world.area(s, w.hung_yen, "commune", "xã", f"{20000 + n}", f"Mới {n}")
            go(w.quy, w.xas_house)
        with counting.statements(connection) as said:
            for path in ("ho.csv", "tham.csv", "dai-su.csv", "do-phu.csv", "dhis2.json"):
                cuc.get(f"/trao-doi/{path}")
        asked.append(len(said))
    assert asked[0] == asked[1] <= 60


def test_a_household_more_asks_no_more_and_pieces_leave_none_out(
    s: Session, w: World, visitor: Visitor, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuc, asked = visitor.as_(w.cuc), []
    for _ in range(2):
        with counting.statements(connection) as said:
            few = rows(cuc.get("/trao-doi/ho.csv"))
        asked.append(len(said))
        crowd(s, w, 20 if len(asked) == 1 else 0)
    assert asked[0] == asked[1]
    assert len(few) == 23
    monkeypatch.setattr(reading, "PIECE", 4)
    pieces = rows(cuc.get("/trao-doi/ho.csv"))
    assert pieces == few


def swept(pieces: Iterator[list[reading.Cells]]) -> Iterator[list[reading.Cells]]:
    """The pieces; what only waits for the collector is gone before each."""
    for piece in pieces:
        gc.collect()
        yield piece


def peak(work: Callable[[], object]) -> int:
    """The most memory that is held meanwhile, in bytes."""
    gc.collect()
    gc.freeze()  # what was there before need not be looked through again and again
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def _read(s: Session, order: reading.Order) -> None:
    pieces = swept(reading.pieces(s, tables.HOUSEHOLDS, order))
    assert sum(1 for _ in writing.csv_pieces(tables.TABLES[tables.HOUSEHOLDS], pieces)) > 4


@sqlite_only
def test_four_times_as_many_households_need_no_more_memory(
    s: Session, w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PIECE", 25)
    most = []
    for more in (75, 0, 225):  # the first is not looked at: some things are read once a process
        crowd(s, w, more)
        with Session(s.get_bind(), join_transaction_mode="create_savepoint") as other:
            order = reading.order(other, w.cuc, w.tan_hung, reading.Period("202611", *[clock.today()] * 2))
            most.append(peak(partial(_read, other, order)))
    assert most[2] < 1.3 * most[1]


def test_a_workbook_four_times_as_long_needs_no_more_memory() -> None:
    columns = tables.TABLES[tables.HOUSEHOLDS]
    row = (1, "1", "11977", "11977.1", "Thôn Đông", "Nguyễn Văn Dê", "", "visited", None, clock.today(), None, "", None)

    def made(pieces: int) -> None:
        writing.workbook(columns, swept(iter([[row] * 200] * pieces)), [], ("a", "b")).close()

    made(1)
    assert peak(lambda: made(12)) < 1.3 * peak(lambda: made(3))


def test_a_long_line_holds_no_connection_between_the_pieces(
    s: Session, w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PIECE", 2)
    crowd(s, w, 6)
    with Session(s.get_bind(), join_transaction_mode="create_savepoint") as other:
        order = reading.order(other, w.cuc, w.tan_hung, reading.Period("202611", *[clock.today()] * 2))
        for _piece in reading.pieces(other, tables.HOUSEHOLDS, order):
            assert not other.in_transaction()


def test_a_file_named_after_what_it_holds(w: World, visitor: Visitor) -> None:
    for form in ("csv", "xlsx"):
        page = visitor.as_(w.cuc).get(f"/trao-doi/tham.{form}?ky=202610")
        assert page.headers["Content-Disposition"] == f'attachment; filename="tham-11977-202610.{form}"'
