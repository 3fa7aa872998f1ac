"""Taking over an export survives kill -9: what was done stands, the rest follows, nothing is there twice."""

import signal
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from outreach import db, queue
from outreach.accounts.models import AuditEntry
from outreach.coverage import recounting
from outreach.imports.models import RejectedRow
from outreach.jobs.models import DONE, Job
from outreach.submissions import taking
from outreach.visits.models import Visit
from tests import world
from tests.submissions.exports import an_export, submission, upload
from tests.test_worker import RESTING, forget_lease, look, wait_until, worker

MANY = 200  # rows: four pieces


def test_a_worker_killed_in_the_middle_of_an_export_loses_nothing_and_doubles_nothing(real_db: Engine) -> None:
    refused = (MANY - 1) // 10
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
        rows = [submission(n, outcome="?" if n % 10 == 0 else "helped") for n in range(1, MANY)]
        job_id = taking.start(s, upload(s, w, an_export(*rows, rows[0])), w.cuc.id).id
        s.commit()
    with worker(real_db, RESTING) as first:
        wait_until(real_db, job_id, lambda job: job.done > 0)
        first.send_signal(signal.SIGKILL)
        first.wait()
    stopped = look(real_db, job_id)
    assert stopped.state == queue.WORKING
    assert 0 < stopped.done < stopped.total == MANY
    forget_lease(real_db)
    with worker(real_db):
        wait_until(real_db, job_id, lambda job: job.state == DONE)
    with db.transaction(real_db) as s:
        marks = set(s.scalars(select(Visit.client_id)))
        assert marks == {str(UUID(int=n, version=4)) for n in range(1, MANY) if n % 10}
        assert s.get_one(Job, job_id).result == {"created": len(marks), "there": 1, "rejected": refused}
        assert s.scalar(select(func.count()).select_from(RejectedRow)) == refused
        assert s.scalar(select(func.count()).where(AuditEntry.act == "visit.create")) == len(marks)
        assert recounting.differing(s) == []
