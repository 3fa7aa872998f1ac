"""Whether a message brings a reminder: one went or waits, or one will be planned and is in time; else why not."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import Area
from outreach.queue import QUEUED
from outreach.reminders import people, rules
from outreach.sms import days, obstacles, outbox, settling, spending
from outreach.sms.models import CANCELLED, FAILED, Sms
from outreach.sms.purposes import CLASS, DUE_DATE, FOLLOW_UP, RESULT_READY

ABOUT = (FOLLOW_UP, DUE_DATE, RESULT_READY, CLASS)
AGO = timedelta(days=31)  # nothing that somebody needs to hear this week was planned earlier
AHEAD = timedelta(days=7)
NOT_SENT, LATE, MISLED = "not_sent", "late", "misled"
HELD_UP = (spending.BUDGET, obstacles.NOT_REGISTERED, obstacles.TRIAL, settling.HOUSE)  # until somebody mends it


class Reminder(NamedTuple):
    """A reminder as its planner has it: `on` None where there is no day on which it could go."""

    member_id: int | None
    purpose: str
    due_on: date
    on: date | None
    until: datetime
    about: str = ""
    changed_at: datetime | None = None  # who was told before was told something else

    @property
    def key(self) -> str:
        """As the outbox knows it."""
        return outbox.key(f"member:{self.member_id}", self.purpose, self.due_on, self.about)


class Fates:
    """What is known of a commune's messages; read in a few queries, however many there are."""

    def __init__(self, s: Session, commune: Area) -> None:
        self.hours, self._on, self._now = days.hours(s), rules.on(s, commune.id), clock.now()
        self._known = _known(s, commune, self._now)
        months = {spending.month_of(day) for day in (clock.today(), clock.today() + AHEAD)}
        self._spent = {month for month in months if spending.is_spent(s, commune.id, month)}
        if any(why == spending.BUDGET for why, _cleared_at in self._known.values()):
            self._spent.add(min(months))

    def known(self, one: Reminder) -> str | None:
        """Why the message that was put there does not arrive, "" if it does; None: there is none yet."""
        why, cleared_at = self._known.get(one.key, (None, None))
        return MISLED if why == "" and _before(cleared_at, one.changed_at) else why

    def off(self, purpose: str) -> str:
        """NOT_SENT where the commune has switched such reminders off, else ""."""
        return "" if purpose in self._on else NOT_SENT

    def why_not(self, one: Reminder) -> str:
        """Why no message brings this to somebody who may be written to about it; "" where one does."""
        known = self.known(one)
        if known is not None:
            return known
        if off := self.off(one.purpose):
            return off
        if one.on is None or self.hours.opening(max(people.morning(one.on), self._now)).at > one.until:
            return LATE
        return spending.BUDGET if spending.month_of(one.on) in self._spent else ""


def _known(s: Session, commune: Area, now: datetime) -> Mapping[str, tuple[str, datetime | None]]:
    """By key, why a message does not arrive ("": it does), and when it was handed over."""
    rows = select(Sms.key, Sms.state, Sms.held, Sms.attempts, Sms.not_after, Sms.cleared_at).where(
        Sms.area_id == commune.id, Sms.purpose.in_(ABOUT), Sms.due_at >= now - AGO
    )  # fmt: skip
    found: dict[str, tuple[str, datetime | None]] = {}
    for key, state, held, attempts, not_after, cleared_at in s.execute(rows):
        if state == QUEUED:
            found[key] = held if held in HELD_UP else "" if now <= not_after else LATE, None
        elif state not in (FAILED, CANCELLED):
            found[key] = "", cleared_at
        elif attempts or state == FAILED:  # an untried one that was taken back comes again where it is still due
            found[key] = FAILED, None
    return found


def _before(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment < other
