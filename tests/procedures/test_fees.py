"""A province's own fee stands beside the national one, with where it comes from; nobody else sets it."""

from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.lessons import queries as lessons
from outreach.procedures import fees, loading, queries
from tests import world
from tests.databases import sqlite_only

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


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("10.000", 10_000), ("10 000 đ", 10_000), ("1,500,000 VND", 1_500_000), ("8000đồng", 8_000), ("0", 0), ("", None)],
)
@sqlite_only
def test_an_amount_is_read_as_people_write_it(s, w, visitor, typed, amount):
    visitor.as_(w.binh).post(f"/thu-tuc/{EXTRACT}/le-phi", TYPED | {"direct": typed})
    assert held(s) == [("Hưng Yên", 0, amount)]


@pytest.mark.parametrize("typed", ["10.000,00", "10,5", "1.00", "1e5", "99999999999", "8" * 5000, "1.000.000.000"])
@sqlite_only
def test_what_could_be_read_as_another_amount_is_given_back(s, w, visitor, typed):
    page = visitor.as_(w.binh).post(f"/thu-tuc/{EXTRACT}/le-phi", TYPED | {"direct": typed}, status=422)
    assert "Please type an amount in đồng" in page.words
    assert held(s) == []


def test_two_who_set_it_at_once_leave_one_fee(real_db):
    with Session(real_db) as s:
        loading.load(s)
        by = world.build(s).binh.id
        s.commit()
    ready, faults = Barrier(2), []

    def put(amount):
        try:
            ready.wait()
            with Session(real_db) as s:
                procedure, account = queries.find(s, EXTRACT), s.get_one(Account, by)
                fees.put(s, procedure, account, online=amount, direct=None, source="Nghị quyết mẫu")
                s.commit()
        except Exception as fault:
            faults.append(fault)

    both = [Thread(target=put, args=[amount]) for amount in (0, 8000)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert faults == []
    with Session(real_db) as s:
        assert len(fees.of(s, queries.find(s, EXTRACT))) == 1


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
