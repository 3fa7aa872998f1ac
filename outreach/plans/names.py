"""What forecasts, verdicts and needs are called, in the reader's language."""

from datetime import date, timedelta
from math import ceil, floor

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from outreach.areas.models import Area
from outreach.coverage.names import below
from outreach.i18n import show_date, show_number
from outreach.plans.forecast import NOT_SO, TOO_FEW, TOO_SHORT, Forecast, Range
from outreach.plans.needed import Need
from outreach.plans.outlook import LIKELY, OPEN, UNLIKELY
from outreach.plans.supposing import AS_NOW, FARTHEST, LEARNERS, NEAREST

NEAR = 8  # weeks: what is nearer is told in weeks, the rest in months

WHY = {
    TOO_SHORT: _l("There is no forecast yet: households have been counted here for less than four whole weeks."),
    TOO_FEW: _l("There is no forecast: in the last 12 weeks fewer than 5 households here became proficient. "
                "So few tell nothing about the pace."),
    NOT_SO: _l("There is no forecast: in the last weeks no more households became proficient than fell back."),
}  # fmt: skip
VERDICTS = {
    LIKELY: _l("Likely in time"),
    OPEN: _l("Perhaps in time"),
    UNLIKELY: _l("Likely too late"),
}
VERDICT_KINDS = {LIKELY: "done", UNLIKELY: "late"}  # how a tag looks
ORDERS = {
    AS_NOW: _l("The order of now"),
    LEARNERS: _l("First the households that are learning"),
    NEAREST: _l("First the households with the fewest steps left"),
    FARTHEST: _l("First the places furthest behind"),
}


def told(found: Forecast, today: date) -> str:
    """A forecast in one sentence, with its range, or why there is none."""
    return str(WHY[found.why]) if found.when is None else when(found.when, today)


def when(range_: Range, today: date) -> str:
    """When the goal is reached: "Between 03/2027 and 06/2027, most likely around 04/2027."."""
    early, middle, late = range_
    if late == 0:
        return _("The goal is reached.")
    if early is None:
        return _("At the present pace later than in five years.")
    if late is not None and late <= NEAR:
        return _in_weeks(max(1, floor(early)), ceil(late))
    first = _month(today, early)
    if middle is None:
        return _("Not before %(early)s; at the usual pace later than in five years.", early=first)
    around = _month(today, middle)
    if late is None:
        return _("Around %(middle)s, not before %(early)s; if it goes slowly, later than in five years.",
                 middle=around, early=first)  # fmt: skip
    last = _month(today, late)
    if first == last:
        return _("In %(month)s.", month=first)
    return _("Between %(early)s and %(late)s, most likely around %(middle)s.", early=first, late=last, middle=around)


def task(need: Need[Area], visits: int | None, kind: str) -> str:
    """What to do each week to be on plan: "… visit 14 households a week, first in these 6 villages."."""
    told = {"day": show_date(need.goal.on), "count": show_number(need.a_week if visits is None else visits)}
    where = below(kind, len(need.parts)) if need.parts else ""
    if visits is None and where:
        return _("To be on plan on %(day)s: %(count)s households a week, first in %(places)s.", places=where, **told)
    if visits is None:
        return _("To be on plan on %(day)s: %(count)s households a week.", **told)
    if where:
        return _("To be on plan on %(day)s, visit %(count)s households a week, first in %(places)s.",
                 places=where, **told)  # fmt: skip
    return _("To be on plan on %(day)s, visit %(count)s households a week.", **told)


def beside(short: int) -> str:
    """How a place stands beside the plan: "53 behind", "2 ahead", "on plan"."""
    if short == 0:
        return _("on plan")
    count = show_number(abs(short))
    return _("%(count)s behind", count=count) if short > 0 else _("%(count)s ahead", count=count)


def rate(pace: float | None) -> str:
    """A pace with one decimal; a dash where nobody can say."""
    return "–" if pace is None else show_number(round(pace, 1))


def _in_weeks(first: int, last: int) -> str:
    if first == last:
        return ngettext("In about %(num)s week.", "In about %(num)s weeks.", last)
    return _("In %(first)s to %(last)s weeks.", first=show_number(first), last=show_number(last))


def _month(today: date, weeks: float) -> str:
    return f"{today + timedelta(days=round(7 * weeks)):%m/%Y}"
