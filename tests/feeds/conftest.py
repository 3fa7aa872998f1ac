"""What the tests of the feed share: a day in November, a real receiver, keys, numbers that have been folded."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.coverage import folding
from outreach.feeds import keys
from tests.feeds.receiver import Receiver
from tests.visitor import Visitor

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)  # 12:00 in the communes
Ask = Callable[..., Any]


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """It is 21 November 2026, noon, until a test goes on."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A machine that listens."""
    with Receiver() as opened:
        yield opened


@pytest.fixture
def key(s: Session) -> Callable[[Account], str]:
    """A new key of an official's area, as its owner was shown it."""

    def made(by: Account) -> str:
        shown = keys.make(s, "IOC", by)[1]
        s.commit()
        return shown

    return made


@pytest.fixture
def ask(visitor: Visitor) -> Ask:
    """Ask the feed with a key; gives the answer."""

    def asked(shown: str, path: str, **headers: str) -> Any:
        told = {"Authorization": f"Bearer {shown}", **{name.replace("_", "-"): said for name, said in headers.items()}}
        return visitor.client.get(f"/ioc/v1/{path}", headers=told)

    return asked


def fold(s: Session) -> None:
    """Sum everything up, as a worker does each minute."""
    folding.fold(s)
    s.commit()
