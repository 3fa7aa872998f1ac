"""The telephone list in words: what to say, and why no message brings it."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach import clock
from outreach.i18n import show_weekday
from outreach.reminders import fates, telephone
from outreach.reminders.names import DUE_NAMES
from outreach.reminders.telephone import Need
from outreach.sms.models import FAILED
from outreach.sms.names import HELD
from outreach.sms.purposes import FOLLOW_UP

WHY_NAMES = {
    telephone.NO_NUMBER: _l("No telephone"),
    telephone.WRONG: _l("The number does not work"),
    telephone.STOPPED: _l("Wants no text messages"),
    telephone.NO_YES: _l("Has not agreed to text messages"),
    telephone.LESS: _l("Agreed to reminders of visits only"),
    fates.NOT_SENT: _l("The commune sends no text messages about this"),
    telephone.NOT_MET: _l("Was not met when the visit was promised"),
    fates.LATE: _l("No text message can go in time"),
    fates.MISLED: _l("Was told another day, hour or place"),
    FAILED: _l("The text message did not arrive"),
    **{held: HELD[held] for held in fates.HELD_UP},
}


def need(one: Need) -> str:
    """What to tell somebody: what it is, and when."""
    if isinstance(one.at, datetime):
        at = clock.local(one.at)
        return _(
            "Class on %(day)s at %(hour)s, %(place)s", day=show_weekday(at.date()), hour=f"{at:%H:%M}", place=one.what
        )
    if one.purpose == FOLLOW_UP:
        return _("Visit on %(day)s", day=show_weekday(one.at))
    return _("%(what)s: %(day)s", what=str(DUE_NAMES[one.what]), day=show_weekday(one.at))
