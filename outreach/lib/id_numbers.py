"""Finds a personal identification number (số định danh cá nhân) that someone typed into a free text.

The platform never keeps ID numbers: they are personal data under Law 91/2025/QH15 and no task here needs
them. A note, a reply or a spreadsheet cell is therefore searched before it is stored, and refused with the
place shown. The number has 12 digits, written together or as 3-3-3-3, 3-3-6, 4-4-4 or 6-6. Phone numbers,
dates and sums of money must pass, or people would stop writing notes.
"""

import re
import unicodedata

GROUP = re.compile(r"\d+")
# One blank, dot or dash between groups, or a dash with blanks around it; never a line break.
GAP = re.compile(r"[ .]|[ ]{0,2}-[ ]{0,2}|[ ]{2}")
SHAPES = ((12,), (3, 3, 3, 3), (3, 3, 6), (4, 4, 4), (6, 6))
PHONE = re.compile(r"0[35789]\d{8}|02\d{9}|84[35789]\d{8}")
LONGEST_PHONE = 6  # groups
MONEY = re.compile(r"\s*(?:đ(?!\w)|₫|đồng|dong\b|vnđ|vnd)", re.IGNORECASE)
MOMENT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d")


def find(text: str) -> str | None:
    """The first 12-digit identification number in the text as typed, in digits 0-9; None if there is none."""
    plain = _plain(text)
    for run in _runs(plain):
        found = _find_in(run, plain)
        if found:
            return found
    return None


def _plain(text: str) -> str:
    """Digits of any script as 0-9, any dash as "-", any blank as " "; invisible characters gone."""
    kept = []
    for char in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(char)
        if kind == "Nd":
            kept.append(str(unicodedata.decimal(char)))
        elif kind in ("Pd", "Zs"):
            kept.append("-" if kind == "Pd" else " ")
        elif kind != "Cf":
            kept.append("." if char == "．" else char)
    return "".join(kept).replace("\t", " ")


def _runs(plain: str) -> list[list[re.Match[str]]]:
    """Groups of digits that stand side by side, parted by nothing but one gap."""
    runs: list[list[re.Match[str]]] = []
    for group in GROUP.finditer(plain):
        if runs and GAP.fullmatch(plain, runs[-1][-1].end(), group.start()):
            runs[-1].append(group)
        else:
            runs.append([group])
    return runs


def _find_in(run: list[re.Match[str]], plain: str) -> str | None:
    """Walks a run from the left: steps over whole phone numbers, stops at the first ID number."""
    at = 0
    while at < len(run):
        phone = _phone_length(run[at : at + LONGEST_PHONE])
        if phone:
            at += phone
            continue
        for shape in SHAPES:
            groups = run[at : at + len(shape)]
            if tuple(len(group[0]) for group in groups) == shape and _is_id(groups, plain):
                return plain[groups[0].start() : groups[-1].end()]
        at += 1
    return None


def _phone_length(groups: list[re.Match[str]]) -> int:
    """How many groups at the start make up a phone number; 0 when none do."""
    digits = ""
    for count, group in enumerate(groups, start=1):
        digits += group[0]
        if PHONE.fullmatch(digits):
            return count
    return 0


def _is_id(groups: list[re.Match[str]], plain: str) -> bool:
    """Twelve digits in the right shape that are neither money, nor a moment, nor an old phone number.

    A province's code in front begins with a zero, as no sum of money does. Without the zero only digits
    written together count: thousands are parted, the number of a person born abroad need not be.
    """
    digits = groups[0][0]
    if digits.startswith("0") or len(groups) > 1:
        return digits.startswith("0")
    dialled = plain[: groups[0].start()].endswith("+")
    return not (dialled or MOMENT.fullmatch(digits) or MONEY.match(plain, groups[0].end()))
