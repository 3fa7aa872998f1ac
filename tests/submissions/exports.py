"""Submissions as ODK Central and KoboToolbox export them, and the way they are taken over in tests."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.imports import copying, preview, sheets
from outreach.imports.models import ImportFile, RejectedRow
from outreach.jobs.models import DONE, Job
from outreach.submissions import forms, meaning, taking
from outreach.visits.models import Visit
from tests.imports.sheets.build import csv_file
from tests.world import World

HEADINGS = (
    "SubmissionDate", "start", "g1-visit_date", "g1-household_code", "g1-head_name", "g1-village", "g2-outcome",
    "g2-note", "meta-instanceID", "SubmitterID", "SubmitterName", "KEY", "Edits",
)  # fmt: skip


def mark(n: int) -> str:
    """The mark of the nth submission."""
    return f"uuid:{UUID(int=n, version=4)}"


def submission(n: int, **changes: str) -> list[str]:
    """A row of an export of ODK Central: Lan at bà Sen's, with some cells otherwise."""
    cells = {
        "SubmissionDate": "2026-11-20T10:00:00.000Z", "start": "2026-11-20T09:00:00.000+07:00",
        "g1-visit_date": "2026-11-20T09:30:00.000+07:00", "g1-household_code": "1", "g1-head_name": "Hoàng Thị Sen",
        "g1-village": "Thôn Đông", "g2-outcome": "helped", "g2-note": "", "meta-instanceID": mark(n),
        "SubmitterID": "7", "SubmitterName": "Trần Thị Lan", "KEY": mark(n), "Edits": "0",
    }  # fmt: skip
    names = {heading.split("-")[-1]: heading for heading in HEADINGS}
    return list((cells | {names[name]: text for name, text in changes.items()}).values())


def an_export(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, delimiter: str = ",") -> bytes:
    """The file."""
    return csv_file([headings, *rows], delimiter=delimiter)


def upload(s: Session, w: World, content: bytes) -> ImportFile:
    """What Cúc uploads for xã Tân Hưng."""
    copy = copying.keep(sheets.read(content, meaning.WIDTH))
    file = preview.keep(w.tan_hung, "submissions.csv", copy, w.cuc.id)
    forms.guess(file)
    s.add(file)
    s.flush()
    return file


def run(s: Session, file: ImportFile) -> dict[str, int]:
    """Do the work of the file's job as a worker does, without the worker; what came of it."""
    job = s.get_one(Job, file.job_id)
    for progress in taking.run(s, job):
        job.done, job.total, job.result = progress
    job.state = DONE
    s.commit()
    return {name: count for name, count in job.result.items() if count}


def take(s: Session, w: World, content: bytes) -> tuple[dict[str, int], ImportFile]:
    """Upload and take over, as it was guessed."""
    file = upload(s, w, content)
    taking.start(s, file, w.cuc.id)
    return run(s, file), file


def reasons(s: Session, file: ImportFile) -> dict[int, str]:
    """Row → why it was given back."""
    rows = s.scalars(select(RejectedRow).where(RejectedRow.import_file_id == file.id))
    return {row.row: row.reason for row in rows}


def visits(s: Session) -> list[Visit]:
    """All visits, in the order they were written."""
    return list(s.scalars(select(Visit).order_by(Visit.id)))
