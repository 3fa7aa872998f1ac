"""The same form sent twice is one deed: one row, one answer; the same id with other content is shown, never written."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.accounts import receipts
from outreach.accounts.models import Account, Receipt
from outreach.db import transaction
from outreach.households.models import Ambassador, Household, Member
from tests import world

YES = {"purposes": ["registered"], "how": "oral"}


def count(s, of):
    s.expire_all()
    return s.scalar(select(func.count()).select_from(of))


def sheets(w):
    """(address, what is typed, the same with one thing changed, of what it makes a row)."""
    house = {"head_name": "Trần Văn Dê", "address": "Ngõ 9"}
    person = {"name": "Nguyễn Thị Út", "birth_year": "1990", "relation": "child", "language": "vi"}
    yes = YES | {"who": "new", "name": "Nguyễn Thị Út", "birth_year": "1990", "relation": "child"}
    return {
        "household": ("/ho/moi", house, house | {"address": "Ngõ 10"}, Household),
        "member": (f"/ho/{w.tams_house.id}/nguoi/moi", person, person | {"birth_year": "1991"}, Member),
        "ambassador": (f"/ho/{w.tams_house.id}/dai-su", yes, yes | {"birth_year": "1991"}, Ambassador),
    }


KINDS = ["household", "member", "ambassador"]


@pytest.mark.parametrize("what", KINDS)
def test_a_sheet_sent_twice_makes_one_row_and_answers_as_the_first_time(visitor, s, w, what):
    address, typed, _other, table = sheets(w)[what]
    before, lan, mark = count(s, table), visitor.as_(w.lan), {"client_id": str(uuid4())}
    first = lan.post(address, typed | mark)
    again = lan.post(address, typed | mark)
    assert again.location == first.location
    assert count(s, table) == before + 1
    assert "Nothing was added" in lan.follow(again).words


@pytest.mark.parametrize("what", KINDS)
def test_the_same_id_with_other_content_is_shown_and_changes_nothing(visitor, s, w, what):
    address, typed, other, table = sheets(w)[what]
    lan, mark = visitor.as_(w.lan), {"client_id": str(uuid4())}
    lan.post(address, typed | mark)
    after = count(s, table), count(s, Member)
    page = lan.post(address, other | mark, status=409)
    assert "with other content" in page.words
    assert (count(s, table), count(s, Member)) == after
    shown = page.words
    assert all(value in shown for value in (other.get("address"), other.get("birth_year")) if value)


def test_what_was_sent_under_a_used_id_can_be_saved_as_well(visitor, s, w):
    address, typed, other, _table = sheets(w)["member"]
    lan, mark = visitor.as_(w.lan), {"client_id": str(uuid4())}
    lan.post(address, typed | mark)
    page = lan.post(address, other | mark, status=409)
    lan.send(page, address)
    born = s.scalars(select(Member.birth_year).where(Member.name == "Nguyễn Thị Út").order_by(Member.id)).all()
    assert born == [1990, 1991]


def test_an_id_that_another_used_shows_nothing_of_what_she_wrote(visitor, s, w):
    mark = {"client_id": str(uuid4())}
    visitor.as_(w.nga).post("/ho/moi", {"head_name": "Giàng A Chá"} | mark)
    page = visitor.as_(w.lan).post("/ho/moi", {"head_name": "Trần Văn Dê"} | mark, status=409)
    assert "Giàng A Chá" not in page.text
    assert "It belongs to another household" in page.words


def test_a_form_in_pieces_is_shown_whole_and_can_be_sent_again(visitor, s, w):
    lan = visitor.as_(w.lan)
    page = lan.post("/ho/moi", {"head_name": "Trần Văn Dê", "client_id": "x'; --"}, status=422)
    assert "came in pieces" in page.words
    lan.send(page, "/ho/moi")
    assert s.scalars(select(Household).where(Household.head_name == "Trần Văn Dê")).one()


def test_each_drawn_form_has_an_id_of_its_own(visitor, w):
    lan = visitor.as_(w.lan)
    drawn = {lan.get("/ho/moi").form("/ho/moi")["client_id"][0] for _ in range(2)}
    assert len(drawn) == 2
    assert all(receipts.is_client_id(one) for one in drawn)


def test_who_registers_an_ambassador_learns_of_another_who_was_registered_meanwhile(visitor, s, w):
    door = f"/ho/{w.sens_house.id}/dai-su"
    lan, minh = visitor.as_(w.lan), visitor.as_(w.minh)
    early = minh.get(door)
    lan.send(lan.get(door), door, **YES, who=w.hanh.id)
    page = minh.send(early, door, **YES, who=w.sen.id, status=409)
    assert "Nguyễn Thu Hạnh is the digital ambassador now" in page.words
    assert [a.member.name for a in s.scalars(select(Ambassador))] == ["Nguyễn Thu Hạnh"]
    minh.send(page, door)
    s.expire_all()
    now = s.scalars(select(Ambassador).where(Ambassador.until.is_(None))).one()
    assert now.member == w.sen


def test_two_who_register_the_same_person_agree(visitor, s, w):
    door = f"/ho/{w.sens_house.id}/dai-su"
    lan, minh = visitor.as_(w.lan), visitor.as_(w.minh)
    early = minh.get(door)
    lan.send(lan.get(door), door, **YES, who=w.hanh.id)
    minh.send(early, door, **YES, who=w.hanh.id)
    assert count(s, Ambassador) == 1


fields = st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=12)), max_size=6)


@given(fields, st.randoms())
def test_a_mark_minds_neither_order_nor_what_is_empty(said, dice):
    mixed = [*said, ("note", " ")]
    dice.shuffle(mixed)
    assert receipts.mark(mixed) == receipts.mark(said)


@given(fields, fields)
def test_other_words_have_another_mark(said, other):
    tidy = [sorted((n, " ".join(v.split())) for n, v in one if v.split()) for one in (said, other)]
    assert (receipts.mark(said) == receipts.mark(other)) == (tidy[0] == tidy[1])


@pytest.mark.real_db
def test_of_two_at_the_same_moment_the_second_finds_what_the_first_made(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        lan, house, client_id = w.lan.id, w.tams_house.id, receipts.new_client_id()
    together = Barrier(2 if real_db.dialect.name == "postgresql" else 1)

    def tap(_n):
        with transaction(real_db) as s:
            by = s.get_one(Account, lan)
            together.wait()
            before = receipts.seen(s, client_id, "a" * 64)
            if before is None:
                receipts.keep(s, client_id, "a" * 64, "household.create", "household", house, by)
            return before is None

    with ThreadPoolExecutor(2) as phones:
        assert sorted(phones.map(tap, range(2))) == [False, True]
    with Session(real_db) as s:
        assert s.scalars(select(Receipt.subject_id)).all() == [house]
