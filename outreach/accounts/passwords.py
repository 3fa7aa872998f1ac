"""What a password must be: one clear rule for people who have never chosen one. Plain, no Flask, no database."""

from enum import Enum

from outreach.lib import words

SHORTEST, LONGEST = 8, 128
RUNS = ("01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl")
TRIED_FIRST = ("matkhau", "password", "dichvucong", "vneid", "admin", "vietnam")  # with or without digits after


class Weakness(Enum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    PHONE = "phone"
    SAME = "same"
    RUN = "run"
    COMMON = "common"


def weakness(password: str, phone: str | None) -> Weakness | None:
    """Why this password is too easy to guess; None when it will do. `phone` is the person's own, in E.164."""
    plain = words.fold(password).replace(" ", "")
    if len(words.nfc(password).strip()) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    if phone and phone.removeprefix("+84") in plain:
        return Weakness.PHONE
    if len(set(password.casefold().strip())) < 4:
        return Weakness.SAME
    if _is_run(plain):
        return Weakness.RUN
    return Weakness.COMMON if plain.rstrip("0123456789") in TRIED_FIRST else None


def _is_run(plain: str) -> bool:
    """Whether it is neighbours only: 12345678, 87654321, abcdefgh, also a short run typed twice."""
    half = plain[: len(plain) // 2]
    return any(plain in run or (half * 2 == plain and half in run) for run in RUNS)
