"""Loading a household list: the work of the job "import", in pieces that each stand by themselves.

Each piece is one transaction that also notes how far the list was read, so a broken-off load goes on where it stopped
and ends as if it had never been interrupted.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.areas import loading
from outreach.areas.models import Area
from outreach.imports import copying, places
from outreach.imports.blocks import Block, blocks
from outreach.imports.columns import VILLAGE
from outreach.imports.matching import Identity, Seen, identity
from outreach.imports.models import ImportFile, RejectedRow
from outreach.imports.rows import Reading, Reason, lines
from outreach.imports.writing import Judged, Order, write
from outreach.jobs import running
from outreach.jobs.models import Job
from outreach.jobs.running import Progress
from outreach.lib import words

KIND = "import"
LONGEST_NAME = 100  # of a village
PIECE = 500  # rows
COUNTED = ("created", "updated", "unchanged", "rejected", "remarks")


class Named(NamedTuple):
    """A village as the list names it: its key, the spelling met first, and how many rows stand under it."""

    key: str
    text: str
    rows: int


def reading(file: ImportFile) -> Reading:
    """How the file is to be read."""
    heads = copying.headings(file.content, file.sheet, file.header_row) or file.options.get("headings", [])
    return Reading(heads, file.columns, file.options.get("rows") == "person", clock.today())


def villages_named(file: ImportFile) -> list[Named]:
    """The villages the list names, in its order; rows that name none stand under the key ""."""
    found: dict[str, Named] = {}
    for line in lines(copying.body(file.content, file.sheet, file.header_row), reading(file)):
        key = places.key(line.village)
        before = found.get(key, Named(key, line.village, 0))
        found[key] = before._replace(rows=before.rows + 1)
    return list(found.values())


def start(s: Session, file: ImportFile, commune: Area, village: Area | None, new: Collection[str], by_id: int) -> Job:
    """Hand the list to the worker; villages whose key is in `new` are made first. Again: the same job goes on."""
    if file.job_id is not None:
        return again(s, file.job_id)
    for named in villages_named(file):
        if named.key in new:
            _found_village(s, commune, named.text)
    order = {"file": file.id, "village": village.id if village else None}
    return plan(s, file, KIND, by_id, order, "import.start")


def again(s: Session, job_id: int) -> Job:
    """A list's job, taken up once more if it was given up."""
    job = s.get_one(Job, job_id)
    running.again(s, job)
    return job


def plan(s: Session, file: ImportFile, kind: str, by_id: int, order: Mapping[str, Any], act: str) -> Job:
    """Put the list in the queue of the workers, once."""
    job = running.plan(s, kind, f"{kind}:{file.id}", area_id=file.commune_id, owner=by_id, input=order)
    file.job_id = job.id
    audit.record(s, act, "import_file", file.id, area_id=file.commune_id)
    return job


def _found_village(s: Session, commune: Area, text: str) -> None:
    place = places.split(text)
    if len(place.name) > LONGEST_NAME:
        return  # a remark that stood in the village's place; its rows are given back
    type_ = place.type or ("tổ dân phố" if commune.type == "phường" else "thôn")
    try:
        village = loading.add_village(s, commune, type_, place.name)
    except loading.VillageExists:
        return
    audit.record(s, "area.create", "area", village.id, area_id=commune.id)


def run(s: Session, job: Job) -> Iterator[Progress]:
    """Load the list of `job.input["file"]` from where it stopped; see `running.Work`."""
    file = s.get(ImportFile, job.input["file"])
    if file is None or not file.content:
        return  # it was loaded to its end
    order, content = _order(s, file, job), file.content
    total = sum(1 for _ in copying.body(content, file.sheet, file.header_row))
    gathered = blocks(lines(copying.body(content, file.sheet, file.header_row), order.reading), order.reading)
    counts = Counter({name: int(job.result.get(name, 0)) for name in COUNTED})
    for piece in _pieces(_judged(gathered, order), job.done):
        counts.update(write(s, order, piece))
        yield Progress(piece[-1][0].upto, total, dict(counts))
    _close(s, order, counts)
    yield Progress(total, total, dict(counts))


def _order(s: Session, file: ImportFile, job: Job) -> Order:
    commune = s.get_one(Area, file.commune_id)
    villages = places.index(_villages(s, commune))
    chosen = s.get(Area, job.input["village"]) if job.input["village"] else None
    return Order(
        file.id, file.commune_id, job.owner or file.uploaded_by_id, file.name, reading(file), villages,
        chosen.id if chosen else None, chosen.full_name if chosen else "",
    )  # fmt: skip


def _villages(s: Session, commune: Area) -> list[Area]:
    return list(s.scalars(select(Area).where(Area.parent_id == commune.id, Area.valid_to.is_(None))))


def _judged(gathered: Iterable[Block], order: Order) -> Iterator[Judged]:
    """Each household with its identity; without one it is given back."""
    seen = Seen()
    for block in gathered:
        one = _identity(block, order)
        if one is not None and seen.again(one, persons=order.reading.persons):
            one = _refuse(block, Reason.TWICE, "")
        yield block, one


def _identity(block: Block, order: Order) -> Identity | None:
    if block.faulty:
        return None
    if not block.village:
        return identity(block, order.village_id) if order.village_id else _refuse(block, Reason.NO_VILLAGE, VILLAGE)
    village_id = order.villages.get(places.key(block.village))
    return identity(block, village_id) if village_id else _refuse(block, Reason.UNKNOWN_VILLAGE, VILLAGE)


def _refuse(block: Block, reason: Reason, column: str) -> Identity | None:
    """Give the rows back for this reason: they have no identity."""
    for line in block.lines:
        line.fault = (reason, column)
    return None


def _pieces(judged: Iterator[Judged], done: int) -> Iterator[list[Judged]]:
    """Pieces of some 500 rows that begin after row `done` and end with a whole household."""
    piece: list[Judged] = []
    for block, one in judged:
        if block.upto <= done:
            continue
        piece.append((block, one))
        if block.upto - done >= PIECE:
            yield piece
            piece, done = [], block.upto
    if piece:
        yield piece


def _close(s: Session, order: Order, counts: Counter[str]) -> None:
    extra = [] if VILLAGE in order.reading.columns else [words.nfc("Thôn/tổ dân phố")]
    file = s.get_one(ImportFile, order.file_id)
    finish(s, file, [*order.reading.headings, *extra], order.by_id, counts, "import.finish")


def finish(
    s: Session, file: ImportFile, headings: Sequence[str], by_id: int, counts: Mapping[str, int], act: str
) -> None:
    """The list is loaded: its copy goes, only the rows given back remain, under these headings."""
    file.options = {**file.options, "headings": list(headings)}
    file.content = b""
    audit.record(s, act, "import_file", file.id, area_id=file.commune_id, actor_id=by_id, counts=dict(counts))


def forget_rejected(s: Session, before: datetime) -> None:
    """Remove the rows that were given back of lists uploaded before then."""
    old = select(ImportFile.id).where(ImportFile.uploaded_at < before)
    s.execute(delete(RejectedRow).where(RejectedRow.import_file_id.in_(old)))


def forget_unstarted(s: Session, before: datetime) -> int:
    """Remove lists that were uploaded before then and never loaded; how many."""
    gone = s.execute(delete(ImportFile).where(ImportFile.job_id.is_(None), ImportFile.uploaded_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]
