"""Builds the tables in outreach/areas/data from the package vietnamadminunits (MIT), at build time only.

Run it with the Python of a throw-away environment that has the package, from the top of the project:

    python tools/build_areas.py [--with-2026-wards]

It reads the package's files without importing it and writes provinces.csv, communes.csv and old_units.csv.
The README beside the tables says what is corrected here and why.
"""

import argparse
import csv
import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).resolve().parent.parent / "outreach" / "areas" / "data"

# Centrally run cities since 2026: resolutions 36/2026/QH16, 39/2026/QH16 and 30/2026/QH16.
CITIES_SINCE_2026 = {"22", "24", "75"}

# Communes that became wards in 2026, by code: Bắc Ninh (388/NQ-UBTVQH16, from 20 September 2026) …
WARDS_OF_BAC_NINH = (
    "07294", "07375", "07399", "07444", "07840", "09193", "09292", "09313", "09319", "09454", "09475",
    "09496",
)  # fmt: skip
# … and, by name, Đồng Nai (237/NQ-UBTVQH16, from 30 April 2026).
WARDS_OF_DONG_NAI = (
    "Dầu Giây", "Đồng Phú", "Long Thành", "Lộc Ninh", "Nhơn Trạch", "Tân Khai", "Tân Phú", "Trảng Bom",
    "Trị An", "Xuân Lộc",
)  # fmt: skip

PROVINCE_TYPES = ("tỉnh", "thành phố")
COMMUNE_TYPES = ("xã", "phường", "đặc khu")
OLD_TYPES = ("Xã", "Phường", "Thị trấn", "Huyện", "Quận", "Thị xã", "Thành phố", "Tỉnh")


class Commune(NamedTuple):
    """One line of communes.csv; the area is empty where the source has none."""

    code: str
    province_code: str
    type: str
    name: str
    lat: float
    lon: float
    area_km2: float | str


class OldUnit(NamedTuple):
    """One line of old_units.csv; ``also`` holds the codes of the other communes it was split among."""

    commune_code: str
    name: str
    district: str
    province: str
    also: str


def main() -> None:
    """Write the three tables."""
    options = argparse.ArgumentParser(description="Build the tables of areas.")
    options.add_argument("--with-2026-wards", action="store_true", help="apply the communes made wards in 2026")
    source = source_folder()
    database = sqlite3.connect(source / "dataset.db")
    database.row_factory = sqlite3.Row
    units = database.execute("SELECT * FROM admin_units").fetchall()
    communes = [commune(row) for row in units]
    if options.parse_args().with_2026_wards:
        communes = [with_type_of_2026(one) for one in communes]
    write("provinces.csv", ("code", "type", "name", "lat", "lon"), sorted(set(map(province, units))))
    write("communes.csv", Commune._fields, sorted(communes))
    olds = sorted(old_units(database, source), key=lambda old: (old.province, old.district, old.name))
    write("old_units.csv", OldUnit._fields, olds)


def source_folder() -> Path:
    """Where the package keeps its data; the package itself needs far more than its files to be imported."""
    spec = find_spec("vietnamadminunits")
    if spec is None or spec.origin is None:
        raise SystemExit("install vietnamadminunits==1.0.4 in a throw-away environment first")
    return Path(spec.origin).parent / "data"


def province(row: sqlite3.Row) -> tuple[str, str, str, float, float]:
    """A line of provinces.csv from any of the province's communes."""
    kind, name = parted(row["province"], PROVINCE_TYPES)
    if row["provinceCode"] in CITIES_SINCE_2026:
        kind = "thành phố"
    return row["provinceCode"], kind, name, row["provinceLat"], row["provinceLon"]


def commune(row: sqlite3.Row) -> Commune:
    """A line of communes.csv. The type comes from the full name: the source's column errs four times."""
    kind, name = parted(row["ward"], COMMUNE_TYPES)
    place = row["wardLat"], row["wardLon"], row["wardAreaKm2"] or ""
    return Commune(row["wardCode"], row["provinceCode"], kind, name, *place)


def with_type_of_2026(one: Commune) -> Commune:
    """The commune with the type it has had since the resolutions of 2026."""
    of_dong_nai = one.province_code == "75" and one.type == "xã" and one.name in WARDS_OF_DONG_NAI
    return one._replace(type="phường") if of_dong_nai or one.code in WARDS_OF_BAC_NINH else one


def old_units(database: sqlite3.Connection, source: Path) -> Iterator[OldUnit]:
    """Each unit of before July 2025 with the commune that took it over, or most of it."""
    successors = read_successors(source)
    codes = {
        (row["provinceKey"], row["wardKey"]): row["wardCode"]
        for row in database.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units")
    }
    for row in database.execute("SELECT * FROM admin_units_legacy"):
        key = f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"
        first, *others = [codes[successor] for successor in successors[key]]
        names = old_name(row["ward"] or ""), old_name(row["district"]), old_name(row["province"])
        yield OldUnit(first, *names, " ".join(sorted(others)))


def read_successors(source: Path) -> dict[str, list[tuple[str, str]]]:
    """Old unit's key → keys (province, commune) of its successors, the main one first."""
    converter = json.loads((source / "converter_2025.json").read_text(encoding="utf-8"))
    successors: dict[str, list[tuple[str, str]]] = {}
    for province_key, whole in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new_key, old_keys in whole.items():
            successors.update({old_key: [(province_key, new_key)] for old_key in old_keys})
    for province_key, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, parts in divided.items():
            main_first = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
            successors[old_key] = [(province_key, part["newWardKey"]) for part in main_first]
    return successors


def parted(full_name: str, types: Iterable[str]) -> tuple[str, str]:
    """ "Xã Bắc Sơn" → ("xã", "Bắc Sơn")."""
    tidy = tidied(full_name)
    for kind in types:
        if tidy.casefold().startswith(f"{kind.casefold()} "):
            return kind, tidy[len(kind) + 1 :]
    raise ValueError(f"no type in front of {full_name!r}")


def old_name(full_name: str) -> str:
    """An old unit's name with its type ("Thị trấn Ái Tử"), capitals put right; empty for islands."""
    if not full_name:
        return ""
    kind, name = parted(full_name, OLD_TYPES)
    return " ".join([kind, *(word[0].upper() + word[1:] for word in name.split())])


def tidied(text: str) -> str:
    """NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def write(name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A CSV file in UTF-8 with plain line ends."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
