"""The outbox: a message is put here once, and goes out once.

Put → claim → clear → send → settle. Here is the putting and the taking back; `sending` does the rest. A worker that
dies between sending and settling leaves the message to `reconcile`, which asks the gateway before anything is sent
again.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.lib import sms_text
from outreach.queue import QUEUED, WORKING
from outreach.sms import days, numbers, writing
from outreach.sms.models import CANCELLED, PLAIN, SENT, UNKNOWN, Sms, Wording

CONSENT_WITHDRAWN, NO_LONGER_DUE = "consent_withdrawn", "no_longer_due"  # reasons to cancel
PIECE = 500  # messages put with one look into the outbox
UNTRIED = (QUEUED, CANCELLED)
UNWRITABLE = (writing.HasLink, writing.NoWording, sms_text.MissingValue, sms_text.UnknownPlaceholder)

log = logging.getLogger(__name__)
_measured = lru_cache(maxsize=1_000)(sms_text.measure)


class Notice(NamedTuple):
    """What the room that knows who is due asks for. `to` is E.164, `area_id` the commune in whose name it goes.

    It goes at `due_at` or the next opening after it, never after `not_after`. `values` fill the wording's placeholders.
    `about`: what it is about where a purpose has several for one day ("case:7"). `why`: ids and dates only.
    """

    recipient: str
    to: str
    area_id: int
    purpose: str
    due_on: date
    due_at: datetime
    not_after: datetime
    values: Mapping[str, str]
    language: str = writing.FALLBACK
    form: str = PLAIN
    about: str = ""
    why: Mapping[str, str] = {}

    @property
    def key(self) -> str:
        """What makes it the same message, whatever its words: recipient, purpose, matter and due date."""
        return key(self.recipient, self.purpose, self.due_on, self.about)


class Planned(NamedTuple):
    """The keys of the messages that stand in the outbox now; how many of them are new or changed."""

    keys: set[str]
    put: int


class _Draft(NamedTuple):
    notice: Notice
    wording: Wording
    body: str


Words = dict[tuple[str, str], Wording]


def key(recipient: str, purpose: str, due_on: date, about: str = "") -> str:
    """What a message is known by, whatever becomes of it."""
    return "/".join(filter(None, (recipient, purpose, about, str(due_on))))


def put(s: Session, notice: Notice) -> Sms | None:
    """Put a message in the outbox, once for its recipient, purpose, matter and due date; again gives the same row.

    While nothing was tried yet, a later put brings number and words up to date and revives a cancelled message. None:
    there is nothing to send, for it would come too late or nothing goes to the number. Raises UNWRITABLE.
    """
    keys, _put = _store(s, [_draft(s, notice, {})])
    known = select(Sms).where(Sms.key == notice.key).execution_options(populate_existing=True)
    return s.scalars(known).one() if keys else None


def put_many(s: Session, notices: Iterable[Notice]) -> Planned:
    """Put any number of messages by the same rules, some hundreds at a time; `notices` may be a stream.

    One that cannot be written is left out and logged; the others still go.
    """
    words: Words = {}
    keys: set[str] = set()
    put_, stream = 0, iter(notices)
    while piece := list(islice(stream, PIECE)):
        standing, changed = _store(s, list(_drafts(s, piece, words)))
        keys |= standing
        put_ += changed
    return Planned(keys, put_)


def worded(s: Session, notices: Iterable[Notice]) -> dict[str, tuple[str, str]]:
    """To which number and in which words each of these would go, by its key; what cannot be written is left out."""
    return {draft.notice.key: (draft.notice.to, draft.body) for draft in _drafts(s, notices, {})}


def _drafts(s: Session, notices: Iterable[Notice], words: Words) -> Iterator[_Draft]:
    for notice in notices:
        try:
            yield _draft(s, notice, words)
        except UNWRITABLE as fault:
            log.error("%s cannot be written: %s", notice.key, type(fault).__name__)


def _draft(s: Session, notice: Notice, words: Words) -> _Draft:
    chosen = words.get((notice.purpose, notice.language))
    if chosen is None:
        chosen = words[notice.purpose, notice.language] = writing.current(s, notice.purpose, notice.language)
    return _Draft(notice, chosen, writing.fill(chosen, notice.form, notice.values))


def _store(s: Session, drafts: Sequence[_Draft]) -> tuple[set[str], int]:
    """Which keys stand in the outbox now, and how many of them are new or changed."""
    by_key = {draft.notice.key: draft for draft in sorted(drafts, key=lambda draft: draft.notice.key)}
    columns = (
        Sms.key, Sms.state, Sms.attempts, Sms.to, Sms.body, Sms.area_id, Sms.not_after, Sms.wording_id, Sms.held,
        Sms.due_at,
    )  # fmt: skip
    known = {row.key: row for row in s.execute(select(*columns).where(db.among(s, Sms.key, by_key)))}
    hours = days.hours(s)
    standing = {key for key, row in known.items() if _stands(row, by_key[key], hours)}
    rows = [_row(draft, opening) for draft, opening in _sendable(s, by_key, standing)]
    db.add_missing(s, Sms, [row for row in rows if row["key"] not in known])
    _bring_up_to_date(s, [row for row in rows if row["key"] in known])
    return standing | {row["key"] for row in rows}, len(rows)


def _stands(row: Any, draft: _Draft, hours: days.Hours) -> bool:
    """Whether there is nothing to change: it was tried already, or it waits with these very words.

    What a closed day put off goes earlier once that day is open again.
    """
    if row.attempts or row.state not in UNTRIED:
        return True
    now = (row.to, row.body, row.area_id, row.not_after, row.wording_id)
    then = (draft.notice.to, draft.body, draft.notice.area_id, draft.notice.not_after, draft.wording.id)
    late = row.held == days.HOLIDAY and row.due_at > hours.opening(max(draft.notice.due_at, clock.now())).at
    return bool(row.state == QUEUED and now == then and not late)


def _sendable(s: Session, by_key: dict[str, _Draft], standing: set[str]) -> Iterator[tuple[_Draft, days.Opening]]:
    """Those still to be written that may go at all, and when."""
    drafts = [draft for key, draft in by_key.items() if key not in standing]
    if not drafts:
        return
    silent = numbers.silent(s, {draft.notice.to for draft in drafts})
    hours, now = days.hours(s), clock.now()
    for draft in drafts:
        opening = hours.opening(max(draft.notice.due_at, now))
        if opening.at <= draft.notice.not_after and draft.notice.to not in silent:
            yield draft, opening


def _row(draft: _Draft, opening: days.Opening) -> dict[str, Any]:
    notice, measured = draft.notice, _measured(draft.body)
    return {
        "key": notice.key, "recipient": notice.recipient, "to": notice.to, "area_id": notice.area_id,
        "purpose": notice.purpose, "wording_id": draft.wording.id, "form": notice.form, "body": draft.body,
        "encoding": measured.encoding, "segments": measured.segments, "why": dict(notice.why),
        "due_at": opening.at, "held": opening.held, "not_after": notice.not_after, "created_at": clock.now(),
    }  # fmt: skip


def _bring_up_to_date(s: Session, rows: Sequence[dict[str, Any]]) -> None:
    """A row that a worker took meanwhile is left alone."""
    if rows:
        newer: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0].keys() - {"key", "created_at"}}
        change = (
            update(Sms.__table__)  # type: ignore[arg-type]
            .where(Sms.key == bindparam("new_key"), Sms.attempts == 0, or_(Sms.state == QUEUED, Sms.state == CANCELLED))
            .values(newer | {"state": QUEUED, "error": ""})
        )
        s.connection().execute(change, [{f"new_{name}": value for name, value in row.items()} for row in rows])


def cancel(s: Session, recipient: str, reason: str, purpose: str = "", about: str = "") -> int:
    """Take back what waits for this recipient (all, or of one purpose, or `about` one matter of it); how many.

    What a worker holds at this moment may still go out, but not a second time.
    """
    return _take_back(s, and_(Sms.recipient == recipient, *_matter(purpose, about)), reason)


def cancel_number(s: Session, to: str, reason: str) -> int:
    """Take back what waits for this number, whoever's it is; how many were taken back."""
    return _take_back(s, Sms.to == to, reason)


def drop_waiting(s: Session, to: str, reason: str) -> None:
    """Take back what waits for this number, but not what a worker is looking at: it looks at the number, too."""
    ended = update(Sms).where(_idle(Sms.to == to)).values(state=CANCELLED, error=reason, held="")
    s.execute(ended, execution_options={"synchronize_session": "fetch"})


def go_on(s: Session, held: str, *which: ColumnElement[bool]) -> None:
    """What waits for this one thing waits no longer: it goes in the next open hour."""
    opening = days.hours(s).opening(clock.now())
    freed = update(Sms).where(_idle(Sms.held == held, *which)).values(held=opening.held, due_at=opening.at)
    s.execute(freed, execution_options={"synchronize_session": "fetch"})


def _idle(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """What waits and is in no worker's hands: that one takes messages first and then budgets and alerts, so whoever
    holds one of these would wait for it, and it for them.
    """
    waits = select(Sms.id).where(Sms.state == QUEUED, *which)
    return Sms.id.in_(waits.with_for_update(skip_locked=True))


def take_back(s: Session, reason: str, *, area_id: int, purpose: str, about: str = "") -> int:
    """Take back what waits of a purpose in a commune, or only what is `about` one matter; how many."""
    return _take_back(s, and_(Sms.area_id == area_id, *_matter(purpose, about)), reason)


def _matter(purpose: str, about: str) -> Iterator[ColumnElement[bool]]:
    if purpose:
        yield Sms.purpose == purpose
    if about:
        yield Sms.key.contains(f"/{purpose}/{about}/", autoescape=True)


def take_back_others(s: Session, purpose: str, standing: set[str]) -> int:
    """Take back what waits of a purpose but is no longer due: all whose keys are not among these; how many."""
    waiting = select(Sms.id, Sms.key).where(
        Sms.purpose == purpose, Sms.state == QUEUED, Sms.not_after > clock.now()
    )  # fmt: skip
    rows = s.execute(waiting.execution_options(yield_per=1_000))
    stray = iter([id_ for id_, key in rows if key not in standing])
    taken = 0
    while piece := list(islice(stray, PIECE)):
        taken += _take_back(s, and_(db.among(s, Sms.id, piece), Sms.state == QUEUED), NO_LONGER_DUE)
    return taken


def readdress(s: Session, before: str, after: str, ids: Collection[int] | None = None) -> list[int]:
    """The messages of a recipient (or those of these ids) are another's from now on, so that nobody is told twice of
    the same. Gives the ids of those that went over.

    Where both have had the same one, the second is told apart by a key that ends with its id.
    """
    his = select(Sms.id, Sms.key).where(Sms.recipient == before).order_by(Sms.id)
    rows = [row for row in s.execute(his) if ids is None or row.id in ids]
    keys = {row.id: after + row.key.removeprefix(before).removesuffix(f"/{row.id}") for row in rows}
    taken = set(s.scalars(select(Sms.key).where(db.among(s, Sms.key, keys.values()))))
    for id_, key in keys.items():
        own = f"{key}/{id_}" if key in taken else key
        s.execute(update(Sms).where(Sms.id == id_).values(recipient=after, key=own))
    return list(keys)


def _take_back(s: Session, which: ColumnElement[bool], reason: str) -> int:
    """In one statement, or a message that changes hands at this moment would slip through between two. What the
    gateway has, but nobody has received yet, is marked as well, so that it is not tried again.
    """
    on_its_way = and_(Sms.state == SENT, Sms.not_after > clock.now())
    states = s.scalars(
        update(Sms)
        .where(which, or_(Sms.state.in_((QUEUED, WORKING, UNKNOWN)), on_its_way))
        .values(error=reason, state=case((Sms.state == QUEUED, CANCELLED), else_=Sms.state))
        .returning(Sms.state)
        .execution_options(synchronize_session="fetch")
    ).all()
    return states.count(CANCELLED)
