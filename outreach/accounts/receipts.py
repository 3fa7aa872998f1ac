"""Receipts: a form that a phone or a browser sends twice is one deed, and answers the second time as the first."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account, Receipt


class OtherContent(Exception):
    """This `client_id` stands for something else already: `receipt` is of what stands."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.client_id)
        self.receipt = receipt


def new_client_id() -> str:
    """A mark for a form that has not been sent yet (UUID)."""
    return str(uuid4())


def is_client_id(text: str) -> bool:
    """Whether this is such a mark, written as we and the phones write it."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def mark(fields: Iterable[tuple[str, object]]) -> str:
    """A digest of what a form says (64 hex digits): (name, value) pairs in any order; what is empty says nothing."""
    said = ((name, " ".join(str(value).split())) for name, value in fields)
    return hashlib.sha256(json.dumps(sorted(pair for pair in said if pair[1])).encode()).hexdigest()


def seen(s: Session, client_id: str, digest: str) -> Receipt | None:
    """The receipt of this very form, if it came before; of two at the same moment the second waits for the first.

    Raises OtherContent if the same id came with another digest.
    """
    if s.connection().dialect.name == "postgresql":  # SQLite has one writer at a time
        s.execute(select(func.pg_advisory_xact_lock(int(client_id.replace("-", "")[:15], 16))))
    found = s.get(Receipt, client_id, populate_existing=True)
    if found is not None and found.digest != digest:
        raise OtherContent(found)
    return found


def keep(s: Session, client_id: str, digest: str, act: str, subject: str, subject_id: int, by: Account) -> None:
    """Note that this form was written, and what it made: act such as "household.create", subject "household"."""
    s.add(
        Receipt(
            client_id=client_id, digest=digest, act=act, subject=subject, subject_id=subject_id, by_id=by.id,
            received_at=clock.now(),
        )
    )  # fmt: skip
    s.flush()


def repoint(s: Session, subject: str, gone: int, kept: int) -> list[str]:
    """Let the receipts of a row that is no more speak of the one it became: whoever sends again is led there.

    Gives their client_ids, for `give_back`.
    """
    theirs = (Receipt.subject == subject) & (Receipt.subject_id == gone)
    marks = list(s.scalars(select(Receipt.client_id).where(theirs)))
    s.execute(update(Receipt).where(theirs).values(subject_id=kept))
    return marks


def give_back(s: Session, client_ids: Sequence[str], subject_id: int) -> None:
    """The row that they spoke of is there again."""
    s.execute(update(Receipt).where(Receipt.client_id.in_(client_ids)).values(subject_id=subject_id))
