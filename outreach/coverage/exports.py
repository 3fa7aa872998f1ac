"""The table of a coverage page as CSV: fixed column codes, a row of HXL tags (hxlstandard.org), one row a place.

UTF-8 with a byte order mark, so that Excel reads the Vietnamese; numbers with a point, days as 2026-11-21.
"""

import csv
from io import StringIO

from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE, Area
from outreach.coverage.numbers import Row
from outreach.coverage.queries import Overview
from outreach.households.models import COUNTED, SKILLS, STAGES
from outreach.lib import cells

LEVEL = {COUNTRY: 1, PROVINCE: 2, COMMUNE: 3}  # of what stands below: HXL counts levels from the country, 0
SUMS = {
    "in_scope": "#population+households+in_scope+num",
    "reached": "#reached+households+num",
    "with_ambassador": "#reached+households+with_ambassador+num",
}
BOM = "\ufeff"


def table(page: Overview) -> str:
    """One row for each place below; for a village one row, its own."""
    out = StringIO()
    writer = csv.writer(out)
    level = LEVEL.get(page.area.kind, 3)
    heads = _heads(level)
    writer.writerow(heads.keys())
    writer.writerow(heads.values())
    writer.writerows(_cells(page, row) for row in page.rows or [page.own])
    return BOM + out.getvalue()


def _heads(level: int) -> dict[str, str]:
    """Column code → HXL tag, in order."""
    return {
        "area_code": f"#adm{level}+code",
        "area_name": f"#adm{level}+name",
        "period": "#date+period",
        "as_of": "#date+as_of",
        **SUMS,
        **{stage: f"#indicator+households+{stage}+num" for stage in STAGES},
        **{f"alone_{skill}": f"#indicator+households+alone+{skill}+num" for skill in SKILLS},
        **{f"helped_{skill}": f"#indicator+households+helped+{skill}+num" for skill in SKILLS},
        "vneid": "#indicator+adults+vneid_self_reported+num",
        "coverage_pct": "#indicator+coverage+pct",
        "proficient_change": "#indicator+households+proficient+change+num",
    }


def _cells(page: Overview, row: Row[Area]) -> list[str | int]:
    counts, share = row.counts, row.counts.share
    return [
        row.place.code,
        cells.inert(row.place.title),
        f"{page.month:%Y-%m}",
        f"{page.last_day:%Y-%m-%d}",
        *(counts.of(name) for name in (*SUMS, *COUNTED)),
        "" if share is None else f"{100 * share:.1f}",
        row.moved,
    ]
