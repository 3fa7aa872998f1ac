"""What a wording must be before it is kept: readable, signed, cheap enough, and asking for nothing.

Asks no page and no database, so that `make check` may ask the same of the house's own words.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from outreach.lib import sms_text
from outreach.lib.sms_text import GSM_7, GSM_7_EXTENSION, PLACEHOLDER, Measured
from outreach.sms.models import FULL, PLAIN
from outreach.sms.purposes import Purpose
from outreach.wordings import refusing

MUST = ("commune", "phone")  # who writes, and how one gets no more: in every message
MOST_SEGMENTS = 3
FEW_LETTERS = 12  # "UBND xã": so short a text may be all capitals

EMPTY, BRACE, STRANGER, MISSING, OTHER_NAMES = "empty", "brace", "stranger", "missing", "other_names"
LINK, SHOUTING, LETTERS, TOO_LONG = "link", "shouting", "letters", "too_long"


class Fault(NamedTuple):
    """What is wrong with one form. `what`: the piece of the text, the missing name, or how many parts it would take."""

    form: str
    kind: str
    what: str = ""


def faults(purpose: Purpose, full: str, plain: str) -> list[Fault]:
    """Everything for which a wording is refused, the full form's first."""
    texts = {FULL: full, PLAIN: plain}
    found = [fault for form, text in texts.items() for fault in _of_form(purpose, form, text)]
    found += [Fault(FULL, one.kind, one.said) for one in refusing.requests(full)]
    found += [Fault(PLAIN, one.kind, one.said) for one in refusing.requests_of_plain(plain, full)]
    found += _other_names(full, plain)
    return sorted(found, key=lambda fault: fault.form != FULL)


def read(text: str, form: str, values: Mapping[str, str]) -> str:
    """The message as it reads with these values, for looking: what cannot be filled stays as it was typed."""
    if form == PLAIN:
        values = {name: sms_text.plain(value) for name, value in values.items()}
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def measured(purpose: Purpose, form: str, text: str) -> Measured:
    """How the text travels with the purpose's example values."""
    return sms_text.measure(read(text, form, purpose.placeholders))


def propose(full: str) -> str:
    """A plain form to begin with: the full one without accents. A person reads it over, for it may be ambiguous."""
    return sms_text.plain(full)


def _of_form(purpose: Purpose, form: str, text: str) -> Iterator[Fault]:
    if not text.strip():
        yield Fault(form, EMPTY)
        return
    yield from _placeholders(purpose, form, text)
    if sms_text.has_link(text):
        yield Fault(form, LINK)
    if _shouts(text):
        yield Fault(form, SHOUTING)
    if form == PLAIN and (dear := _outside(text)):
        yield Fault(form, LETTERS, dear)
    segments = measured(purpose, form, text).segments
    if segments > MOST_SEGMENTS:
        yield Fault(form, TOO_LONG, str(segments))


def _placeholders(purpose: Purpose, form: str, text: str) -> Iterator[Fault]:
    try:
        sms_text.placeholders(text)
    except sms_text.UnknownPlaceholder as stray:
        yield Fault(form, BRACE, stray.name)
    named = _named(text)
    yield from (Fault(form, STRANGER, name) for name in named if name not in purpose.placeholders)
    yield from (Fault(form, MISSING, name) for name in MUST if name not in named)


def _named(text: str) -> list[str]:
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def _other_names(full: str, plain: str) -> Iterator[Fault]:
    """Both forms tell the same: whoever chose the plain one must not learn less."""
    if full.strip() and plain.strip():
        for form, mine, others in ((FULL, full, plain), (PLAIN, plain, full)):
            lacks = [name for name in _named(others) if name not in _named(mine) and name not in MUST]
            yield from (Fault(form, OTHER_NAMES, name) for name in lacks)


def _shouts(text: str) -> bool:
    letters = [char for char in PLACEHOLDER.sub("", text) if unicodedata.category(char) in ("Lu", "Ll")]
    capitals = sum(char.isupper() for char in letters)
    return len(letters) >= FEW_LETTERS and capitals * 2 > len(letters)


def _outside(text: str) -> str:
    """The characters that would turn the whole message to UCS-2."""
    own = re.sub(PLACEHOLDER, "", unicodedata.normalize("NFC", text))
    return ", ".join(dict.fromkeys(char for char in own if char not in GSM_7 | GSM_7_EXTENSION))
