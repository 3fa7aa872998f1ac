"""A message's fate in words an official understands. The network's "delivered" is not "read", and no word says so."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach import clock, i18n
from outreach.lib.sms_text import PLACEHOLDER
from outreach.queue import QUEUED, WORKING
from outreach.settings import CONSOLE
from outreach.sms import days, faults, numbers, obstacles, outbox, purposes, settling, spending
from outreach.sms.models import ACCEPTED, FAILED, FULL, PLAIN, SENT, UNKNOWN, Sms

FATE_NAMES = {
    "waiting": _l("Waiting"),
    "unknown": _l("Unknown"),
    "sent": _l("Sent, no receipt yet"),
    "accepted": _l("Operator accepted"),
    "failed": _l("Failed"),
    "cancelled": _l("Taken back"),
}
EMPTY = {
    "waiting": _l("No message is waiting. One is written as soon as somebody is due by a reminder that is on."),
    "unknown": _l("Of every message we know whether it went."),
    "sent": _l("No message waits for its receipt."),
    "accepted": _l("The phone company has not accepted a message in these days."),
    "failed": _l("No message has failed."),
    "cancelled": _l("No message was taken back."),
}
HELD = {
    days.QUIET: _l("It is not between 08:00 and 20:00"),
    days.HOLIDAY: _l("On closed days nothing goes out"),
    obstacles.DAILY: _l("The number has had the most messages allowed in 24 hours"),
    obstacles.PURPOSE_TODAY: _l("The number has had a message of this kind today"),
    obstacles.NOT_REGISTERED: _l("The SMS provider has not registered these words yet"),
    spending.BUDGET: _l("The month's money for messages is spent"),
    obstacles.TRIAL: _l("On trial: only the listed numbers get messages"),
    settling.HOUSE: _l("The SMS provider refuses all messages at present"),
}
REASONS = {
    outbox.CONSENT_WITHDRAWN: _l("Consent was withdrawn."),
    outbox.NO_LONGER_DUE: _l("The reminder was no longer needed."),
    numbers.OPTED_OUT: _l("This number wants no messages."),
    numbers.WRONG_NUMBER: _l("The phone company says that this number does not work."),
    obstacles.TOO_LATE: _l("It would have come too late."),
    **{reason: _l("It waited until it was too late. %(why)s.", why=words) for reason, words in HELD.items()},
}
WHY = {
    purposes.FOLLOW_UP: _l("A visit to the house was agreed on."),
    purposes.LESSON_STOPPED: _l("A lesson was begun and has not been opened for some days."),
    purposes.NEXT_LESSON: _l("A lesson was finished, and there is a next one."),
    purposes.DUE_DATE: _l("Somebody asked to be reminded of this day."),
    purposes.RESULT_READY: _l("Somebody asked to be told when a result is there."),
    purposes.CLASS: _l("There is a class near the home."),
    purposes.WELCOME: _l("The person became the household's digital ambassador."),
    purposes.WEEK_LIST: _l("A volunteer wants to know each Monday whom to visit."),
    purposes.WEEK_SUMMARY: _l("An official wants to know each Monday how the week before went."),
}
RECEIPTS = {
    "accepted": _l("The SMS provider took it into its queue"),
    "scheduled": _l("The SMS provider keeps it for its hour"),
    "queued": _l("The SMS provider put it in line"),
    "sending": _l("The SMS provider is handing it to the phone company"),
    "sent": _l("The SMS provider handed it to the phone company"),
    "delivered": _l("The phone company accepted it"),
    "read": _l("The phone company accepted it"),
    "undelivered": _l("The phone company could not deliver it"),
    "failed": _l("The SMS provider could not send it"),
    "canceled": _l("The SMS provider dropped it"),
}
FORM_NAMES = {FULL: _l("With accents"), PLAIN: _l("Without accents")}
EVERY_DAY = days.Hours(frozenset())


def fate(sms: Sms, hours: days.Hours = EVERY_DAY) -> str:
    """What became, or will become, of a message; the reason when it did not go. `hours`: when messages go."""
    if sms.state == QUEUED:
        return _goes_at(sms, hours)
    if sms.state == WORKING:
        return _("Being sent now")
    if sms.state == SENT:
        return _sent(sms)
    if sms.state == ACCEPTED:
        return _("Operator accepted it at %(time)s", time=i18n.show_datetime(sms.accepted_at))
    if sms.state == UNKNOWN:
        return _("We do not know yet whether it went. The SMS provider is asked before anything is sent again.")
    return reason(sms.state, sms.error)


def reason(state: str, error: str) -> str:
    """Why a message failed or was taken back."""
    if state == FAILED and error not in REASONS:
        fault = faults.FAULTS.get(error)
        return str(fault.words if fault else faults.OTHER)
    return str(REASONS.get(error, _("It was taken back before it went.")))


def then(state: str, error: str) -> str:
    """What happens after it failed, and what to do; "" for any other state."""
    if state != FAILED:
        return ""
    fault = faults.FAULTS.get(error)
    if fault is not None and fault.permanent:
        return str(fault.then)
    return _("It is not tried again. Does the day matter? Then telephone the family.")


def purpose(name: str) -> str:
    """What a message is for; one of an older release keeps its name."""
    return str(purposes.PURPOSES[name].name) if name in purposes.PURPOSES else name


def why(sms: Sms) -> str:
    """Why somebody gets this message: what it came of, and the day that it speaks of where it names one."""
    words = str(WHY.get(sms.purpose, _("A reminder of the commune.")))
    on = _day(str(sms.why.get("on", "")))
    return _("%(why)s The day: %(day)s.", why=words, day=i18n.show_date(on)) if on else words


def words(sms: Sms, commune: bool) -> str:
    """What it says, for its `commune`; above it only what it was made of, with gaps for what it tells of the person."""
    if commune or sms.wording is None:
        return sms.body or _("No longer kept")
    return PLACEHOLDER.sub("[…]", sms.wording.full if sms.form == FULL else sms.wording.plain)


def masked(number: str) -> str:
    """A telephone number of which only the last three digits can be read."""
    if not number:
        return _("No longer kept")
    return f"•••\u00a0•••\u00a0{number[-3:]}"  # kept on one line


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _goes_at(sms: Sms, hours: days.Hours) -> str:
    now = clock.now()
    at = hours.opening(max(sms.due_at, now)).at
    goes = _("Goes in the next few minutes") if at <= now else _("Goes at %(time)s", time=i18n.show_datetime(at))
    if sms.held not in HELD or sms.held in (days.QUIET, days.HOLIDAY):
        return goes
    return _("Waits: %(why)s. Looked at again at %(time)s", why=HELD[sms.held], time=i18n.show_datetime(at))


def _sent(sms: Sms) -> str:
    time = i18n.show_datetime(sms.sent_at)
    if sms.gateway == CONSOLE:
        return _("Would have gone at %(time)s; not sent to any phone", time=time)
    return _("Taken by the SMS provider at %(time)s", time=time)
