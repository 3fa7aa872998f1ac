"""Deciding about a late record: written in its author's name by the same verbs as any, or set aside with a reason."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.arrivals import sending
from outreach.arrivals.judging import ACCEPTED, REFUSED, THERE, Fate
from outreach.arrivals.models import Late
from outreach.arrivals.sending import Whole
from outreach.latecomers import late

WRITTEN = (ACCEPTED, THERE)


class Own(Exception):
    """Nobody decides about what they wrote themselves."""


class Final(Exception):
    """It is written, or what it said has been deleted since: there is nothing to decide again."""


def write(s: Session, kept: Late, by: Account, *, anyway: bool, same: int | None = None, word: str = "") -> Fate:
    """Write it in its author's name, as far as the one who decides can see. `anyway`: whoever decides has looked at
    what looks alike, or at the ambassador who stands now. `same`: the number of the household on the list that a noted
    one is; what was noted at it belongs there from then on. What is not accepted is left as it is. Raises Own.
    """
    _not_own(kept, by)
    asked = late.record(kept, anyway=anyway, same=same)
    fate = sending.judge(s, Whole(kept.author, by, keeps=False), [asked])[0]
    if fate.fate in WRITTEN:
        late.decide(s, kept, by, written=True, word=word)
    return fate


def again(s: Session, kept: Late, by: Account) -> None:
    """Let what was set aside be decided again; what waits for a word already does so still. Raises Own, Final."""
    _not_own(kept, by)
    if kept.written or not kept.fields:
        raise Final
    if kept.decided_at is not None:
        late.reopen(s, kept, by)


class Step(NamedTuple):
    """A record, and what became of it."""

    kept: Late
    fate: Fate


def write_together(s: Session, kept: Late, by: Account, *, seen: Collection[int], agreed: Collection[int]) -> Step:
    """Write it and before it those it waits for: all of them or, with the one that stands in the way, none.

    `seen`: the ids of those that were shown to whoever decides; `agreed`: of which they say "all the same". Raises Own.
    """
    with s.begin_nested() as step:
        for one in [*(one for one in late.ahead(s, kept, by) if one.id in seen), kept]:
            s.refresh(one, with_for_update={"of": Late})
            if one.decided_at is not None:
                continue
            fate = write(s, one, by, anyway=one.id in agreed)
            if fate.fate not in WRITTEN:
                step.rollback()
                return Step(one, fate)
    return Step(kept, Fate(ACCEPTED))


def set_aside(s: Session, kept: Late, by: Account, word: str) -> None:
    """Write nothing, and say why; what was sent stays on record. Raises Own."""
    _not_own(kept, by)
    late.decide(s, kept, by, written=False, word=word)


def each(s: Session, lates: Sequence[Late], by: Account, word: str = "") -> list[Step]:
    """Write each (with a `word`: set each aside), judged on its own; what was decided before stays so."""
    return [Step(one, _decided(s, one, by, word)) for one in lates]


def _decided(s: Session, kept: Late, by: Account, word: str) -> Fate:
    if kept.decided_at is not None:
        return Fate(THERE)
    if kept.author_id == by.id:
        return Fate(REFUSED, _("Somebody else who answers for this place decides about it."))
    if word:
        set_aside(s, kept, by, word)
        return Fate(ACCEPTED)
    return write(s, kept, by, anyway=False)


def _not_own(kept: Late, by: Account) -> None:
    if kept.author_id == by.id:
        raise Own
