"""What the tests of submissions share: a day in November."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)  # 12:00 in the communes


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """It is 21 November 2026, noon."""
    with time_machine.travel(NOON, tick=False):
        yield
