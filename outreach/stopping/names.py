"""Why somebody gets a message, in words."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.i18n import show_date
from outreach.sms import purposes
from outreach.sms.models import Sms

WHY = {
    purposes.FOLLOW_UP: _l("A visit to the house was agreed on."),
    purposes.LESSON_STOPPED: _l("A lesson was begun and has not been opened for some days."),
    purposes.NEXT_LESSON: _l("A lesson was finished, and there is a next one."),
    purposes.DUE_DATE: _l("Somebody asked to be reminded of this day."),
    purposes.RESULT_READY: _l("Somebody asked to be told when a result is there."),
    purposes.CLASS: _l("There is a class near the home."),
    purposes.WELCOME: _l("The person became the household's digital ambassador."),
}
OTHER = _l("A reminder of the commune.")


def reason(sms: Sms) -> str:
    """Why this message was written: the rule, and the day that it is about where it names one."""
    words = str(WHY.get(sms.purpose, OTHER))
    on = _day(str(sms.why.get("on", "")))
    return _("%(why)s The day: %(day)s.", why=words, day=show_date(on)) if on else words


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None
