"""What stands on a QR board: for the wall of a village, the lessons most people need and whom to call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import LEADER, Account
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.helpdesk import signs
from outreach.helpdesk.models import HelpPoint
from outreach.i18n import chosen
from outreach.lessons import queries as lessons
from outreach.lessons.content import Kind, Lesson
from outreach.lib import qr

SIZES = ("A4", "A3")
FEW, MOST = 6, 8  # three or four codes in a row, two rows
WANTED = (  # what people ask for most at a commune's desk and what has a lesson; the last two come with the eight
    "dang-ky-khai-sinh-lien-thong", "ban-sao-trich-luc-ho-tich", "dang-ky-tam-tru", "gia-han-bhyt-ho-gia-dinh",
    "doi-giay-phep-lai-xe", "doi-the-can-cuoc", "dang-ky-ket-hon", "nhan-biet-lua-dao",
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """One code: the lesson's name, its address for fingers and (as a picture) for a camera, its sign's name."""

    name: str
    address: str
    picture: str
    sign: str


@dataclass(frozen=True)
class Sheet:
    """One paper: where it hangs, and the number of those who help there, with who they are ("leader", "desk" or "")."""

    place: Area
    above: Sequence[Area]
    phone: str
    whose: str


def offered() -> list[Lesson]:
    """The lessons that may stand on a board, the wanted ones first: all but those for the group itself."""
    found = [one for one in lessons.catalogue().values() if one.kind is not Kind.TEAM]
    return sorted(found, key=lambda one: WANTED.index(one.slug) if one.slug in WANTED else MOST)


def chosen_lessons(asked: Sequence[str]) -> list[Lesson]:
    """The lessons of these slugs, as many as a board holds; the wanted ones where none is asked for."""
    found = {one.slug: one for one in offered()}
    slugs = [slug for slug in dict.fromkeys(asked) if slug in found][:MOST]
    return [found[slug] for slug in slugs or WANTED[:FEW] if slug in found]


def card(lesson: Lesson) -> Card:
    """A lesson's code, and the same address for those who type."""
    base: str = current_app.config["SETTINGS"].public_base_url
    short = signs.short(lesson.slug)
    address = base + url_for("helpdesk.lesson", short=short)
    return Card(name(lesson), address.partition("://")[2], qr.picture(address), short)


def name(lesson: Lesson) -> str:
    """A lesson's name on a wall: what follows a colon in its title is for the lesson's own page."""
    return lesson.words_in(chosen()).title.partition(":")[0]


def host() -> str:
    """What every address on a board begins with; whoever scans compares it before opening."""
    base: str = current_app.config["SETTINGS"].public_base_url
    return base.partition("://")[2]


def sheets(s: Session, area: Area, desk: HelpPoint | None, *, each_village: bool) -> Iterator[Sheet]:
    """A sheet for the area itself, or one for each village below it. Two queries, however many villages."""
    places = areas.villages(s, area) if each_village else [area]
    above = areas.line(s, area)[1:]
    phones = _leaders(s, [one.id for one in places])
    for place in places or [area]:
        line = [one for one in above if one.id != place.id]
        own = phones.get(place.id, "")
        other = desk.phone if desk else ""
        yield Sheet(place, line[::-1], own or other, "leader" if own else "desk" if other else "")


def possible(s: Session, account: Account) -> list[Area]:
    """The places that somebody may print a board for: one's own area and the villages in it."""
    return [account.area, *(() if account.area.kind == VILLAGE else areas.villages(s, account.area))]


def _leaders(s: Session, ids: Sequence[int]) -> dict[int, str]:
    """The group leader's telephone by village; of two the one who came first."""
    working = (Account.role == LEADER, Account.suspended_at.is_(None), Account.area_id.in_(ids))
    rows = s.execute(select(Account.area_id, Account.phone).where(*working).order_by(Account.id.desc())).all()
    return {row.area_id: row.phone for row in rows}
