"""From a wording to the words of a message: which version, and what stands for its placeholders."""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.lib import sms_text
from outreach.sms.models import FULL, REGISTERED, WITHDRAWN, Wording

FALLBACK = "vi"


class HasLink(ValueError):
    """The text holds something to tap. Our messages never do, so that people learn that one with a link is not ours."""


class NoWording(LookupError):
    """Nobody has written this purpose yet, in no language that would do."""


def choose(s: Session, purpose: str, language: str, registered_only: bool) -> Wording | None:
    """The newest wording that is not withdrawn (or the newest registered one), in Vietnamese where there is none."""
    usable = Wording.state == REGISTERED if registered_only else Wording.state != WITHDRAWN
    return s.scalars(
        select(Wording)
        .where(Wording.purpose == purpose, Wording.language.in_((language, FALLBACK)), usable)
        .order_by(Wording.language == FALLBACK if language != FALLBACK else Wording.language, Wording.version.desc())
        .limit(1)
    ).first()


def current(s: Session, purpose: str, language: str) -> Wording:
    """The wording that new messages are made of. Raises NoWording.

    Once the operator has registered one, only registered ones: a draft that somebody is writing holds nothing up.
    """
    found = choose(s, purpose, language, True) or choose(s, purpose, language, False)
    if found is None:
        raise NoWording(purpose)
    return found


def fill(wording: Wording, form: str, values: Mapping[str, str]) -> str:
    """The words for one recipient. In the plain form values lose their accents, as one "ạ" would double the price.

    Raises sms_text.MissingValue and UnknownPlaceholder rather than leave a gap, and HasLink.
    """
    if form == FULL:
        return _filled(wording.full, tuple(values.items()))
    return _filled(wording.plain, tuple((name, _plain(value)) for name, value in values.items()))


@lru_cache(maxsize=1_000)
def _filled(text: str, values: tuple[tuple[str, str], ...]) -> str:
    """A whole village may be told the same."""
    body = sms_text.fill(text, dict(values))
    if sms_text.has_link(body):
        raise HasLink(text)
    return body


@lru_cache(maxsize=10_000)
def _plain(value: str) -> str:
    return sms_text.plain(value).replace("’", "'").replace("–", "-")
