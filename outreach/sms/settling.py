"""What becomes of messages that a worker holds: sent, unknown, waiting again, or at their end."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.queue import QUEUED, WORKING
from outreach.sms import consequences, days, faults, spending
from outreach.sms.gateway import NoAnswer, SendError
from outreach.sms.models import CANCELLED, FAILED, SENT, UNKNOWN, Sms
from outreach.sms.obstacles import LOOK_AGAIN, TOO_LATE, TRIAL, Obstacle

FIRST_RETRY = timedelta(minutes=1)  # doubles with each attempt
NO_TIME = timedelta(0)
ASK_AFTER = timedelta(minutes=2)  # the gateway's own list may lag behind
HOUSE = "house"  # why a message waits: the gateway refuses everything

log = logging.getLogger(__name__)


class Letter(NamedTuple):
    """A cleared message as the sending threads carry it; `until`: it must not arrive later."""

    id: int
    to: str
    body: str
    until: datetime
    reference: str
    lease: str | None
    attempts: int


class NotTried(NamedTuple):
    """The gateway was not asked; `held`: why it waits, "" where it may go at once."""

    held: str


Answer = str | SendError | NoAnswer | NotTried  # str: the gateway took it, and this is its number there
Answered = tuple[Letter, Answer]


def settle(s: Session, answered: Sequence[Answered]) -> int:
    """Note what came of these; how many the gateway took. What somebody else holds by now is left alone."""
    answered = sorted(answered, key=lambda one: one[0].id)  # all who lock several rows lock them in this order
    taken = [(letter, answer) for letter, answer in answered if isinstance(answer, str)]
    others = {letter.id: (letter, answer) for letter, answer in answered if not isinstance(answer, str)}
    if taken:
        _sent(s, taken)
    if others:
        _not_sent(s, others)
    return len(taken)


def _sent(s: Session, taken: Sequence[tuple[Letter, str]]) -> None:
    mine = and_(Sms.state == WORKING, Sms.lease == bindparam("its_mark"))
    if _note_sent(s, taken, mine, [letter.lease for letter, _number in taken]) < len(taken):
        _sent_after_all(s, taken)


def _sent_after_all(s: Session, taken: Sequence[tuple[Letter, str]]) -> None:
    """The lease ran out, or a clock jumped: what went out is not sent again for being noted late, and is paid for."""
    doubted = or_(Sms.state == UNKNOWN, Sms.state == QUEUED, Sms.state == CANCELLED)  # no IN where there are many rows
    same_try = Sms.attempts == bindparam("its_mark")
    if _note_sent(s, taken, and_(doubted, same_try), [letter.attempts for letter, _number in taken]):
        ids = [letter.id for letter, _number in taken]
        unpaid = select(Sms).where(Sms.id.in_(ids), Sms.state == SENT, Sms.price.is_(None)).order_by(Sms.id)
        spending.reserve_all(s, s.scalars(unpaid, execution_options={"populate_existing": True}).all())
        s.flush()


def _note_sent(
    s: Session, taken: Sequence[tuple[Letter, str]], which: ColumnElement[bool], marks: Sequence[object]
) -> int:
    """Of these that are as `which` says with its mark, how many."""
    note = (
        update(Sms.__table__)  # type: ignore[arg-type]
        .where(Sms.id == bindparam("its_id"), Sms.reference == bindparam("its_reference"), which)
        .values(
            state=SENT, lease=None, lease_until=None, sent_at=clock.now(), gateway_id=bindparam("its_number"), held="",
        )
    )  # fmt: skip
    rows = [
        {"its_id": letter.id, "its_reference": letter.reference, "its_number": number, "its_mark": mark}
        for (letter, number), mark in zip(taken, marks, strict=True)
    ]
    return int(s.connection().execute(note, rows).rowcount)


def _not_sent(s: Session, others: Mapping[int, Answered]) -> None:
    held = s.scalars(
        select(Sms).where(Sms.id.in_(others), Sms.state == WORKING).order_by(Sms.id)
        .with_for_update().execution_options(populate_existing=True)
    ).all()  # fmt: skip
    mine = [sms for sms in held if sms.lease == others[sms.id][0].lease]
    if len(mine) < len(others):
        log.warning("%s messages: the lease ran out; the gateway will be asked", len(others) - len(mine))
    hours = days.hours(s)
    for sms in mine:
        _note(s, sms, others[sms.id][1], hours)
    s.flush()
    spending.give_back_all(s, [sms.id for sms in mine if sms.state != UNKNOWN])


def _note(s: Session, sms: Sms, answer: Answer, hours: days.Hours) -> None:
    if isinstance(answer, NoAnswer):
        _move(sms, UNKNOWN, due_at=clock.now() + ASK_AFTER)
    elif isinstance(answer, NotTried):
        sms.attempts -= 1
        put_off(sms, Obstacle(answer.held, clock.now() + (FIRST_RETRY if answer.held else NO_TIME)), hours, TOO_LATE)
    elif isinstance(answer, SendError):
        if answer.permanent:
            drop(sms, FAILED, answer.code)
        else:
            put_off(sms, _pause(sms, answer), hours, answer.code, FAILED)
        consequences.follow(s, sms, answer.code)


def _pause(sms: Sms, refusal: SendError) -> Obstacle:
    """Why it waits, and until when it is tried again."""
    if refusal.house:
        return Obstacle(HOUSE, clock.now() + delay(sms))
    if faults.concerns(refusal.code) == faults.TRIAL:
        return Obstacle(TRIAL, clock.now() + LOOK_AGAIN)
    return Obstacle("", clock.now() + delay(sms))


def hold(sms: Sms, obstacle: Obstacle, hours: days.Hours) -> None:
    """Something stands in its way: back to waiting, or its end. Nothing was tried."""
    sms.attempts -= 1
    if obstacle.until is None:
        drop(sms, CANCELLED, obstacle.reason)
    else:
        put_off(sms, obstacle, hours, obstacle.reason)


def put_off(sms: Sms, obstacle: Obstacle, hours: days.Hours, late_reason: str, late_state: str = CANCELLED) -> None:
    """Back to waiting, into the next open hours; where that is too late, the end."""
    at, closed = hours.opening(obstacle.until or clock.now())
    if sms.error:  # taken back meanwhile
        drop(sms, CANCELLED, sms.error)
    elif at > sms.not_after:
        drop(sms, late_state, late_reason or TOO_LATE)
    else:
        _move(sms, QUEUED, due_at=at)
        sms.held = obstacle.reason or closed


def drop(sms: Sms, state: str, reason: str) -> None:
    """The end of a message that did not go out."""
    _move(sms, state)
    sms.error, sms.held = reason, ""


def delay(sms: Sms) -> timedelta:
    """How long to wait before the next attempt: 1, 2, 4 … minutes, at most about two hours."""
    return FIRST_RETRY * 2 ** min(max(sms.attempts - 1, 0), 7)


def _move(sms: Sms, state: str, due_at: datetime | None = None) -> None:
    """The row is locked by this transaction, so nobody else moves it."""
    sms.state, sms.lease, sms.lease_until, sms.due_at = state, None, None, due_at or sms.due_at
