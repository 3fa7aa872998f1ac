"""How long coverage pages take when the whole country is in it: 3,321 communes of 27 villages, on SQLite.

Half a year of changes: each village counted something on two days of each month. Medians of requests one after the
other, signed in, the page made whole; the goal is the gate that DHIS2 sets its own pages, 300 ms.
"""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from flask import Flask
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from outreach import clock, migrating
from outreach.app import create_app
from outreach.areas import loading, queries
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.db import make_engine, transaction
from outreach.households.models import Tally, TallyDay
from outreach.lib import words
from outreach.lib.months import first_of, last_months
from tests import world
from tests.conftest import settings
from tests.visitor import Visitor

GOAL = 300.0  # ms
VILLAGES, MONTHS, TIMES = 27, 6, 9
FIRST_ID = 1_000_000
CHUNK = 50_000
Result = tuple[str, float, str, float, bool]


def run() -> list[Result]:
    """Fill a database, then ask for the pages of the country, a province and a commune: medians."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'country.sqlite'}"
        engine = make_engine(url)
        migrating.upgrade(engine)
        app = create_app(settings(url), engine)
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        visitor = _fill(engine, app)
        found = {
            name: _times(visitor, code) for name, code in (("country", "VN"), ("province", "33"), ("commune", "11977"))
        }
        engine.dispose()
    return [_result(f"coverage_{name}_ms", median(times)) for name, times in found.items()]


def _result(name: str, value: float) -> Result:
    return name, round(value, 1), "ms", GOAL, value <= GOAL


def _times(visitor: Visitor, code: str) -> list[float]:
    taken = []
    for _ in range(TIMES + 1):
        start = perf_counter()
        answer = visitor.client.get(f"/do-phu/{code}")
        taken.append((perf_counter() - start) * 1000)
        assert answer.status_code == 200
    return taken[1:]  # the first one reads templates and catalogues


def _fill(engine: Engine, app: Flask) -> Visitor:
    with transaction(engine) as s:
        loading.load(s)
        communes = s.scalars(select(Area).where(Area.kind == COMMUNE)).all()
        provinces = {area.id: area.parent_id for area in communes}
        villages = [(FIRST_ID + n, communes[n // VILLAGES]) for n in range(len(communes) * VILLAGES)]
        _in_bulk(s, Area, (_village(id, above) for id, above in villages))
        _in_bulk(s, Tally, (_tally(id, above.id, provinces[above.id]) for id, above in villages))
        _in_bulk(s, TallyDay, (
            _day(id, above.id, provinces[above.id], on) for on in _days() for id, above in villages
        ))  # fmt: skip
        admin = world.account(s, "Vũ Ngọc Ánh", "+84912000001", "admin", queries.country(s))
    return Visitor(app).as_(admin)


def _in_bulk(s: Session, table: type[Area] | type[Tally] | type[TallyDay], rows: Iterator[dict[str, object]]) -> None:
    chunk: list[dict[str, object]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            s.execute(insert(table.__table__), chunk)  # type: ignore[arg-type]
            chunk = []
    if chunk:
        s.execute(insert(table.__table__), chunk)  # type: ignore[arg-type]


def _village(id: int, above: Area) -> dict[str, object]:
    name = f"Số {id % VILLAGES + 1}"
    return {
        "id": id, "kind": VILLAGE, "type": "thôn", "code": f"{above.code}.{id}", "name": name,
        "folded": words.fold(f"thôn {name}"), "sort_key": words.sort_key(name), "path": f"{above.path}{id}/",
        "parent_id": above.id, "valid_from": date(2025, 7, 1),
    }  # fmt: skip


def _tally(id: int, commune: int, province: int | None) -> dict[str, object]:
    return {
        "village_id": id, "commune_id": commune, "province_id": province, "not_reached": 90, "visited": 60,
        "has_ambassador": 40, "learning": 40, "proficient": 60 + id % 40, "moved_away": 8, "vacant": 5, "refused": 2,
    }  # fmt: skip


def _day(id: int, commune: int, province: int | None, on: date) -> dict[str, object]:
    return {
        "village_id": id, "commune_id": commune, "province_id": province, "on": on + timedelta(days=id % 10),
        "not_reached": -3, "visited": 1, "has_ambassador": 0, "learning": 0, "proficient": 2,
        "moved_away": 0, "vacant": 0, "refused": 0,
    }  # fmt: skip


def _days() -> list[date]:
    """Two days in each of the last months, the village's number later."""
    months = last_months(first_of(clock.today()), MONTHS)
    return [first + timedelta(days=later) for first in months for later in (0, 12)]


if __name__ == "__main__":
    for name, value, unit, goal, ok in run():
        print(f"{name}: {value} {unit} (goal {goal}) {'ok' if ok else 'MISSED'}")
