"""Reading areas: by code, by name however it is typed, and what stands within what."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from outreach.areas.models import COMMUNE, COUNTRY, VILLAGE, Area, AreaSuccessor, OldUnit
from outreach.lib import words

# How names begin, folded: today's types, those of before July 2025, and those of villages.
FOLDED_TYPES = (
    "xa", "phuong", "dac khu", "tinh", "thanh pho", "thi tran", "thi xa", "quan", "huyen",
    "thon", "ban", "ap", "to dan pho", "khu pho", "khom", "lang", "buon", "bon", "phum", "soc",
)  # fmt: skip
ABOVE = joinedload(Area.parent).joinedload(Area.parent)  # the places above, in the same query
OLD_NAMES_A_COMMUNE = 6  # how many old names to read for each commune that is wanted


def within(area: Area, path: "ColumnElement[str] | None" = None) -> ColumnElement[bool]:
    """Whether a row (or `path`, of an alias) is this area or stands below it: a range, so an index serves it."""
    return between(*reach(area), path)


def reach(area: Area) -> tuple[str, str]:
    """The first path within an area, and the first beyond it."""
    return area.path, area.path[:-1] + "0"  # "0" is the character after "/"


def between(
    first: "str | BindParameter[str]", beyond: "str | BindParameter[str]", path: "ColumnElement[str] | None" = None
) -> ColumnElement[bool]:
    """Whether a row (or `path`, of an alias) is within such a reach."""
    column = Area.path if path is None else path
    return and_(column >= first, column < beyond)


def living() -> ColumnElement[bool]:
    """Whether the area has not ended."""
    return Area.valid_to.is_(None)


def by_code(s: Session, code: str) -> Area | None:
    """The area with this code, living or not."""
    return s.scalars(select(Area).where(Area.code == code)).one_or_none()


def country(s: Session) -> Area:
    """The root of the tree."""
    return s.scalars(select(Area).where(Area.parent_id.is_(None))).one()


def children(s: Session, area: Area) -> Sequence[Area]:
    """What stands directly below, in Vietnamese order."""
    return s.scalars(select(Area).where(Area.parent_id == area.id, living()).order_by(Area.sort_key)).all()


def children_on(s: Session, area: Area, day: date) -> Sequence[Area]:
    """What stood directly below on a day, under the names of that day, in Vietnamese order."""
    return s.scalars(select(Area).where(Area.parent_id == area.id, _there_on(day)).order_by(Area.sort_key)).all()


def of_kind_on(s: Session, area: Area, kind: str, day: date) -> Sequence[Area]:
    """The places of a kind that stood within an area on a day (or the area itself), by path, with those above them."""
    query = select(Area).where(Area.kind == kind, within(area), _there_on(day)).order_by(Area.path)
    return s.scalars(query.options(ABOVE)).all()


def _there_on(day: date) -> ColumnElement[bool]:
    return (Area.valid_from <= day) & (living() | (Area.valid_to > day))


def line(s: Session, area: Area) -> Sequence[Area]:
    """From the country down to the area itself."""
    codes = area.path.split("/")[:-1]
    paths = ["/".join(codes[: n + 1]) + "/" for n in range(len(codes))]
    return s.scalars(select(Area).where(Area.path.in_(paths)).order_by(Area.path)).all()


def villages(s: Session, area: Area) -> Sequence[Area]:
    """The living villages within an area, in Vietnamese order."""
    return s.scalars(select(Area).where(Area.kind == VILLAGE, within(area), living()).order_by(Area.sort_key)).all()


def heirs(s: Session, area: Area) -> Sequence[Area]:
    """Who took over from an area that ended, in Vietnamese order; nobody for one that lives."""
    return s.scalars(_took_over(area).order_by(Area.sort_key)).all()


def heir(s: Session, area: Area) -> Area:
    """The area itself while it lives, else the one that stands for it today: of several the first, as of its people."""
    while area.valid_to is not None:
        found = s.scalars(_took_over(area).order_by(Area.id).limit(1)).one_or_none()
        if found is None:
            break
        area = found
    return area


def _took_over(area: Area) -> Select[Area]:
    return select(Area).join(AreaSuccessor, AreaSuccessor.new_id == Area.id).where(AreaSuccessor.old_id == area.id)


class Found(NamedTuple):
    """An area that a search found; `old_name` is today's reason when only an old name matched ("xã Liên Phương, …")."""

    area: Area
    old_name: str

    @property
    def place(self) -> str:
        """The name with where it lies, since names repeat across provinces: "Xã Tân Hưng – tỉnh Hưng Yên"."""
        above = []
        parent = self.area.parent
        while parent is not None and parent.kind != COUNTRY:
            above.append(parent.full_name)
            parent = parent.parent
        return " – ".join([self.area.title, ", ".join(above)] if above else [self.area.title])


def search(
    s: Session, typed: str, *, kinds: Sequence[str] = (COMMUNE,), inside: Area | None = None, limit: int = 12
) -> list[Found]:
    """Living areas whose name, province or old name matches what was typed, accents or not; best first.

    Every word must begin a word of the name: "hung yen tan hung" finds xã Tân Hưng of Hưng Yên, as does "tan hu". An
    old district or commune name finds today's communes. At most two queries, whatever is found.
    """
    wanted = words.wanted(typed)
    if not wanted:
        return []
    hits = [(rank, Found(area, "")) for area, rank in s.execute(_by_name(wanted, kinds, inside).limit(limit)).all()]
    if COMMUNE in kinds:
        old = s.execute(_by_old_name(wanted, inside).limit(limit * OLD_NAMES_A_COMMUNE)).all()
        hits += [(rank, Found(area, name)) for area, rank, name in old]
    best: dict[int, Found] = {}
    for _rank, found in sorted(hits, key=lambda hit: hit[0]):  # a stable sort: of equals, today's name first
        best.setdefault(found.area.id, found)
    return list(best.values())[:limit]


def _by_name(wanted: list[str], kinds: Sequence[str], inside: Area | None) -> Select[Area, int]:
    above = aliased(Area)
    rank = _rank(Area.folded, wanted)
    query = select(Area, rank).outerjoin(above, above.id == Area.parent_id).options(ABOVE)
    query = query.where(Area.kind.in_(kinds), living(), _inside(inside))
    query = query.where(or_(*(_begins(Area.folded, word) for word in wanted)))
    for word in wanted:
        query = query.where(or_(_begins(Area.folded, word), _begins(above.folded, word)))
    return query.order_by(rank, func.length(Area.folded), Area.sort_key, Area.path)


def _by_old_name(wanted: list[str], inside: Area | None) -> Select[Area, int, str]:
    rank = _rank(OldUnit.folded, wanted)
    query = select(Area, rank, OldUnit.name).join(OldUnit, OldUnit.commune_id == Area.id).options(ABOVE)
    query = query.where(living(), _inside(inside), *(_begins(OldUnit.folded, word) for word in wanted))
    return query.order_by(rank, OldUnit.folded, Area.path)


def _inside(area: Area | None) -> ColumnElement[bool]:
    return within(area) if area else true()


def _begins(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """Whether a word of the folded column begins so (folded words are parted by single spaces)."""
    return (literal(" ") + column).contains(f" {word}")


def _rank(column: InstrumentedAttribute[str], wanted: list[str]) -> ColumnElement[int]:
    """The very name first, then names that begin so, then those that have the words together, then the rest."""
    whole = " ".join(wanted)
    bare = [f"{kind} {whole}" for kind in FOLDED_TYPES]
    return case(
        (column.in_([whole, *bare]), 0),
        (or_(*(column.startswith(f"{name} ") for name in bare)), 1),
        (or_(*(column.startswith(name) for name in [whole, *bare])), 2),
        (_begins(column, whole), 3),
        else_=4,
    )
