"""Look at the letters and digits of what people write: composed Vietnamese, no number that could be a person's."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from outreach.lib import id_numbers
from outreach.lib.faults import Fault


def letter_faults(path: Path) -> Iterator[Fault]:
    """Give the faults of each line of a text file; bytes that are no text are another rule's matter."""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        yield from wrong_letters(path, number, line)


def wrong_letters(path: Path, line: int, words: str) -> Iterator[Fault]:
    """Give the faults of one line: decomposed Vietnamese looks right but sorts, searches and counts wrong."""
    if not unicodedata.is_normalized("NFC", words):
        yield Fault(path, line, "letters and their marks are stored apart (not NFC): type the words again")
    if id_numbers.find(words):
        yield Fault(path, line, "twelve digits in a row look like an ID number: take them out")
