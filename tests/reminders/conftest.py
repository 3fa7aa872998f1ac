"""It is ten in the morning, 21 November 2026, a Saturday."""

import pytest
import time_machine

from tests.reminders.cast import TEN


@pytest.fixture(autouse=True)
def clock_at_ten():
    with time_machine.travel(TEN) as traveller:
        yield traveller
