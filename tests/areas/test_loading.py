"""Loading the country's areas: complete, repeatable, and never a reform by accident."""

import pytest
from sqlalchemy import func, select

from outreach.areas import loading, queries
from outreach.areas.models import COMMUNE, PROVINCE, Area, OldUnit
from outreach.lib import words


@pytest.fixture
def tables(tmp_path):
    """A small country: one province, two communes, three old units."""
    write(tmp_path / "provinces.csv", ["code,type,name,lat,lon", "33,tỉnh,Hưng Yên,20.65,106.05"])
    write(tmp_path / "communes.csv", [
        "code,province_code,type,name,lat,lon,area_km2",
        "11983,33,xã,Tân Hưng,20.61,106.06,35.1",
        "12361,33,xã,Tiên Lữ,,,",
    ])  # fmt: skip
    write(tmp_path / "old_units.csv", [
        "commune_code,name,district,province,also",
        "11983,Xã Liên Phương,Thành phố Hưng Yên,Tỉnh Hưng Yên,12361",
        "11983,Xã Bảo Khê,Thành phố Hưng Yên,Tỉnh Hưng Yên,",
        "12361,,Huyện Tiên Lữ,Tỉnh Hưng Yên,",
    ])  # fmt: skip
    return tmp_path


def write(file, lines):
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def replace(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_tree_goes_from_country_to_commune(s, tables):
    assert str(loading.load(s, tables)) == "8 created, 0 changed, 0 unchanged"
    commune = queries.by_code(s, "11983")
    assert (commune.path, commune.kind, commune.full_name) == ("VN/33/11983/", COMMUNE, "xã Tân Hưng")
    assert [a.code for a in queries.line(s, commune)] == ["VN", "33", "11983"]
    assert commune.valid_from.isoformat() == "2025-07-01"
    assert commune.folded == "xa tan hung"


def test_a_second_run_changes_nothing(s, tables):
    loading.load(s, tables)
    assert loading.load(s, tables) == loading.Loaded(0, 0, 8)


def test_a_new_name_or_type_is_taken_over_under_the_same_code(s, tables):
    loading.load(s, tables)
    number = queries.by_code(s, "12361").id
    replace(tables / "communes.csv", "12361,33,xã,Tiên Lữ,,,", "12361,33,phường,Tiên Lữ Mới,20.6,106.1,")
    assert loading.load(s, tables) == loading.Loaded(0, 1, 7)
    commune = queries.by_code(s, "12361")
    assert (commune.id, commune.full_name, commune.folded) == (number, "phường Tiên Lữ Mới", "phuong tien lu moi")


def test_an_area_under_another_province_is_a_reform_and_refused(s, tables):
    loading.load(s, tables)
    write(tables / "provinces.csv", ["code,type,name,lat,lon", "33,tỉnh,Hưng Yên,,", "31,thành phố,Hải Phòng,,"])
    replace(tables / "communes.csv", "11983,33", "11983,31")
    with pytest.raises(loading.MovedArea, match="11983 Tân Hưng stands at VN/33/11983/"):
        loading.load(s, tables)


def test_an_area_missing_from_the_tables_stays(s, tables):
    loading.load(s, tables)
    replace(tables / "old_units.csv", "11983,Xã Liên Phương,Thành phố Hưng Yên,Tỉnh Hưng Yên,12361\n", "")
    replace(tables / "communes.csv", "12361,33,xã,Tiên Lữ,,,\n", "")
    loading.load(s, tables)
    assert queries.by_code(s, "12361").valid_to is None


def test_a_split_old_unit_leads_to_every_commune_that_got_a_part(s, tables):
    loading.load(s, tables)
    found = queries.search(s, "lien phuong")
    assert {hit.area.name for hit in found} == {"Tân Hưng", "Tiên Lữ"}
    assert {hit.old_name for hit in found} == {"xã Liên Phương, thành phố Hưng Yên, tỉnh Hưng Yên"}


def test_an_old_district_without_communes_keeps_its_own_name(s, tables):
    loading.load(s, tables)
    assert "huyện Tiên Lữ, tỉnh Hưng Yên" in set(s.scalars(select(OldUnit.name)))


def test_an_old_name_that_left_the_table_leaves_the_search(s, tables):
    loading.load(s, tables)
    replace(tables / "old_units.csv", "11983,Xã Bảo Khê,Thành phố Hưng Yên,Tỉnh Hưng Yên,\n", "")
    loading.load(s, tables)
    assert queries.search(s, "bao khe") == []


def test_the_whole_country_is_loaded_and_loading_it_again_changes_nothing(s):
    first = loading.load(s)
    assert (first.changed, first.unchanged) == (0, 0)
    counts = dict(s.execute(select(Area.kind, func.count()).group_by(Area.kind)).all())
    assert (counts[PROVINCE], counts[COMMUNE]) == (34, 3321)
    again = loading.load(s)
    assert again == loading.Loaded(0, 0, first.created)


def test_villages_get_the_next_free_number_of_their_commune(s, w):
    made = loading.add_village(s, w.tan_hung, "thôn", "Quán")
    assert (made.code, made.path) == (f"{w.tan_hung.code}.3", f"{w.tan_hung.path}3/")
    assert (made.parent_id, made.folded) == (w.tan_hung.id, words.fold("thôn Quán"))
    assert loading.add_village(s, w.tan_hung, "thôn", "Nội").code == f"{w.tan_hung.code}.4"


def test_the_number_of_a_village_that_ended_is_not_given_again(s, w):
    w.doai.valid_to = w.doai.valid_from
    s.flush()
    assert loading.add_village(s, w.tan_hung, "thôn", "Đoài").code == f"{w.tan_hung.code}.3"


def test_a_village_may_bring_its_own_code(s, w):
    nine = f"{w.tan_hung.code}.9"
    assert loading.add_village(s, w.tan_hung, "tổ dân phố", "9", code=nine).code == nine
    assert loading.add_village(s, w.tan_hung, "tổ dân phố", "10").code == f"{w.tan_hung.code}.10"


@pytest.mark.parametrize("code", ["{other}.7", "{own}", "{own}.x", "7"])
def test_a_code_of_another_shape_is_refused(s, w, code):
    with pytest.raises(ValueError, match=rf"such as {w.tan_hung.code}\.1"):
        loading.add_village(s, w.tan_hung, "thôn", "Quán", code=code.format(own=w.tan_hung.code, other=w.tien_lu.code))


def test_the_same_village_is_not_added_twice_however_it_is_spelt(s, w):
    with pytest.raises(loading.VillageExists) as refused:
        loading.add_village(s, w.tan_hung, "Thôn", "ĐÔNG")
    assert refused.value.village == w.dong


def test_villages_of_one_name_may_stand_in_two_communes(s, w):
    assert loading.add_village(s, w.tien_lu, "thôn", "Đông").code == f"{w.tien_lu.code}.2"
