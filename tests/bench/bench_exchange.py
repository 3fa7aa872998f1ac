"""How long an export of 100,000 households takes on SQLite, how soon its first bytes come, and what memory it needs."""

import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach import clock, migrating
from outreach.accounts.models import OFFICIAL, Account
from outreach.db import make_engine
from outreach.exchange import periods, reading, tables, writing
from outreach.households.models import Household
from outreach.lib import words
from tests import world

HOUSEHOLDS = 100_000
FIRST_SECONDS, CSV_SECONDS, XLSX_SECONDS, MEGABYTES = 1.0, 30.0, 60.0, 40.0
Row = tuple[str, float, str, str, bool]


def run() -> list[Row]:
    """Rows of (name, value, unit, goal, met)."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bench.sqlite"
        _fill(path)
        first, took, csv_mb = _apart(_csv, path)
        _none, xlsx, xlsx_mb = _apart(_xlsx, path)
    grew = max(csv_mb, xlsx_mb)
    return [
        ("export_100k_first_s", round(first, 2), "s", f"≤ {FIRST_SECONDS:g}", first <= FIRST_SECONDS),
        ("export_100k_csv_s", round(took, 1), "s", f"≤ {CSV_SECONDS:g}", took <= CSV_SECONDS),
        ("export_100k_xlsx_s", round(xlsx, 1), "s", f"≤ {XLSX_SECONDS:g}", xlsx <= XLSX_SECONDS),
        ("export_rss_mb", round(grew, 1), "MB", f"≤ {MEGABYTES:g}", grew <= MEGABYTES),
    ]


def _apart(step: object, path: Path) -> tuple[float, float, float]:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(step, (path,))  # type: ignore[arg-type]


def _fill(path: Path) -> None:
    engine = make_engine(f"sqlite:///{path}")
    migrating.upgrade(engine)
    with Session(engine) as s:
        w = world.build(s)
        names = [f"Nguyễn Văn {given} {n}" for n in range(HOUSEHOLDS // 10) for given in ("An", "Bình", "Chi")]
        s.execute(insert(Household), [
            {
                "village_id": (w.dong.id, w.doai.id)[n % 2], "head_name": names[n % len(names)], "code": f"b{n}",
                "folded": words.fold(names[n % len(names)]), "sort_key": words.given_name_key(names[n % len(names)]),
                "address": f"Ngõ {n % 200}", "address_folded": "", "stage": "not_reached", "created_at": clock.now(),
            }
            for n in range(HOUSEHOLDS)
        ])  # fmt: skip
        s.commit()


def _pieces(s: Session) -> Iterator[list[reading.Cells]]:
    cuc = s.scalars(select(Account).where(Account.role == OFFICIAL).order_by(Account.id)).first()
    assert cuc is not None
    order = reading.order(s, cuc, cuc.area, periods.of_month(clock.today()))
    return reading.pieces(s, tables.HOUSEHOLDS, order)


def _csv(path: Path) -> tuple[float, float, float]:
    with Session(make_engine(f"sqlite:///{path}"), expire_on_commit=False) as s:
        before, start = _from_here(), time.perf_counter()
        answer = writing.csv_pieces(tables.TABLES[tables.HOUSEHOLDS], _pieces(s))
        next(answer), next(answer)
        first = time.perf_counter() - start
        lines = sum(text.count("\r\n") for text in answer)
        assert lines > HOUSEHOLDS - 2 * reading.PIECE, lines
        return first, time.perf_counter() - start, _megabytes() - before


def _xlsx(path: Path) -> tuple[float, float, float]:
    with Session(make_engine(f"sqlite:///{path}"), expire_on_commit=False) as s:
        before, start = _from_here(), time.perf_counter()
        writing.workbook(tables.TABLES[tables.HOUSEHOLDS], _pieces(s), [], ("a", "b")).close()
        return 0.0, time.perf_counter() - start, _megabytes() - before


def _from_here() -> float:
    """Forget what importing needed: the most that is held is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return _megabytes()


def _megabytes() -> float:
    """The most this process has held."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    for row in run():
        print(*row)
