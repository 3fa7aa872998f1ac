"""When a person, a village or a phone has been silent for too long: plain rules on days, nothing is presumed.

A volunteer or a village without a visit for two weeks is named, so that somebody asks; so is a phone that holds records
for a day, or that nobody has heard of for a week while its owner has houses to visit. The figures are judgements: a
promise to come again is made for one or two weeks (`visits.forms`), so two weeks without any visit break one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from outreach import clock

SILENT_AFTER: Final = 14  # days without a visit
UNSEEN_AFTER: Final = 7  # days without a word from a phone
CLOCK_OFF: Final = 300  # seconds; less than that mends itself


def days_since(moment: datetime | None, today: date) -> int | None:
    """Local days from a moment until today; None when there was none."""
    return None if moment is None else max(0, (today - clock.local(moment).date()).days)


def is_silent(last_at: datetime | None, since: datetime, today: date) -> bool:
    """Whether nobody was visited for SILENT_AFTER days; `since`: before that day nothing was to be expected."""
    days = days_since(max(last_at, since) if last_at else since, today)
    return days is not None and days >= SILENT_AFTER


@dataclass(frozen=True)
class PhoneState:
    """What a leader should know of a phone: what it held when last heard of, and for how long it has been quiet.

    `unsent` is how many days ago it last sent while records wait on it (None: none wait); `unseen` how many days
    nothing was heard of it although visits were expected (None: it is well). `clock_off` is in minutes, ahead of ours;
    0 when its clock is right.
    """

    waiting: int
    unsent: int | None
    unseen: int | None
    clock_off: int

    @property
    def is_well(self) -> bool:
        """Whether nothing need be done."""
        return self.unsent is None and self.unseen is None and not self.clock_off


def phone_state(
    *, waiting: int, seen_at: datetime, sent_at: datetime | None, created_at: datetime, clock_off: int,
    expected: bool, today: date,
) -> PhoneState:  # fmt: skip
    """Judge a phone; `expected` is whether its owner has houses to visit."""
    unseen = days_since(seen_at, today) or 0
    return PhoneState(
        waiting=waiting,
        unsent=days_since(sent_at or created_at, today) if waiting else None,
        unseen=unseen if expected and unseen > UNSEEN_AFTER else None,
        clock_off=round(clock_off / 60) if abs(clock_off) > CLOCK_OFF else 0,
    )
