"""What the divisions of coverage are called, in the reader's language."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from outreach import clock
from outreach.coverage.names import Column
from outreach.coverage.numbers import Row
from outreach.groups.breakdown import CARER, HARDSHIP, KIND
from outreach.groups.hardship import Village, Villages
from outreach.households.names import FAMILY_TYPE_NAMES
from outreach.i18n import show_number
from outreach.plans.hardship import OTHERS, SPECIAL, UNTOLD

__all__ = ["CARER_COLUMN", "DIVISION_NAMES", "FAMILY_TYPE_NAMES", "HARDSHIP_NAMES", "HARDSHIP_SHORT", "papers", "told"]

CARER_COLUMN = Column("name", _l("Who looks after them"))
DIVISION_NAMES = {  # short: they name sheets of a workbook
    CARER: _l("By volunteer"),
    KIND: _l("By kind of family"),
    HARDSHIP: _l("By hardship"),
}
HARDSHIP_NAMES = {
    SPECIAL: _l("Villages in special difficulty"),
    OTHERS: _l("Other villages"),
    UNTOLD: _l("Villages of which nothing is known"),
}


HARDSHIP_SHORT = {
    SPECIAL: _l("Yes"),
    OTHERS: _l("No"),
    UNTOLD: _l("Not known"),
}


class Paper(NamedTuple):
    """A review as it was entered: its day, where it stands, by whom it was entered and when; of how many villages."""

    as_of: date
    source: str
    by: str
    on: date
    villages: int


def papers(rows: Sequence[Row[Village]]) -> list[Paper]:
    """The reviews that the numbers of villages are from, the latest first."""
    found = Counter(
        (fact.as_of, fact.source, row.place.by.name, clock.local(fact.set_at).date())
        for row in rows
        if (fact := row.place.fact) and row.place.by
    )
    return [Paper(*key, many) for key, many in sorted(found.items(), reverse=True)]


def told(one: Villages) -> str:
    """How many villages, and what was counted in them: "3 thôn, 41 hộ nghèo, 20 hộ cận nghèo"."""
    parts = [ngettext("%(count)s village", "%(count)s villages", one.villages, count=show_number(one.villages))]
    if one.poor is not None:
        parts.append(gettext("poor households: %(count)s", count=show_number(one.poor)))
    if one.near_poor is not None:
        parts.append(gettext("near-poor households: %(count)s", count=show_number(one.near_poor)))
    return ", ".join(parts)
