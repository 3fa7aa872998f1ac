"""An outbox in a database of its own, in the middle of a working day."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, select, update

from outreach import db
from outreach.sms import outbox
from outreach.sms.models import REGISTERED, Sms, Wording
from tests import world
from tests.sms.fake_twilio import FakeTwilio
from tests.sms.notices import notice

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam


class Box:
    """An outbox with a commune around it and wordings that the operator has registered."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with db.transaction(engine) as s:
            self.area_id = world.area(s, None, "country", "nước", "VN", "Việt Nam").id
            s.execute(update(Wording).values(state=REGISTERED))

    def put(self, recipient: str = "member:1", **changes: Any) -> Sms | None:
        """Put a message, by default one for today that may go now."""
        with db.transaction(self.engine) as s:
            return outbox.put(s, notice(self.area_id, recipient, **changes))

    def rows(self) -> list[Sms]:
        """Everything in it, oldest first."""
        with db.transaction(self.engine) as s:
            return list(s.scalars(select(Sms).order_by(Sms.id)))

    def row(self) -> Sms:
        """The only message."""
        (only,) = self.rows()
        return only

    def states(self) -> list[str]:
        """What became of each."""
        return [one.state for one in self.rows()]


@pytest.fixture(autouse=True)
def clock_at_ten() -> Iterator[time_machine.Traveller]:
    """It is ten in the morning, 21 November 2026."""
    with time_machine.travel(TEN) as traveller:
        yield traveller


@pytest.fixture
def box(real_db: Engine) -> Box:
    """An outbox in a database of its own."""
    return Box(real_db)


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """A Twilio nearby."""
    with FakeTwilio() as fake:
        yield fake
