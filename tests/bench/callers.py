"""A country that expects visits tomorrow: every house's ambassador agreed to messages and is to be reminded."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts.models import Account
from outreach.areas import queries
from outreach.areas.models import Area
from outreach.db import Base
from outreach.households.models import Ambassador, Consent, Household, Member
from outreach.lib import words
from outreach.visits.models import FollowUp, Visit

VILLAGES, COMMUNES, PIECE = 50, 20, 5_000  # villages of a commune


def settle(s: Session, houses: int) -> None:
    """Put in so many houses, in a thousand villages of twenty communes, each village with its leader."""
    country, now, today = queries.country(s), clock.now(), clock.today()
    areas: list[Area] = []
    leaders: list[Account] = []
    for c in range(COMMUNES):
        commune = _area(country, "commune", "xã", f"9{c:03d}", f"Thử {c}")
        s.add(commune)
        s.flush()
        own = [_area(commune, "village", "thôn", f"9{c:03d}.{v}", f"Số {v}") for v in range(VILLAGES)]
        s.add_all(own)
        s.flush()
        areas += own
        leaders += [_leader(village, n) for n, village in enumerate(own, c * VILLAGES)]
    s.add_all(leaders)
    s.flush()

    def row(table: type[Base], n: int) -> dict[str, Any]:
        place = n % len(areas)
        name = f"Trần Văn Số {n}"
        rows: dict[type[Base], dict[str, Any]] = {
            Household: {"village_id": areas[place].id, "head_name": name, "folded": words.fold(name),
                        "sort_key": words.sort_key(name), "address": "", "address_folded": "", "created_at": now},
            Member: {"household_id": n, "name": name, "folded": words.fold(name), "relation": "head",
                     "phone": f"+8490{n:07d}", "created_at": now},
            Ambassador: {"household_id": n, "member_id": n, "since": today},
            Consent: {"member_id": n, "purpose": "sms", "wording": "2026-11", "given_how": "oral", "given_at": now},
            Visit: {"client_id": f"v{n}", "digest": "", "household_id": n, "by_id": leaders[place].id, "at": now,
                    "received_at": now, "outcome": "met", "note": ""},
            FollowUp: {"household_id": n, "visit_id": n, "due_on": today + timedelta(days=1)},
        }  # fmt: skip
        return {"id": n, **rows[table]}

    for table in (Household, Member, Ambassador, Consent, Visit, FollowUp):
        for piece in _pieces(row(table, n) for n in range(1, houses + 1)):
            db.add_rows(s, table, piece)


def _pieces(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while piece := list(islice(rows, PIECE)):
        yield piece


def _area(above: Area, kind: str, type_: str, code: str, name: str) -> Area:
    return Area(
        kind=kind, type=type_, code=code, name=name, folded=words.fold(f"{type_} {name}"), valid_from=clock.today(),
        sort_key=words.sort_key(name), path=f"{above.path}{code.rsplit('.', 1)[-1]}/", parent_id=above.id,
    )  # fmt: skip


def _leader(village: Area, n: int) -> Account:
    return Account(
        name=f"Lê Văn {n}", folded=f"le van {n}", phone=f"+8491{n:07d}", role="leader", area=village, password_hash="",
        created_at=clock.now(),
    )  # fmt: skip
