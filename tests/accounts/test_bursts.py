"""Many tries at the same moment: a burst outruns neither the lock nor the single use of a code."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import codes, sign_in
from outreach.accounts.models import Account
from outreach.app import create_app
from tests import world
from tests.conftest import settings

LAN = "+84912000006"
pytestmark = pytest.mark.real_db


@pytest.fixture
def together(real_db):
    """Runs a deed with a session of its own in several threads at once; returns what each came to."""
    app = create_app(settings(real_db.url.render_as_string(hide_password=False)), real_db)
    with Session(real_db) as s:
        world.build(s)

    def run(deed, times):
        def once(_n):
            with app.test_request_context(method="POST"), Session(real_db) as s:
                try:
                    outcome = deed(s)
                except sign_in.Refused as refused:
                    outcome = type(refused)
                s.commit()
                return outcome

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(once, range(times)))

    return run


def test_a_burst_of_guesses_gets_no_more_tries_than_five(together):
    outcomes = together(lambda s: sign_in.with_password(s, LAN, "sai roi nhe", "203.0.113.9").id, 8)
    assert outcomes.count(sign_in.Refused) == 5
    assert outcomes.count(sign_in.Locked) == 3


def test_one_code_sent_twice_at_once_sets_one_password(together, real_db):
    with Session(real_db) as s:
        code = codes.issue(s, s.scalars(select(Account).where(Account.phone == LAN)).one(), None, "tests-only")
        s.commit()
    outcomes = together(lambda s: codes.redeem(s, LAN, code, "bon mua hoa no", "203.0.113.9", "tests-only").epoch, 3)
    assert outcomes.count(1) == 1
    assert outcomes.count(sign_in.Refused) == 2
