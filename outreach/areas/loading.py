"""Loading the country's areas and their old names from the tables in `data/`, and adding villages.

The tables know provinces and communes (the two levels of local government since 1 July 2025). Villages are not an
administrative tier and stand in no national table: each commune adds its own.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE, VILLAGE, Area, OldUnit
from outreach.lib import words

DATA = Path(__file__).resolve().parent / "data"
TWO_LEVELS = date(2025, 7, 1)  # Law 72/2025/QH15: districts ended
COMPARED = ("type", "name", "lat", "lon")

Row = dict[str, Any]


class Loaded(NamedTuple):
    """What a load did, in rows of areas and old names together."""

    created: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.created} created, {self.changed} changed, {self.unchanged} unchanged"


class MovedArea(Exception):
    """The table puts an area under another one than before: that is a reform, which loading must not do."""


class VillageExists(Exception):
    """The commune already has a living village of this type and name; `village` is it."""

    def __init__(self, village: Area) -> None:
        super().__init__(village.full_name)
        self.village = village


def load(s: Session, folder: Path = DATA) -> Loaded:
    """Bring areas and old names in line with the tables; a second run changes nothing. Raises MovedArea.

    Areas that the tables no longer name stay: ending one is a reform with a date and successors.
    """
    country = {"code": "VN", "type": "nước", "name": "Việt Nam", "lat": None, "lon": None}
    levels = [_level(s, COUNTRY, [country], ""), _level(s, PROVINCE, _read(folder / "provinces.csv"), "VN")]
    levels += [_level(s, COMMUNE, _read(folder / "communes.csv"), "province_code"), _old_names(s, folder)]
    s.expire_all()
    return Loaded(*(sum(counts) for counts in zip(*levels, strict=True)))


def _read(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [_tidy(row) for row in csv.DictReader(opened)]


def _tidy(row: Mapping[str, str]) -> Row:
    tidy: Row = {column: words.nfc(value).strip() for column, value in row.items()}
    for column in ("lat", "lon"):
        if column in tidy:
            tidy[column] = float(tidy[column]) if tidy[column] else None
    return tidy


def _level(s: Session, kind: str, rows: Sequence[Row], above: str) -> Loaded:
    """One level of the tree; `above` is the code of its parent, or the column that holds it."""
    parents = {p.code: p for p in s.execute(select(Area.code, Area.id, Area.path)).all()}
    there = {a.code: a for a in s.execute(select(*_columns()).where(Area.kind == kind)).all()}
    new, changed = [], []
    for row in rows:
        parent = parents.get(row.get(above, above)) if above else None
        wanted = _area(kind, row, parent)
        known = there.get(row["code"])
        if known is None:
            new.append(wanted)
        elif known.path != wanted["path"]:
            raise MovedArea(f"{row['code']} {row['name']} stands at {known.path}, the table says {wanted['path']}.")
        elif any(getattr(known, column) != wanted[column] for column in COMPARED):
            changed.append({"id": known.id} | wanted)
    for values, statement in ((new, insert(Area)), (changed, update(Area))):
        if values:
            s.execute(statement, values)
    return Loaded(len(new), len(changed), len(rows) - len(new) - len(changed))


def _columns() -> tuple[Any, ...]:
    return (Area.id, Area.code, Area.path, *(getattr(Area, column) for column in COMPARED))


def _area(kind: str, row: Row, parent: Any) -> Row:
    shown = row["name"] if kind == COUNTRY else f"{row['type']} {row['name']}"
    return {
        "kind": kind, "code": row["code"], "type": row["type"], "name": row["name"],
        "lat": row["lat"], "lon": row["lon"],
        "folded": words.fold(shown), "sort_key": words.sort_key(row["name"]),
        "path": f"{parent.path if parent else ''}{row['code']}/", "parent_id": parent.id if parent else None,
        "valid_from": TWO_LEVELS,
    }  # fmt: skip


def _old_names(s: Session, folder: Path) -> Loaded:
    """Old units have no code of their own: the pair of commune and name is what one is."""
    communes = {area.code: area.id for area in s.execute(select(Area.code, Area.id).where(Area.kind == COMMUNE)).all()}
    wanted = dict.fromkeys(_old_pairs(_read(folder / "old_units.csv"), communes))
    known = s.execute(select(OldUnit.id, OldUnit.commune_id, OldUnit.name)).all()
    there = {(unit.commune_id, unit.name): unit.id for unit in known}
    new = [
        {"commune_id": commune, "name": name, "folded": words.fold(name)}
        for commune, name in wanted if (commune, name) not in there
    ]  # fmt: skip
    gone = [number for pair, number in there.items() if pair not in wanted]
    if new:
        s.execute(insert(OldUnit), new)
    if gone:
        s.execute(delete(OldUnit).where(OldUnit.id.in_(gone)))
    return Loaded(len(new), len(gone), len(there) - len(gone))


def _old_pairs(rows: Sequence[Row], communes: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Each old unit with every commune that took it over, whole or in part."""
    for row in rows:
        name = ", ".join(_lower(row[part]) for part in ("name", "district", "province") if row[part])
        for code in (row["commune_code"], *row["also"].split()):
            yield communes[code], name


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def add_village(s: Session, commune: Area, type: str, name: str, code: str | None = None) -> Area:
    """Add a village (thôn, bản, tổ dân phố …) to a commune, under the next free number or its own `code`.

    A code must read "<commune's code>.<number>" (ValueError). Raises VillageExists.
    """
    # One adder a commune at a time, or two would take the same number.
    s.execute(select(Area.id).where(Area.id == commune.id).with_for_update())
    folded = words.fold(f"{type} {name}")
    siblings = s.scalars(select(Area).where(Area.parent_id == commune.id)).all()
    for village in siblings:
        if village.folded == folded and village.valid_to is None:
            raise VillageExists(village)
    number = _number(commune, code) if code else 1 + max((_number(commune, v.code) for v in siblings), default=0)
    made = Area(
        kind=VILLAGE, type=words.nfc(type), code=f"{commune.code}.{number}", name=words.nfc(name), folded=folded,
        sort_key=words.sort_key(name), path=f"{commune.path}{number}/", parent_id=commune.id,
        valid_from=commune.valid_from,
    )  # fmt: skip
    s.add(made)
    s.flush()
    return made


def _number(commune: Area, code: str) -> int:
    above, _dot, number = code.rpartition(".")
    if above != commune.code or not number.isdecimal():
        raise ValueError(f"A village of {commune.code} has a code such as {commune.code}.1, not {code}.")
    return int(number)
