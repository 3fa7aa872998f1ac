"""Files that phones kept: written in their author's name, or kept apart."""

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.arrivals.models import HANDED_IN, Late
from outreach.visits.models import Visit
from tests.bag.phone import hand_in, sealed, visit


def test_a_file_that_a_phone_kept_is_written_when_its_author_hands_it_in_and_once_only(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.note(*visit(w.sens_house.id, w.sen.id, "nonsense"))
    file = sealed(lan, lan.waiting)
    page = hand_in(visitor.as_(w.lan), file)
    assert "Accepted" in page.words
    assert "Kept for a decision" in page.words
    assert "There already" in hand_in(visitor.as_(w.lan), file).words
    assert lan.send()[0]["fate"] == "there"
    s.expire_all()
    assert s.scalars(select(Visit)).one().by == w.lan
    assert [late.why for late in s.scalars(select(Late))] == [HANDED_IN]


def test_a_file_that_somebody_else_hands_in_waits_for_the_leader(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    assert "Kept for a decision" in hand_in(visitor.as_(w.phuc), sealed(lan, lan.waiting)).words
    late = s.scalars(select(Late)).one()
    assert (late.author, late.why, late.area) == (w.lan, HANDED_IN, w.dong)
    deed = s.scalars(select(AuditEntry).where(AuditEntry.act == "handset.hand_in")).one()
    assert (deed.actor_id, deed.area_id, deed.details) == (w.phuc.id, w.dong.id, {"records": 1})
    visitor.as_(w.dung).post(f"/den-muon/{late.id}")
    assert s.scalars(select(Visit)).one().by == w.lan


@pytest.mark.parametrize(
    "spoil", [lambda f: b"", lambda f: b"[1]", lambda f: f[:-9] + b'AAAA"}', lambda f: b"\xff\x00"]
)
def test_what_is_no_such_file_is_said_to_be_none(phone, visitor, s, w, spoil):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    page = hand_in(visitor.as_(w.lan), spoil(sealed(lan, lan.waiting)), status=422)
    assert "not a file that a phone kept" in page.words
    assert s.scalars(select(Visit)).all() == []


def test_a_stranger_hands_in_nothing(visitor):
    assert visitor.post("/tui/tep").location.startswith("/dang-nhap")
