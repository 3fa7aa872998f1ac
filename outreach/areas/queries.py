"""Reading areas: by code, by name however it is typed, and what stands within what."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.areas.models import COMMUNE, PROVINCE, VILLAGE, Area, OldUnit
from outreach.lib import words


def within(area: Area, path: "ColumnElement[str] | None" = None) -> ColumnElement[bool]:
    """Whether a row (or `path`, of an alias) is this area or stands below it: a range, so an index serves it."""
    column = Area.path if path is None else path
    return and_(column >= area.path, column < area.path[:-1] + "0")  # "0" is the character after "/"


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


def line(s: Session, area: Area) -> Sequence[Area]:
    """From the country down to the area itself."""
    codes = area.path.split("/")[:-1]
    paths = ["/".join(codes[: n + 1]) + "/" for n in range(len(codes))]
    return s.scalars(select(Area).where(Area.path.in_(paths)).order_by(Area.path)).all()


def villages(s: Session, area: Area) -> Sequence[Area]:
    """The living villages within an area, in Vietnamese order."""
    return s.scalars(select(Area).where(Area.kind == VILLAGE, within(area), living()).order_by(Area.sort_key)).all()


def search(
    s: Session, typed: str, *, kinds: Sequence[str] = (COMMUNE,), inside: Area | None = None, limit: int = 12
) -> Sequence[Area]:
    """Living areas whose name, province or old name matches what was typed, accents or not; best first.

    Every word must be found: "hung yen tan hung" finds xã Tân Hưng of Hưng Yên; an old district or commune name finds
    today's commune.
    """
    wanted = words.fold(typed).split()
    if not wanted:
        return []
    province = aliased(Area)
    found = s.scalars(_by_name(wanted, kinds, inside, province).limit(200)).all()
    ranked = sorted(found, key=lambda a: _rank(a, wanted))[:limit]
    if len(ranked) < limit and COMMUNE in kinds:
        ranked += [a for a in s.scalars(_by_old_name(wanted, inside).limit(limit)).unique() if a not in ranked]
    return ranked[:limit]


def _by_name(wanted: list[str], kinds: Sequence[str], inside: Area | None, above: type[Area]) -> Select[Area]:
    query = select(Area).outerjoin(above, above.id == Area.parent_id).where(Area.kind.in_(kinds), living())
    for word in wanted:
        query = query.where(
            or_(Area.folded.contains(word, autoescape=True), above.folded.contains(word, autoescape=True))
        )
    first = or_(*(Area.folded.contains(word, autoescape=True) for word in wanted))
    if kinds != (PROVINCE,):
        query = query.where(first)
    return query.where(within(inside)) if inside else query


def _by_old_name(wanted: list[str], inside: Area | None) -> Select[Area]:
    query = select(Area).join(OldUnit, OldUnit.commune_id == Area.id).where(living())
    for word in wanted:
        query = query.where(OldUnit.folded.contains(word, autoescape=True))
    if inside:
        query = query.where(within(inside))
    return query.order_by(OldUnit.folded)


def _rank(area: Area, wanted: list[str]) -> tuple[int, int, str]:
    whole = " ".join(wanted)
    bare = area.folded.removeprefix(words.fold(area.type)).strip()
    return (0 if bare == whole else 1 if bare.startswith(whole) else 2, len(bare), area.sort_key)
