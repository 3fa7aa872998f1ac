"""The welcome: the day after somebody became their household's digital ambassador."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.households.models import Ambassador, Member
from outreach.reminders import people
from outreach.reminders.people import Asked, Due, Rows
from outreach.sms.money_queries import Going, Reader
from outreach.sms.purposes import WELCOME

A_DAY = timedelta(days=1)
GOOD_FOR = timedelta(days=10)  # it may wait for the end of Tết


def find(s: Session, asked: Asked) -> Iterator[Due]:
    """Those who are ambassadors since the day before."""
    rows = _joined(people.of_members(Ambassador.since))
    for since, *who in people.pieces(s, _new(asked, Ambassador.id), rows, Ambassador.id):
        person, on = people.member(who), since + A_DAY
        village = person.village.full_name if person.village else ""
        values = {"name": person.name, "village": village}
        yield Due(person, on, people.evening(on + GOOD_FOR), since, values=values)


def days(s: Session, asked: Asked) -> list[Going]:
    """For which days such messages are, one for each."""
    rows = s.execute(_new(asked, Ambassador.since, *people.READER))
    return [Going(since + A_DAY, Reader(*reader)) for since, *reader in rows]


def _new(asked: Asked, *columns: Any) -> Rows:
    began = Ambassador.since.between(asked.first - A_DAY, asked.last - A_DAY)
    here = (Ambassador.until.is_(None), began)
    return _joined(select(*columns)).where(*here, *people.reachable(WELCOME, asked))


def _joined(query: Rows) -> Rows:
    return people.at_home(query.select_from(Ambassador).join(Member, Member.id == Ambassador.member_id))
