"""A message's whole life, moment by moment: planned, cleared, taken, each receipt as it came."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _

from outreach.settings import CONSOLE
from outreach.sms import faults, names
from outreach.sms.models import Sms, SmsEvent

ACCEPTING = ("delivered", "read")  # receipts that say what `accepted_at` says


class Moment(NamedTuple):
    """Something that happened to it, in plain words."""

    at: datetime
    title: str
    text: str = ""


def life(sms: Sms, receipts: Sequence[SmsEvent]) -> list[Moment]:
    """All moments, the newest first; receipts stand in the order they came in."""
    told = sorted([*_ours(sms, receipts), *map(_receipt, receipts)], key=lambda moment: moment.at)
    return told[::-1]


def _ours(sms: Sms, receipts: Sequence[SmsEvent]) -> Iterator[Moment]:
    yield Moment(sms.created_at, _("Planned"), names.why(sms))
    if sms.cleared_at:
        yield Moment(sms.cleared_at, _("Nothing stood in its way; handed to the SMS provider"), _gateway(sms))
    if sms.sent_at:
        yield Moment(
            sms.sent_at, _("Not sent to any phone") if sms.gateway == CONSOLE else _("Taken by the SMS provider")
        )
    if sms.accepted_at and not any(one.status in ACCEPTING for one in receipts):
        yield Moment(sms.accepted_at, _("The phone company accepted it"), _("As the SMS provider's own list says."))


def _gateway(sms: Sms) -> str:
    if sms.gateway in ("", CONSOLE):
        return _("No provider is connected: nothing reaches a phone.")
    return _("Provider: %(name)s", name=sms.gateway)


def _receipt(receipt: SmsEvent) -> Moment:
    words = names.RECEIPTS.get(receipt.status)
    title = str(words) if words else _("The SMS provider says “%(status)s”", status=receipt.status)
    fault = faults.FAULTS.get(receipt.code)
    return Moment(receipt.at, title, str(fault.words) if fault else receipt.code)
