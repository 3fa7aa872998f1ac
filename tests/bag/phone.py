"""A phone that carries a bag and keeps to the protocol: what it records waits until the server has said its fate."""

import json
from base64 import b64decode, b64encode
from datetime import datetime
from io import BytesIO
from os import urandom
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outreach import clock
from outreach.accounts.models import Account
from tests.visitor import Page, Visitor

Record = dict[str, Any]


class Phone:
    """One browser of one volunteer. `clock` is what it shows (None: the right time)."""

    def __init__(self, visitor: Visitor, owner: Account, *, set_up: bool = True) -> None:
        self.visitor = visitor.as_(owner)
        self.by = owner.id
        self.mark = str(uuid4())
        self.secret = ""
        self.clock: datetime | None = None
        self.bag: dict[str, Any] = {}
        self.have: dict[str, str] = {}
        self.waiting: list[Record] = []
        if set_up:
            self.keys = self.post("/tui/may", {"mark": self.mark, "label": "Android, Chrome"})
            self.secret = self.keys["secret"]

    def post(self, path: str, said: object, status: int = 200) -> dict[str, Any]:
        """Send JSON, read JSON."""
        text = said if isinstance(said, str | bytes) else json.dumps(said)
        page = self.visitor.post(path, text, status=status, content_type="application/json")  # type: ignore[arg-type]
        found: dict[str, Any] = json.loads(page.text)
        return found

    def head(self) -> dict[str, Any]:
        """What every sending begins with."""
        now = self.clock or clock.now()
        return {"mark": self.mark, "secret": self.secret, "waiting": len(self.waiting), "now": now.isoformat()}

    def fill(self, status: int = 200) -> dict[str, Any]:
        """Fill the bag, or what changed in it."""
        asked = {"scope": self.bag.get("scope", ""), "lists": self.bag.get("lists_mark", ""), "have": self.have}
        got = self.post("/tui/do", self.head() | asked, status)
        if "households" in got:
            if got.get("anew"):
                self.have = {}
            self.have |= {str(entry[0]): entry[1] for entry in got["households"]}
            for gone in got["gone"]:
                del self.have[str(gone)]
            self.bag = self.bag | got
        return got

    def note(self, url: str, fields: dict[str, Any], **kw: Any) -> Record:
        """Write a record down; it waits."""
        pairs = [[k, str(v)] for k, vs in fields.items() for v in (vs if isinstance(vs, list) else [vs])]
        made = {"client_id": str(uuid4()), "url": url, "fields": pairs, "age": None, "by": self.by}
        made |= {"at": (self.clock or clock.now()).isoformat()} | kw
        self.waiting.append(made)
        return made

    def send(self, records: list[Record] | None = None, status: int = 200) -> list[dict[str, Any]]:
        """Hand in what waits (or these); what was taken waits no more."""
        batch = self.waiting[:50] if records is None else records
        got = self.post("/tui/gui", self.head() | {"records": batch}, status)
        fates: list[dict[str, Any]] = got.get("fates", [])
        taken = {f["client_id"] for f in fates if f["fate"] in ("accepted", "there", "kept")}
        self.waiting = [one for one in self.waiting if one["client_id"] not in taken]
        return fates

    def say(self, url: str, fields: dict[str, Any], **kw: Any) -> dict[str, Any]:
        """Write one record down and hand it in at once; its fate."""
        return self.send([self.note(url, fields, **kw)])[0]


def visit(house_id: object, met: object = 0, outcome: str = "shown", **fields: Any) -> tuple[str, dict[str, Any]]:
    """Address and fields of a visit."""
    return f"/ho/{house_id}/tham", {"met": met, "outcome": outcome} | fields


def household(name: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    """Address and fields of a new household."""
    return "/ho/moi", {"head_name": name} | fields


def member(house_id: object, name: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    """Address and fields of a new member."""
    return f"/ho/{house_id}/nguoi/moi", {"name": name, "relation": "child", "language": "vi"} | fields


def ambassador(house_id: object, who: object, base: object = 0, **fields: Any) -> tuple[str, dict[str, Any]]:
    """Address and fields of an ambassador with consent."""
    yes = {"who": who, "base": base, "purposes": ["registered"], "how": "oral", "relation": "other"}
    return f"/ho/{house_id}/dai-su", yes | fields


def sealed(phone: Phone, records: list[Record]) -> bytes:
    """The file that a phone keeps."""
    iv, key = urandom(12), b64decode(phone.keys["key"])
    data = AESGCM(key).encrypt(iv, json.dumps({"records": records}).encode(), None)
    said = {"outreach": "bag", "mark": phone.mark, "iv": b64encode(iv).decode(), "data": b64encode(data).decode()}
    return json.dumps(said).encode()


def hand_in(visitor: Visitor, file: bytes, status: int = 200) -> Page:
    """Hand such a file in."""
    return visitor.post("/tui/tep", {"file": (BytesIO(file), "tui.json")}, status=status)


__all__ = ["Page", "Phone", "ambassador", "hand_in", "household", "member", "sealed", "visit"]
