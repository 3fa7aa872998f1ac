"""`make check`: catalogues are current with the code and templates; Vietnamese is complete; placeholders are equal."""

import re
import sys
import unicodedata
from collections.abc import Iterator

import polib

from tools.gather_words import CATALOGUES, extract

REQUIRED = {"vi"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|\{\w*\}|</?\w+[^>]*>|&\w+;")


def faults() -> Iterator[str]:
    """One line a fault."""
    wanted = {(entry.msgid, entry.msgid_plural) for entry in extract()}
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        language = path.parts[-3]
        entries = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
        have = {(entry.msgid, entry.msgid_plural) for entry in entries}
        yield from (f"{language}: not gathered: {msgid!r}" for msgid, _plural in sorted(wanted - have))
        yield from (f"{language}: no longer used: {msgid!r}" for msgid, _plural in sorted(have - wanted))
        for entry in entries:
            yield from (f"{language}: {fault}: {entry.msgid!r}" for fault in _entry(entry, language))


def _entry(entry: polib.POEntry, language: str) -> Iterator[str]:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if language in REQUIRED and ("fuzzy" in entry.flags or not all(texts)):
        yield "not translated"
    wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
    for text in filter(None, texts):
        found = set(PLACEHOLDER.findall(text))
        if found - wanted or (not entry.msgid_plural and found != wanted):
            yield f"placeholders differ in {text!r}"
        if not unicodedata.is_normalized("NFC", text):
            yield "not NFC"


if __name__ == "__main__":
    found = list(faults())
    for line in found:
        print(line)
    print(f"catalogues: {len(found)} faults")
    sys.exit(bool(found))
