"""A village as a list names it ("TDP số 05", "THÔN ĐÔNG (120 hộ)"), and which village of the commune it is.

Pure but for the areas it is handed.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from outreach.areas.models import Area
from outreach.lib import words

# Folded spelling → the type as it is written. Longest first.
TYPES = {
    "to dan pho": "tổ dân phố", "khu dan cu": "khu dân cư", "khu pho": "khu phố", "thon": "thôn",
    "to dp": "tổ dân phố", "tdp": "tổ dân phố", "kdc": "khu dân cư", "buon": "buôn", "khom": "khóm",
    "lang": "làng", "phum": "phum", "ban": "bản",
    "bon": "bon", "soc": "sóc", "xom": "xóm", "khu": "khu", "ap": "ấp", "kp": "khu phố", "to": "tổ dân phố",
}  # fmt: skip
NUMBERING = re.compile(r"^\s*(?:[IVXivx]+|\d{1,2})\s*[.)/-]\s*(?=\D)")
AFTERWARDS = re.compile(r"\s*(?:[(,;:]|\s-\s).*$")


class Place(NamedTuple):
    """A village's type (empty when the list names none) and its name."""

    type: str
    name: str


@lru_cache(maxsize=4096)
def split(text: str) -> Place:
    """Type and name of a village as typed; numbering before and remarks after it are dropped."""
    typed = AFTERWARDS.sub("", NUMBERING.sub("", text)).strip()
    parts = typed.split()
    folded = [words.fold(part) for part in parts]
    for spelt, type_ in TYPES.items():
        length = spelt.count(" ") + 1
        if len(parts) > length and " ".join(folded[:length]) == spelt and _is_type(parts[:length], type_):
            return Place(type_, _name(parts[length:], folded[length:]))
    return Place("", _name(parts, folded))


def _is_type(parts: list[str], type_: str) -> bool:
    """Whether these words, with accents or without, are the type and no surname: Tô is not tổ, Bàn is not bản."""
    return all(part.isascii() or part.casefold() == word for part, word in zip(parts, type_.split(), strict=False))


def _name(parts: list[str], folded: list[str]) -> str:
    if folded[:1] == ["so"] and folded[1:2] and folded[1].isdecimal():
        parts = parts[1:]
    name = " ".join(part.lstrip("0") or "0" if part.isdecimal() else part for part in parts)
    return name.title() if name.isupper() and len(name) > 3 else name


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What two spellings of one village have in common."""
    place = split(text)
    return words.fold(f"{place.type} {place.name}")


def is_heading(text: str) -> bool:
    """Whether a line with nothing else on it ("II. Thôn Đoài") begins a village's part of the list."""
    place = split(text)
    if not place.type or len(text) > 80 or len(place.name.split()) > 6:
        return False
    return not text.isascii() or place.name[:1].isdecimal() or "thon" in text.casefold()  # "To Van Hung" is a person


def index(villages: Sequence[Area]) -> dict[str, int]:
    """Key → area number; the bare name serves where only one village has it."""
    full = {key(village.full_name): village.id for village in villages}
    bare: dict[str, list[int]] = {}
    for village in villages:
        bare.setdefault(words.fold(split(village.name).name), []).append(village.id)
    return {name: ids[0] for name, ids in bare.items() if len(ids) == 1} | full
