"""Gateways that tests ask: one that takes everything and counts, one that refuses everything."""

import threading
from collections.abc import Callable
from datetime import datetime

from outreach.sms.gateway import NoAnswer, SendError, Trace


def side_by_side(work: Callable[[], object], workers: int = 3) -> None:
    """Have so many workers begin the same work at the same moment, and wait for all of them."""
    gate = threading.Barrier(workers)

    def begin() -> None:
        gate.wait()
        work()

    threads = [threading.Thread(target=begin) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Recorder:
    """Takes everything, and remembers it as a good gateway does. `meanwhile` happens while it is being asked."""

    name = "recorder"

    def __init__(
        self, *, daily_limit: int = 3, registers: bool = False, trial: frozenset[str] = frozenset(),
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.daily_limit, self.registers, self.trial_numbers, self.meanwhile = daily_limit, registers, trial, meanwhile
        self.taken: list[tuple[str, str]] = []
        self.until: list[datetime] = []
        self.by_reference: dict[str, Trace] = {}
        self.lock = threading.Lock()

    def send(self, to: str, body: str, until: datetime, reference: str) -> str:
        """Take it."""
        with self.lock:
            self.taken.append((to, body))
            self.until.append(until)
            number = f"r{len(self.taken)}"
            self.by_reference[reference] = Trace(number, until, "")
        self.meanwhile()
        return number

    def find(self, to: str, body: str, since: datetime, reference: str) -> list[Trace]:
        """What it took under this reference."""
        return [trace for name, trace in self.by_reference.items() if name == reference]


class Refuser(Recorder):
    """Is asked, and takes nothing."""

    def __init__(self, error: SendError | NoAnswer, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__(meanwhile=meanwhile)
        self.error = error

    def send(self, to: str, body: str, until: datetime, reference: str) -> str:
        """Refuse."""
        super().send(to, body, until, reference)
        del self.by_reference[reference]
        raise self.error
