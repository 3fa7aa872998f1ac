"""A job from its planning to its end: planned once, carried on piece by piece, tried again, finished."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.jobs.models import DONE, FAILED, Job

LEASE = timedelta(minutes=2)  # many times what one piece of work takes
TRIES = 3  # without getting any further in between
DEATHS = 10  # a worker that dies this often over one job will not live through it
PAUSE = timedelta(seconds=30)  # before the second try; four times as long before the third


class Progress(NamedTuple):
    """How far a job has come: units done, units in all, and what it has to show so far (JSON-able)."""

    done: int
    total: int
    result: dict[str, Any]


# The work of a job: writes a piece in the session and yields; whoever runs it commits after each piece. A job that
# was broken off is begun again with `job.done` and `job.result` as of its last piece.
Work = Callable[[Session, Job], Iterator[Progress]]


def plan(
    s: Session, kind: str, key: str, *, area_id: int | None = None, owner: int | None = None,
    input: Mapping[str, Any] | None = None, due_at: datetime | None = None,
) -> Job:  # fmt: skip
    """Put a job in the queue, due now unless said otherwise. The same key again gives the same job, unchanged."""
    make = pg_insert if s.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {
        "kind": kind, "key": key, "area_id": area_id, "owner": owner, "input": dict(input or {}), "result": {},
        "state": queue.QUEUED, "due_at": due_at or clock.now(), "created_at": clock.now(),
        "attempts": 0, "done": 0, "total": 0, "error": "",
    }  # fmt: skip
    s.execute(make(Job).values(row).on_conflict_do_nothing(index_elements=["key"]))
    return s.scalars(select(Job).where(Job.key == key)).one()


def last_done(s: Session, kind: str) -> dict[str, Any]:
    """What the last job of a kind that was done has to show; nothing where there was none."""
    done = select(Job.result).where(Job.kind == kind, Job.state == DONE)
    return s.scalar(done.order_by(Job.id.desc()).limit(1)) or {}


def advance(s: Session, job: Job, progress: Progress) -> None:
    """Note a finished piece in the piece's own transaction, and hold the job a while longer. Raises queue.Lost."""
    _write(
        s, job, done=progress.done, total=progress.total, result=progress.result,
        attempts=1, lease_until=clock.now() + LEASE,
    )  # fmt: skip


def finish(s: Session, job: Job) -> None:
    """The job is done. Raises queue.Lost."""
    _write(s, job, state=DONE, error="", finished_at=clock.now(), lease=None, lease_until=None)


def release(s: Session, job: Job) -> None:
    """Put the job back as it is, for the next worker: this one is asked to stop. Raises queue.Lost."""
    _write(s, job, state=queue.QUEUED, attempts=0, lease=None, lease_until=None)


def stumble(s: Session, job: Job, error: str) -> bool:
    """The work broke off: it is tried again after a pause, or given up. Returns whether it is given up. Raises Lost."""
    tries = s.scalars(select(Job.attempts).where(Job.id == job.id)).one()
    if tries >= TRIES:
        _write(s, job, state=FAILED, error=error[:300], finished_at=clock.now(), lease=None, lease_until=None)
        return True
    due_at = clock.now() + PAUSE * 4 ** (tries - 1)
    _write(s, job, state=queue.QUEUED, error=error[:300], due_at=due_at, lease=None, lease_until=None)
    return False


def again(s: Session, job: Job) -> None:
    """Take up a job that was given up, from where it stopped."""
    if job.state == FAILED:
        job.state, job.attempts, job.error = queue.QUEUED, 0, ""
        job.due_at, job.finished_at = clock.now(), None


def _write(s: Session, job: Job, **values: Any) -> None:
    """Change a job one still holds."""
    changed = s.execute(
        update(Job)
        .where(Job.id == job.id, Job.lease == job.lease, Job.state == queue.WORKING)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise queue.Lost(job.key)
