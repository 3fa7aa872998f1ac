"""Coverage as DHIS2 takes it: data value sets as JSON or CSV, organisation units and data elements by their codes.

What is sent to `POST /api/dataValueSets?dataElementIdScheme=code&orgUnitIdScheme=code`. A commune's code in the
national list is its organisation unit's code. A value that has not changed is passed over by DHIS2, so a set may be
sent again. A commune whose list of households is not here yet is left out: nothing known is not zero.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from outreach.exchange.figures import Figure
from outreach.exchange.periods import Period

HEADER = ("dataelement", "period", "orgunit", "categoryoptioncombo", "attributeoptioncombo", "value")


class Element(NamedTuple):
    """A data element: its code in DHIS2, its meaning, and how it is taken from a commune's figures."""

    code: str
    text: Any
    of: Callable[[Figure], int]


ELEMENTS = (
    Element("OUTREACH_HOUSEHOLDS", _l("Households in scope at the period's end"), lambda f: f.counts.in_scope),
    Element("OUTREACH_REACHED", _l("Households where somebody has been met"), lambda f: f.counts.reached),
    Element(
        "OUTREACH_AMBASSADOR", _l("Households with an ambassador, or with somebody proficient"),
        lambda f: f.counts.with_ambassador,
    ),
    Element("OUTREACH_PROFICIENT", _l("Households with somebody proficient"), lambda f: f.counts.proficient),
    Element("OUTREACH_CLOSED", _l("Households counted apart: moved, absent, declined"), lambda f: f.counts.closed),
    Element("OUTREACH_VISITS", _l("Visits in the period"), lambda f: f.made.visits),
    Element("OUTREACH_VISITED", _l("Households visited in the period"), lambda f: f.made.households),
)  # fmt: skip


def data_value_set(found: Sequence[Figure], period: Period) -> dict[str, Any]:
    """The body of the request. Of one commune, period and organisation unit stand above; of many, on every value."""
    known = [one for one in found if one.known]
    if len(found) == 1:
        values = [{"dataElement": e.code, "value": str(e.of(one))} for one in known for e in ELEMENTS]
        return {"period": period.text, "orgUnit": found[0].place.code, "dataValues": values}
    rows = csv_rows(found, period)
    names = ("dataElement", "period", "orgUnit")
    return {"dataValues": [dict(zip(names, row[:3], strict=True)) | {"value": row[-1]} for row in rows]}


def csv_rows(found: Sequence[Figure], period: Period) -> Iterator[tuple[str, ...]]:
    """The rows of the CSV under `HEADER`; the option combinations are left to DHIS2's defaults."""
    for one in found:
        for element in ELEMENTS if one.known else ():
            yield element.code, period.text, one.place.code, "", "", str(element.of(one))
