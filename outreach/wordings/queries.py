"""Reading wordings: what is written for each purpose and language, which version counts, what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, defer

from outreach.accounts.models import Account, AuditEntry
from outreach.i18n import LANGUAGES
from outreach.sms.models import REGISTERED, WITHDRAWN, Sms, Wording
from outreach.sms.purposes import PURPOSES
from outreach.sms.writing import FALLBACK

SUBJECT = "wording"  # in the audit log


class Shelf(NamedTuple):
    """The versions of a purpose in a language, newest first. `counts`: the one that new messages are made of."""

    purpose: str
    language: str
    versions: Sequence[Wording]
    counts: Wording | None

    @property
    def newest(self) -> Wording | None:
        """The version that is worked on."""
        return self.versions[0] if self.versions else None


def everything(s: Session) -> Mapping[str, list[Shelf]]:
    """By purpose, a shelf for each language: all those of the house, and whatever else somebody wrote."""
    found = s.scalars(select(Wording).options(defer(Wording.full), defer(Wording.plain)).order_by(*_ORDER)).all()
    languages = list(dict.fromkeys([*LANGUAGES, *(one.language for one in found)]))
    return {
        purpose: [_shelf(purpose, language, [one for one in found if one.purpose == purpose]) for language in languages]
        for purpose in PURPOSES
    }


def shelf(s: Session, purpose: str, language: str) -> Shelf:
    """All versions of a purpose in a language."""
    wanted = Wording.language.in_((language, FALLBACK))
    return _shelf(
        purpose, language, s.scalars(select(Wording).where(Wording.purpose == purpose, wanted).order_by(*_ORDER)).all()
    )


_ORDER = Wording.purpose, Wording.language, Wording.version.desc()


def _shelf(purpose: str, language: str, found: Iterable[Wording]) -> Shelf:
    """As `sms.writing.current` chooses: the newest registered one, else the newest that is not withdrawn."""
    mine = [one for one in found if one.language == language]
    usable = mine + [one for one in found if one.language == FALLBACK != language]
    registered = [one for one in usable if one.state == REGISTERED]
    standing = [one for one in usable if one.state != WITHDRAWN]
    return Shelf(purpose, language, mine, next(iter(registered + standing), None))


def find(s: Session, purpose: str, language: str, version: int) -> Wording | None:
    """One version."""
    of = (Wording.purpose == purpose, Wording.language == language, Wording.version == version)
    return s.scalars(select(Wording).where(*of)).one_or_none()


def was_used(s: Session, wording: Wording) -> bool:
    """Whether a message was made of it."""
    return bool(s.scalar(select(exists().where(Sms.wording_id == wording.id))))


class Deed(NamedTuple):
    """Something that was done to a wording, and by whom ("": by the house itself)."""

    entry: AuditEntry
    who: str


def history(s: Session, wording: Wording) -> list[Deed]:
    """What was done to it, newest first."""
    rows = s.execute(
        select(AuditEntry, Account.name)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .where(AuditEntry.subject == SUBJECT, AuditEntry.subject_id == wording.id)
        .order_by(AuditEntry.id.desc())
    )
    return [Deed(entry, name or "") for entry, name in rows]
