"""A made-up country that is served: its database, the web server before it, and officials who look at their pages."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from urllib.parse import quote_plus

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach import clock, db, duties
from outreach.accounts.models import ADMIN, OFFICIAL, PROVINCE, Account
from outreach.areas.models import Area
from outreach.jobs import running
from outreach.jobs.models import DONE
from tests.bench import volunteers
from tests.bench.country import FIRST_VILLAGE
from tests.bench.serving import Served

LOOKED_FOR = ("hoa", "nguyen thi hoa", "Trần Văn Dũng", "le minh", "phuong", "ngo 7")
KINDS = ("country", "province", "commune", "village", "list", "search")
BESIDE = {  # further pages of the country and its provinces
    "charts": "/do-phu/{}/bieu-do",
    "operations": "/van-hanh/{}",
    "plan": "/ke-hoach/{}",
    "ranking": "/bao-cao/{}/so-sanh",
}
LEAST = 60  # requests of a kind
ROLES = (ADMIN, PROVINCE, OFFICIAL)
VILLAGES = 5  # of each commune
SIGNING_IN = 2  # at once


@dataclass(frozen=True)
class Official:
    """Somebody who is signed in, where she stands, and villages there: number and code."""

    cookie: str
    role: str
    code: str
    villages: Sequence[tuple[int, str]] = ()

    def looks(self, port: int, path: str, *more: str) -> bytes:
        """A request of hers, whole; `more`: further lines of its head."""
        said = ["Accept-Encoding: gzip, br", f"Cookie: {self.cookie}", *more]
        return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *said, "", ""]).encode()

    def pages(self, dice: Random) -> Mapping[str, list[str]]:
        """Addresses she would look at, by what kind of page they are."""
        own = f"/do-phu/{self.code}"
        if self.role != OFFICIAL:
            beside = {kind: [path.format(self.code)] for kind, path in BESIDE.items()}
            return {"country" if self.role == ADMIN else "province": [own]} | beside
        return {
            "commune": [own],
            "village": [f"/do-phu/{code}" for _id, code in self.villages],
            "list": [f"/ho?village={id}" for id, _code in self.villages],
            "search": [f"/ho?q={quote_plus(dice.choice(LOOKED_FOR))}" for _ in range(2)],
        }


@dataclass
class Nation:
    """What is running."""

    engine: Engine
    served: Served

    def officials(self, communes: int, *, first: bool = False) -> list[Official]:
        """The administrator, the officials of the provinces, and those of so many communes.

        `first`: of the communes that were filled first, and of their provinces; otherwise from all over the country.
        """
        with Session(self.engine) as s:
            filled = s.scalars(select(Area.parent_id).where(Area.id >= FIRST_VILLAGE).order_by(Area.id))
            found = [id for id in dict.fromkeys(filled) if id]
            chosen = found[:communes] if first else Random(1).sample(found, min(communes, len(found)))
            above = select(Area.parent_id).where(Area.id.in_(chosen if first else found))
            here = Account.area_id.in_(chosen) | Account.area_id.in_(above) | (Account.role == ADMIN)
            accounts = select(Account).where(here, Account.role.in_(ROLES)).order_by(Account.id)
            posts = [(one.phone, one.role, one.area.code, _villages(s, one)) for one in s.scalars(accounts).unique()]
        with ThreadPoolExecutor(SIGNING_IN) as hands:
            return list(hands.map(lambda post: self._sign_in(*post), posts))

    def _sign_in(self, phone: str, role: str, code: str, villages: Sequence[tuple[int, str]]) -> Official:
        return Official(volunteers.sign_in(self.served.base, phone)[0], role, code, villages)

    def requests(self, officials: Sequence[Official]) -> dict[str, list[bytes]]:
        """What they ask for, by kind of page, as often as it takes to tell a p95."""
        dice, found = Random(1), dict[str, list[bytes]]()
        while any(len(found.get(kind, ())) < LEAST for kind in KINDS):
            for one in officials:
                for kind, paths in one.pages(dice).items():
                    asked = found.setdefault(kind, [])
                    asked += [one.looks(self.served.port, path) for path in paths if len(asked) < LEAST * 2]
        return found


def _villages(s: Session, account: Account) -> list[tuple[int, str]]:
    if account.role != OFFICIAL:
        return []
    below = select(Area.id, Area.code).where(Area.parent_id == account.area_id).order_by(Area.id)
    return [(id, code) for id, code in s.execute(below.limit(VILLAGES))]


@contextmanager
def opened(url: str) -> Iterator[Nation]:
    """Serve a country that is in a database. What a worker does once a day is done there for today."""
    engine = db.make_engine(url)
    with db.transaction(engine) as s:
        for kind in duties.DAILY:
            running.plan(s, kind, f"{kind}:{clock.today()}").state = DONE
    served = Served(url)
    try:
        yield Nation(engine, served.wait())
    finally:
        served.stop()
        engine.dispose()
