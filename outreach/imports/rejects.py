"""The rows of a list that were given back: to read, and as a workbook to mend and load again."""

import io
from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.imports.models import ImportFile, RejectedRow
from outreach.imports.names import FIELD_NAMES, REASON_TEXTS
from outreach.imports.rows import REMARKS, Reason
from outreach.lib import excel

SHOWN = 50


def rejected(s: Session, file: ImportFile, limit: int | None = None) -> Sequence[RejectedRow]:
    """The rows given back, those that were not taken at all first."""
    query = select(RejectedRow).where(RejectedRow.import_file_id == file.id)
    whole = RejectedRow.reason.in_([reason.value for reason in REMARKS])
    return s.scalars(query.order_by(whole, RejectedRow.row).limit(limit)).all()


def why(row: RejectedRow) -> str:
    """The reason as one reads it, with the column it is about."""
    text = str(REASON_TEXTS[Reason(row.reason)])
    return f"{FIELD_NAMES[row.column]}: {text}" if row.column else text


def workbook(s: Session, file: ImportFile, why: Callable[[RejectedRow], str] = why) -> bytes:
    """An .xlsx with the list's own columns and the reason beside each row, as `why` words it."""
    held = io.BytesIO()
    book = excel.new(held, in_memory=True)
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True, "text_wrap": True})
    headings = [*file.options.get("headings", []), _("Reason")]
    for at, heading in enumerate(headings):
        sheet.write_string(0, at, heading, bold)
    for number, row in enumerate(rejected(s, file), start=1):
        cells = (list(row.cells) + [""] * len(headings))[: len(headings) - 1]
        for at, cell in enumerate([*cells, why(row)]):
            if cell:
                sheet.write_string(number, at, str(cell))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 2, 18)
    sheet.set_column(len(headings) - 1, len(headings) - 1, 70)
    book.close()
    return held.getvalue()
