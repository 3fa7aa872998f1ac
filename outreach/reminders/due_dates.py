"""Days that a family asked to be reminded of, and results that are there to be collected."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.households.models import Member
from outreach.reminders import people
from outreach.reminders.models import DueDate
from outreach.reminders.people import Asked, Due, Rows
from outreach.sms.money_queries import Going, Reader
from outreach.sms.purposes import DUE_DATE, RESULT_READY

PAPERS, CASE, RESULT = ("passport", "health_insurance", "temporary_residence"), "case", "result"
KINDS: Mapping[str, Sequence[str]] = {DUE_DATE: (*PAPERS, CASE), RESULT_READY: (RESULT,)}
LONG_BEFORE, SHORTLY_BEFORE, THE_DAY_BEFORE = 14, 2, 1  # days
HALF_WAY = 7  # days before: the first reminder of a paper is of no use any more
RESULT_GOOD_FOR = timedelta(days=10)  # it may wait for the end of Tết
# How it is said in a message, in the member's language: {said} is what the family calls it, with a space before it.
WHAT: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "passport": "hộ chiếu{said} hết hạn",
        "health_insurance": "thẻ bảo hiểm y tế{said} hết hạn",
        "temporary_residence": "đăng ký tạm trú{said} hết hạn",
        "case": "hồ sơ{said} đến hẹn trả kết quả",
        "result": "hồ sơ đã nộp",
    },
    "en": {
        "passport": "the passport{said} expires",
        "health_insurance": "the health insurance card{said} expires",
        "temporary_residence": "the temporary residence registration{said} expires",
        "case": "the case{said} is due",
        "result": "the case you handed in",
    },
}


class Sending(NamedTuple):
    """On which day a message goes, and the last one on which it still makes sense."""

    on: date
    until: date


def sendings(kind: str, due_on: date, taken_on: date) -> list[Sending]:
    """When somebody is told of a day noted on `taken_on`: who has just spoken of it needs no reminder that same day.

    A paper that expires: 14 and 2 days before, so that there is time to renew it; a case: the day before; a result: at
    once.
    """
    if kind == RESULT:
        on = max(due_on, taken_on)
        return [Sending(on, on + RESULT_GOOD_FOR)]
    ahead = {CASE: ((THE_DAY_BEFORE, 0),)}.get(kind, ((LONG_BEFORE, HALF_WAY), (SHORTLY_BEFORE, 0)))
    days = (Sending(due_on - timedelta(days=n), due_on - timedelta(days=least)) for n, least in ahead)
    return [one for one in days if one.on > taken_on]


def what(kind: str, said: str, language: str) -> str:
    """The matter in a message's words. A result is called what the family calls it."""
    words = WHAT.get(language, WHAT["vi"])[kind]
    return said if said and kind == RESULT else words.format(said=f" {said}" if said else "")


def papers(s: Session, asked: Asked) -> Iterator[Due]:
    """Papers that expire and cases that are due."""
    return _find(s, asked, DUE_DATE)


def papers_days(s: Session, asked: Asked) -> list[Going]:
    """For which days such messages are, one for each."""
    return _days(s, asked, DUE_DATE)


def results(s: Session, asked: Asked) -> Iterator[Due]:
    """Results that somebody noted: the same day."""
    return _find(s, asked, RESULT_READY)


def results_days(s: Session, asked: Asked) -> list[Going]:
    """For which days such messages are, one for each."""
    return _days(s, asked, RESULT_READY)


def _find(s: Session, asked: Asked, purpose: str) -> Iterator[Due]:
    columns = people.of_members(DueDate.id, DueDate.kind, DueDate.due_on, DueDate.taken_at, DueDate.said)
    found = people.pieces(s, _wanted(asked, purpose, DueDate.id), _joined(columns), DueDate.id)
    for id_, kind, due_on, taken_at, said, *who in found:
        person = people.member(who)
        values = {"name": person.name, "what": what(kind, said, person.language), "day": f"{due_on:%d/%m}"}
        for one in _within(asked, kind, due_on, taken_at):
            yield Due(person, one.on, people.evening(one.until), due_on, str(id_), values)


def _days(s: Session, asked: Asked, purpose: str) -> list[Going]:
    rows = s.execute(_wanted(asked, purpose, DueDate.kind, DueDate.due_on, DueDate.taken_at, *people.READER))
    return [
        Going(one.on, Reader(*reader))
        for kind, due_on, taken_at, *reader in rows for one in _within(asked, kind, due_on, taken_at)
    ]  # fmt: skip


def _within(asked: Asked, kind: str, due_on: date, taken_at: datetime) -> list[Sending]:
    found = sendings(kind, due_on, clock.local(taken_at).date())
    return [one for one in found if asked.first <= one.on <= asked.last]


def _wanted(asked: Asked, purpose: str, *columns: Any) -> Rows:
    here = (DueDate.ended_at.is_(None), DueDate.kind.in_(KINDS[purpose]), _near(asked, purpose))
    return _joined(select(*columns)).where(*here, *people.reachable(purpose, asked))


def _near(asked: Asked, purpose: str) -> ColumnElement[bool]:
    """Roughly those that may be due in these days; `sendings` knows exactly."""
    if purpose == RESULT_READY:
        noted = DueDate.taken_at >= clock.day_start(asked.first)
        return and_(DueDate.due_on <= asked.last, or_(DueDate.due_on >= asked.first, noted))
    return DueDate.due_on.between(
        asked.first + timedelta(days=THE_DAY_BEFORE), asked.last + timedelta(days=LONG_BEFORE)
    )


def _joined(query: Rows) -> Rows:
    return people.at_home(query.select_from(DueDate).join(Member, Member.id == DueDate.member_id))
