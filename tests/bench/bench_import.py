"""How long a list of 50,000 households takes on SQLite, and how much memory it needs.

The list is measured as an official sends it: an .xlsx with four titles above the headings, from the upload to the last
row. Each half runs in a process of its own, so that memory is what the work itself needs.
"""

import sys
import time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from sqlalchemy.orm import Session

from outreach import migrating
from outreach.db import make_engine
from outreach.imports import copying, importing, preview, sheets
from outreach.jobs.models import DONE, Job
from outreach.sms.gateway import ConsoleGateway
from outreach.worker import Worker
from tests import world

ROWS = 50_000
SECONDS = 60.0
MEGABYTES = 100.0

Row = tuple[str, float, str, str, bool]


def run() -> list[Row]:
    """Rows of (name, value, unit, goal, met)."""
    with TemporaryDirectory() as folder:
        here = Path(folder)
        _write(here / "list.xlsx")
        seconds, growth = zip(*(_apart(step, here) for step in (_upload, _load)), strict=True)
    took, grew = sum(seconds), max(growth)
    return [
        ("import_50k_s", round(took, 1), "s", f"≤ {SECONDS:g}", took <= SECONDS),
        ("import_rss_mb", round(grew, 1), "MB", f"≤ {MEGABYTES:g}", grew <= MEGABYTES),
    ]


def _apart(step: object, folder: Path) -> tuple[float, float]:
    context = get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(step, (folder,))  # type: ignore[arg-type]


def _write(path: Path) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    for number, title in enumerate(("ỦY BAN NHÂN DÂN XÃ TÂN HƯNG", "DANH SÁCH HỘ GIA ĐÌNH", "Năm 2026", "")):
        sheet.write(number, 0, title)
    sheet.write_row(4, 0, ["Mã hộ", "Họ và tên chủ hộ", "Năm sinh", "Số CCCD", "SĐT", "Địa chỉ", "Thôn"])
    for n in range(ROWS):
        phone = 912_000_000 + n if n % 3 else None
        village = "Thôn Đông" if n < ROWS // 2 else "Thôn Đoài"
        sheet.write_row(
            5 + n, 0, [n + 100, f"Nguyễn Văn Dê {n}", 1940 + n % 60, "033055001234", phone, f"Ngõ {n % 200}", village]
        )
    book.close()


def _upload(folder: Path) -> tuple[float, float]:
    engine = make_engine(f"sqlite:///{folder / 'bench.sqlite'}")
    migrating.upgrade(engine)
    with Session(engine, expire_on_commit=False) as s:
        w = world.build(s)
        content = (folder / "list.xlsx").read_bytes()
        before, start = _megabytes(), time.perf_counter()
        copy = copying.keep(sheets.read(content))
        file = preview.upload(s, w.tan_hung, "list.xlsx", copy, w.cuc.id)
        importing.start(s, file, w.tan_hung, None, [], w.cuc.id)
        s.commit()
        return time.perf_counter() - start, _megabytes() - before


def _load(folder: Path) -> tuple[float, float]:
    engine = make_engine(f"sqlite:///{folder / 'bench.sqlite'}")
    worker = Worker(engine, ConsoleGateway(3), {importing.KIND: importing.run})
    before, start = _megabytes(), time.perf_counter()
    worker.do_next()
    took, grew = time.perf_counter() - start, _megabytes() - before
    with Session(engine) as s:
        [job] = s.query(Job).where(Job.kind == importing.KIND)
        assert (job.state, job.result["created"]) == (DONE, ROWS), (job.state, job.result)
    return took, grew


def _megabytes() -> float:
    """The most this process has held. (`ru_maxrss` would begin with what the parent held before the fork.)"""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    for row in run():
        print(*row, file=sys.stdout)
