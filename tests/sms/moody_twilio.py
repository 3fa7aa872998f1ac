"""A Twilio on a bad day: it is busy, loses answers, is slow, and its receipts come late, twice and in any order.

Whatever it took, it took; `messages` is the truth against which the outbox is held.
"""

import heapq
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.sms.fake_twilio import Callback, FakeTwilio


@dataclass(frozen=True)
class Moods:
    """How often something goes wrong, from 0 (never) to 1; times in seconds."""

    busy: float = 0.04  # 429 or 503
    lost_before: float = 0.01  # no answer comes, and nothing was taken
    lost_after: float = 0.02  # no answer comes, but it was taken
    endless: float = 0.02  # taken, and answered later than anybody waits
    as_good_as_never: float = 3.0
    quick: tuple[float, float] = (0.02, 0.2)  # between which an answer comes
    told: float = 1.0  # of how many messages it tells what becomes of them
    told_twice: float = 0.25  # of these receipts
    told_after: tuple[float, float] = (0.0, 4.0)  # between which each comes by itself, so in any order
    not_delivered: float = 0.05


class MoodyTwilio(FakeTwilio):
    """`seed` says what happens to the first request, the second …; which message that is, the workers decide."""

    def __init__(self, seed: str, moods: Moods) -> None:
        super().__init__()
        self.moods = moods
        self._dice, self._lock = random.Random(seed), threading.Lock()
        self._told: list[tuple[float, int, dict[str, Any], str, int]] = []
        self._number = count()
        self.looked_for = 0  # how often somebody asked whether it has a message

    def refusal(self) -> tuple[int, int] | None:
        """Now and then nobody has time, whatever is asked."""
        with self._lock:
            return self._dice.choice(((429, 20429), (503, 20503))) if self._dice.random() < self.moods.busy else None

    def loss(self) -> str:
        """Now and then the line breaks."""
        with self._lock:
            drawn = self._dice.random()
        if drawn < self.moods.lost_before:
            return "before"
        return "after" if drawn < self.moods.lost_before + self.moods.lost_after else ""

    def pause(self) -> float:
        """Mostly short."""
        with self._lock:
            endless = self._dice.random() < self.moods.endless
            return self.moods.as_good_as_never if endless else self._dice.uniform(*self.moods.quick)

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        """Note the message, and when to tell what of it; a receipt may come before the answer."""
        message = super().take(form)
        with self._lock:
            if self._dice.random() < self.moods.told:
                lost = self._dice.random() < self.moods.not_delivered
                for status, code in (("sent", 0), ("undelivered", 30008) if lost else ("delivered", 0)):
                    for _ in range(1 + (self._dice.random() < self.moods.told_twice)):
                        due = time.monotonic() + self._dice.uniform(*self.moods.told_after)
                        heapq.heappush(self._told, (due, next(self._number), message, status, code))
        return message

    def listing(self, query: dict[str, str]) -> dict[str, Any]:
        """Count who looks."""
        with self._lock:
            self.looked_for += 1
        return super().listing(query)

    def next_callback(self, *, at_once: bool = False) -> Callback | None:
        """The next call whose time has come (or the next one at all); None: there is none."""
        with self._lock:
            if not self._told or (not at_once and self._told[0][0] > time.monotonic()):
                return None
            _due, _number, message, status, code = heapq.heappop(self._told)
        return self.tell(message, status, code)

    def wait(self, seconds: float) -> None:
        """A moment, or until it has closed."""
        self._over.wait(seconds)

    @property
    def untold(self) -> int:
        """How many calls are still to be made."""
        with self._lock:
            return len(self._told)


class Telling:
    """A few threads that hand over callbacks by `call` as their time comes. Use as a context manager.

    Like the real one it calls once: what nobody hears is not told again. `heard` counts what was answered well.
    """

    def __init__(self, twilio: MoodyTwilio, call: Callable[[Callback], bool], threads: int = 3) -> None:
        self.twilio, self.call, self.heard, self.unheard = twilio, call, 0, 0
        self._over, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._tell, daemon=True) for _ in range(threads)]

    def __enter__(self) -> "Telling":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def _tell(self) -> None:
        while not self._over.is_set():
            callback = self.twilio.next_callback()
            if callback is None:
                self._over.wait(0.02)
                continue
            heard = self.call(callback)
            with self._lock:
                self.heard, self.unheard = self.heard + heard, self.unheard + (not heard)
