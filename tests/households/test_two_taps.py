"""The same form sent twice at the same moment: real connections, real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.coverage import recounting
from outreach.db import transaction
from outreach.households import registering
from outreach.households.consent import Given
from outreach.households.models import Ambassador, Household, Member
from outreach.households.registering import MemberFacts
from tests import world

pytestmark = pytest.mark.real_db


def test_somebody_new_becomes_ambassador_once(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        lan, house_id = w.lan.id, w.tams_house.id
    # On PostgreSQL both have read the house before either writes; SQLite lets the second begin after the first.
    read = Barrier(2 if real_db.dialect.name == "postgresql" else 1)

    def tap(_n):
        with transaction(real_db) as s:
            by, house = s.get_one(Account, lan), s.get_one(Household, house_id)
            assert [m.name for m in house.members if m.name == "Nguyễn Thị Bưởi"] == [] or read.parties == 1
            read.wait()
            person = registering.for_ambassador(s, house, None, MemberFacts("Nguyễn Thị Bưởi", 1990), by)
            return registering.ambassador(s, person, Given(("registered",), "oral"), by).id

    with ThreadPoolExecutor(2) as phones:
        first, second = phones.map(tap, range(2))
    assert first == second
    with Session(real_db) as s:
        assert [m.name for m in s.scalars(select(Member).where(Member.name == "Nguyễn Thị Bưởi"))] == [
            "Nguyễn Thị Bưởi"
        ]
        assert s.scalars(select(Ambassador.id)).all() == [first]
        assert recounting.differing(s) == []
