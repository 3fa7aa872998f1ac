"""What the columns of a household list mean, guessed from their headings however they are spelt.

Headings are compared folded, so accents, case, line breaks and decomposed letters (NFD) make no difference. A
column of identification numbers, ethnicity or religion is never read: nobody here needs them (Law 91/2025/QH15).
"""

import re
from collections.abc import Sequence

from outreach.lib import words

CODE, HEAD, NAME, FAMILY = "code", "head", "name", "family"
RELATION, BIRTH, PHONE = "relation", "birth", "phone"
ADDRESS, LANE, NUMBER, VILLAGE = "address", "lane", "number", "village"
LAT, LON, WALK, KIND = "lat", "lon", "walk", "kind"
SKIP = ""
FIELDS = (CODE, HEAD, NAME, FAMILY, RELATION, BIRTH, PHONE, NUMBER, LANE, ADDRESS, VILLAGE, LAT, LON, WALK, KIND)

TOP = 40  # rows among which the headings are looked for
LONGEST_HEADING = 80

FORBIDDEN = re.compile(
    r"\b(cccd|cmnd|cmtnd|cmt|can cuoc|chung minh|dinh danh|ddcn|tuy than|ho chieu|passport)\b"
    r"|^(ten |thanh phan )?dan toc\b|^ton giao\b|^(ethnicity|religion)\b"
)
# The first that matches wins; "SĐT chủ hộ" is a telephone number before it is a head of household.
RULES = tuple(
    (field, re.compile("|".join(spellings)))
    for field, spellings in {
        LAT: (r"\bvi do\b", r"^lat(itude)?$"),
        LON: (r"\bkinh do\b", r"^(lon|lng|long|longitude)$"),
        WALK: (r"\bthu tu (di|tham|di tham|tren duong|trong ngo)\b", r"^walk(ing)? (order|no)"),
        KIND: (r"\b(loai|dien|nhom|doi tuong) (ho|gia dinh)\b", r"^(family|household) types?$"),
        RELATION: (r"\bquan he\b", r"\bqh (voi )?chu ho", r"^relation"),
        BIRTH: (r"\b(nam|ngay) sinh\b", r"\bsinh (ngay|nam)\b", r"^ns$", r"\bbirth"),
        PHONE: (
            r"dien thoai", r"\b(so )?s?dt( dd)?\b", r"di dong", r"\bso lien (he|lac)\b", r"\b(phone|mobile|tel)\b",
        ),
        NUMBER: (r"\bso nha\b", r"^house (no|number)"),
        ADDRESS: (r"\bdia chi\b", r"\b(noi|cho) o\b", r"thuong tru", r"\bcu tru\b", r"^address"),
        CODE: (
            r"\b(ma|so|stt|tt|thu tu) (so )?(gia dinh|ho)\b(?! (so|chieu|ngheo|can ngheo|ten|va)\b)",
            r"^household (code|no|number)",
        ),
        FAMILY: (r"\bho (va )?(ten |chu )?(dem|lot)\b", r"^family name"),
        HEAD: (r"\bchu ho\b", r"\bdai dien ho\b", r"^head"),
        VILLAGE: (
            r"^(?!.*\btruong )(?!ma )(.*\b)?(thon|ban|to dan pho|tdp|to dp|ap|khom|khu pho|khu dan cu)\b",
            r"^(?!.*\btruong )(.*\b)?(buon|bon|lang|phum|soc)\b",
            r"^(to|khu)( so)?$", r"^village(?! code)",  # our own tables have both: a list is read by the names
        ),
        LANE: (r"\b(ngo|ngach|hem|xom|duong|cum)\b", r"^lane"),
        NAME: (
            r"\bho (va )?ten\b", r"^ten( goi)?$", r"\bten (thanh vien|nguoi|cong dan)\b", r"^thanh vien$",
            r"^(full )?name",
        ),
    }.items()
)  # fmt: skip
COUNTS = re.compile(r"^(tong )?so (nhan khau|thanh vien|nguoi|khau|lao dong|con)\b")
# Columns that lists have and nobody needs; they help to recognise the row of headings.
KNOWN = re.compile(r"^(stt|tt|so tt|so thu tu|ghi chu|gioi tinh|nam nu|nghe nghiep|so nhan khau|ly do|no|notes?|sex)$")


def meaning(heading: str) -> str:
    """The field a heading names, or SKIP; forbidden headings are SKIP."""
    folded = words.fold(heading[: LONGEST_HEADING + 1])
    if not folded or len(heading) > LONGEST_HEADING or FORBIDDEN.search(folded) or COUNTS.search(folded):
        return SKIP
    return next((field for field, rule in RULES if rule.search(folded)), SKIP)


def forbidden(heading: str) -> bool:
    """Whether a column with this heading must not be read at all."""
    return 0 < len(heading) <= LONGEST_HEADING and bool(FORBIDDEN.search(words.fold(heading)))


def forbidden_in(row: Sequence[str]) -> set[int]:
    """The columns that a row of headings forbids. A title has one cell and a household has numbers: no headings."""
    filled = [cell for cell in row if cell]
    if len(filled) < 2 or any(cell.isdecimal() for cell in filled):
        return set()
    return {number for number, heading in enumerate(row) if forbidden(heading)}


def guess(headings: Sequence[str]) -> dict[str, int]:
    """Field → column number counted from 0; the first column of its kind is taken."""
    found: dict[str, int] = {}
    for number, heading in enumerate(headings):
        field = meaning(heading)
        if field:
            found.setdefault(field, number)
    if VILLAGE not in found and words.fold(headings[found[LANE]] if LANE in found else "") == "xom":
        found[VILLAGE] = found.pop(LANE)  # where lists name no thôn, the xóm is the village
    return found


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Which of the top rows holds the headings (counted from 0); None when none looks like it."""
    scores = [_likeness(row) for row in rows[:TOP]]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _likeness(row: Sequence[str]) -> int:
    found = guess(row)
    if not found.keys() & {HEAD, NAME} or sum(map(bool, row)) < 2:
        return 0
    return 2 * len(found) + len(forbidden_in(row)) + sum(bool(KNOWN.search(words.fold(h))) for h in row)
