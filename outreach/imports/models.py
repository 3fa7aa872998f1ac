"""A list as it was uploaded, and the rows of it that were given back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base

ROWS = HOUSEHOLD, PERSON, VISIT = "household", "person", "visit"  # what a row of a list is


class ImportFile(Base):
    """A list as a commune uploaded it, and how its columns are to be read. Its job does the work."""

    __tablename__ = "import_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))  # the file's name
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # copying.keep; empty once loaded
    sheet: Mapped[str] = mapped_column(String(100), default="")
    header_row: Mapped[int]  # counted from 1, as Excel does
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)  # field → column number, counted from 0
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # rows: one of ROWS; headings
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime]


class RejectedRow(Base):
    """A row of an imported file that could not be taken, with the reason, to be mended and loaded again."""

    __tablename__ = "rejected_row"

    import_file_id: Mapped[int] = mapped_column(ForeignKey("import_file.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)  # as Excel counts
    reason: Mapped[str] = mapped_column(String(40))  # one of rows.Reason; of visits submissions.meaning.Reason
    column: Mapped[str] = mapped_column(String(40), default="")
    cells: Mapped[list[Any]] = mapped_column(JSON)
