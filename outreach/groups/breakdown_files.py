"""The divisions of an area's coverage as files: a CSV with fixed codes, a workbook with a sheet for each division."""

import csv
import io
from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from outreach.areas.models import Area
from outreach.coverage.numbers import Counts
from outreach.groups import breakdown_names as names
from outreach.groups.breakdown import CARER, HARDSHIP, KIND, Breakdown
from outreach.lib import cells, excel

BOM = "\ufeff"
CODES = (
    "area_code", "division", "name", "village", "in_scope", "reached", "with_ambassador", "proficient", "coverage_pct",
)  # fmt: skip
SUMS = ("in_scope", "reached", "with_ambassador", "proficient")
Line = tuple[str, str, str, str, Counts]  # code of the area, division, name, village or place below, counts


def lines(area: Area, told: Breakdown) -> Iterator[Line]:
    """Every row of every division, in the order of the page."""
    for carer in told.carers:
        account, village = carer.place
        yield area.code, CARER, account.name if account else _("Nobody"), village.title if village else "", carer.counts
    for kind in told.kinds:
        yield area.code, KIND, str(names.FAMILY_TYPE_NAMES[kind.place]), "", kind.counts
    for villages in told.hardship:
        yield area.code, HARDSHIP, str(names.HARDSHIP_NAMES[villages.place.key]), "", villages.counts
    for place in told.places:
        for key, row in place.by_key.items():
            yield place.area.code, HARDSHIP, str(names.HARDSHIP_NAMES[key]), place.area.title, row.counts


def as_csv(area: Area, told: Breakdown) -> str:
    """UTF-8 with a byte order mark, so that Excel reads the Vietnamese; a name cannot be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CODES)
    for code, division, name, village, counts in lines(area, told):
        share = "" if counts.share is None else f"{100 * counts.share:.1f}"
        sums = (counts.of(one) for one in SUMS)
        writer.writerow([code, division, cells.inert(name), cells.inert(village), *sums, share])
    return BOM + out.getvalue()


def as_workbook(area: Area, title: str, told: Breakdown) -> bytes:
    """Numbers as numbers, shares as shares; a division that cannot be made here has no sheet."""
    held = io.BytesIO()
    book = excel.new(held, in_memory=True)
    book.set_properties({"title": title})
    bold, share = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "0.0%"})
    for division, name in names.DIVISION_NAMES.items():
        found = [line for line in lines(area, told) if line[1] == division]
        if not found:
            continue
        sheet = book.add_worksheet(str(name))
        sheet.write_string(0, 0, title, bold)
        for at, head in enumerate(_heads()):
            sheet.write_string(2, at, head, bold)
        for at, (_code, _division, who, village, counts) in enumerate(found, start=3):
            sheet.write_row(at, 0, [who, village, *(counts.of(one) for one in SUMS)])
            if counts.share is not None:
                sheet.write_number(at, 6, counts.share, share)
        sheet.set_column(0, 1, 32)
        sheet.set_column(2, 6, 14)
        sheet.freeze_panes(3, 0)
    book.close()
    return held.getvalue()


def _heads() -> Sequence[str]:
    return [
        _("Name"), _("Village"), _("In scope"), _("Reached"), _("Ambassador"), _("Proficient"), _("Share"),
    ]  # fmt: skip
