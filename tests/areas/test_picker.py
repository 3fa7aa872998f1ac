"""Finding a place: by today's name or an old one, accents or not, and taking it back to the page that asked."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach.areas import loading, queries
from outreach.areas.models import COMMUNE, PROVINCE, VILLAGE, OldUnit
from tests import databases


@pytest.fixture(scope="session")
def whole(kind):
    with databases.filled(kind, "country", loading.load) as engine:
        yield engine


@pytest.fixture
def country(whole):
    """The real country."""
    with Session(whole) as s:
        yield s


def found(s, typed, **kw):
    return [hit.place for hit in queries.search(s, typed, **kw)]


@pytest.mark.parametrize("typed", ["Tân Hưng", "tan hung", "TAN HUNG", "xã tân hưng", "tan hu", "  tan   hung "])
def test_a_commune_is_found_however_its_name_is_typed(s, w, typed):
    assert found(s, typed) == ["Xã Tân Hưng – tỉnh Hưng Yên"]


def test_the_province_may_be_typed_along(country):
    assert found(country, "tan hung hung yen")[0] == "Xã Tân Hưng – tỉnh Hưng Yên"
    assert found(country, "tân hưng cà mau")[0] == "Xã Tân Hưng – tỉnh Cà Mau"


def test_communes_of_one_name_all_come_first_each_with_its_province(country):
    first = found(country, "tan hung")[:6]
    assert {place.split(" – ")[0].split(" ", 1)[1] for place in first} == {"Tân Hưng"}
    assert len(set(first)) == 6


@pytest.mark.parametrize("typed", ["hung yen", "Hưng Yên", "tinh hung yen"])
def test_a_province_is_found_before_everything_that_bears_its_name(country, typed):
    assert found(country, typed, kinds=(PROVINCE, COMMUNE))[0] == "Tỉnh Hưng Yên"


def test_an_old_district_finds_the_communes_made_of_it(country):
    first = queries.search(country, "huyen khoai chau")[:6]
    assert {"huyện Khoái Châu" in hit.old_name for hit in first} == {True}
    assert {hit.area.parent.name for hit in first} == {"Hưng Yên"}
    assert queries.search(country, "khoai chau")[0].place == "Xã Khoái Châu – tỉnh Hưng Yên"


def test_an_old_commune_finds_todays(country):
    hit = queries.search(country, "thị trấn yên viên")[0]
    assert hit.place == "Xã Phù Đổng – thành phố Hà Nội"
    assert hit.old_name == "thị trấn Yên Viên, huyện Gia Lâm, thành phố Hà Nội"


def test_an_old_name_that_fits_wholly_goes_before_a_new_one_that_fits_in_parts(country):
    assert queries.search(country, "lien phuong hung yen")[0].place == "Phường Phố Hiến – tỉnh Hưng Yên"


def test_a_commune_that_kept_its_name_is_listed_once(s, w):
    s.add(OldUnit(commune_id=w.tan_hung.id, name="xã Tân Hưng, huyện Tiên Lữ", folded="xa tan hung huyen tien lu"))
    s.flush()
    hits = queries.search(s, "tan hung")
    assert [(hit.area, hit.old_name) for hit in hits] == [(w.tan_hung, "")]


@pytest.mark.parametrize("typed", ["", "   ", "?!", "zzzz", "%", "_"])
def test_nothing_typed_or_nothing_known_finds_nothing(s, w, typed):
    assert found(s, typed) == []


def test_the_middle_of_a_word_does_not_count(s, w):
    assert found(s, "ung") == []


def test_a_search_may_stay_within_one_area(country):
    hung_yen = queries.by_code(country, "33")
    assert found(country, "tan hung", inside=hung_yen)[0] == "Xã Tân Hưng – tỉnh Hưng Yên"
    assert all(place.endswith("tỉnh Hưng Yên") for place in found(country, "tan", inside=hung_yen))


def test_villages_are_found_when_asked_for_with_commune_and_province(s, w):
    assert found(s, "dong", kinds=(VILLAGE,)) == ["Thôn Đông – xã Tân Hưng, tỉnh Hưng Yên"]
    assert found(s, "dong") == []


def test_an_area_that_ended_is_not_offered(s, w):
    w.tan_hung.valid_to = w.tan_hung.valid_from
    s.flush()
    assert found(s, "tan hung") == []


def test_a_search_takes_two_queries_whatever_it_finds(country):
    asked = []
    event.listen(country.connection(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    for typed in ("tan hung", "huyen khoai chau", "an"):
        asked.clear()
        assert len([hit.place for hit in queries.search(country, typed)]) > 5
        assert len([statement for statement in asked if statement.startswith("SELECT")]) == 2


def test_the_page_leads_back_with_the_chosen_place(w, visitor):
    page = visitor.get("/khu-vuc/tim?q=tan+hung&back=/can-bo/moi")
    assert f"/can-bo/moi?area={w.tan_hung.code}" in page.links()
    assert "Xã Tân Hưng – tỉnh Hưng Yên" in page.words
    other = visitor.get("/khu-vuc/tim", query_string={"q": "tan hung", "back": "/can-bo?q=a"})
    assert f"/can-bo?q=a&area={w.tan_hung.code}" in other.links()


def test_the_page_says_by_which_old_name_it_found_the_place(s, w, visitor):
    s.add(OldUnit(commune_id=w.tien_lu.id, name="xã Dị Chế, huyện Tiên Lữ", folded="xa di che huyen tien lu"))
    s.commit()
    said = visitor.get("/khu-vuc/tim?q=di+che").words
    assert "Xã Tiên Lữ – tỉnh Hưng Yên" in said
    assert "xã Dị Chế, huyện Tiên Lữ" in said


def test_typing_brings_only_the_list(w, visitor):
    fragment = visitor.htmx("/khu-vuc/tim?q=tan+hung&back=/can-bo/moi")
    assert "<html" not in fragment.text
    assert f"/can-bo/moi?area={w.tan_hung.code}" in fragment.links()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_page_leads_to_no_strangers_site(w, visitor, back):
    page = visitor.get("/khu-vuc/tim", query_string={"q": "tan hung", "back": back})
    assert "evil" not in page.text
    assert "javascript" not in page.text


def test_kinds_may_be_chosen_and_nonsense_falls_back_to_communes(w, visitor):
    assert "Thôn Đông" in visitor.get("/khu-vuc/tim?q=dong&kinds=village").words
    assert "Xã Tân Hưng" in visitor.get("/khu-vuc/tim?q=tan+hung&kinds=planet").words


def test_one_letter_is_too_little_and_nothing_found_says_what_to_try(w, visitor):
    assert "at least two letters" in visitor.get("/khu-vuc/tim?q=t").words
    assert "Nothing found" in visitor.get("/khu-vuc/tim?q=zzzz").words


def test_an_unknown_area_to_stay_within_is_not_found(w, visitor):
    visitor.get("/khu-vuc/tim?q=tan&inside=99", status=404)
