"""A whole country of made-up households in real communes, as rows of text: 34 provinces, 3,321 communes, 27 villages
each, who works there, and every household with its history.

The same seed gives the same country. Small ones fill whole provinces, the smallest first, so that a province, a commune
and a village are the same in a small country and in a large one: what their pages take may be compared.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, product
from random import Random
from typing import NamedTuple

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import ADMIN, LEADER, OFFICIAL, PROVINCE, VOLUNTEER
from outreach.areas import models as areas
from outreach.areas.loading import TWO_LEVELS
from outreach.areas.models import Area
from outreach.demo.loading import PASSWORD, VILLAGES
from outreach.households.models import COUNTED
from outreach.lib import words
from tests.bench import stories
from tests.bench.stories import CALLS, NOT_SET, PACES, Calendar, Told

SEED = "country"
IN_A_COMMUNE = 27  # villages
SMALLEST, LARGEST = 163, 463  # households of a village; 313 on the average
FIRST_VILLAGE = 1_000_000
STEPS = 8  # numbers set aside for each household's changes of stage; twice as many for its visits
SPREAD = 0x9E3779B97F4A7C15  # so that the marks of visits lie as far apart as those of phones
FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lò Giàng Vàng Thào Hà Quàng"
MIDDLE = "Thị Văn Đức Hữu Thanh Ngọc Minh Xuân Thu Quang Kim Bích"
GIVEN = (
    "An Anh Bình Cường Chi Dung Dũng Đông Giang Hà Hải Hạnh Hiền Hoa Hòa Hùng Huệ Hương Khánh Lan Liên Linh Long Mai "
    "Mạnh Nam Nga Nhung Oanh Phúc Phương Quân Quyên Sen Sơn Tâm Thảo Thắng Thủy Tiến Trang Tuấn Tùng Vân Vinh Yến"
)

# What is poured, by table: the columns of a line.
COLUMNS = {
    "area": "id kind type code name folded sort_key path parent_id valid_from",
    "account": "id name folded sort_key phone role area_id language password_hash epoch created_at",
    "handset": "id mark account_id secret_digest data_key label created_at seen_at sent_at waiting clock_off scope",
    "household": "id village_id code head_name folded sort_key address address_folded phone stage visited_at "
    "last_visit_at closed_as alone helped vneid created_at",
    "member": "id household_id name folded phone birth_year relation language sms_form learning_since proficient_since "
    "alone helped vneid_said_on created_at",
    "ambassador": "id household_id member_id registered_by_id since ended_reason",
    "stage_change": "id household_id village_id by_id old new at on reason",
    "visit": "id client_id household_id by_id digest at received_at outcome note way",
    "tally_day": f"village_id commune_id province_id on {' '.join(COUNTED)}",
    "visit_day": "village_id commune_id province_id on visits did_alone were_helped were_shown",
}  # fmt: skip
ONCE = ("area", "account", "handset")
POURED = [name for name in COLUMNS if name not in ONCE]
Rows = dict[str, list[str]]  # lines by table


class Village(NamedTuple):
    """A village to be filled: where it lies, and which households are its own."""

    id: int
    commune: int
    province: int
    first: int  # the number of its first household
    size: int
    pace: int
    weekday: int


@dataclass(frozen=True)
class Country:
    """What there is: villages with their households, and the lines of what is there once a village."""

    villages: Sequence[Village]
    calendar: Calendar
    every_visit: bool
    once: Rows  # by table


def plan(s: Session, households: int, calendar: Calendar, *, first: str = "", every_visit: bool = False) -> Country:
    """Lay out a country for so many households in a database that has its provinces and communes.

    `first`: the code of a province to begin with. `every_visit`: visits are rows from the first week on.
    """
    communes = _communes(s, first)
    villages, lines = _villages(communes, households)
    once = {"area": lines, "account": list(_accounts(s, villages)), "handset": list(_handsets(villages, calendar))}
    return Country(villages, calendar, every_visit, once)


def _communes(s: Session, first: str) -> list[Area]:
    found = s.scalars(select(Area).where(Area.kind == areas.COMMUNE).order_by(Area.code)).all()
    provinces = {area.id: area.code for area in s.scalars(select(Area).where(Area.kind == areas.PROVINCE))}
    sizes: dict[int | None, int] = defaultdict(int)
    for one in found:
        sizes[one.parent_id] += 1

    def turn(one: Area) -> tuple[bool, int, str]:
        code = provinces[one.parent_id or 0]
        return code != first, sizes[one.parent_id], code

    return sorted(found, key=turn)


def _villages(communes: Sequence[Area], households: int) -> tuple[list[Village], list[str]]:
    villages, lines, numbers, left = [], [], count(FIRST_VILLAGE), households
    for commune in communes:
        dice = Random(f"{SEED}.{commune.code}")
        luck = dice.randrange(PACES)
        for place in range(IN_A_COMMUNE):
            size = min(left, dice.randint(SMALLEST, LARGEST))
            pace = min(PACES - 1, max(0, luck + dice.choice((-1, 0, 0, 1))))
            if not size:
                return villages, lines
            first = 1 + households - left
            villages.append(
                Village(next(numbers), commune.id, commune.parent_id or 0, first, size, pace, dice.randrange(7))
            )
            lines.append(_village(villages[-1].id, commune, place))
            left -= size
    raise ValueError(f"so many households do not live here: {left} are left over")


def _village(id: int, commune: Area, place: int) -> str:
    name = VILLAGES[place]
    return "\t".join(map(str, (
        id, areas.VILLAGE, "thôn", f"{commune.code}.{place + 1}", name, words.fold(f"thôn {name}"),
        words.sort_key(name), f"{commune.path}{place + 1}/", commune.id, TWO_LEVELS,
    )))  # fmt: skip


def _accounts(s: Session, villages: Sequence[Village]) -> Iterator[str]:
    """An administrator, an official of each province and commune, a leader and a volunteer of each village.

    A volunteer's number is her village's, a leader's, an official's and a province's follow from their area's.
    """
    digest, numbers = PasswordHasher().hash(PASSWORD), count(1)
    country = s.scalars(select(Area.id).where(Area.parent_id.is_(None))).one()
    posts = [(ADMIN, country), *((PROVINCE, id) for id in dict.fromkeys(one.province for one in villages))]
    posts += [(OFFICIAL, id) for id in dict.fromkeys(one.commune for one in villages)]
    posts += [(LEADER, one.id) for one in villages]
    names = list(_names())
    others = [(number, *post) for number, post in zip(count(1), posts, strict=False)]
    for id, role, area in [*others, *((one.id, VOLUNTEER, one.id) for one in villages)]:
        _head, name, folded, key = names[id % len(names)]
        phone = f"+84{880_000_000 + next(numbers)}"
        yield "\t".join(
            map(str, (id, name, folded, key, phone, role, area, "vi", digest, 0, f"{TWO_LEVELS} 00:00:00.000000"))
        )


def _handsets(villages: Sequence[Village], calendar: Calendar) -> Iterator[str]:
    """A phone of each volunteer that carries her bag; some have not been heard of, some still hold a record."""
    dice, first = Random(SEED), f"{calendar.listed} {stories.NOON}"
    for number, village in enumerate(villages, 1):
        week = calendar.weeks - (2 if dice.random() < 0.1 else 1)
        seen = f"{calendar.day(week, village.weekday)} {stories.NOON}"
        waiting = int(dice.random() < 0.05)
        yield "\t".join(map(str, (
            number, _mark(number), village.id, "bench", "bench", "Android, Chrome", first, seen, seen, waiting, 0, "",
        )))  # fmt: skip


class _Name(NamedTuple):
    household: str  # head_name, folded, sort_key as they stand in a line
    name: str
    folded: str
    key: str


def _names() -> Iterator[_Name]:
    for parts in product(FAMILY.split(), MIDDLE.split(), GIVEN.split()):
        name = words.nfc(" ".join(parts))
        folded, key = words.fold(name), words.given_name_key(name)
        yield _Name(f"{name}\t{folded}\t{key}", name, folded, key)


def _lanes() -> list[str]:
    """Addresses of a village, fourteen a lane, as they stand in a line."""
    found = (f"Ngõ {1 + n // 14}, số {1 + 2 * (n % 14)}" for n in range(LARGEST))
    return [f"{lane}\t{words.fold(lane)}" for lane in found]


class Teller:
    """Writes the lines of villages. What they share is made once a process."""

    def __init__(self, calendar: Calendar, *, every_visit: bool) -> None:
        self.calendar, self.every_visit = calendar, every_visit
        self.shelf, self.listed = stories.shelf(calendar, SEED), stories.listed(calendar)
        self.names = [(one.household, f"{one.name}\t{one.folded}") for one in _names()]
        self.lanes = _lanes()

    def tell(self, villages: Sequence[Village]) -> Rows:
        """The lines of these villages, by table."""
        rows: Rows = {name: [] for name in POURED}
        for village in villages:
            self._fill(rows, village)
        return rows

    def _fill(self, rows: Rows, village: Village) -> None:
        dice = Random(f"{SEED}.{village.id}")
        told = dice.choices(self.shelf[village.pace][village.weekday], k=village.size)
        names = dice.choices(self.names, k=village.size)
        for place, (story, name) in enumerate(zip(told, names, strict=True)):
            self._household(rows, village, place, story, name)
        moves, calls = [0] * (self.calendar.weeks * len(COUNTED)), [0] * (self.calendar.weeks * CALLS)
        for story in told:
            for cell, n in story.moves:
                moves[cell] += n
            for cell, n in story.calls:
                calls[cell] += n
        above = f"{village.id}\t{village.commune}\t{village.province}"
        nothing = "\t".join("0" * (len(COUNTED) - 1))
        rows["tally_day"].append(f"{above}\t{self.calendar.listed}\t{village.size}\t{nothing}")
        rows["tally_day"] += self._days(above, village, moves, len(COUNTED))
        rows["visit_day"] += self._days(above, village, calls, CALLS)

    def _household(self, rows: Rows, village: Village, place: int, story: Told, name: tuple[str, str]) -> None:
        id, by = village.first + place, village.id
        phone = f"+84{900_000_000 + id}" if id % 3 == 0 else NOT_SET
        rows["household"].append(
            f"{id}\t{village.id}\t{place + 1}\t{name[0]}\t{self.lanes[place]}\t{phone}\t{story.household}"
        )
        if story.member:
            rows["member"].append(f"{id}\t{id}\t{name[1]}\t{phone}\t{story.member}")
        if story.ambassador:
            rows["ambassador"].append(f"{id}\t{id}\t{id}\t{by}\t{story.ambassador}")
        history, number = rows["stage_change"], id * STEPS
        history.append(f"{number}\t{id}\t{village.id}\t{NOT_SET}\t{self.listed}")
        for tail in story.changes:
            number += 1
            history.append(f"{number}\t{id}\t{village.id}\t{by}\t{tail}")
        number = id * STEPS * 2
        for tail in story.visits if self.every_visit else story.visits[len(story.visits) - story.recent :]:
            number += 1
            rows["visit"].append(f"{number}\t{_mark(number)}\t{id}\t{by}\t{tail}")

    def _days(self, above: str, village: Village, sheet: list[int], columns: int) -> Iterator[str]:
        """A line for each week in which anything happened."""
        for week in range(self.calendar.weeks):
            row = sheet[week * columns : (week + 1) * columns]
            if any(row):
                yield f"{above}\t{self.calendar.day(week, village.weekday)}\t" + "\t".join(map(str, row))


def _mark(number: int) -> str:
    """A client_id as a phone gives it: no two alike, in no order."""
    spread = f"{number * SPREAD % 2**64:016x}"
    return f"{spread[:8]}-{spread[8:12]}-4{spread[12:15]}-8{spread[15]}00-{number:012x}"
