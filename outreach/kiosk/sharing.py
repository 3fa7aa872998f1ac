"""Devices that many people share: set up and ended by an official; and forgetting whoever used one."""

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.learning import device
from outreach.learning.models import Answer, Kiosk, Learner, Progress


def listing(s: Session, account: Account) -> Sequence[Kiosk]:
    """The devices of the official's commune, those in use first, then the newest."""
    own = select(Kiosk).where(Kiosk.area_id == account.area_id)
    return s.scalars(own.order_by(Kiosk.ended_at.is_not(None), Kiosk.id.desc())).all()


def find(s: Session, account: Account, kiosk_id: int) -> Kiosk | None:
    """A device in use of the official's commune, by its id."""
    own = (Kiosk.id == kiosk_id, Kiosk.area_id == account.area_id, Kiosk.ended_at.is_(None))
    return s.scalars(select(Kiosk).where(*own)).one_or_none()


def set_up(s: Session, place: str, by: Account) -> tuple[Kiosk, str]:
    """A new device for a place of the official's commune, and the token that makes a browser this device.

    The token is told once and kept nowhere.
    """
    token = secrets.token_urlsafe(32)
    kiosk = Kiosk(
        area_id=by.area_id, place=place, token=device.digest(token), made_at=clock.now(), made_by_id=by.id
    )  # fmt: skip
    s.add(kiosk)
    s.flush()
    audit.record(s, "kiosk.create", "kiosk", kiosk.id, area_id=by.area_id)
    return kiosk, token


def end(s: Session, kiosk: Kiosk) -> None:
    """A device that is lost, or serves somebody else now: its token is worth nothing from here on."""
    kiosk.ended_at = clock.now()
    audit.record(s, "kiosk.end", "kiosk", kiosk.id, area_id=kiosk.area_id)


def forget(s: Session, token: str | None) -> None:
    """Take away all that somebody did on a shared device, by the learner's cookie. Twice does no harm.

    Rehearsals go with the learner (run.learner_id cascades). What belongs to a member, with a card, stays.
    """
    nobody = select(Learner.id).where(Learner.token == (token or ""), Learner.member_id.is_(None))
    learner_id = s.scalars(nobody.with_for_update()).one_or_none()  # a deed under way is noted first, then forgotten
    if learner_id is not None:
        s.execute(delete(Answer).where(Answer.learner_id == learner_id))
        s.execute(delete(Progress).where(Progress.learner_id == learner_id))
        s.execute(delete(Learner).where(Learner.id == learner_id))
