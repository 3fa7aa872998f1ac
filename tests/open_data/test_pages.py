"""The public pages and files: what they say, that they stay, what they ask of the database and let caches keep."""

import re
from datetime import date

import pytest

from outreach.exchange.tables import Column
from outreach.helpdesk import keeping
from outreach.helpdesk.models import DESK
from outreach.open_data import names, queries, tables, writing
from outreach.web import SECURITY
from tests import counting
from tests.open_data.conftest import NOVEMBER, OCTOBER, document, next_month, publish, rows

MONTHS = ["2026-09", "2026-10", "2026-11"]
FILES = [(one.name, form) for one in tables.DATASETS.values() for form in one.forms]
NOT_THERE = (
    "khong-co", "khong-co.csv", "do-phu-tinh.geojson", "do-phu-xa.xlsx", "do-phu-xa/2026-11/2.csv",
    "do-phu-xa/2026-13/1", "do-phu-xa/11/1.csv", "do-phu-xa/2026-12/1.csv", "do-phu-xa/2026-11/0",
    "khong-co/2026-11/1",
)  # fmt: skip
# The grammar of tags: https://hxlstandard.org/standard/1-1final/tagging/
HXL = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(\+[A-Za-z][A-Za-z0-9_]*)*")


@pytest.fixture
def published(s, tan_hung):
    publish(s)
    s.commit()


def test_before_anything_is_published_the_pages_say_when_it_will_be(visitor, w):
    assert "published on the 3rd of the next one" in visitor.get("/du-lieu-mo").words
    assert "Nothing is published yet" in visitor.get("/du-lieu-mo/do-phu-xa").words
    visitor.get("/du-lieu-mo/do-phu-xa.csv", status=404)
    assert "dcat:dataset" in document(visitor.get("/du-lieu-mo/dcat.jsonld"))


@pytest.mark.usefixtures("published")
def test_a_passer_by_finds_every_dataset_with_its_newest_month(visitor):
    page = visitor.get("/du-lieu-mo")
    for one in tables.DATASETS.values():
        assert f"/du-lieu-mo/{one.name}" in page.links()
    assert page.words.count("Newest: 11/2026, version 1.") == len(tables.DATASETS) - 1
    assert page.words.count("Newest: 12/2026, version 1.") == 1  # the places of help, as they are
    assert "Published by" in page.words
    assert "Tỉnh Hưng Yên" in page.words  # all households of this house are there
    assert "/du-lieu-mo" in visitor.get("/").links()


@pytest.mark.usefixtures("published")
def test_a_datasets_page_says_of_when_it_is_whose_it_is_under_which_licence_and_how_to_cite_it(visitor):
    page = visitor.get("/du-lieu-mo/do-phu-xa")
    assert "30/11/2026" in page.words
    assert "https://creativecommons.org/licenses/by/4.0/" in page.links()
    cited = (
        "Tỉnh Hưng Yên (2026). Coverage by commune and month, 11/2026, version 1. "
        "http://localhost/du-lieu-mo/do-phu-xa/2026-11/1. Licence CC BY 4.0."
    )
    assert cited in page.words
    assert "Of these: somebody has been met at least once" in page.words
    assert "under 5" in page.words
    assert "52 stands for 50 to 54" in page.words


@pytest.mark.usefixtures("published")
def test_a_page_of_sums_says_that_they_are_sums_and_calls_none_of_them_small(visitor):
    page = visitor.get("/du-lieu-mo/ky-nang-tinh")
    assert "is the sum of what is told of its communes" in page.words
    assert "under 5" not in page.words  # ten communes with four each are forty
    assert "Protect oneself in cyberspace: households in scope" in page.words


def test_an_old_version_can_still_be_read_and_says_that_it_is_old(s, w, stand, published, third, visitor):
    stand(w.dong, date(2026, 11, 25), visited=30, not_reached=-30)
    before = visitor.get("/du-lieu-mo/do-phu-xa/2026-11/1.csv").answer.get_data()
    next_month(third)
    publish(s)
    s.commit()
    old = visitor.get("/du-lieu-mo/do-phu-xa/2026-11/1")
    assert "There is a newer version or month" in old.words
    assert "62" in old.words
    assert visitor.get("/du-lieu-mo/do-phu-xa/2026-11/1.csv").answer.get_data() == before
    assert rows(visitor.get("/du-lieu-mo/do-phu-xa/2026-11/2.csv"))[0]["reached"] == "92"
    series = rows(visitor.get("/du-lieu-mo/do-phu-xa.csv"))
    assert [(row["month"], row["version"]) for row in series if row["commune_code"] == "11977"] == [
        ("2026-09", "1"), ("2026-10", "1"), ("2026-11", "2"), ("2026-12", "1"),
    ]  # fmt: skip
    newest = visitor.get("/du-lieu-mo/do-phu-xa")
    assert "/du-lieu-mo/do-phu-xa/2026-11/1" in newest.links()
    assert "There is a newer version" not in newest.words


@pytest.mark.usefixtures("published")
def test_csv_has_a_mark_for_excel_stable_headings_and_hxl_tags(visitor):
    answer = visitor.get("/du-lieu-mo/do-phu-xa/2026-11/1.csv")
    assert answer.answer.mimetype == "text/csv"
    row = rows(answer)[0]
    assert (row["month"], row["version"], row["commune_code"], row["in_scope"]) == ("2026-11", "1", "11977", "102")
    assert row["closed"] == ""
    assert [row["month"] for row in rows(visitor.get("/du-lieu-mo/do-phu-tinh.csv"))] == MONTHS


@pytest.mark.parametrize("dataset", tables.DATASETS.values(), ids=lambda one: one.name)
def test_every_column_has_a_code_of_its_own_and_a_tag_that_hxl_can_read(dataset):
    columns: tuple[Column, ...] = writing.columns(dataset)
    assert len({column.code for column in columns}) == len({column.tag for column in columns}) == len(columns)
    for column in columns:
        assert re.fullmatch(r"[a-z][a-z_]*", column.code)
        assert HXL.fullmatch(column.tag), column.tag


@pytest.mark.usefixtures("published")
def test_json_explains_itself_in_both_languages(visitor):
    found = document(visitor.get("/du-lieu-mo/ky-nang-tinh/2026-11/1.json"))
    assert found["licence"] == {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    assert found["publisher"] == "Tỉnh Hưng Yên"
    assert found["title"]["en"] == "Skills by province and month"
    assert set(found["about"]) == {"vi", "en"}
    assert "Communes with fewer than five are not in it" in found["numbers"][0]["en"]
    assert [(one["month"], one["version"], one["as_of"]) for one in found["versions"]] == [("2026-11", 1, "2026-11-30")]
    assert found["rows"][0]["alone_payment"] == 7
    assert found["rows"][0]["helped_safety"] is None
    assert [one["code"] for one in found["columns"]] == list(found["rows"][0])
    assert visitor.client.get(found["versions"][0]["address"]).status_code == 200


@pytest.mark.usefixtures("published")
def test_geojson_holds_a_point_for_each_commune_longitude_first(visitor, s, w):
    found = document(visitor.get("/du-lieu-mo/do-phu-xa/2026-11/1.geojson"))
    assert found["type"] == "FeatureCollection"
    first = found["features"][0]
    assert (first["type"], first["id"]) == ("Feature", "11977")
    assert first["geometry"] == {"type": "Point", "coordinates": [106.05, 20.65]}
    assert (first["properties"]["commune_name"], first["properties"]["reached"]) == ("Xã Tân Hưng", 62)
    kinds = {one["properties"]["kind"] for one in document(visitor.get("/du-lieu-mo/diem.geojson"))["features"]}
    assert kinds == {"commune"}


def test_of_what_is_not_monthly_one_address_always_has_the_newest(s, w, published, visitor, third):
    told = keeping.Told(DESK, "Quầy hướng dẫn", "Số 1", "", "")
    keeping.create(s, told, w.cuc)
    next_month(third)
    publish(s)
    s.commit()
    found = rows(visitor.get("/du-lieu-mo/diem.csv"))
    assert [(row["month"], row["kind"]) for row in found] == [
        ("2027-01", "commune"), ("2027-01", "desk"), ("2027-01", "commune"),
    ]  # fmt: skip
    page = visitor.get("/du-lieu-mo/diem")
    assert "03/01/2027" in page.words
    assert "whenever you ask" in page.words
    assert "03/12/2026" in visitor.get("/du-lieu-mo/diem/2026-12/1").words


def test_a_commune_that_is_on_no_map_has_no_point(s, w, tan_hung, visitor):
    w.tien_lu.lat = None
    publish(s)
    s.commit()
    _first, second = document(visitor.get("/du-lieu-mo/do-phu-xa/2026-11/1.geojson"))["features"]
    assert second["geometry"] is None


@pytest.mark.usefixtures("published")
def test_what_is_not_there_is_not_found(visitor):
    for address in NOT_THERE:
        visitor.get(f"/du-lieu-mo/{address}", status=404)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("whole", [True, False])
def test_a_file_may_be_kept_by_everybody_and_is_not_sent_twice(visitor, whole):
    for dataset, form in FILES:
        month = "2026-12" if dataset == tables.POINTS else "2026-11"
        address = f"/du-lieu-mo/{dataset}.{form}" if whole else f"/du-lieu-mo/{dataset}/{month}/1.{form}"
        answer = visitor.client.get(address, headers={"Accept-Encoding": "br, gzip"})
        assert answer.cache_control.public, address
        assert answer.cache_control.max_age == 3600, address
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address
        assert answer.headers["X-Content-Type-Options"] == SECURITY["X-Content-Type-Options"], address
        assert "Set-Cookie" not in answer.headers, address
        again = visitor.client.get(address, headers={"If-None-Match": answer.headers["ETag"], "Accept-Encoding": "br"})
        assert (again.status_code, again.get_data()) == (304, b""), address


@pytest.mark.usefixtures("published")
def test_a_page_that_is_known_is_not_sent_twice(visitor):
    for address in ("/du-lieu-mo", "/du-lieu-mo/do-phu-xa", "/du-lieu-mo/dcat.jsonld"):
        known = {"If-None-Match": visitor.client.get(address).headers["ETag"]}
        assert visitor.client.get(address, headers=known).status_code == 304


@pytest.mark.usefixtures("published")
def test_the_pages_are_the_same_for_those_who_are_signed_in_but_kept_nowhere(visitor, w):
    page = visitor.as_(w.lan).get("/du-lieu-mo/do-phu-xa")
    assert page.headers["Cache-Control"] == "no-store"
    assert "30/11/2026" in page.words


@pytest.mark.usefixtures("published")
def test_a_files_rows_are_read_a_version_at_a_time_and_not_at_all_for_who_has_them(visitor, connection):
    address = "/du-lieu-mo/do-phu-xa.csv"
    with counting.statements(connection) as said:
        answer = visitor.client.get(address)
        before = len(said)
        assert answer.get_data()
    assert sum(".rows" in one for one in said[before:]) == len(MONTHS)
    assert len(said) <= len(MONTHS) + 5
    with counting.statements(connection) as said:
        assert visitor.client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert [one for one in said if ".rows" in one] == []
    for page in ("/du-lieu-mo", "/du-lieu-mo/do-phu-xa", "/du-lieu-mo/dcat.jsonld"):
        with counting.statements(connection) as said:
            visitor.get(page)
        assert len(said) <= 6, page


@pytest.mark.usefixtures("published")
def test_no_file_holds_a_count_below_five(visitor):
    for dataset, described in tables.DATASETS.items():
        counted = [c.code for c in described.columns if c.tag.endswith("+num")]
        own = [code for code in counted if not code.endswith("_withheld")]  # those count communes, not households
        told = [row[code] for row in document(visitor.get(f"/du-lieu-mo/{dataset}.json"))["rows"] for code in own]
        assert all(count is None or count >= 7 for count in told), dataset
        assert [count for count in told if count is not None] or dataset in (tables.POINTS, tables.VISITS)


def test_a_version_from_before_a_column_was_there_is_empty_in_it(s, w, visitor, tan_hung):
    publish(s)
    old = queries.find(s, tables.PROVINCES, OCTOBER)
    old.rows = [row[:5] for row in old.rows]
    s.commit()
    found = document(visitor.get("/du-lieu-mo/do-phu-tinh.json"))["rows"]
    assert [row["proficient_withheld"] for row in found if row["month"] == "2026-10"] == [None]
    assert names.preview(tables.DATASETS[tables.PROVINCES], old).total == 1
    visitor.get("/du-lieu-mo/do-phu-tinh/2026-10/1")


def test_a_month_is_named_by_its_number():
    assert names.month(NOVEMBER) == "11/2026"
