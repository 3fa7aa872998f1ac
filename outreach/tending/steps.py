"""The steps of an alert: somebody takes it up, acts, and closes it with a word. Each is done once and stays noted."""

from typing import Any

from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.alerts.models import ACTED, CLOSED, NEW, SEEN, Alert
from outreach.alerts.names import NUMBER
from outreach.sms import numbers
from outreach.sms.models import Sms


def take(s: Session, alert: Alert, by: Account) -> bool:
    """It is theirs from now on, whoever's it was; whether that is news."""
    if alert.closed_at is not None or alert.owner_id == by.id:
        return False
    before, alert.owner_id = alert.owner_id, by.id
    if alert.step == NEW:
        _step(alert, SEEN)
    _note(s, "alert.take", alert, by, before=before)
    return True


def act(s: Session, alert: Alert, by: Account) -> bool:
    """Something was done about it; now it is seen whether that helped. Whether that is news."""
    if alert.step in (ACTED, CLOSED):
        return False
    alert.owner_id = alert.owner_id or by.id
    _step(alert, ACTED)
    alert.acted_at = alert.acted_at or alert.step_at
    _note(s, "alert.act", alert, by)
    return True


def close(s: Session, alert: Alert, by: Account, word: str) -> bool:
    """It is settled, and how; should it be noticed again, that is a new alert. Whether that is news.

    Whoever closes the alert of a wrong number has asked: messages go there again.
    """
    if alert.closed_at is not None:
        return False
    alert.owner_id = alert.owner_id or by.id
    _step(alert, CLOSED)
    alert.closed_at, alert.closed_by_id, alert.word = alert.step_at, by.id, word
    _note(s, "alert.close", alert, by)
    found_out = s.get(Sms, alert.facts.get("sms", 0)) if alert.kind == NUMBER else None
    if found_out is not None:
        numbers.confirm(s, found_out)
    return True


def _step(alert: Alert, step: str) -> None:
    alert.step, alert.step_at = step, clock.now()


def _note(s: Session, act: str, alert: Alert, by: Account, **details: Any) -> None:
    audit.record(s, act, "alert", alert.id, area_id=alert.area_id, actor_id=by.id, kind=alert.kind, **details)
