"""Vietnamese telephone numbers as people write them, into the one form the outbox may dial (E.164).

A household's number comes from notebooks and spreadsheets: with spaces, dots, "+84", a zero that the
spreadsheet ate, two numbers in one cell. Only a mobile number can take a text message; the number plan is the
``phonenumbers`` library's. Numbers move between carriers, so no carrier is ever inferred.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

LONGEST_TEXT = 200
RUN = re.compile(r"\+?\d[+\d ).-]*")
GROUP = re.compile(r"\+?\d+")
STARTS = re.compile(r"(?:0|84|\+84)\d+$")
SPREADSHEET_FLOAT = re.compile(r"\s*\+?\d{9,12}\.0\s*")
# "8.49E+10" has lost its last digits: what is left would be a stranger's number.
SCIENTIFIC = re.compile(r"\d[.,]?\d*[eE]\+?\d+")
SHORT = re.compile(r"1\d{2,3}")  # 113, 1022: dialled as they stand
BETWEEN = re.compile(r"[\s().-]")
COMPANY = (PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)  # 1800 …, 1900 …


class Reason(Enum):
    """Why a text is not a number we can write to; the form that refuses turns it into a hint."""

    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    OLD_11_DIGITS = "old_11_digits"
    LANDLINE = "landline"
    NOT_VIETNAMESE_MOBILE = "not_vietnamese_mobile"


class BadPhone(ValueError):
    """The text holds no Vietnamese mobile number; ``reason`` says why the first candidate failed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Phone:
    """A Vietnamese mobile number in E.164, such as "+84912345678"."""

    e164: str

    def __str__(self) -> str:
        return show(self.e164)


def parse(text: str) -> Phone:
    """The first mobile number in the text; raises BadPhone. Use ``parse_many`` to learn of further ones."""
    reason = Reason.NOT_A_NUMBER
    for candidate in _candidates(text):
        verdict = _judge(candidate)
        if isinstance(verdict, Phone):
            return verdict
        if reason is Reason.NOT_A_NUMBER:
            reason = verdict
    raise BadPhone(reason)


def parse_many(text: str) -> list[Phone]:
    """Every mobile number in the text, in order, each once; empty when there is none. Never raises."""
    verdicts = [_judge(candidate) for candidate in _candidates(text)]
    return list(dict.fromkeys(verdict for verdict in verdicts if isinstance(verdict, Phone)))


def parse_any(text: str) -> str:
    """A number one can call, of whatever kind: a mobile or a landline as E.164, 1022 or 1800 1096 as their digits.

    For notices and signs, never for messages. Raises BadPhone.
    """
    digits = BETWEEN.sub("", _plain(text))
    if SHORT.fullmatch(digits):
        return digits
    try:
        number = phonenumbers.parse(digits, "VN")
    except phonenumbers.NumberParseException:
        raise BadPhone(Reason.NOT_A_NUMBER) from None
    if number.country_code != 84 or not phonenumbers.is_valid_number(number):
        raise BadPhone(Reason.NOT_A_NUMBER)
    if phonenumbers.number_type(number) in COMPANY:
        return str(number.national_number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def show(e164: str) -> str:
    """The number as one reads it aloud: "+84912345678" → "0912 345 678". Raises BadPhone if it is none."""
    try:
        number = phonenumbers.parse(e164, "VN")
    except phonenumbers.NumberParseException as error:
        raise BadPhone(Reason.NOT_A_NUMBER) from error
    style = PhoneNumberFormat.NATIONAL if number.country_code == 84 else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def _candidates(text: str) -> Iterator[str]:
    """The digit strings that may each be one number ("0912345678", "+84912345678")."""
    plain = _plain(text)
    if SCIENTIFIC.fullmatch(plain.strip()):
        return
    if SPREADSHEET_FLOAT.fullmatch(plain):
        plain = plain.strip().removesuffix(".0")
    for run in RUN.findall(plain.replace("(0)", "")):
        groups = GROUP.findall(run)
        yield from _cut(groups) or [groups[0] + "".join(groups[1:]).replace("+", "")]


def _plain(text: str) -> str:
    """Digits of any script as 0-9, dashes of any length as "-", no-break spaces as spaces."""
    kept = []
    for char in unicodedata.normalize("NFKC", text[:LONGEST_TEXT]):
        kind = unicodedata.category(char)
        if kind == "Cf":
            continue
        kept.append(str(unicodedata.decimal(char)) if kind == "Nd" else "-" if kind == "Pd" else char)
    return re.sub(r"[^\S\n]", " ", "".join(kept))


def _cut(groups: list[str]) -> list[str]:
    """Groups of digits cut into whole numbers, each starting as a number may; empty when they cannot be."""
    if not groups:
        return []
    for length, joined in enumerate(accumulate(groups), start=1):
        rest = groups[length:]
        if not STARTS.match(joined) or not _complete(joined):
            continue
        further = _cut(rest)
        if further or not rest:
            return [joined, *further]
    return []


def _complete(digits: str) -> bool:
    verdict = _judge(digits)
    return isinstance(verdict, Phone) or verdict in (Reason.LANDLINE, Reason.OLD_11_DIGITS)


def _judge(digits: str) -> Phone | Reason:
    """One candidate: the phone it is, or why it is none."""
    local = _national(digits)
    if local is None:
        return Reason.NOT_VIETNAMESE_MOBILE
    if len(local) == 10 and local.startswith("1"):  # 012x, 016x, 018x and 019x ended in 2018
        return Reason.OLD_11_DIGITS
    if not 3 <= len(local) <= 11:
        return Reason.TOO_SHORT if len(local) < 3 else Reason.TOO_LONG
    number = phonenumbers.parse(f"+84{local}", None)
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.MOBILE and len(local) == 9:
        return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    if kind == PhoneNumberType.FIXED_LINE:
        return Reason.LANDLINE
    if kind != PhoneNumberType.UNKNOWN or len(local) == 9:
        return Reason.NOT_VIETNAMESE_MOBILE
    return Reason.TOO_SHORT if len(local) < 9 else Reason.TOO_LONG


def _national(digits: str) -> str | None:
    """The digits after the country code and the zero; None when the country is another one."""
    if digits.startswith(("+", "00")):
        abroad = digits.lstrip("+").removeprefix("00")
        return abroad[2:].removeprefix("0") if abroad.startswith("84") else None
    if digits.startswith("84") and len(digits) >= 11:
        return digits[2:].removeprefix("0")
    return digits.removeprefix("0")
