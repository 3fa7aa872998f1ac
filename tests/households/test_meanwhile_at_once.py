"""Two people save two values for one field at the same moment: real connections, real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from outreach.app import create_app
from outreach.households.models import Household
from tests import world
from tests.conftest import settings
from tests.visitor import Visitor

pytestmark = pytest.mark.real_db


def test_of_two_values_at_once_one_is_saved_and_the_other_asked_about(real_db):
    app = create_app(settings(real_db.url.render_as_string(hide_password=False)), real_db)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
    door, together = f"/ho/{w.sens_house.id}/sua", Barrier(2)

    def correct(person, address):
        visitor = Visitor(app).as_(person)
        sheet = visitor.get(door).form(door) | {"address": [address]}
        together.wait()
        return visitor.client.post(door, data=sheet).status_code, address

    with ThreadPoolExecutor(2) as people:
        told = dict(people.map(correct, (w.lan, w.dung), ("Ngõ 3, số 7A", "Ngõ 3, số 7B")))
    assert sorted(told) == [303, 409]
    with Session(real_db) as s:
        assert s.get_one(Household, w.sens_house.id).address == told[303]
