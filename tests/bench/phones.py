"""Phones in a bad world: they write records down, send them as the bag does, and meet everything that goes wrong.

What a phone has written down it keeps on a disk of its own until the server has told its fate. Whatever happens is
drawn from a seed: dropped lines, answers that get lost after the server has stored, requests that are given up, phones
that are killed and begin again from their disk.
"""

import http.client
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

from outreach import clock
from tests.bench.volunteers import Volunteer, as_json

Record = dict[str, Any]
SETTLED = ("accepted", "there")
MOST = 50  # records in one request


class NoAnswer(Exception):
    """The line broke: the server may have stored it all, a part of it, or nothing."""


class Killed(Exception):
    """The phone went off, with all that was not on its disk."""


class WrongAnswer(Exception):
    """The server said something that no phone can live with; the text holds it."""


@dataclass(frozen=True)
class Troubles:
    """How often something goes wrong, from 0 (never) to 1."""

    dropped: float = 0.08  # no network when sending begins
    torn: float = 0.05  # it goes while the request is on its way
    lost: float = 0.10  # all arrives, the answer does not
    given_up: float = 0.05  # the answer takes longer than the phone waits
    killed: float = 0.04  # the phone itself, at any moment


NONE = Troubles(0, 0, 0, 0, 0)


class Disk:
    """A journal: what was written down, and what has been settled since. It outlives the phone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, what: str, said: object) -> None:
        """Add a line; it stands once this returns."""
        with self.path.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps([what, said], ensure_ascii=False) + "\n")

    def waiting(self) -> list[Record]:
        """What has not been settled, oldest first."""
        found: dict[str, Record] = {}
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            what, said = json.loads(line)
            if what == "record":
                found[said["client_id"]] = said
            else:
                found.pop(said)
        return list(found.values())


@dataclass
class Phone:
    """A volunteer's phone with so many records to write; `run` ends when all of them are settled."""

    owner: Volunteer
    port: int
    disk: Disk
    number: int
    dice: random.Random  # for what goes wrong; what is written down is drawn by its owner
    troubles: Troubles = NONE
    one_by_one: bool = False  # through the form's own door instead of the bag's
    mark: str = ""
    secret: str = ""
    settled: set[str] = field(default_factory=set)  # what its person has seen settled
    written: dict[str, str] = field(default_factory=dict)  # by client_id, the address it was written for
    fault: Exception | None = None

    def run(self, over: Event) -> None:
        """Write down, send, meet what comes; until all is settled or it is `over`."""
        try:
            records = self._records()
            while not over.is_set() and len(self.settled) < self.number:
                try:
                    self._live(records, over)
                except Killed:
                    continue  # switched on again: it knows what its disk knows
        except Exception as fault:
            self.fault = fault

    def _live(self, records: Iterator[Record], over: Event) -> None:
        waiting = self.disk.waiting()
        while not over.is_set() and (waiting or len(self.written) < self.number):
            for _ in range(min(self.dice.randrange(1, 8), self.number - len(self.written))):
                record = next(records)
                self.disk.write("record", record)
                self.written[record["client_id"]] = record["url"]
                waiting.append(record)
            self._perhaps_killed()
            try:
                self._send(waiting[: self.dice.randrange(1, MOST + 1)])
            except NoAnswer:
                time.sleep(self.dice.uniform(0, 0.3))
            waiting = [one for one in waiting if one["client_id"] not in self.settled]

    def _send(self, some: Sequence[Record]) -> None:
        if not some:
            return
        for settled in self._one(some[0]) if self.one_by_one else self._batch(some):
            self._perhaps_killed()
            self.disk.write("settled", settled)
            self.settled.add(settled)

    def _one(self, record: Record) -> list[str]:
        body = self.owner.typed(record["fields"])
        status, _told = self._ask(record["url"], "application/x-www-form-urlencoded", body)
        return self._good([record["client_id"]] if status == 303 else [], status, 303)

    def _batch(self, some: Sequence[Record]) -> list[str]:
        if not self.secret:
            self._set_up()
        head = {"mark": self.mark, "secret": self.secret, "waiting": len(some), "now": clock.now().isoformat()}
        status, told = self._ask("/tui/gui", "application/json", as_json(head | {"records": list(some)}))
        if status == 404:  # a set-up that was given up reached the server late and made another secret: once more
            self.secret = ""
            raise NoAnswer
        fates = told.get("fates", [])
        wrong = [fate for fate in fates if fate["fate"] not in (*SETTLED, "waits")]
        if wrong:
            raise WrongAnswer(str(wrong[0]))
        return self._good([fate["client_id"] for fate in fates if fate["fate"] in SETTLED], status, 200)

    def _set_up(self) -> None:
        self.mark = self.mark or str(UUID(int=self.dice.getrandbits(128), version=4))
        status, told = self._ask("/tui/may", "application/json", as_json({"mark": self.mark, "label": "bench"}))
        self._good([], status, 200)
        self.secret = told["secret"]

    def _good(self, settled: list[str], status: int, wanted: int) -> list[str]:
        """What a server says that is going down or coming up is no answer; any other status is a fault of ours."""
        if status >= 500:
            raise NoAnswer
        if status != wanted:
            raise WrongAnswer(str(status))
        return settled

    def _ask(self, path: str, kind: str, body: bytes) -> tuple[int, dict[str, Any]]:
        dice = self.dice
        if dice.random() < self.troubles.dropped:
            raise NoAnswer
        given_up = dice.random() < self.troubles.given_up
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=dice.uniform(0.005, 0.05) if given_up else 20)
        try:
            if dice.random() < self.troubles.torn:
                wire.connect()
                whole = self.owner.request(self.port, path, kind, body)
                wire.sock.sendall(whole[: dice.randrange(1, len(whole))])
                raise NoAnswer
            wire.request("POST", path, body, self.owner.headers(kind))
            if dice.random() < self.troubles.lost:
                wire.getresponse()  # it was stored, and the network went before this could be read
                raise NoAnswer
            answer = wire.getresponse()
            said = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return answer.status, json.loads(said) if is_json else {}
        except (OSError, http.client.HTTPException):
            raise NoAnswer from None
        finally:
            wire.close()

    def _perhaps_killed(self) -> None:
        if self.dice.random() < self.troubles.killed:
            self.secret = ""  # of the set-up, only the mark is on the disk
            raise Killed

    def _records(self) -> Iterator[Record]:
        """Visits, and now and then a household of which the next visits speak, before the server knows it."""
        dice = self.owner.dice
        for n, (url, fields) in enumerate(self.owner.visits()):
            if not self.one_by_one and n % 10 == 9:
                new = self._new_household(self.owner.sent[-1])
                yield new
                fields = [("client_id", self.owner.mark()), ("outcome", "shown"), ("met", "0"), ("note", "")]
                yield self._record(f"/ho/~{new['client_id']}/tham", fields)
            else:
                yield self._record(url, fields, age=dice.randrange(3600))

    def _new_household(self, mark: str) -> Record:
        name = "Nguyễn Thị " + "".join(self.owner.dice.choices("abcdeghiklmnopqrstuvxy", k=12)).title()
        return self._record("/ho/moi", [("client_id", mark), ("head_name", name), ("address", name)])

    def _record(self, url: str, fields: list[tuple[str, str]], age: int | None = None) -> Record:
        pairs = [[name, value] for name, value in fields]
        return {
            "client_id": dict(fields)["client_id"], "url": url, "fields": pairs, "at": clock.now().isoformat(),
            "age": age, "by": self.owner.account_id,
        }  # fmt: skip


def live(phones: Sequence[Phone], over: Event) -> list[Thread]:
    """Switch the phones on, each in a thread of its own."""
    threads = [Thread(target=phone.run, args=(over,), daemon=True) for phone in phones]
    for thread in threads:
        thread.start()
    return threads
