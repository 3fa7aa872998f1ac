"""Volunteers of the demo commune with what they send, prepared beforehand so that sending costs next to nothing."""

import http.cookiejar
import itertools
import json
import random
import re
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import VOLUNTEER, Account
from outreach.assessments import queries as assessments
from outreach.demo import loading as demo
from outreach.households.models import Household, Member
from outreach.visits.models import ALONE, HELPED, NOBODY, SHOWN

LESSON = "dang-nhap-cong-dich-vu-cong"
KINDS = (NOBODY, HELPED, HELPED, SHOWN, ALONE)  # as often as they are met with
Fields = list[tuple[str, str]]


@dataclass
class Volunteer:
    """One of them, signed in: the cookie and token of her browser, and the doors she goes to with who lives there."""

    account_id: int
    cookie: str
    token: str
    doors: Sequence[tuple[int, Sequence[int]]]
    dice: random.Random
    sent: list[str] = field(default_factory=list)  # marks, in the order they were prepared

    def visits(self) -> Iterator[tuple[str, Fields]]:
        """Visits without end, from door to door: the form's address, and what it says."""
        today, skills = clock.today(), [skill.id for skill in assessments.default().skills if skill.observed]
        for house, members in itertools.cycle(self.doors):
            kind = self.dice.choice(KINDS) if members else NOBODY
            said = [("client_id", self.mark()), ("outcome", kind), ("note", self.dice.choice(("", "Máy yếu pin")))]
            if kind != NOBODY:
                said += [("met", str(members[0])), ("taught", LESSON)]
            if kind == ALONE:
                said.append(("observed", self.dice.choice(skills)))
            if kind == SHOWN:
                said.append(("again", (today + timedelta(days=7)).isoformat()))
            yield f"/ho/{house}/tham", said

    def mark(self) -> str:
        """A new client_id."""
        self.sent.append(str(uuid.UUID(int=self.dice.getrandbits(128), version=4)))
        return self.sent[-1]

    def typed(self, said: Iterable[Sequence[str]]) -> bytes:
        """A form's body."""
        hers = ("csrf_token", self.token), ("by", str(self.account_id))
        return urllib.parse.urlencode([*((name, value) for name, value in said), *hers]).encode()

    def headers(self, kind: str) -> dict[str, str]:
        """What her browser says of itself."""
        return {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": kind}

    def forms(self, port: int, number: int) -> list[bytes]:
        """So many visits as her browser sends them, one by one."""
        prepared = []
        for address, said in itertools.islice(self.visits(), number):
            prepared.append(self.request(port, address, "application/x-www-form-urlencoded", self.typed(said)))
        return prepared

    def request(self, port: int, address: str, kind: str, body: bytes) -> bytes:
        """A request of hers, whole."""
        said = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(body))} | self.headers(kind)
        lines = [f"POST {address} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def gather(engine: Engine, base: str, number: int, seed: int = 1) -> list[Volunteer]:
    """Sign so many volunteers in, each of a village of her own as far as there are enough. Asks the demo's commune."""
    with Session(engine) as s:
        at_work = select(Account).where(Account.role == VOLUNTEER, Account.suspended_at.is_(None))
        accounts = s.scalars(at_work.order_by(Account.id % 3, Account.id).limit(number)).all()
        known = [(account.id, account.phone, _doors(s, account.area_id)) for account in accounts]
    return [
        Volunteer(account_id, *sign_in(base, phone), doors, random.Random(f"{seed}.{n}"))
        for n, (account_id, phone, doors) in enumerate(known)
    ]


def _doors(s: Session, village_id: int) -> list[tuple[int, Sequence[int]]]:
    homes = s.execute(
        select(Household.id, Member.id)
        .outerjoin(Member, (Member.household_id == Household.id) & Member.left_on.is_(None))
        .where(Household.village_id == village_id, Household.merged_into_id.is_(None))
        .order_by(Household.id, Member.id)
    ).all()
    return [
        (house, [member for _house, member in group if member])
        for house, group in itertools.groupby(homes, lambda row: row[0])
    ]


def sign_in(base: str, phone: str) -> tuple[str, str]:
    """Sign somebody of the demo in, or of a made-up country: the cookies of the browser, and its token."""
    jar = http.cookiejar.CookieJar()
    opened = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar)).open
    said = {"csrf_token": _token(opened(f"{base}/dang-nhap", timeout=30)), "phone": phone, "password": demo.PASSWORD}
    page = opened(f"{base}/dang-nhap", urllib.parse.urlencode(said).encode(), timeout=30)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), _token(page)


def _token(page: http.client.HTTPResponse) -> str:
    with page:
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
    if found is None:
        raise RuntimeError(f"no form at {page.url}")
    return found[1]


def as_json(said: object) -> bytes:
    """The body of a request to the bag's doors."""
    return json.dumps(said, ensure_ascii=False).encode()
