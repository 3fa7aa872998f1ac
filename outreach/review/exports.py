"""The sheets as workbooks, numbers as numbers: one person's month, and the month of a group or commune."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from outreach import clock
from outreach.lib import excel
from outreach.review import names
from outreach.review.ledger import MISSING, Line
from outreach.review.queries import Row
from outreach.review.reckoning import Figures
from outreach.review.summing import Book
from outreach.visits.models import OUTCOMES

Cell = str | int | datetime | None
WIDTHS = {"person": (18, 28, 26, 24, 18, 30), "group": (24, 26, 18, *([13] * 12))}


def of_person(line: Line, rows: Sequence[Row]) -> bytes:
    """One person's month: each visit a row, then the totals."""
    heads = [_("When"), _("Household"), _("How did it go?"), _("Where it took place"), _("Arrived"), _("Remark")]
    table = [_visit(row) for row in rows]
    f = line.figures
    below: list[list[Cell]] = [[_("Days worked"), f.days], [_("Number of visits"), f.visits]]
    for outcome, words in names.OUTCOME_NAMES.items():
        below.append([str(words), f.outcomes.get(outcome, 0)])
    below += [[_("Households met for the first time"), f.first], [_("Ambassadors registered"), f.ambassadors]]
    below += map(list, names.of_closed(f))
    if line.amount is not None:
        below.append([_("Allowance (đồng)"), line.amount])
    if line.state == MISSING:
        below = [[_("Not reported")]]
    title = _("Monthly sheet of visits, %(month)s", month=names.month(line.month))
    title = f"{title}: {line.name}, {line.group_name}. {names.STATE_NAMES[line.state]}"
    return _book(title, not (line.sheet and line.sheet.frozen_at), heads, [*table, [], *below], WIDTHS["person"])


def _visit(row: Row) -> list[Cell]:
    visit, remark = row.visit, ""
    if row.back:
        remark = _("Taken back from an approved month")
    elif row.late:
        remark = _("Noted late, of an approved month")
    if row.taken_by:
        remark = "; ".join(filter(None, [remark, _("From an export, taken over by %(name)s", name=row.taken_by)]))
    where = ", ".join(filter(None, [str(names.WAYS.get(visit.way, "")), visit.place.full_name if visit.place else ""]))
    return [
        clock.local(visit.at), row.name or _("a household elsewhere"),
        str(names.OUTCOME_NAMES[visit.outcome]), where, clock.local(visit.received_at), remark,
    ]  # fmt: skip


def of_group(book: Book) -> bytes:
    """A month of groups: each person a row, a group's own share below it; who reported nothing has empty cells."""
    paid = book.rule is not None or book.amount is not None
    heads = [
        _("Village"), _("Full name"), _("State"), _("Days worked"), _("Number of visits"),
        *(str(names.SHORT_OUTCOMES[outcome]) for outcome in OUTCOMES),
        _("First meetings"), _("Ambassadors"), *([_("Allowance (đồng)")] if paid else []),
    ]  # fmt: skip
    table: list[list[Cell]] = []
    empty: list[Cell] = [None] * (len(heads) - 3)
    for group in book.groups:
        table += [_person(line, paid) for line in group.lines]
        if group.share:
            table.append([group.village.title, _("The group's own share"), *empty, group.share])
        if paid and group.is_open and group.approved is not None:
            table.append([group.village.title, _("Of this, on approved sheets"), *empty, group.approved])
    total = [*_numbers(book.total), *([book.amount] if paid else [])] if book.reported else []
    table.append([_("Total"), None, None, *total])
    if book.approved is not None and book.open:
        table.append([_("Of this, on approved sheets"), *[None] * (len(heads) - 2), book.approved])
    title = _("Monthly sheet of visits, %(month)s", month=names.month(book.month))
    return _book(f"{title}: {book.area.full_name}", bool(book.drafts), heads, table, WIDTHS["group"])


def _person(line: Line, paid: bool) -> list[Cell]:
    told = [*_numbers(line.figures), *([line.amount] if paid else [])] if line.state != MISSING else []
    return [line.village.title, line.name, str(names.STATE_NAMES[line.state]), *told]


def _numbers(f: Figures) -> list[Cell]:
    return [f.days, f.visits, *(f.outcomes.get(outcome, 0) for outcome in OUTCOMES), f.first, f.ambassadors]


def _book(
    title: str, draft: bool, heads: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
) -> bytes:
    held = io.BytesIO()
    book = excel.new(held, in_memory=True)
    sheet = book.add_worksheet()
    bold_line = book.add_format({"bold": True})
    bold, number = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "#,##0"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "left"})
    sheet.write_string(0, 0, title, bold_line)
    if draft:
        sheet.write_string(1, 0, str(names.DRAFT_MARK), bold_line)
    for at, head in enumerate(heads):
        sheet.write_string(2, at, head, bold)
    for at, row in enumerate(rows, start=3):
        _write(sheet, at, row, number, moment)
    for at, width in enumerate(widths[: len(heads)]):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(3, 0)
    book.close()
    return held.getvalue()


def _write(sheet: Any, at: int, row: Sequence[Cell], number: Any, moment: Any) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, int):
            sheet.write_number(at, column, cell, number)
        elif isinstance(cell, datetime):
            sheet.write_datetime(at, column, cell.replace(tzinfo=None), moment)
        elif cell:
            sheet.write_string(at, column, cell)
