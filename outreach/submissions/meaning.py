"""A visit as ODK Collect or KoboToolbox exported it: what the columns mean, and what a row says. No database.

The exports name a question by its group and itself ("g1-visit_date", "g1/visit_date"); a submission's mark stands in
KEY, meta-instanceID or _uuid. Headings are compared folded, by the question's own name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo
from enum import StrEnum
from functools import cached_property
from uuid import UUID, uuid5

from outreach import clock
from outreach.imports import columns
from outreach.imports.copying import MARK, Record
from outreach.lib import words
from outreach.visits.models import ALONE, HELPED, NOBODY, REFUSED, SHOWN

INSTANCE, WHEN, OUTCOME, NUMBER, CODE, HEAD, VILLAGE, VISITOR, NOTE = (
    "instance", "when", "outcome", "number", "code", "head", "village", "visitor", "note",
)  # fmt: skip
FIELDS = (INSTANCE, WHEN, OUTCOME, NUMBER, CODE, HEAD, VILLAGE, VISITOR, NOTE)
SKIP = columns.SKIP
WIDTH = 250  # columns that are read; Kobo puts a submission's mark behind all questions
FIRST_YEAR = 2022  # the first groups are of that year (letter 793/BTTTT-THH of 5 March 2022)
LONGEST_NOTE = 1_000  # characters, as on the visit's own form
MARKS = UUID("6d1c6f7e-8a51-4b52-9a4c-2f0f3f1a7c55")  # where marks that are no UUID get one from

# Field → its headings, folded, the best first. KEY stays the same when a submission is edited, instanceID does not.
RULES = {
    INSTANCE: (r"^key$", r"\brootuuid$", r"\binstanceid$", r"^uuid$", r"^id$"),
    WHEN: (
        r"^(visit(ed)? (date|day|time|at|on)|date of visit)$", r"^(ngay|thoi (gian|diem)|gio)( di)? tham( ho)?$",
        r"^start$", r"^today$", r"^end$", r"^submission ?(date|time)$",
    ),
    OUTCOME: (r"^(visit )?(outcome|result)$", r"\bket qua\b"),
    NUMBER: (r"^household id$",),
    CODE: (r"^(household|hh) (code|no|number)$",),
    HEAD: (r"^(household )?head( name)?$",),
    VILLAGE: (r"^village( name| code)?$", r"^ma thon$"),
    VISITOR: (
        r"^(visited by|visitor|volunteer|enumerator|username|submittername|submitted by)$",
        r"^(nguoi|can bo) tham$", r"^tinh nguyen vien$",
    ),
    NOTE: (r"^(notes?|remarks?|comments?)$", r"^ghi chu$"),
}  # fmt: skip
AS_IN_LISTS = {columns.CODE: CODE, columns.HEAD: HEAD, columns.VILLAGE: VILLAGE}
IN_UTC = re.compile(r"^submission ?(date|time)$")  # without a zone these are in UTC; a phone's own clock is local
# The app's own words for an outcome, as its pages in either language and its route sheets say them.
OWN = {
    words.fold(text): meant
    for meant, texts in {
        ALONE: ("Did it alone", "A – Did it alone", "Tự làm được", "T – Tự làm được"),
        HELPED: (
            "Did it with help", "H – Did it with help", "Làm được khi có người giúp", "G – Làm được khi có người giúp",
        ),
        SHOWN: (
            "Was shown how, has not done it yet", "S – Was shown how", "Đã xem hướng dẫn, chưa làm được",
            "X – Mới xem hướng dẫn",
        ),
        NOBODY: ("Nobody was home", "N – Nobody was home", "Không gặp ai", "V – Vắng nhà"),
        REFUSED: ("Does not wish to take part", "R – Does not wish to take part", "Không muốn tham gia",
                  "K – Không muốn tham gia"),
    }.items() for text in texts
}  # fmt: skip
# What a rule has read, the next ones do not see: "nobody helped" is nobody's help, not nobody at home.
OUTCOMES = (
    (NOBODY, r"\b((nobody|no one)(?! (help|want|could|can\b))( was| is| at)*( home)?|not (at )?home|absent"
             r"|((di|nha|chu ho) )?vang (nha|mat|chu ho)|(di|nha|chu ho) vang|^vang$"
             r"|khong (co |gap |gap duoc |thay )?(ai|chu ho|nguoi)( o| co)?( nha)?(?! (giup|ho tro|huong dan))"
             r"|khong (co |o )?nha)\b"),
    (REFUSED, r"\b(refused?|declined?|tu choi|khong (dong y|tham gia|hop tac|muon( tham gia)?))\b"),
    (ALONE, r"\b(alone|independent(ly)?|without( any)? help|tu (lam|thuc hien)( duoc)?|(tu|mot) minh|thanh thao"
            r"|khong can (ai |nguoi )?(giup|ho tro)( do)?)\b"),
    (HELPED, r"\b(helped|with( some)? help|^help$|assisted|with assistance|^giup( do)?$"
             r"|lam duoc khi( co| duoc)? huong dan"
             r"|(co|duoc|nho|voi) ((su|nguoi|con|chau) )*(giup|ho tro|tro giup)( do)?)\b"),
    (SHOWN, r"\b(shown|showed|demonstrated|^xem$|(da|moi|chi|duoc) xem|xem (huong dan|gioi thieu|video|mau)|gioi thieu"
            r"|huong dan(?=.* chua (tu )?lam))\b"),
)  # fmt: skip
DENIED = re.compile(
    r"\b(chua|khong|ko|chang|not|no|nobody|never|without|cannot|(ca|could|did|do|does|has|have|is|was)nt|unable|failed"
    r"|mot phan|partly|almost|se|will|neu|if|kho|muon)\b"
)
DONE = re.compile(r"(?<!\bchua )(?<!\bchua tu )(?<!\bkhong )\b(lam duoc|did it|can do)\b")
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s+(\d{1,2}):(\d\d)(?::\d\d)?)?")


class Reason(StrEnum):
    """Why a submission was not taken."""

    ID_NUMBER = "id_number"
    NO_MARK = "no_mark"
    NO_DAY = "no_day"
    UNREADABLE_DAY = "unreadable_day"
    FUTURE = "future"
    UNKNOWN_OUTCOME = "unknown_outcome"
    NO_HOUSEHOLD = "no_household"
    UNKNOWN_HOUSEHOLD = "unknown_household"
    SEVERAL_HOUSEHOLDS = "several_households"
    OTHER_NAME = "other_name"
    OTHER_VILLAGE = "other_village"
    UNKNOWN_VISITOR = "unknown_visitor"
    LONG_NOTE = "long_note"
    OTHER_CONTENT = "other_content"


@dataclass(frozen=True)
class Reading:
    """How an export is to be read: headings, field → column, an outcome's words (folded) → one of visits' OUTCOMES."""

    headings: Sequence[str]
    columns: Mapping[str, int]
    outcomes: Mapping[str, str]
    commune_id: int

    @cached_property
    def in_utc(self) -> bool:
        """Whether moments without a zone are in UTC."""
        at = self.columns.get(WHEN, len(self.headings))
        return at < len(self.headings) and bool(IN_UTC.search(question(self.headings[at])))


@dataclass
class Line:
    """A submission: its row as Excel counts, its cells, its values by field; what it says, or its fault."""

    number: int
    upto: int
    cells: list[str]
    values: dict[str, str]
    client_id: str = ""
    at: datetime | None = None
    outcome: str = ""
    fault: tuple[Reason, str] | None = field(default=None)


class Unfit(Exception):
    """A value that cannot be taken: why, and in which field."""

    def __init__(self, reason: Reason, name: str) -> None:
        super().__init__(reason)
        self.why = (reason, name)


def question(heading: str) -> str:
    """A question's own name, folded, without its groups."""
    return words.fold(re.split(r"[-/:]", heading)[-1]) or words.fold(heading)


def guess(headings: Sequence[str]) -> dict[str, int]:
    """Field → column number counted from 0. A column that must not be read is none."""
    asked = {at: question(text) for at, text in enumerate(headings) if text and not _unread(text)}
    found: dict[str, int] = {}
    for name, rules in RULES.items():
        hits = (at for rule in rules for at, text in asked.items() if re.search(rule, text))
        taken = next((at for at in hits if at not in found.values()), None)
        if taken is not None:
            found[name] = taken
    for at, text in asked.items():
        name = AS_IN_LISTS.get(columns.meaning(text), "")
        if name and at not in found.values():
            found.setdefault(name, at)
    return found


def _unread(heading: str) -> bool:
    """What must not be read, and the mark of the form itself (formhub/uuid), which is the same in every row."""
    return columns.forbidden(heading) or heading.startswith("formhub")


def outcome(text: str) -> str:
    """What an answer surely means, one of visits' OUTCOMES; "" when it may mean several, or denies what it names.

    A failure that is taken for a success would count: where there is doubt, the official is asked.
    """
    rest, found = words.fold(text), list[str]()
    if "?" in text:
        return ""
    if rest in OWN:
        return OWN[rest]
    for meant, rule in OUTCOMES:
        rest, hits = re.subn(rule, "|", rest)
        found += [meant] if hits else []
    if len(found) != 1 or "vâng" in words.nfc(text).casefold():  # folded, "vâng" (yes) is "vắng" (out)
        return ""
    if found == [SHOWN]:  # "shown, cannot do it yet" denies nothing that was shown
        return "" if DENIED.search(rest.partition("|")[0]) or DONE.search(rest) else SHOWN
    return "" if DENIED.search(rest) else found[0]


def lines(records: Iterable[Record], reading: Reading) -> Iterator[Line]:
    """The submissions, each judged as far as that goes without the database."""
    for upto, record in enumerate(records, start=1):
        cells = dict(enumerate(record.cells))
        values = {name: cells[at] for name, at in reading.columns.items() if cells.get(at)}
        line = Line(record.number, upto, record.cells, values)
        try:
            _read(line, reading)
        except Unfit as unfit:
            line.fault = unfit.why
        yield line


def _read(line: Line, reading: Reading) -> None:
    marked = next((name for name, value in line.values.items() if MARK in value), None)
    if marked:
        raise Unfit(Reason.ID_NUMBER, marked)
    if INSTANCE not in line.values:
        raise Unfit(Reason.NO_MARK, INSTANCE)
    line.client_id = mark(line.values[INSTANCE], reading.commune_id)
    line.at = moment(line.values.get(WHEN, ""), in_utc=reading.in_utc)
    line.outcome = reading.outcomes.get(words.fold(line.values.get(OUTCOME, "")), "")
    if not line.outcome:
        raise Unfit(Reason.UNKNOWN_OUTCOME, OUTCOME)
    if not line.values.keys() & {NUMBER, CODE} and not {HEAD, VILLAGE} <= line.values.keys():
        raise Unfit(Reason.NO_HOUSEHOLD, HEAD)
    if len(line.values.get(NOTE, "")) > LONGEST_NOTE:
        raise Unfit(Reason.LONG_NOTE, NOTE)


def mark(text: str, commune_id: int) -> str:
    """The visit's `client_id` (UUID): the submission's own; one drawn from its mark and the commune if that is none."""
    try:
        return str(UUID(text.strip().lower().removeprefix("uuid:")))
    except ValueError:
        return str(uuid5(MARKS, f"{commune_id}/{text.strip()}"))


def moment(text: str, *, in_utc: bool = False) -> datetime:
    """When the visit was. A day without a time is its noon (or now, if that is still to come). Raises Unfit."""
    if not text:
        raise Unfit(Reason.NO_DAY, WHEN)
    now = clock.now()
    at = _said(text.strip(), UTC if in_utc else clock.place())
    if at is None or at.year < FIRST_YEAR:
        raise Unfit(Reason.UNREADABLE_DAY, WHEN)
    if at > now and _day_only(text) and clock.local(at).date() == clock.today():
        return now
    if at > now:
        raise Unfit(Reason.FUTURE, WHEN)
    return at


def _day_only(text: str) -> bool:
    return ":" not in text


def _said(text: str, zone: tzinfo) -> datetime | None:
    typed = DAY.fullmatch(text)
    try:
        if typed:
            day, month, year, hour, minute = (int(part or 0) for part in typed.groups())
            said = datetime(year, month, day, hour, minute)  # noqa: DTZ001  its zone follows
        else:
            said = datetime.fromisoformat(text)
        if _day_only(text):
            return datetime.combine(said.date(), time(12), clock.place()).astimezone(UTC)
        return (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
