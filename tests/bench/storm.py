"""A day on which everything goes wrong: phones send while the server is killed and the database falls over."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outreach.accounts.models import AuditEntry, Receipt
from outreach.coverage import recounting
from outreach.households.models import Household
from outreach.visits.models import Visit
from tests.bench import volunteers
from tests.bench.phones import Disk, Phone, Troubles, live
from tests.bench.serving import Served


class Unfinished(Exception):
    """The phones were not done within the time given, or one of them gave up; the text says why."""


class Storm:
    """So many phones with so many records each, at a served house. All that is drawn is drawn from the seed."""

    def __init__(self, served: Served, engine: Engine, folder: Path, seed: int) -> None:
        self.served, self.engine, self.folder, self.seed = served, engine, folder, seed
        self.phones: Sequence[Phone] = ()

    def gather(self, phones: int, each: int, troubles: Troubles, *, mixed_doors: bool = False) -> None:
        """Sign the volunteers in, while the weather is still fair. With `mixed_doors` every second phone uses forms."""
        self.phones = [
            Phone(
                owner, self.served.port, Disk(self.folder / f"{n}.journal"), each,
                random.Random(f"{self.seed}.{n}.troubles"), troubles, one_by_one=mixed_doors and n % 2 == 0,
            )
            for n, owner in enumerate(volunteers.gather(self.engine, self.served.base, phones, self.seed))
        ]  # fmt: skip

    def blow(self, blows: Sequence[Callable[[], None]], seconds: float) -> None:
        """Let the phones live; strike blow after blow, evenly over what there is to send. Raises Unfinished."""
        over, end = Event(), time.monotonic() + seconds
        wanted = sum(phone.number for phone in self.phones)
        threads = live(self.phones, over)
        try:
            for n, strike in enumerate(blows, 1):
                self._until(wanted * n // (len(blows) + 1), end)
                strike()
            self._until(wanted, end)
        finally:
            over.set()
            for thread in threads:
                thread.join(30)

    def settled(self) -> int:
        """How many records phones have seen settled so far."""
        return sum(len(phone.settled) for phone in self.phones)

    def acknowledged(self) -> set[str]:
        """Their ids."""
        return {one for phone in self.phones for one in tuple(phone.settled)}

    def kill(self) -> None:
        """kill -9 of the web server; after a moment it is started again."""
        self.served.kill()
        time.sleep(0.2)
        self.served.reopen()

    def _until(self, settled: int, end: float) -> None:
        while self.settled() < settled:
            faults = [phone.fault for phone in self.phones if phone.fault]
            if faults:
                raise Unfinished(f"seed {self.seed}: {faults[0]!r}") from faults[0]
            if time.monotonic() > end:
                raise Unfinished(f"seed {self.seed}: {self.settled()} records after the time given")
            time.sleep(0.02)


def standing(engine: Engine, seconds: float = 30) -> Counter[str]:
    """How often each id of a record stands in the database; waits while it is coming up again."""
    end = time.monotonic() + seconds
    while True:
        try:
            with Session(engine) as s:
                return Counter([*s.scalars(select(Visit.client_id)), *s.scalars(select(Receipt.client_id))])
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def doubled(engine: Engine, before: int) -> int:
    """How many rows are there more than ids: visits, their audit entries, and new households beside those `before`."""
    with Session(engine) as s:
        visits = s.scalar(select(func.count(Visit.id))) or 0
        noted = select(func.count(AuditEntry.id) - func.count(AuditEntry.subject_id.distinct()))
        again = s.scalar(noted.where(AuditEntry.act == "visit.create")) or 0
        marks = s.scalar(select(func.count(Visit.client_id.distinct()))) or 0
        houses = s.scalar(select(func.count(Household.id))) or 0
        made = s.scalar(select(func.count(Receipt.client_id)).where(Receipt.act == "household.create")) or 0
    return (visits - marks) + again + (houses - before - made)


def miscounted(engine: Engine) -> int:
    """How many villages' tallies differ from a recount."""
    with Session(engine) as s:
        return len(recounting.differing(s))
