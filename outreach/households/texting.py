"""Whether messages that are about to go still reach somebody who wants them: asked once more at the last moment.

Whoever plans reads yeses first and writes messages then. A yes that is taken back in between finds nothing to take
back, nor does a number that is corrected.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.households.consent import may_text
from outreach.households.models import Member
from outreach.sms.models import Sms
from outreach.sms.outbox import CONSENT_WITHDRAWN, NO_LONGER_DUE


def unwanted(s: Session, messages: Sequence[Sms]) -> Mapping[int, str]:
    """Of these messages those that must not go any more, by id, and why. A query a purpose."""
    asked: dict[tuple[str, str], list[tuple[int, Sms]]] = defaultdict(list)
    for sms in messages:
        kind, _, number = sms.recipient.partition(":")
        asked[kind, sms.purpose if kind == "member" else ""].append((int(number), sms))
    return {
        sms.id: why
        for (kind, purpose), ones in asked.items()
        for sms, why in _unwanted(ones, _numbers(s, kind, purpose, [id_ for id_, _sms in ones]))
    }


def _numbers(s: Session, kind: str, purpose: str, ids: Sequence[int]) -> Mapping[int, str | None]:
    """The numbers of those who want it."""
    if kind == "member":
        agreed = select(Member.id, Member.phone).where(Member.id.in_(ids), may_text(purpose))
        return {row.id: row.phone for row in s.execute(agreed)}
    wish = (Account.sms_since.is_not(None), Account.suspended_at.is_(None))
    return {row.id: row.phone for row in s.execute(select(Account.id, Account.phone).where(Account.id.in_(ids), *wish))}


def _unwanted(ones: Sequence[tuple[int, Sms]], numbers: Mapping[int, str | None]) -> Iterator[tuple[Sms, str]]:
    for id_, sms in ones:
        if id_ not in numbers:
            yield sms, CONSENT_WITHDRAWN
        elif numbers[id_] != sms.to:
            yield sms, NO_LONGER_DUE
