"""Numbers that nothing goes to: somebody stopped it, or the phone company says that it does not work.

A wrong number is known by the message that found it out, so that it is forgotten with that message. It stays wrong
until a message arrives there after all, or somebody who asked the household says that it is right.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, literal, select, union_all, update
from sqlalchemy.orm import Session, aliased

from outreach import db
from outreach.sms.models import OptOut, Sms

OPTED_OUT, WRONG_NUMBER = "opted_out", "wrong_number"


def silent(s: Session, numbers: Collection[str]) -> Mapping[str, str]:
    """Which of these numbers nothing goes to, and why: a stop outweighs the rest. One query."""
    wrong = select(Sms.to, literal(WRONG_NUMBER)).where(Sms.wrong_number, db.among(s, Sms.to, numbers))
    stopped = select(OptOut.phone, literal(OPTED_OUT)).where(db.among(s, OptOut.phone, numbers))
    found = {(number, why) for number, why in s.execute(union_all(wrong, stopped))}
    return dict(sorted(found, key=lambda one: one[1] == OPTED_OUT))


def is_wrong(number: Any) -> ColumnElement[bool]:
    """Whether a column's number does not work, as a condition."""
    found_out = aliased(Sms)
    return exists().where(found_out.wrong_number, found_out.to == number)


def note_wrong(s: Session, sms: Sms) -> None:
    """The phone company says that the number of this message does not work."""
    _mark(s, Sms.id == sms.id, to=True)


def confirm(s: Session, sms: Sms, *which: ColumnElement[bool]) -> None:
    """The number of this message works, whatever was said of it (by those messages)."""
    _mark(s, Sms.to == sms.to, Sms.wrong_number.is_(True), *which, to=False)


def _mark(s: Session, *which: ColumnElement[bool], to: bool) -> None:
    s.execute(update(Sms).where(*which).values(wrong_number=to), execution_options={"synchronize_session": False})
