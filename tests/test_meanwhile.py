"""The sheets that several people edit: an older page puts nothing back, and asks where two said different things."""

from datetime import timedelta

import pytest

from outreach import clock
from outreach.helpdesk import keeping
from outreach.plans import poverty as noting
from outreach.plans.poverty import Fact
from outreach.procedures import fees, loading, queries
from outreach.reminders import meetings
from tests import world
from tests.databases import sqlite_only

pytestmark = sqlite_only
PROCEDURE = "trich-luc-ho-tich"


def help_point(s, w):
    made = keeping.create(s, keeping.Told("desk", "Quầy xã", "Đường Mẫu", "1022"), w.cuc)
    return w.cuc, f"/diem-ho-tro/{made.id}/sua", {"hours": "Cả ngày"}, {"address": "Đường Mới"}, "Buổi sáng"


def a_class(s, w):
    at = clock.now() + timedelta(days=3)
    made = meetings.make(s, w.dung, village_id=w.dong.id, place="Đình làng", at=at)
    return w.dung, f"/lop-hoc/{made.id}/sua", {"place": "Nhà văn hoá"}, {"hour": "15:30"}, "Sân đình"


def staff(s, w):
    return w.cuc, f"/can-bo/{w.lan.id}", {"name": "Trần Thị Lân"}, {"phone": "0977 000 222"}, "Trần Thị Lam"


def figures(s, w):
    return w.cuc, "/van-hanh/11977/nguong", {"silent": "20"}, {"behind": "10"}, "21"


def fee(s, w):
    loading.load(s)
    fees.put(s, queries.find(s, PROCEDURE), w.binh, online=0, direct=8000, source="Nghị quyết")
    return w.binh, f"/thu-tuc/{PROCEDURE}/le-phi", {"online": "1000"}, {"direct": "5000"}, "2000"


def order(s, w):
    for number in (3, 4):
        world.household(s, w.dong, f"Lê Văn {number}", address=f"Ngõ 9, số {number}").walk_no = number
    return w.dung, f"/thu-tu-di?thon={w.dong.id}&ngo=ngo 9", {"place-1": "5"}, {"place-0": "2"}, "7"


def poverty(s, w):
    facts = [Fact(village.id, 0, 0, hardship=False) for village in (w.dong, w.doai)]
    noting.note(s, w.tan_hung, facts, clock.today(), "QĐ", w.cuc)
    return w.cuc, "/ho-ngheo", {"poor-1": "1"}, {"poor-0": "1", "near_poor-1": "1"}, "2"


@pytest.mark.parametrize("sheet", [help_point, a_class, staff, figures, fee, order, poverty])
def test_an_older_page_puts_nothing_back_and_asks_where_both_said_other(visitor, s, w, sheet):
    who, door, first, second, other = sheet(s, w)
    s.commit()
    editor = visitor.as_(who)
    page = editor.get(door)
    actions = [form.get("action") for form in page.tree.iter("form")]
    action = next(one for one in actions if first.keys() & page.form(one).keys())
    editor.send(page, action, **first)
    editor.send(page, action, **second)
    stands = editor.get(door).form(action)
    both = first | second
    assert {name: stands[name] for name in both} == {name: [value] for name, value in both.items()}
    (name, value) = next(iter(first.items()))
    asked = editor.send(page, action, status=409, **{name: other})
    assert f"<td>{value}</td><td>{other}</td>" in asked.text
    assert editor.get(door).form(action)[name] == [value]
    editor.send(asked, action)
    assert editor.get(door).form(action)[name] == [other]


def test_who_looks_after_a_house_is_asked_about_when_two_have_just_said_it(visitor, s, w):
    leader, door = visitor.as_(w.dung), f"/ho/{w.sens_house.id}/phu-trach"
    older = leader.get(door)
    leader.send(leader.get(door), door, to=str(w.lan.id))
    asked = leader.send(older, door, to=str(w.minh.id), status=409)
    assert "<td>Trần Thị Lan</td><td>Bùi Đức Minh</td>" in asked.text


def test_a_communes_standard_is_asked_about_when_two_have_just_set_it(visitor, s, w):
    official, door = visitor.as_(w.cuc), "/tieu-chuan"
    older = official.get(door)
    official.send(older, door, needed="1")
    asked = official.send(older, door, needed="2", status=409)
    assert "<td>1</td><td>2</td>" in asked.text
    assert official.get(door).form(door)["needed"] == ["1"]
