"""Building the demo into an empty database: staff, villages, households and all that happened there."""

import random
from collections.abc import Sequence
from datetime import timedelta

from argon2 import PasswordHasher
from faker import Faker
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import ADMIN, AGENT, LEADER, OFFICIAL, PROVINCE, ROLES, VOLUNTEER, Account
from outreach.areas import loading, queries
from outreach.areas.models import Area
from outreach.demo import messages, plans, purse, reviews, sums, targets, teams
from outreach.demo import village as villages_room
from outreach.demo.theatre import Theatre
from outreach.helpdesk import keeping
from outreach.helpdesk.models import CULTURE, DESK, POST
from outreach.lib import words
from outreach.open_data import publishing
from outreach.operations import looking
from outreach.wordings import house

SEED = 20261121
COMMUNE = "11977"  # xã Tân Hưng, tỉnh Hưng Yên; its villages and people here are invented
PASSWORD = "mua xuan ve lang"  # noqa: S105 -- the demo's door stands open
HOUSEHOLDS = 8_000
VILLAGES = (
    "An Bình", "An Khê", "Bãi Sậy", "Bình Minh", "Cầu Đá", "Chợ Gạo", "Đình Cao", "Đoài", "Đông", "Đồng Tâm", "Hạ",
    "Hòa Bình", "Hồng Phong", "Lạc Dục", "Mai Xá", "Nam Hồng", "Ngọc Lâm", "Nội", "Phú Mỹ", "Phương Trù", "Quang Trung",
    "Tân Tiến", "Tây Hồ", "Thanh Xuân", "Thượng", "Trung", "Tứ Dân", "Vân Trì", "Xuân Đài", "Yên Lịch",
)  # fmt: skip


def load(s: Session, households: int = HOUSEHOLDS) -> str:
    """Build the demo into a database that has areas and nobody in it; returns a line for the terminal."""
    commune = queries.by_code(s, COMMUNE)
    if commune is None:
        raise LookupError("the areas must be loaded first")
    fake = Faker("vi_VN")
    fake.seed_instance(SEED)
    theatre = Theatre(s, random.Random(SEED), fake, clock.today(), iter(range(1, 10_000_000)))
    house.bring(s)
    villages = [loading.add_village(s, commune, "thôn", name) for name in VILLAGES]
    _staff(theatre, commune, villages)
    _help_points(theatre, commune)
    made = 0
    for number, village in enumerate(villages, 1):
        share = households * number // len(villages) - made
        villages_room.fill(theatre, village, share, pace=theatre.dice.betavariate(2, 1.6))
        made += share
    plans.lay(theatre, commune, villages)
    teams.gather(theatre, commune, villages)
    reviews.look_back(theatre, commune, villages)
    messages.write(theatre, commune)
    purse.fill(theatre, commune)
    s.flush()
    sums.add_up(theatre, commune)
    for month in publishing.over(s, theatre.today):
        publishing.publish(s, month)
    targets.aim(theatre, commune)
    looking.villages(s, commune)
    looking.above(s)
    looking.often(s)
    return f"{made} households in {len(villages)} villages of {commune.full_name}, {3 * len(villages)} volunteers"


def doors(s: Session) -> Sequence[Account]:
    """One account of each role, for who wants to look around; nobody when this is not the demo."""
    first = s.scalars(select(Account).where(Account.phone.like("+8490000%")).order_by(Account.id).limit(6)).all()
    return sorted({a.role: a for a in first}.values(), key=lambda a: ROLES.index(a.role))


def _staff(theatre: Theatre, commune: Area, villages: Sequence[Area]) -> None:
    country, province, _commune = queries.line(theatre.s, commune)
    digest = PasswordHasher().hash(PASSWORD)
    posts = [(ADMIN, country), (PROVINCE, province), (OFFICIAL, commune), (AGENT, commune)]
    for village in villages:
        posts += [(LEADER, village), (VOLUNTEER, village), (VOLUNTEER, village)]
    for role, area in posts:
        name = theatre.name(woman=theatre.dice.random() < 0.5)
        account = Account(
            name=name, folded=words.fold(name), phone=theatre.phone(), role=role, area=area, password_hash=digest,
            created_at=clock.day_start(theatre.today - timedelta(days=100)),
        )  # fmt: skip
        theatre.s.add(account)
        if role in (LEADER, VOLUNTEER):
            theatre.groups.setdefault(area.id, []).append(account)
    theatre.s.flush()


def _help_points(theatre: Theatre, commune: Area) -> None:
    """Three places, as invented as the people: nobody should look for them."""
    official = theatre.s.scalars(select(Account).where(Account.role == OFFICIAL, Account.area_id == commune.id)).one()
    hours = "Thứ Hai đến thứ Sáu, 7 giờ 30 đến 11 giờ 30 và 13 giờ 30 đến 17 giờ"
    places = (
        (DESK, f"Quầy hướng dẫn {commune.full_name} (mẫu)", "Số 1, đường Mẫu", hours),
        (POST, f"Bưu điện {commune.full_name} (mẫu)", "Số 2, đường Mẫu", "Hằng ngày, 7 giờ 30 đến 18 giờ"),
        (CULTURE, "Nhà văn hóa thôn Đông (mẫu)", "Số 3, ngõ Mẫu, thôn Đông", "Tối thứ Ba và thứ Năm, 19 giờ 30"),
    )
    for kind, name, address, opens in places:
        told = keeping.Told(kind, name, address, theatre.phone(), opens)
        keeping.create(theatre.s, told, official)
