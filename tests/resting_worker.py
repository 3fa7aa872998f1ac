"""A real worker that rests between two pieces of a job, so that a test can come there."""

import time
from collections.abc import Iterator

from sqlalchemy.orm import Session

from outreach import duties, worker
from outreach.jobs.models import Job
from outreach.jobs.running import Progress, Work

REST = 0.3  # seconds


def restful(work: Work) -> Work:
    """The same work with rests; what was done so far is committed by then. Most of the day's jobs are one piece."""

    def pieces(s: Session, job: Job) -> Iterator[Progress]:
        for progress in work(s, job):
            yield progress
            if progress.done < progress.total:
                time.sleep(REST)

    return pieces


for kind in duties.WORK:
    duties.WORK[kind] = restful(duties.WORK[kind])  # type: ignore[index]
worker.main()
