"""The line between one phone and the house: a proxy of the phone's own that tears, loses and holds back."""

import random
import select
import socket
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread

PIECE = 65536  # bytes


@dataclass(frozen=True)
class Weather:
    """How often each piece on its way meets something, from 0 (never) to 1."""

    torn: float = 0.0  # of what the phone says, only the beginning arrives
    lost: float = 0.0  # the house has heard and done it, and its answer does not arrive
    held: float = 0.0  # neither does it, and nobody hangs up before the phone does


FAIR = Weather()
BAD = Weather(torn=0.06, lost=0.15, held=0.02)  # most requests are answered in one piece


class Line:
    """An HTTP proxy with one house behind it, at this port; `weather` may change at any time.

    What happens is drawn by `dice`; `broken` counts how often a line did not do what lines are for.
    """

    def __init__(self, house: int, dice: random.Random) -> None:
        self.house, self.dice, self.weather, self.broken = house, dice, FAIR, 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Nobody is heard any more."""
        self._door.close()

    def _listen(self) -> None:
        with suppress(OSError):  # closed
            while True:
                Thread(target=self._carry, args=(self._door.accept()[0],), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        with phone, suppress(OSError), socket.create_connection(("127.0.0.1", self.house)) as house:
            while True:
                for one in select.select([phone, house], [], [])[0]:
                    said = one.recv(PIECE)
                    if not said or not (self._says(said, house) if one is phone else self._hears(said, phone)):
                        return

    def _says(self, said: bytes, house: socket.socket) -> bool:
        torn = self.dice.random() < self.weather.torn
        house.sendall(said[: self.dice.randrange(len(said))] if torn else said)
        self.broken += torn
        return not torn

    def _hears(self, said: bytes, phone: socket.socket) -> bool:
        drawn, weather = self.dice.random(), self.weather
        if drawn >= weather.lost + weather.held:
            phone.sendall(said)
            return True
        self.broken += 1
        if drawn >= weather.lost:
            phone.recv(PIECE)  # until it hangs up
        return False
