"""What outcomes, reasons and what happened are called, in the reader's language."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from outreach.households.names import FAMILY_TYPE_NAMES, STAGE_NAMES
from outreach.i18n import chosen, show_date, show_number
from outreach.i18n import show_weekday as weekday
from outreach.lessons.queries import catalogue
from outreach.visits.models import ALONE, AT_DESK, AT_HOME, BY_PHONE, HELPED, NOBODY, REFUSED, SHOWN, Visit
from outreach.visits.planning import Plan, Suggestion

__all__ = [
    "LETTERED", "OUTCOME_NAMES", "STAGE_NAMES", "WAY_NAMES", "counted", "far", "lesson", "took_place", "weekday",
    "where", "why",
]  # fmt: skip

OUTCOME_NAMES = {
    ALONE: _l("Did it alone"),
    HELPED: _l("Did it with help"),
    SHOWN: _l("Was shown how, has not done it yet"),
    NOBODY: _l("Nobody was home"),
    REFUSED: _l("Does not wish to take part"),
}
WAY_NAMES = {
    AT_DESK: _l("At a desk or help point"),
    AT_HOME: _l("At somebody's home"),
    BY_PHONE: _l("By telephone"),
}

# On paper an outcome is one letter to tick; typed in, the same letter chooses it. No two begin alike.
LETTERED = {
    ALONE: _l("A – Did it alone"),
    HELPED: _l("H – Did it with help"),
    SHOWN: _l("S – Was shown how"),
    NOBODY: _l("N – Nobody was home"),
    REFUSED: _l("R – Does not wish to take part"),
}


def took_place(visit: Visit) -> str:
    """Where a visit took place, if not in the family's own house: "By telephone, xã Tiên Lữ"; else ""."""
    way = "" if visit.way == AT_HOME and not visit.place else str(WAY_NAMES[visit.way])
    return ", ".join(part for part in (way, visit.place.full_name if visit.place else "") if part)


def lesson(slug: str) -> str:
    """A lesson's title in the reader's language; the slug itself where the lesson is no longer there."""
    known = catalogue().get(slug)
    return known.words_in(chosen()).title if known else slug


def why(one: Suggestion, overdue: int | None) -> str:
    """Why to visit this household; `overdue` is the number of days since a promised day.

    None: it is read on other days as well, as on a phone that is carried without a network, so it speaks of none.
    Where it is of a kind that a campaign is behind with, that is said as well.
    """
    if not one.wished:
        return _because(one, overdue)
    kind = FAMILY_TYPE_NAMES[one.wished]
    return _("%(why)s. The campaign is short of such families: %(kind)s", why=_because(one, overdue), kind=kind)


def _because(one: Suggestion, overdue: int | None) -> str:
    day = show_date(one.day)
    if one.reason == "follow_up" and overdue is None:
        return _("Promised for %(day)s", day=day)
    if one.reason == "follow_up" and overdue and overdue > 0:
        return ngettext(
            "Promised for %(day)s, %(num)s day ago", "Promised for %(day)s, %(num)s days ago", overdue, day=day
        )
    sentences = {
        "follow_up": _("Promised for today, %(day)s", day=day),
        "stopped": _("Began a lesson, has not opened it since %(day)s", day=day),
        "waiting": _("%(name)s has shown enough, waits to be confirmed", name=one.member),
        "not_begun": _("Ambassador since %(day)s, has not begun a lesson", day=day),
        "never_visited": _("Nobody has come here yet"),
        "nobody_home": _("Nobody was home on %(day)s", day=day),
        "no_ambassador": _("Visited on %(day)s, no ambassador yet", day=day),
    }
    return sentences[one.reason]


def where(one: Suggestion) -> str:
    """The address, and how far it is from the house listed before, where both places are known."""
    return " · ".join(part for part in (one.household.address, far(one)) if part)


def far(one: Suggestion) -> str:
    """How far it is from the house listed before; "" unless both places are known."""
    if one.metres is None:
        return ""
    if one.metres < 995:
        return _("%(metres)s m", metres=show_number(max(10, round(one.metres, -1))))
    return _("%(kilometres)s km", kilometres=show_number(round(one.metres / 1000, 1)))


def counted(plan: Plan) -> list[str]:
    """How many households each reason gives, in words; reasons that give none are left out."""
    n = plan.counts
    parts = {
        "follow_up": ngettext("%(num)s promise due", "%(num)s promises due", n["follow_up"]),
        "stopped": ngettext("%(num)s stopped in a lesson", "%(num)s stopped in a lesson", n["stopped"]),
        "waiting": ngettext("%(num)s to be confirmed", "%(num)s to be confirmed", n["waiting"]),
        "not_begun": ngettext("%(num)s has not begun to learn", "%(num)s have not begun to learn", n["not_begun"]),
        "never_visited": ngettext("%(num)s not visited yet", "%(num)s not visited yet", n["never_visited"]),
        "nobody_home": ngettext("%(num)s where nobody was home", "%(num)s where nobody was home", n["nobody_home"]),
        "no_ambassador": ngettext("%(num)s without an ambassador", "%(num)s without an ambassador", n["no_ambassador"]),
    }
    return [text for name, text in parts.items() if n[name]]
