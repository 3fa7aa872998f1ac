"""Requests that no message of ours makes: to install something, to pay, to send or read out a code or an ID number.

People learn that a message which does is not ours. So the words are refused even in a warning ("nobody asks for your
OTP"): there is no message of this house in which they stand. A place for warnings is the lesson about fraud.

Vietnamese without accents is ambiguous ("tai" is tải, tại, tài …). A word with accents must be the refused one exactly;
one without may be, if it stands in a phrase; and in a plain text the full one beside it says what was meant.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from outreach.lib import words

INSTALL, PAY, CODE = "install", "pay", "code"
REFUSED: Mapping[str, Sequence[str]] = {
    INSTALL: (
        "cài đặt", "cài app", "cài ứng dụng", "cài phần mềm", "cài VNeID", "tải", "tải về", "tải xuống", "tải app",
        "tải ứng dụng", "tải phần mềm", "tải VNeID", "tải bản", "tải tệp", "tải file",
        "install", "installs", "installing", "download", "downloads", "downloading",
    ),
    PAY: (
        "chuyển khoản", "chuyển tiền", "nộp tiền", "nộp phí", "nộp lệ phí", "nộp phạt", "nộp thuế", "đóng tiền",
        "đóng phí", "trả tiền", "trả phí", "gửi tiền", "nạp tiền", "nạp thẻ", "đặt cọc", "thanh toán", "số tài khoản",
        "tài khoản ngân hàng", "số thẻ",
        "pay", "pays", "paying", "payment", "payments", "transfer", "transfers", "transferring", "send money",
        "deposit", "account number", "bank account", "card number",
    ),
    CODE: (
        "OTP", "mã xác nhận", "mã xác thực", "mã bảo mật", "mã PIN", "mật khẩu", "gửi mã", "đọc mã", "nhập mã",
        "cung cấp mã", "số căn cước", "số định danh", "số CCCD", "số chứng minh",
        "one time code", "one time password", "password", "passwords", "passcode", "verification code",
        "confirmation code", "security code", "PIN code", "your PIN", "send the code", "send us the code",
        "read out the code", "ID number",
    ),
}  # fmt: skip
# The same words where they ask for nothing.
HARMLESS = (
    "quá tải", "vận tải", "trọng tải", "tải trọng", "xe tải", "pay attention", "pay a visit", "pay you a visit",
    "pay your house a visit",
)  # fmt: skip
TOKEN = re.compile(r"\{[^{}]*\}|[^\W_]+")  # a placeholder parts words: what stands there is not known here


class Request(NamedTuple):
    """A refused request: of which kind, and as it stands in the text."""

    kind: str
    said: str


class _Word(NamedTuple):
    """A word, bare (no accents, lower case), with its accents in order; where it stands."""

    bare: str
    accents: str
    start: int
    end: int


class _Found(NamedTuple):
    """A refused phrase in a text: from which word up to which, and of which kind."""

    first: int
    beyond: int
    kind: str


def requests(text: str) -> list[Request]:
    """The refused requests of a text, in order."""
    shown = _shown(text)
    said = _words(shown)
    return [_request(shown, said, found) for found in _refused(said)]


def requests_of_plain(plain: str, full: str) -> list[Request]:
    """The refused requests of a plain text, but for those of which the full text shows that another word is meant."""
    shown, meant = _shown(plain), _words(_shown(full))
    said, wrong = _words(shown), list(_refused(meant))
    return [
        _request(shown, said, found)
        for found in _refused(said)
        if not _meant_otherwise([word.bare for word in said[found.first : found.beyond]], meant, wrong)
    ]


def _meant_otherwise(phrase: list[str], meant: list[_Word], wrong: list[_Found]) -> bool:
    """Whether the full text has these letters, and nowhere as a refused phrase."""
    places = [n for n in range(len(meant)) if [word.bare for word in meant[n : n + len(phrase)]] == phrase]
    return bool(places) and not any(found.first <= n < found.beyond for n in places for found in wrong)


def _refused(said: list[_Word]) -> Iterator[_Found]:
    """The refused phrases, the longest at each place, without those within a harmless one."""
    harmless = [(n, n + len(one)) for n in range(len(said)) for one in _HARMLESS if _stands(one, said, n)]
    at = 0
    while at < len(said):
        here = [(len(one), kind) for one, kind in _REFUSED.get(said[at].bare, ()) if _stands(one, said, at)]
        length, kind = max(here, default=(0, ""))
        if length and not any(first <= at and at + length <= beyond for first, beyond in harmless):
            yield _Found(at, at + length, kind)
        at += max(length, 1)


def _stands(phrase: Sequence[_Word], said: list[_Word], at: int) -> bool:
    """Whether the phrase stands there. A single word with accents is told by them alone."""
    there = said[at : at + len(phrase)]
    return len(there) == len(phrase) and all(
        one.bare == wanted.bare and (one.accents == wanted.accents or (not one.accents and len(phrase) > 1))
        for one, wanted in zip(there, phrase, strict=True)
    )


def _request(shown: str, said: list[_Word], found: _Found) -> Request:
    return Request(found.kind, shown[said[found.first].start : said[found.beyond - 1].end])


def _shown(text: str) -> str:
    """The text as a phone shows it: wide and styled letters as common ones, nothing invisible."""
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", seen)


def _words(shown: str) -> list[_Word]:
    return [_word(found) for found in TOKEN.finditer(shown)]


def _word(found: re.Match[str]) -> _Word:
    text = found[0]
    if text.startswith("{"):
        return _Word(text, "", found.start(), found.end())
    marked = unicodedata.normalize("NFD", text.casefold())
    # Sorted, as "hoá" and "hóa" are one word; a đ is a d with a stroke.
    accents = "".join(sorted(char for char in marked if unicodedata.combining(char) or char == "đ"))
    return _Word(words.fold(text), accents, found.start(), found.end())


def _by_first_word() -> dict[str, list[tuple[list[_Word], str]]]:
    found: dict[str, list[tuple[list[_Word], str]]] = {}
    for kind, phrases in REFUSED.items():
        for phrase in map(_words, phrases):
            found.setdefault(phrase[0].bare, []).append((phrase, kind))
    return found


_REFUSED = _by_first_word()
_HARMLESS = [_words(phrase) for phrase in HARMLESS]
