"""What reports, their forms, ranks and shares are called, in the reader's language."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel.numbers import format_percent
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l

from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE
from outreach.assessments import queries as assessments
from outreach.bag.quiet import Quiet
from outreach.coverage import meanings
from outreach.coverage import names as coverage
from outreach.households.names import STAGE_NAMES
from outreach.i18n import show_date, show_datetime, show_number, show_percent
from outreach.reports.models import COMPARISON, MONTHLY, PDF, XLSX
from outreach.reports.ranking import Interval, Ranked
from outreach.reports.reading import Contents

KIND_NAMES = {MONTHLY: _l("Report of the month"), COMPARISON: _l("Comparison of places")}
KIND_HINTS = {
    MONTHLY: _l("What was reached, what changed, each place below; to print, sign and send."),
    COMPARISON: _l("Each place below with its share, how sure that is, and its rank."),
}
FORM_SHORT = {PDF: "PDF", XLSX: "Excel"}
FORM_NAMES = {PDF: _l("PDF, to print or to have read aloud"), XLSX: _l("Excel workbook")}
MONTHLY_OF = {
    COMMUNE: _l("Monthly report of the commune"),
    PROVINCE: _l("Monthly summary of the province"),
    COUNTRY: _l("Monthly summary of the country"),
}
FINE = 1000  # households; with fewer, one household moves the share by more than the first decimal tells

INTERVAL = _l(
    "An interval says how far chance alone may move a share, in 95 of 100 cases (Wilson's interval): the fewer "
    "households a place has, the wider it is."
)
RANK = _l("Places whose intervals overlap cannot be told apart: such a place stands from one rank to another.")

TOLD = ("visits", "alone", "helped", "vneid", "phones")  # numbers of coverage that reports show, with their meaning
# (term, meaning), at the end of every report.
MEANINGS = (
    *coverage.DEFINITIONS,
    *((one.term, one.meaning) for one in meanings.MEANINGS if one.key in TOLD),
    (_l("Interval"), INTERVAL),
    (_l("Rank"), RANK),
)


def numbers() -> list[tuple[str, str]]:
    """(count, what it is called) of an area's main numbers."""
    return [
        ("in_scope", gettext("Households in scope")), ("reached", gettext("Reached")),
        ("with_ambassador", gettext("Ambassador")), ("proficient", gettext("Proficient")),
    ]  # fmt: skip


def stages(which: Sequence[str]) -> list[tuple[str, str]]:
    """(stage, what it is called) of these."""
    return [(stage, str(STAGE_NAMES[stage])) for stage in which]


def as_of(told: Contents) -> str:
    """Which moment the figures are of, and how many phones may still change them."""
    page = told.page
    if page.past:
        said = gettext("Figures of the evening of %(day)s", day=show_date(page.last_day))
    else:
        said = gettext("Figures of %(time)s", time=show_datetime(page.as_of))
    return ". ".join(filter(None, [said, phones(told.since, told.phones)]))


def phones(since: datetime, found: Quiet) -> str:
    """How many phones may still hold something; "" where there is none."""
    if not found.all:
        return ""
    return ngettext(
        "%(quiet)s of %(count)s volunteer's phone has not sent since %(time)s",
        "%(quiet)s of %(count)s volunteers' phones have not sent since %(time)s",
        found.all, quiet=show_number(found.quiet), count=show_number(found.all), time=show_datetime(since),
    )  # fmt: skip


def skills() -> dict[str, str]:
    """The five skills by their ids."""
    language = str(get_locale())
    return {one.id: one.name.get(language, one.name["vi"]) for one in assessments.default().skills}


def whole(ratio: float) -> str:
    """A ratio without decimals: 41 %."""
    return str(format_percent(ratio, "#,##0 %", locale=get_locale()))


def share(ratio: float | None, of: int) -> str:
    """A share as exactly as so many households allow: 41,2 %, or 41 % of few; a dash where there are none."""
    return show_percent(ratio) if ratio is None or of >= FINE else whole(ratio)


def interval(span: Interval | None, of: int) -> str:
    """From where to where: 38 % – 52 %; a dash where there is none."""
    return "–" if span is None else f"{share(span.low, of)} – {share(span.high, of)}"


def rank(one: Ranked[Any]) -> str:
    """The rank, or from which to which: "from 2 to 5"; a dash where there is none."""
    if one.interval is None:
        return "–"
    if one.best == one.worst:
        return show_number(one.best)
    return gettext("from %(best)s to %(worst)s", best=show_number(one.best), worst=show_number(one.worst))
