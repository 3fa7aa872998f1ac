"""What keeps claimed messages from going out at this moment, looked at right before they are sent."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.queue import WORKING
from outreach.sms import days, numbers
from outreach.sms.gateway import Gateway
from outreach.sms.models import ACCEPTED, REGISTERED, SENT, UNKNOWN, Sms, Wording

TOO_LATE = "too_late"  # it will never go
DAILY, PURPOSE_TODAY, NOT_REGISTERED, TRIAL = "daily", "purpose_today", "not_registered", "trial"  # it waits
DAY = timedelta(hours=24)
BREATH = timedelta(minutes=5)  # until it is known what becomes of another message to the same number
LOOK_AGAIN = timedelta(minutes=30)  # where somebody must do something first


class Obstacle(NamedTuple):
    """Why not now; and when to look again (None: never)."""

    reason: str
    until: datetime | None


# Which messages must not go, by id, and why: known upstairs, where people are.
Unwanted = Callable[[Session, Sequence[Sms]], Mapping[int, Obstacle]]


class Judge:
    """What is known about a batch of messages that a worker holds; it is read in a few statements, however many."""

    def __init__(self, s: Session, messages: Sequence[Sms], gateway: Gateway, unwanted: Mapping[int, Obstacle]) -> None:
        self.messages, self.gateway, self.now = messages, gateway, clock.now()
        self._unwanted = unwanted
        self.hours = days.hours(s)
        self._silent = numbers.silent(s, {sms.to for sms in messages})
        self._registered = _registered(s, messages) if gateway.registers else set()
        self._told = _told(s, messages, self.now)

    def look(self) -> Iterator[tuple[Sms, Obstacle | None]]:
        """Each message with the first thing that forbids it; what may go counts for those behind it."""
        for sms in self.messages:
            obstacle = self._never(sms) or self._not_now() or self._not_allowed(sms) or self._enough(sms)
            if obstacle is None:
                self._told[sms.to].append(_Told(sms.purpose, None))
            yield sms, obstacle

    def _never(self, sms: Sms) -> Obstacle | None:
        if sms.error:  # `outbox.cancel` left its reason while the message was in a worker's hands
            return Obstacle(sms.error, None)
        if self.now > sms.not_after:
            return Obstacle(TOO_LATE, None)
        if sms.to in self._silent:
            return Obstacle(self._silent[sms.to], None)
        return self._unwanted.get(sms.id)

    def _not_now(self) -> Obstacle | None:
        opening = self.hours.opening(self.now)
        return Obstacle(opening.held, opening.at) if opening.held else None

    def _not_allowed(self, sms: Sms) -> Obstacle | None:
        if self.gateway.trial_numbers and sms.to not in self.gateway.trial_numbers:
            return Obstacle(TRIAL, self.now + LOOK_AGAIN)
        if self.gateway.registers and sms.wording_id not in self._registered:
            return Obstacle(NOT_REGISTERED, self.now + LOOK_AGAIN)
        return None

    def _enough(self, sms: Sms) -> Obstacle | None:
        """One of a purpose a day and a few in 24 hours: Decree 91/2020/NĐ-CP sets 3 for advertising, and a commune's
        reminders keep to it too. What is on its way counts as arrived, until it is known not to have.
        """
        told = self._told[sms.to]
        same = [one.at for one in told if one.purpose == sms.purpose and (one.at is None or self._is_today(one.at))]
        if any(same):
            return Obstacle(PURPOSE_TODAY, clock.day_start(clock.local(self.now).date() + timedelta(days=1)))
        if same:
            return Obstacle(PURPOSE_TODAY, self.now + BREATH)
        if len(told) < self.gateway.daily_limit:
            return None
        sent = sorted((one.at for one in told if one.at), reverse=True)
        nth = sent[self.gateway.daily_limit - 1] if len(sent) >= self.gateway.daily_limit else None
        return Obstacle(DAILY, nth + DAY if nth else self.now + BREATH)

    def _is_today(self, at: datetime) -> bool:
        return clock.local(at).date() >= clock.local(self.now).date()  # later, when the clock was put back


class _Told(NamedTuple):
    """Another message to the same number; `at` None: it is on its way."""

    purpose: str
    at: datetime | None


def _told(s: Session, messages: Sequence[Sms], now: datetime) -> dict[str, list[_Told]]:
    """By number, what it was sent in 24 hours and what is on its way to it."""
    there = and_(Sms.state.in_((SENT, ACCEPTED)), Sms.sent_at > now - DAY)
    others = Sms.id.not_in([sms.id for sms in messages])
    numbers = Sms.to.in_({sms.to for sms in messages})
    found: dict[str, list[_Told]] = defaultdict(list)
    columns = select(Sms.to, Sms.purpose, Sms.state, Sms.sent_at)
    for row in s.execute(columns.where(numbers, others, or_(there, Sms.state.in_((WORKING, UNKNOWN))))):
        found[row.to].append(_Told(row.purpose, row.sent_at if row.state in (SENT, ACCEPTED) else None))
    return found


def _registered(s: Session, messages: Sequence[Sms]) -> set[int | None]:
    wordings = {sms.wording_id for sms in messages}
    return set(s.scalars(select(Wording.id).where(Wording.id.in_(wordings), Wording.state == REGISTERED)))
