"""Phones that send at the same moment: real connections, real commits."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.app import create_app
from outreach.arrivals import views
from outreach.coverage import recounting
from outreach.households.models import Household, Member
from outreach.visits.models import Visit
from tests import world
from tests.bag.phone import Phone, household, member, visit
from tests.conftest import settings
from tests.visitor import Visitor

pytestmark = pytest.mark.real_db


@pytest.fixture
def house(real_db):
    """The app on a database of its own, and the cast with ten more houses in thôn Đông."""
    made = create_app(settings(real_db.url.render_as_string(hide_password=False)), real_db)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
        homes = [world.household(s, w.dong, f"Sơn Văn {n}") for n in range(10)]
        people = [(home.id, world.member(s, home, home.head_name, 1970, "head").id) for home in homes]
        s.commit()
    return made, w, people


def test_two_phones_at_the_same_doors_in_another_order_do_not_stand_in_each_others_way(house, real_db):
    app, w, people = house
    together = Barrier(2)

    def work(owner):
        phone, dice = Phone(Visitor(app), owner), Random(owner.id)
        for _round in range(3):
            for home, head in dice.sample(people, len(people)):
                phone.note(*visit(home, head))
            made = phone.note(*household(f"{owner.name} {_round}"))["client_id"]
            phone.note(*member(f"~{made}", "Nguyễn Thị Con"))
            together.wait()
            assert [one["fate"] for one in phone.send()] == ["accepted"] * 12

    with ThreadPoolExecutor(2) as phones:
        list(phones.map(work, (w.lan, w.minh)))
    with Session(real_db) as s:
        assert s.scalar(select(func.count(Visit.id))) == 60
        assert recounting.differing(s) == []


def test_of_one_sending_that_comes_twice_at_once_everything_is_written_once(house, real_db):
    app, w, people = house
    phone, together = Phone(Visitor(app), w.lan), Barrier(2)
    made = phone.note(*household("Trần Văn Dê"))["client_id"]
    phone.note(*member(f"~{made}", "Trần Thị Mơ"))
    for home, head in people:
        phone.note(*visit(home, head))
    batch = list(phone.waiting)

    def tab(_n):
        other = Phone(Visitor(app), w.lan, set_up=False)
        other.mark, other.secret = phone.mark, phone.secret
        together.wait()
        return sorted({one["fate"] for one in other.send(batch)})

    with ThreadPoolExecutor(2) as tabs:
        assert sorted(tabs.map(tab, range(2))) == [["accepted"], ["there"]]
    with Session(real_db) as s:
        assert s.scalar(select(func.count(Visit.id))) == len(people)
        assert s.scalars(select(Member.name).where(Member.name == "Trần Thị Mơ")).all() == ["Trần Thị Mơ"]
        assert s.scalar(select(func.count(Household.id)).where(Household.head_name == "Trần Văn Dê")) == 1


def test_a_day_that_has_waited_long_enough_for_its_turn_is_taken_nevertheless(house, monkeypatch):
    app, w, people = house
    monkeypatch.setattr(views, "PATIENCE", 0.05)
    phone = Phone(Visitor(app), w.lan)
    phone.note(*visit(*people[0]))
    with views.TURN:
        assert [one["fate"] for one in phone.send()] == ["accepted"]
    assert views.TURN.acquire(blocking=False)
    views.TURN.release()
