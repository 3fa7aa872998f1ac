"""Reading jobs: by the one who ordered them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.jobs.models import Job


def find(s: Session, owner: int, job_id: int) -> Job | None:
    """The job, if this account (by its number) ordered it."""
    return s.scalars(select(Job).where(Job.id == job_id, Job.owner == owner)).one_or_none()
