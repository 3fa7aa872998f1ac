"""What tables, levels and the words in their cells are called, in the reader's language; the dictionary of a table."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.areas.models import COMMUNE, PROVINCE, VILLAGE
from outreach.exchange.periods import Period
from outreach.exchange.tables import AMBASSADORS, COVERAGE, HOUSEHOLDS, TABLES, VISITS
from outreach.households.names import FAMILY_TYPE_NAMES, STAGE_NAMES
from outreach.visits.models import AT_DESK, AT_HOME, BY_PHONE
from outreach.visits.names import OUTCOME_NAMES

TABLE_NAMES = {
    COVERAGE: _l("Coverage by place"),
    HOUSEHOLDS: _l("Households"),
    VISITS: _l("Visits"),
    AMBASSADORS: _l("Ambassadors"),
}
TABLE_HINTS = {
    COVERAGE: _l("Sums for each place: no names."),
    HOUSEHOLDS: _l("Every household on the list as it stands today, with names."),
    VISITS: _l("Every visit of the period, with names; corrected ones are marked."),
    AMBASSADORS: _l("The ambassadors of today, with names."),
}
LEVEL_NAMES = {PROVINCE: _l("Province"), COMMUNE: _l("Commune"), VILLAGE: _l("Village")}
# Column → the words that may stand in its cells.
WORDS: dict[str, dict[str, Any]] = {
    "stage": STAGE_NAMES,
    "family_types": FAMILY_TYPE_NAMES,
    "outcome": OUTCOME_NAMES,
    "way": {AT_HOME: _l("At the house"), AT_DESK: _l("At a desk"), BY_PHONE: _l("By telephone")},
}


def shown(period: Period) -> str:
    """A period as one says it."""
    if period.quarter:
        return _("Quarter %(quarter)s of %(year)s", quarter=period.text[-1], year=period.first.year)
    return _("Month %(month)s", month=f"{period.first:%m/%Y}")


def dictionary(what: str) -> Iterator[tuple[str, str, str]]:
    """A table explained: code, HXL tag and meaning of each column, then the words of its cells."""
    yield _("Column"), "HXL", _("Meaning")
    for column in TABLES[what]:
        yield column.code, column.tag, str(column.text)
    for column in TABLES[what]:
        for word, text in WORDS.get(column.code, {}).items():
            yield f"{column.code} = {word}", "", str(text)
