"""What a refusal means for more than the one message: who must hear of it, and what waits for the same number."""

from collections.abc import Callable

from sqlalchemy import Engine, and_, or_, select
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.areas import queries as areas
from outreach.sms import faults, numbers, outbox
from outreach.sms.models import OptOut, Sms

CARRIER = "carrier"  # how the number stopped
FAILURES = 3  # in a row, until somebody is told that the gateway cannot be reached
# Somebody upstairs, where people are, is told of a number (E.164) that the phone company stopped: yeses end with it.
Stopped = Callable[[Session, str], object]


def nobody(_s: Session, _number: str) -> None:
    """Where nobody upstairs is told."""


def follow(s: Session, sms: Sms, code: str) -> None:
    """Draw the consequences of a code, whether the gateway said it at once or in a receipt.

    An opt-out is noted for the number; to a wrong number nothing more goes, and it is the commune's to mend; words that
    were stopped and an account that is refused are the house's.
    """
    concerns = faults.concerns(code) if code in faults.FAULTS else faults.MESSAGE
    if concerns == faults.STOPPED and sms.to:  # it may be long ago: see `keeping`
        db.add_missing(s, OptOut, [{"phone": sms.to, "at": clock.now(), "how": CARRIER}])
    elif concerns == faults.NUMBER:
        numbers.note_wrong(s, sms)
        outbox.drop_waiting(s, sms.to, numbers.WRONG_NUMBER)
        raising.raise_(s, faults.ALERTS[concerns], sms.area_id, sms.recipient, code=code, sms=sms.id)
    elif concerns == faults.WORDS:
        house = areas.country(s).id
        raising.raise_(s, faults.ALERTS[concerns], house, sms.purpose, purpose=sms.purpose, code=code, sms=sms.id)
    elif concerns == faults.HOUSE:
        patience = FAILURES if code == faults.NO_CONNECTION else 1  # a line that breaks for a moment is no news
        raising.raise_(s, faults.ALERTS[concerns], areas.country(s).id, code=code, after=patience)


def tell(engine: Engine, stopped: Stopped, number: str, code: str) -> None:
    """Say upstairs that a number stopped, if this code means that; after `follow`, so that no lock is held meanwhile.

    Should nobody live to say it, the worker's nightly look finds it (`stopping.stop.catch_up`).
    """
    if faults.concerns(code) == faults.STOPPED:
        with db.transaction(engine) as s:
            stopped(s, number)


def arrived(s: Session, sms: Sms) -> None:
    """A message that the operator accepted proves that its number works, and that the house is not refused."""
    numbers.confirm(s, sms, Sms.cleared_at < sms.sent_at)
    number = and_(
        Alert.kind == faults.ALERTS[faults.NUMBER], Alert.area_id == sms.area_id, Alert.about == sms.recipient
    )
    mended = or_(number, Alert.kind == faults.ALERTS[faults.HOUSE])
    for alert in s.scalars(select(Alert).where(mended, Alert.closed_at.is_(None), Alert.last_at < sms.sent_at)).all():
        raising.over(s, alert.kind, alert.area_id, alert.about)
