"""Writing a wording and leading it through registration. Each verb may be said twice and does it once.

draft → submitted (to the provider) → registered (with its number) → withdrawn. A version is frozen once it left draft
or a message was made of it: a change is then the next version, so that every message keeps the words it was made of.
"""

import hashlib
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.sms import obstacles, outbox
from outreach.sms.models import DRAFT, REGISTERED, SUBMITTED, WITHDRAWN, Sms, Wording
from outreach.wordings import queries

NOTHING = "0"  # the mark of a purpose nobody has written yet
FROM = {SUBMITTED: (DRAFT,), REGISTERED: (SUBMITTED,), WITHDRAWN: (DRAFT, SUBMITTED, REGISTERED)}


class Words(NamedTuple):
    """What a wording says, in both forms."""

    full: str
    plain: str


class Meanwhile(Exception):
    """Somebody else wrote a version while this one was being written; nothing was kept."""


class WrongStep(Exception):
    """A version in this state cannot take this step."""


def mark(wording: Wording | None) -> str:
    """What a page remembers of the version it showed, to tell whether somebody changed it since."""
    if wording is None:
        return NOTHING
    said = "\n".join((wording.state, wording.full, wording.plain))
    return f"{wording.version}.{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def write(s: Session, purpose: str, language: str, said: Words, by: Account, seen: str) -> Wording:
    """Keep these words: in the newest version while it may be changed, else as the next one. `seen`: see `mark`.

    The words of the newest version that still stands make no new one. Raises Meanwhile.
    """
    newest = _newest(s, purpose, language)
    if newest and (newest.full, newest.plain) == said and newest.state != WITHDRAWN:
        return newest
    if seen != mark(newest):
        raise Meanwhile
    if newest and not is_frozen(s, newest):
        newest.full, newest.plain, newest.state_at, newest.state_by_id = *said, clock.now(), by.id
        return _noted(s, "update", newest, by)
    return _noted(s, "create", _next(s, purpose, language, said, by, newest.version + 1 if newest else 1), by)


def is_frozen(s: Session, wording: Wording) -> bool:
    """Whether it must stay as it is."""
    return wording.state != DRAFT or queries.was_used(s, wording)


def submit(s: Session, wording: Wording, by: Account) -> None:
    """It was handed to the provider today. Raises WrongStep."""
    _step(s, wording, SUBMITTED, by, "submit")


def register(s: Session, wording: Wording, reference: str, by: Account) -> None:
    """The provider has registered it, under this number; a number typed wrongly can be put right. Raises WrongStep.

    Messages that waited for this go.
    """
    if wording.state == REGISTERED and wording.reference != reference:
        wording.reference = reference
        _noted(s, "register", wording, by, reference=reference)
        return
    if _step(s, wording, REGISTERED, by, "register", reference=reference):
        wording.reference = reference
        outbox.go_on(s, obstacles.NOT_REGISTERED, Sms.wording_id == wording.id)


def withdraw(s: Session, wording: Wording, by: Account) -> None:
    """No new message is made of it any more."""
    _step(s, wording, WITHDRAWN, by, "withdraw")


def _step(s: Session, wording: Wording, state: str, by: Account, act: str, **details: str) -> bool:
    """Take a step of the way; False where it was taken before."""
    s.refresh(wording, with_for_update=True)
    if wording.state == state:
        return False
    if wording.state not in FROM[state]:
        raise WrongStep(wording.state)
    wording.state, wording.state_at, wording.state_by_id = state, clock.now(), by.id
    _noted(s, act, wording, by, **details)
    return True


def _newest(s: Session, purpose: str, language: str) -> Wording | None:
    """Locked, so that two who change the same draft do it one after the other."""
    query = select(Wording).where(Wording.purpose == purpose, Wording.language == language)
    fresh = query.order_by(Wording.version.desc()).limit(1).with_for_update().execution_options(populate_existing=True)
    return s.scalars(fresh).one_or_none()


def _next(s: Session, purpose: str, language: str, said: Words, by: Account, version: int) -> Wording:
    now = clock.now()
    made = Wording(
        purpose=purpose, language=language, version=version, full=said.full, plain=said.plain, state=DRAFT,
        made_at=now, made_by_id=by.id, state_at=now, state_by_id=by.id,
    )  # fmt: skip
    try:
        with s.begin_nested():
            s.add(made)
    except IntegrityError:  # two at once: the other one was quicker by a hair
        raise Meanwhile from None
    return made


def _noted(s: Session, act: str, wording: Wording, by: Account, **details: str) -> Wording:
    s.flush()
    audit.record(
        s, f"wording.{act}", queries.SUBJECT, wording.id, area_id=by.area_id, actor_id=by.id, purpose=wording.purpose,
        language=wording.language, version=wording.version, **details,
    )  # fmt: skip
    return wording
