"""The cast: the people, places and households every test knows.

Xã Tân Hưng (Hưng Yên) has thôn Đông and thôn Đoài; xã Tiên Lữ lies beside it; Tuyên Quang is another province.

Ánh     admin, the whole country          Dũng    leader of thôn Đông (confirms)
Bình    official of Hưng Yên province     Lan     volunteer of thôn Đông (teaches)
Cúc     official of xã Tân Hưng           Minh    volunteer of thôn Đông, Lan's colleague
Quý     official of xã Tiên Lữ            Nga     volunteer of thôn Đoài
Phúc    help-point agent, xã Tân Hưng

Bà Sen's house (thôn Đông): Sen, born 1955, and her granddaughter Hạnh, born 2003, with a phone.
Ông Tám's house (thôn Đông): Tám alone. Chị Páo's house is in thôn Đoài; ông Xa's in xã Tiên Lữ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import time_machine
from argon2 import PasswordHasher
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.coverage import folding
from outreach.households import stages
from outreach.households.models import Household, Member
from outreach.lib import words

PASSWORD = "mua xuan ve lang"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # tests guess passwords by the hundred
T = TypeVar("T")
Ids = dict[str, tuple[type[Any], int]]  # who of the cast → which row of which table
_HASH = CHEAP.hash(PASSWORD)


@dataclass
class World:
    """Every named place, person and house."""

    country: Area
    hung_yen: Area
    tuyen_quang: Area
    tan_hung: Area
    tien_lu: Area
    dong: Area
    doai: Area
    ha: Area
    anh: Account
    binh: Account
    cuc: Account
    quy: Account
    dung: Account
    lan: Account
    minh: Account
    nga: Account
    phuc: Account
    sens_house: Household
    tams_house: Household
    paos_house: Household
    xas_house: Household
    sen: Member
    hanh: Member
    tam: Member


def area(s: Session, above: Area | None, kind: str, type_: str, code: str, name: str) -> Area:
    """Put a place under another."""
    return _put(s, _area(above, kind, type_, code, name))[0]


def account(s: Session, name: str, phone: str, role: str, where: Area) -> Account:
    """Take somebody on, with the password every test knows."""
    return _put(s, _account(name, phone, role, where))[0]


def household(
    s: Session, village: Area, head: str, *, code: str | None = None, phone: str | None = None, address: str = ""
) -> Household:
    """Put a household on the list."""
    return _listed(s, [_household(village, head, code=code, phone=phone, address=address)])[0]


def households(s: Session, village: Area, heads: Iterable[str]) -> list[Household]:
    """Put many on the list at once."""
    return _listed(s, [_household(village, head) for head in heads])


def _listed(s: Session, made: list[Household]) -> list[Household]:
    _put(s, *made)
    stages.add(s, made, None)
    return made


def member(
    s: Session, house: Household, name: str, born: int | None, relation: str = "other", phone: str | None = None
) -> Member:
    """Somebody of a household."""
    return _put(s, _member(house, name, born, relation, phone))[0]


def _area(above: Area | None, kind: str, type_: str, code: str, name: str) -> Area:
    return Area(
        kind=kind, type=type_, code=code, name=name, folded=words.fold(f"{type_} {name}"),
        sort_key=words.sort_key(name),
        path=f"{above.path if above else ''}{code.rsplit('.', 1)[-1]}/", parent_id=above.id if above else None,
        valid_from=date(2025, 7, 1), lat=20.65, lon=106.05,
    )  # fmt: skip


def _account(name: str, phone: str, role: str, where: Area) -> Account:
    return Account(
        name=name, folded=words.fold(name), phone=phone, role=role, area=where, password_hash=_HASH,
        created_at=clock.now(),
    )  # fmt: skip


def _household(
    village: Area, head: str, *, code: str | None = None, phone: str | None = None, address: str = ""
) -> Household:
    return Household(
        village=village, head_name=head, folded=words.fold(head), sort_key=words.given_name_key(head), code=code,
        phone=phone, address=address, address_folded=words.fold(address), created_at=clock.now(),
    )  # fmt: skip


def _member(house: Household, name: str, born: int | None, relation: str, phone: str | None = None) -> Member:
    return Member(
        household=house, name=name, folded=words.fold(name), birth_year=born, relation=relation, phone=phone,
        created_at=clock.now(),
    )  # fmt: skip


def _put(s: Session, *rows: T) -> tuple[T, ...]:
    s.add_all(rows)
    s.flush()
    return rows


def build(s: Session) -> World:
    """The whole cast, flushed and committed; together, as nearly every test asks for it."""
    country = area(s, None, "country", "nước", "VN", "Việt Nam")
    hung_yen, tuyen_quang = _put(
        s, _area(country, "province", "tỉnh", "33", "Hưng Yên"), _area(country, "province", "tỉnh", "08", "Tuyên Quang")
    )
    tan_hung, tien_lu = _put(
        s, _area(hung_yen, "commune", "xã", "11977", "Tân Hưng"), _area(hung_yen, "commune", "xã", "12361", "Tiên Lữ")
    )
    dong, doai, ha = _put(
        s,
        _area(tan_hung, "village", "thôn", "11977.1", "Đông"),
        _area(tan_hung, "village", "thôn", "11977.2", "Đoài"),
        _area(tien_lu, "village", "thôn", "12361.1", "Hạ"),
    )
    sens_house = _household(dong, "Hoàng Thị Sen", code="1", address="Ngõ 3")
    tams_house = _household(dong, "Nguyễn Văn Tám", code="2", address="Ngõ 5")
    made = World(
        country, hung_yen, tuyen_quang, tan_hung, tien_lu, dong, doai, ha,
        anh=_account("Vũ Ngọc Ánh", "+84912000001", "admin", country),
        binh=_account("Đỗ Thanh Bình", "+84912000002", "province", hung_yen),
        cuc=_account("Lê Thị Cúc", "+84912000003", "official", tan_hung),
        quy=_account("Đặng Văn Quý", "+84912000004", "official", tien_lu),
        dung=_account("Phạm Văn Dũng", "+84912000005", "leader", dong),
        lan=_account("Trần Thị Lan", "+84912000006", "volunteer", dong),
        minh=_account("Bùi Đức Minh", "+84912000007", "volunteer", dong),
        nga=_account("Hồ Thị Nga", "+84912000008", "volunteer", doai),
        phuc=_account("Ngô Hồng Phúc", "+84912000009", "agent", tan_hung),
        sens_house=sens_house,
        tams_house=tams_house,
        paos_house=_household(doai, "Lý Thị Páo"),
        xas_house=_household(ha, "Mai Văn Xa"),
        sen=_member(sens_house, "Hoàng Thị Sen", 1955, "head"),
        hanh=_member(sens_house, "Nguyễn Thu Hạnh", 2003, "grandchild", "+84912345678"),
        tam=_member(tams_house, "Nguyễn Văn Tám", 1960, "head", "+84987654321"),
    )  # fmt: skip
    _put(s, *vars(made).values())
    stages.add(s, [sens_house, tams_house, made.paos_house, made.xas_house], None)
    s.commit()
    return made


def settle(s: Session) -> Ids:
    """The cast, here since September 2026, before all that tests tell of; gives under which ids to meet them."""
    with time_machine.travel("2026-09-01 08:00 +0700", tick=False):
        ids = {name: (type(row), row.id) for name, row in vars(build(s)).items()}
        folding.fold(s)
        return ids


class Met(World):
    """The cast of a database where they live already; nobody is read, nor even thought of, before somebody looks."""

    def __init__(self, s: Session, ids: Ids) -> None:
        self._s, self._ids = s, ids

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._ids:
            raise AttributeError(name)
        table, id_ = self._ids[name]
        row = self._s.identity_map.get(identity_key(table, id_))
        if row is None:
            row = table(id=id_)
            make_transient_to_detached(row)
            self._s.add(row)
        setattr(self, name, row)  # held, so that it stays the same one
        return row
