"""How heavy the maps are: the figure of each province's page as it goes out, every commune with households, gzip 6.

Both ways of drawing are weighed and the heavier counts. The server sends brotli, which is smaller; so this is what a
phone pays at most. The goal is the project's own for a province; the country's map stands beside it.
"""

import gzip
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from outreach import migrating
from outreach.app import create_app
from outreach.areas import loading, queries
from outreach.areas.models import COMMUNE, PROVINCE, VILLAGE, Area
from outreach.db import make_engine, transaction
from outreach.households.models import Tally
from tests import world
from tests.conftest import settings
from tests.visitor import Visitor

GOAL = 20 * 1024
FIGURE = re.compile(r"<figure.*?</figure>", re.S)
VIEWS = ("", "?so-do=o")
FIRST_ID = 1_000_000
Result = tuple[str, float, str, str, bool]


def run() -> list[Result]:
    """Fill a database with a village in each commune, then ask for each map."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'map.sqlite'}"
        engine = make_engine(url)
        migrating.upgrade(engine)
        app = create_app(settings(url), engine)
        visitor = _fill(engine, app)
        with Session(engine) as s:
            codes = s.scalars(select(Area.code).where(Area.kind == PROVINCE).order_by(Area.code)).all()
        provinces = {code: _weight(visitor, code) for code in codes}
        country = _weight(visitor, "VN")
        engine.dispose()
    code, heaviest = max(provinces.items(), key=lambda pair: pair[1])
    print(f"the heaviest of {len(provinces)} provinces is {code}", file=sys.stderr)
    return [
        ("map_province_gz_bytes", heaviest, "bytes", f"≤ {GOAL}", heaviest <= GOAL),
        ("map_country_gz_bytes", country, "bytes", "for the record", True),
    ]


def _weight(visitor: Visitor, code: str) -> int:
    """Bytes of the heavier of an area's figures."""
    figures = [FIGURE.search(visitor.get(f"/do-phu/{code}{view}").text) for view in VIEWS]
    return max(len(gzip.compress(figure[0].encode(), 6, mtime=0)) for figure in figures if figure)


def _fill(engine: Engine, app: Flask) -> Visitor:
    dice = Random(1)
    with transaction(engine) as s:
        loading.load(s)
        communes = list(enumerate(s.scalars(select(Area).where(Area.kind == COMMUNE)), FIRST_ID))
        s.execute(insert(Area.__table__), [_village(id, above) for id, above in communes])  # type: ignore[arg-type]
        s.execute(insert(Tally.__table__), list(_tallies(communes, dice)))  # type: ignore[arg-type]
        admin = world.account(s, "Vũ Ngọc Ánh", "+84912000001", "admin", queries.country(s))
    return Visitor(app, "vi").as_(admin)


def _village(id: int, above: Area) -> dict[str, object]:
    return {
        "id": id, "kind": VILLAGE, "type": "thôn", "code": f"{above.code}.1", "name": "Đông", "folded": "thon dong",
        "sort_key": "dong", "path": f"{above.path}1/", "parent_id": above.id, "valid_from": above.valid_from,
    }  # fmt: skip


def _tallies(communes: list[tuple[int, Area]], dice: Random) -> Iterator[dict[str, int]]:
    for id, above in communes:
        done, waiting = dice.randint(0, 5000), dice.randint(0, 5000)
        assert above.parent_id
        yield {
            "village_id": id, "commune_id": above.id, "province_id": above.parent_id, "not_reached": waiting,
            "proficient": done,
        }  # fmt: skip
