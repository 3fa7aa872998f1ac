"""A message's fate in words an official understands. The network's "sent" is not "read", and no word here says so."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach import clock, i18n
from outreach.lib import quiet_hours
from outreach.queue import QUEUED, WORKING
from outreach.settings import CONSOLE
from outreach.sms import faults, obstacles, outbox
from outreach.sms.models import CANCELLED, FAILED, SENT, Sms

LIST_NAMES = {
    "waiting": _l("Waiting"), "sent": _l("Sent"), "failed": _l("Failed"), "cancelled": _l("Taken back"),
}  # fmt: skip
EMPTY = {
    "waiting": _l("No message is waiting. Reminders are written the day before a follow-up visit."),
    "sent": _l("No message has gone out yet."),
    "failed": _l("No message has failed."),
    "cancelled": _l("No message was taken back."),
}
REASONS = {
    outbox.CONSENT_WITHDRAWN: _l("Consent was withdrawn."),
    outbox.NO_LONGER_DUE: _l("The reminder was no longer needed."),
    obstacles.OPTED_OUT: _l("This number wants no messages."),
    obstacles.TOO_LATE: _l("It would have come too late."),
    obstacles.DAILY_LIMIT: _l("This number had already had the most messages allowed in 24 hours."),
}


def fate(sms: Sms) -> str:
    """What became, or will become, of a message; the reason when it did not go."""
    if sms.state == QUEUED:
        return _goes_at(sms)
    if sms.state == WORKING:
        return _("Being sent now")
    if sms.state == SENT:
        return _sent(sms)
    if sms.state == FAILED:
        fault = faults.FAULTS.get(sms.error)
        return str(fault.words if fault else faults.OTHER)
    if sms.state == CANCELLED:
        return str(REASONS.get(sms.error, _("It was taken back before it went.")))
    return _("We do not know yet whether it went. The SMS provider is asked before anything is sent again.")


def masked(number: str) -> str:
    """A telephone number of which only the last three digits can be read."""
    return f"•••\u00a0•••\u00a0{number[-3:]}"  # kept on one line


def _goes_at(sms: Sms) -> str:
    now = clock.now()
    at = quiet_hours.next_opening(max(sms.due_at, now), clock.place())
    return _("Goes in the next few minutes") if at <= now else _("Goes at %(time)s", time=i18n.show_datetime(at))


def _sent(sms: Sms) -> str:
    time = i18n.show_datetime(sms.sent_at)
    if sms.gateway == CONSOLE:
        return _("Would have gone at %(time)s; not sent to any phone", time=time)
    return _("Taken by the SMS provider at %(time)s", time=time)
