"""What the printed report of an area says: the page's numbers, drawn for paper, read well by a screen reader."""

from base64 import b64encode
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from outreach.accounts.models import Account
from outreach.coverage import names, numbers
from outreach.coverage.queries import Overview
from outreach.households.models import CLOSED, LADDER
from outreach.households.names import STAGE_NAMES
from outreach.i18n import show_number
from outreach.lib.months import before

INDIGO, MIDDLE, TRACK = "#10406F", "#4F7AA6", "#E6EEF6"
WIDTH, HEIGHT = 300, 12  # of a bar, in its own units


def contents(page: Overview, reader: Account, at: datetime) -> dict[str, Any]:
    """What the template of the report shows; `at` is the moment of printing."""
    return {
        "page": page, "names": names, "reader": reader, "at": at, "before": before(page.month),
        "bars": [_bar(page, stage) for stage in LADDER],
        "apart": [(STAGE_NAMES[stage], page.total.of(stage)) for stage in CLOSED],
        "table": numbers.ordered(page.rows, "share"),
        "stuck": STAGE_NAMES[page.total.stuck[0]],
    }  # fmt: skip


def _bar(page: Overview, stage: str) -> dict[str, Any]:
    """A stage: its name, count, and its bar as a picture. A picture in an <img> keeps its words for blind readers."""
    count, of = page.total.of(stage), page.total.in_scope
    alt = _("%(stage)s: %(count)s of %(of)s households", stage=STAGE_NAMES[stage], count=show_number(count),
            of=show_number(of))  # fmt: skip
    done = INDIGO if stage == "proficient" else MIDDLE
    return {"stage": STAGE_NAMES[stage], "count": count, "alt": alt, "src": _picture(count / of if of else 0, done)}


def _picture(share: float, ink: str) -> str:
    wide = max(0.0, min(1.0, share)) * WIDTH
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{TRACK}"/>'
        f'<rect width="{wide:.1f}" height="{HEIGHT}" fill="{ink}"/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
