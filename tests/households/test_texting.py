"""Right before a message goes: is it still for somebody who wants it, at the number she has now?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts.models import Account
from outreach.households import consent, registering
from outreach.households.models import Member
from outreach.sms import outbox
from outreach.sms.gateway import ConsoleGateway
from outreach.sms.models import Sms
from outreach.worker import Worker
from tests import world
from tests.sms.notices import notice

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam, a Saturday


@pytest.fixture(autouse=True)
def clock_at_ten() -> Iterator[None]:
    """It is ten in the morning."""
    with time_machine.travel(TEN):
        yield


@pytest.fixture
def there(real_db):
    """Hạnh has agreed to messages, and so has volunteer Lan to Monday's."""
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
        w.hanh.phone = "+84911111111"
        consent.give(s, w.hanh, consent.Given(("sms",), "oral"), w.lan, at=TEN - timedelta(days=9))
        w.lan.sms_since = TEN - timedelta(days=9)
        s.commit()
        return w


def put(engine, w, recipient, to, purpose="follow_up"):
    words = {} if purpose == "follow_up" else {"name": "Lan", "count": "3"}
    with db.transaction(engine) as s:
        evening = clock.now() + timedelta(hours=9)
        outbox.put(
            s, notice(w.tan_hung.id, recipient, to=to, purpose=purpose, due_on=date(2026, 11, 22), not_after=evening,
                      words=words)
        )  # fmt: skip


def became(engine):
    """What the worker makes of the only message; rules are not planned anew meanwhile."""
    worker = Worker(engine, ConsoleGateway(3))
    worker._reminded = clock.now()
    worker.send()
    with Session(engine) as s:
        sms = s.scalars(select(Sms)).one()
        return sms.state, sms.error


def test_who_agreed_gets_her_message(real_db, there):
    put(real_db, there, f"member:{there.hanh.id}", "+84911111111")
    assert became(real_db) == ("sent", "")


def test_a_yes_taken_back_while_the_message_was_being_planned_is_heeded(real_db, there):
    """The planner had read the yes, and had not written the message yet: there was nothing to take back."""
    with db.transaction(real_db) as s:
        member = s.get_one(Member, there.hanh.id)
        consent.withdraw(s, consent.current(s, member)["sms"], s.get_one(Account, there.lan.id))
    put(real_db, there, f"member:{there.hanh.id}", "+84911111111")
    assert became(real_db) == ("cancelled", outbox.CONSENT_WITHDRAWN)


def test_a_number_corrected_while_the_message_was_being_planned_is_heeded(real_db, there):
    with db.transaction(real_db) as s:
        member = s.get_one(Member, there.hanh.id)
        facts = registering.MemberFacts(member.name, member.birth_year, member.relation, "+84922222222", "vi", "plain")
        registering.correct_member(s, member, facts)
    put(real_db, there, f"member:{there.hanh.id}", "+84911111111")
    assert became(real_db) == ("cancelled", outbox.NO_LONGER_DUE)


def test_a_yes_to_words_that_named_less_covers_no_more(real_db, there):
    with db.transaction(real_db) as s:
        member = s.get_one(Member, there.hanh.id)
        consent.current(s, member)["sms"].wording = "2026-11"
    put(real_db, there, f"member:{there.hanh.id}", "+84911111111", "welcome")
    assert became(real_db) == ("cancelled", outbox.CONSENT_WITHDRAWN)


@pytest.mark.parametrize("wish", [True, False])
def test_who_works_here_gets_mondays_message_while_she_wants_it(real_db, there, wish):
    if not wish:
        with db.transaction(real_db) as s:
            s.get_one(Account, there.lan.id).sms_since = None
    put(real_db, there, f"account:{there.lan.id}", there.lan.phone, "week_list")
    assert became(real_db) == (("sent", "") if wish else ("cancelled", outbox.CONSENT_WITHDRAWN))


def test_a_suspended_account_gets_nothing_more(real_db, there):
    with db.transaction(real_db) as s:
        s.get_one(Account, there.lan.id).suspended_at = clock.now()
    put(real_db, there, f"account:{there.lan.id}", there.lan.phone, "week_list")
    assert became(real_db) == ("cancelled", outbox.CONSENT_WITHDRAWN)
