"""Vietnamese words: one spelling (NFC), blind search (fold), alphabetical order (sort keys), given names.

Vietnamese order compares the letters of the whole text first (a ă â b c d đ e ê … o ô ơ … u ư …) and only
between equal letters the tones (none, huyền, hỏi, ngã, sắc, nặng), as dictionaries and the CLDR collation
``vi`` do. The sort keys below are plain text for a database column, so SQLite and PostgreSQL agree.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

Form = Literal["NFC", "NFKC"]

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}

# A key uses only 0-9a-z, whose order every database collation agrees on: 0 ends the letters, 1 is a space,
# 2 introduces a number, and the thirty-three letters take what is left.
END, SPACE, NUMBER = "0", "1", "2"
CODES = dict(zip(ALPHABET, "3456789abcdefghijklmnopqrstuvwxyz", strict=True))
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"

# Letters with a stroke do not decompose; the Icelandic and African look-alikes come from old font converters.
STROKES = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d", "ƀ": "b"})
MOST_WANTED = 12
APOSTROPHES = frozenset("'’‘ʼ`´′")


def nfc(text: str) -> str:
    """The text with every letter and its marks in one code point (NFC), as all stored text must be."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The text as a hurried searcher types it: no accents, lower case, words parted by single spaces.

    Apostrophes vanish ("H’Đơi" → "hdoi"), other punctuation parts words. Folding twice changes nothing.
    """
    return nfc(" ".join(filter(None, (_bare(word) for word in _words(text, "NFKC")))))


def wanted(typed: str) -> list[str]:
    """The words to look for: folded, and no more of them than somebody would type (each costs the database a test)."""
    return fold(typed).split()[:MOST_WANTED]


def sort_key(text: str) -> str:
    """A plain ASCII key whose order is Vietnamese alphabetical order; at most three times as long.

    Case and punctuation do not count; "Hoà" and "Hòa" are the same word. Numbers come before letters and by
    size ("Thôn 2", "Thôn 10"), letters of other scripts last.
    """
    coded = [_code(word) for word in _words(text, "NFC")]
    tones = "".join(tone for _, tone in coded).rstrip("0")
    letters = SPACE.join(letters for letters, _ in coded)
    return f"{letters}{END}{tones}" if tones else letters


def given_name_key(full_name: str) -> str:
    """The key that orders people the Vietnamese way: by given name (the last word), then by the rest.

    At most two characters longer than three times the name.
    """
    words = list(_words(full_name, "NFC"))
    if not words:
        return ""
    letters, tone = _code(words[-1])
    return f"{letters}{END}{tone}{sort_key(' '.join(words[:-1]))}"


def given_name(full_name: str) -> str:
    """The name one is called by: the last word ("Nguyễn Thị Hoa" → "Hoa"); empty for an empty name."""
    return nfc(full_name).split()[-1] if full_name.split() else ""


def _words(text: str, form: Form) -> Iterator[str]:
    """The words of the text in lower case: letters, digits and vowel signs; all else parts them."""
    lowered = unicodedata.normalize(form, text).casefold()
    yield from "".join(map(_kept, unicodedata.normalize(form, lowered))).split()


@lru_cache(maxsize=1024)  # a list of a hundred thousand names has some hundred letters
def _kept(char: str) -> str:
    kind = unicodedata.category(char)
    if char in APOSTROPHES or kind == "Cf":
        return ""
    return char if kind[0] in "LNM" else " "


@lru_cache(maxsize=4096)  # and its syllables come again and again
def _bare(word: str) -> str:
    marked = unicodedata.normalize("NFD", word)
    return "".join(char for char in marked if not unicodedata.combining(char)).translate(STROKES)


@lru_cache(maxsize=4096)
def _code(word: str) -> tuple[str, str]:
    """The key of a word's letters, and the number of its tone ("0" for none)."""
    codes, word_tone = [], "0"
    for char in re.findall(r"\d+|\D", word):
        letter, tone = _without_tone(char)
        word_tone = max(word_tone, tone)
        codes.append(_code_of_letter(letter))
    return "".join(codes), word_tone


def _without_tone(char: str) -> tuple[str, str]:
    marks = unicodedata.normalize("NFD", char)
    tone = max((TONES[mark] for mark in marks if mark in TONES), default="0")
    return nfc("".join(mark for mark in marks if mark not in TONES)), tone


def _code_of_letter(letter: str) -> str:
    if letter in CODES:
        return CODES[letter]
    bare = _bare(letter)
    if bare in CODES:  # č, ĭ, ƀ of the highland languages stand with their plain letter
        return CODES[bare]
    if bare.isdecimal():
        return _code_of_number(bare)
    return "".join(_code_of_stranger(char) for char in bare[:1])


def _code_of_number(digits: str) -> str:
    """How many digits, then the digits: the shorter number is the smaller one."""
    plain = "".join(str(unicodedata.decimal(digit)) for digit in digits)
    return f"{NUMBER}{BASE36[min(len(plain), 35)]}{plain}"


def _code_of_stranger(char: str) -> str:
    """After z, in code-point order within 64 neighbours; three characters keep the key's promised length."""
    high, low = divmod(ord(char) % 64, 36)
    return f"z{'yz'[high]}{BASE36[low]}"
