"""A province's own fee stands beside the national one, with where it comes from; nobody else sets it."""

import pytest

from outreach.lessons import queries as lessons
from outreach.procedures import fees, loading, queries

EXTRACT, TAUGHT = "trich-luc-ho-tich", "lien-thong-khai-sinh"
TYPED = {"online": "0 đ", "direct": "8.000", "source": "Nghị quyết mẫu số 1"}


@pytest.fixture(autouse=True)
def handbook(s, w):
    """The real handbook."""
    loading.load(s)
    s.commit()


def held(s):
    s.expire_all()
    return [(fee.area.name, fee.online_vnd, fee.direct_vnd) for fee in fees.of(s, queries.find(s, EXTRACT))]


def test_a_province_sets_its_fee_and_everybody_reads_it(s, w, visitor):
    visitor.as_(w.binh).post(f"/thu-tuc/{EXTRACT}/le-phi", TYPED)
    assert held(s) == [("Hưng Yên", 0, 8000)]
    words = visitor.get(f"/thu-tuc/{EXTRACT}").words
    assert "online: no fee" in words
    assert "at the office: 8,000 đ" in words
    assert "According to Nghị quyết mẫu số 1" in words


def test_those_who_live_there_read_it_first(s, w, visitor):
    fees.put(s, queries.find(s, TAUGHT), w.binh, online=0, direct=None, source="Nghị quyết mẫu")
    s.commit()
    for address in (f"/thu-tuc/{TAUGHT}", f"/bai-hoc/{lessons.for_procedure(TAUGHT).slug}"):
        assert "In tỉnh Hưng Yên:" in visitor.as_(w.lan).get(address).words
        far_away = visitor.get(address).words
        assert "In tỉnh Hưng Yên:" not in far_away
        assert "Some provinces have set a fee of their own" in far_away


def test_a_new_fee_ends_the_one_before_and_the_national_one_may_hold_again(s, w, visitor):
    as_binh = visitor.as_(w.binh)
    as_binh.post(f"/thu-tuc/{EXTRACT}/le-phi", TYPED)
    as_binh.post(f"/thu-tuc/{EXTRACT}/le-phi", TYPED | {"direct": "5000"})
    assert held(s) == [("Hưng Yên", 0, 5000)]
    as_binh.post(f"/thu-tuc/{EXTRACT}/le-phi/thoi", {})
    as_binh.post(f"/thu-tuc/{EXTRACT}/le-phi/thoi", {})
    assert held(s) == []


@pytest.mark.parametrize("wrong", [{"online": "miễn"}, {"online": "-5"}, {"online": "", "direct": ""}, {"source": ""}])
def test_what_is_no_amount_or_has_no_source_is_given_back_with_all_that_was_typed(s, w, visitor, wrong):
    page = visitor.as_(w.binh).post(f"/thu-tuc/{EXTRACT}/le-phi", TYPED | wrong, status=422)
    assert (TYPED | wrong)["direct"] in page.text
    assert held(s) == []


def test_only_a_province_sets_a_fee(w, visitor):
    for person in (w.anh, w.cuc, w.lan):
        visitor.as_(person).post(f"/thu-tuc/{EXTRACT}/le-phi", TYPED, status=403)


def test_a_procedure_that_leaves_the_handbook_takes_its_fees_along(s, w, tmp_path):
    fees.put(s, queries.find(s, EXTRACT), w.binh, online=0, direct=None, source="Nghị quyết mẫu")
    empty = tmp_path / "none.json"
    empty.write_text("[]", encoding="utf-8")
    assert loading.load(s, empty).endswith("76 gone")
