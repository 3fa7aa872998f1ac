"""The middle of a working day in the last third of a month, so that much of it is over and some is to come."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

TEN = datetime(2026, 11, 20, 3, tzinfo=UTC)  # 10:00 in Việt Nam, a Friday


@pytest.fixture(autouse=True)
def clock_at_ten() -> Iterator[time_machine.Traveller]:
    """It is ten in the morning, 20 November 2026."""
    with time_machine.travel(TEN, tick=False) as traveller:
        yield traveller
