"""The phones that carry a bag, as those who answer for them see them; wiped from afar."""

import re
from datetime import timedelta

from sqlalchemy import select

from outreach import clock
from outreach.accounts import registering
from outreach.bag.models import Handset
from tests.bag.phone import visit


def row(s, phone):
    s.expire_all()
    return s.scalars(select(Handset).where(Handset.mark == phone.mark)).one()


def test_a_lost_phone_is_wiped_from_afar_by_its_owner_the_leader_or_the_official(phone, visitor, s, w):
    for who in (w.lan, w.dung, w.cuc):
        lan = phone()
        lan.fill()
        visitor.as_(who).post(f"/may/{row(s, lan).id}/xoa")
        assert lan.fill() == {"wipe": True}
        s.expire_all()
        assert row(s, lan).wiped_by_id == who.id


def test_wiping_ends_every_other_session_of_the_account(phone, visitor, s, w):
    lan = phone()
    mine = visitor.as_(w.lan)
    mine.post(f"/may/{row(s, lan).id}/xoa")
    lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.send(status=401)
    assert "Wiped from afar" in mine.get("/may").words
    s.expire_all()
    lan.visitor = visitor.as_(w.lan)
    assert lan.send()[0]["fate"] == "accepted"


def test_nobody_wipes_or_sees_a_phone_that_is_not_theirs_to_answer_for(phone, visitor, s, w):
    door = f"/may/{row(s, phone()).id}/xoa"
    for who in (w.minh, w.nga, w.quy):
        visitor.as_(who).post(door, status=404)
    visitor.as_(w.binh).post(door, status=403)
    assert visitor.post(door).location.startswith("/dang-nhap")
    assert "Android, Chrome" not in visitor.as_(w.minh).get("/may").words


def test_the_leader_sees_what_waits_on_phones_and_whose_clock_is_off(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.clock = clock.now() + timedelta(minutes=40, seconds=30)
    lan.fill()
    page = visitor.as_(w.dung).get(f"/may?nguoi={w.lan.id}").words
    assert "Android, Chrome" in page
    assert re.search(r"Waiting on the phone ?1\b", page)
    assert "40 minutes off" in page


def test_what_came_from_the_phone_of_somebody_suspended_is_no_longer_missed(phone, s, w):
    lan = phone()
    for _time in range(2):
        lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.fill()
    registering.suspend(s, w.cuc, w.lan)
    s.commit()
    lan.send(lan.waiting[:1])
    assert row(s, lan).waiting == 1
    lan.send()
    assert row(s, lan).waiting == 0


def test_account_pages_lead_to_the_phones(visitor, w):
    assert f"/may?nguoi={w.lan.id}" in visitor.as_(w.lan).get("/tai-khoan").links()
    assert f"/may?nguoi={w.lan.id}" in visitor.as_(w.dung).get(f"/can-bo/{w.lan.id}").links()
    assert not [link for link in visitor.as_(w.anh).get("/tai-khoan").links() if link.startswith("/may?")]
