"""Việt Nam's public holidays, written down among the closed days a year ahead.

The law (Labour Code 2019, article 112) and each year's decision on days in lieu are known to the library `holidays`.
It takes nine megabytes, so it is loaded only when a year is missing.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.sms.models import ClosedDay

LONGEST = 60  # characters of ClosedDay.name


def bring_near(s: Session) -> int:
    """Write down this year's and the next one's where they are missing; how many days came."""
    year = clock.today().year
    return bring(s, year) + bring(s, year + 1)


def bring(s: Session, year: int) -> int:
    """Write down the public holidays of a year that has none; how many came.

    One that somebody took away does not come back, as long as another of its year is there. A day somebody closed
    keeps the name they gave it.
    """
    days = ClosedDay.day.between(date(year, 1, 1), date(year, 12, 31))
    there = select(func.count()).select_from(ClosedDay)
    if s.scalar(there.where(days, ClosedDay.by_id.is_(None))):
        return 0
    before = s.scalar(there.where(days)) or 0
    public = public_holidays(year)
    db.add_missing(s, ClosedDay, [{"day": day, "name": name, "by_id": None} for day, name in sorted(public.items())])
    return (s.scalar(there.where(days)) or 0) - before


def public_holidays(year: int) -> Mapping[date, str]:
    """The public holidays of a year with their Vietnamese names; "(dự kiến)" where one is only reckoned so far."""
    import holidays  # noqa: PLC0415

    known = holidays.country_holidays("VN", years=year, language="vi")
    return {day: name[:LONGEST] for day, name in known.items()}
