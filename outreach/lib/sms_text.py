"""What a text message costs and may contain: segments, the plain form without accents, placeholders, links.

A message goes out in GSM-7 (160 units alone, 153 in each part of several) if all its letters are in that old
table, else the whole message goes in UCS-2 (70 and 67). One ạ, ế or ư is enough to flip it (3GPP TS 23.038).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")  # each is sent as an escape and a letter: two units

# What writing programs make of quotes, dashes, dots and blanks: each would turn the whole message to UCS-2.
TYPED = str.maketrans({
    "đ": "d", "Đ": "D", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-",
    "…": "...", "\u00a0": " ", "\u202f": " ",
})  # fmt: skip

EVERY_GSM_7 = GSM_7 | GSM_7_EXTENSION

Encoding = Literal["GSM-7", "UCS-2"]
LIMITS: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
JOINER, MODIFIERS, FLAGS = "\u200d", range(0x1F3FB, 0x1F400), range(0x1F1E6, 0x1F200)  # they make pictures of several

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")

# Endings that count as an address wherever they follow a dot. Short ones that are also Vietnamese syllables
# (co, ly, me …) count only with a path behind them, or a forgotten blank after a full stop would be a link.
ENDINGS = (
    "vn|com|net|org|edu|gov|info|biz|io|app|dev|xyz|site|online|shop|store|top|link|click|page|club|live|asia"
    "|vip|pro|icu|gl|gg|tk|cn|us|uk|eu|jp|kr|tw|hk|sg"
)
ENDINGS_WITH_PATH = "co|ly|ru|cc|me|to|do|be|in|id|my|ai|so|la|am|st|re|tv|sh|is|gd|im|ws|pw|vc"
LINK = re.compile(
    rf"""[a-z][a-z0-9+.-]*://\S
    | \bwww\.\w
    | \bxn--\w
    | (?:\w[\w-]*\.)+(?:{ENDINGS})(?![\w-])
    | (?:\w[\w-]*\.)+(?:{ENDINGS_WITH_PATH})/\w""",
    re.VERBOSE,
)

NEAR_LINK = re.compile(r"[\w-]\.\w|://|xn--")  # no link lacks this, nearly every other text does; ten times as fast


class MissingValue(LookupError):
    """A placeholder of the template has no value for this recipient; ``name`` is the placeholder's."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnknownPlaceholder(LookupError):
    """The template names something that this kind of message does not know, or has a stray brace."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Measured:
    """How a text travels.

    ``units`` are septets (GSM-7) or UTF-16 units (UCS-2); ``segments`` is what the carrier charges for;
    ``per_segment_left`` are the units still free in the last segment; ``costly`` are the letters, each once,
    that force UCS-2, or that count double in GSM-7.
    """

    encoding: Encoding
    units: int
    segments: int
    per_segment_left: int
    costly: tuple[str, ...]


def measure(text: str) -> Measured:
    """Measures the text in NFC, as it is sent. Nothing that a phone shows as one is ever split between segments: no
    escape pair, no surrogate pair, no picture made of several.
    """
    text = unicodedata.normalize("NFC", text)
    letters = set(text)
    encoding: Encoding = "GSM-7" if letters <= EVERY_GSM_7 else "UCS-2"
    costs = [1] * len(text) if letters <= GSM_7 else _costs(text, encoding)
    segments, left = _pack(costs, *LIMITS[encoding])
    cheap = GSM_7 if encoding == "GSM-7" else EVERY_GSM_7
    costly = () if letters <= cheap else tuple(dict.fromkeys(char for char in text if char not in cheap))
    return Measured(encoding, sum(costs), segments, left, costly)


def plain(text: str) -> str:
    """The text without accents and curly quotes, as it is typed on phones ("“Đặng”" → '"Dang"'); case is kept.

    A plain text can be ambiguous: templates keep a plain version written by a person, this makes the draft.
    """
    if text.isascii():
        return text
    marked = unicodedata.normalize("NFD", text).translate(TYPED)
    return unicodedata.normalize("NFC", "".join(char for char in marked if not unicodedata.combining(char)))


def placeholders(template: str) -> tuple[str, ...]:
    """The names between braces, each once, in order. Raises UnknownPlaceholder for a stray or odd brace."""
    stray = re.search(r"[{}][^{}]*[{}]?", PLACEHOLDER.sub("", template))
    if stray:
        raise UnknownPlaceholder(stray[0])
    return tuple(dict.fromkeys(PLACEHOLDER.findall(template)))


def fill(template: str, values: Mapping[str, str | None]) -> str:
    """The template with each ``{name}`` replaced by its value, in NFC; a value's own braces stay as they are.

    ``values`` names all that this kind of message knows. A name not in it raises UnknownPlaceholder; a name
    whose value is None or blank raises MissingValue, for "Chào , mai có hẹn" must never be sent.
    """
    for name in placeholders(template):
        if name not in values:
            raise UnknownPlaceholder(name)
        if not (values[name] or "").strip():
            raise MissingValue(name)
    return unicodedata.normalize("NFC", PLACEHOLDER.sub(lambda found: values[found[1]] or "", template))


def has_link(text: str) -> bool:
    """Whether a phone would show something to tap: a URL, or a bare domain such as bit.ly/abc or xã.vn.

    Messages carry no links, so that people learn that a message with a link is not ours.
    """
    if not text.isascii():
        shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
        text = unicodedata.normalize("NFKC", shown)
    text = text.casefold()
    return NEAR_LINK.search(text) is not None and LINK.search(text) is not None


def _costs(text: str, encoding: Encoding) -> list[int]:
    """The units of each part that is never split."""
    if encoding == "GSM-7":
        return [2 if char in GSM_7_EXTENSION else 1 for char in text]
    costs: list[int] = []
    before = " "
    for char in text:
        units, clings = 1 + (ord(char) > 0xFFFF), bool(costs) and _clings(char, before)
        if clings:
            costs[-1] += units
        else:
            costs.append(units)
        before = " " if clings and ord(char) in FLAGS else char  # a flag has two letters, a third begins the next one
    return costs


def _clings(char: str, before: str) -> bool:
    """Whether a phone shows it as one with what stands before it (Unicode Standard Annex 29, for what people type)."""
    if char.isascii():
        return False
    if ord(char) in FLAGS:
        return ord(before) in FLAGS
    category = unicodedata.category(char)
    if before == JOINER and category == "So":
        return True
    return category.startswith("M") or ord(char) in MODIFIERS or char == JOINER


def _pack(costs: list[int], alone: int, in_parts: int) -> tuple[int, int]:
    """How many segments the characters fill, and the units left in the last one."""
    units = sum(costs)
    if units <= alone:
        return min(1, len(costs)), alone - units
    segments, used = 1, 0
    for cost in costs:
        if used + cost > in_parts:
            segments, used = segments + 1, 0
        used += cost
    return segments, in_parts - used
