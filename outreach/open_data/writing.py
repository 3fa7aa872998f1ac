"""The files of a dataset, piece by piece: CSV with a row of HXL tags, JSON that explains itself, GeoJSON of its points.

They are the same for every reader: codes in English, explanations in all languages side by side.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any

from outreach import clock
from outreach.exchange import writing
from outreach.exchange.tables import Column
from outreach.i18n import LANGUAGES, in_language
from outreach.lib.months import after
from outreach.open_data.models import DatasetVersion
from outreach.open_data.tables import CSV, DATASETS, FIRST, GEOJSON, JSON, Dataset

Pieces = Iterable[tuple[DatasetVersion, Sequence[Sequence[Any]]]]
MIMETYPES = {CSV: "text/csv", JSON: "application/json", GEOJSON: "application/geo+json"}
LATITUDE, LONGITUDE, CODE = "latitude", "longitude", "commune_code"


def columns(dataset: Dataset) -> tuple[Column, ...]:
    """All columns of a file."""
    return (*FIRST, *dataset.columns)


def as_of(version: DatasetVersion) -> date:
    """The evening that a month's numbers are of; the day of what was published as it was then."""
    if not DATASETS[version.dataset].monthly:
        return clock.local(version.published_at).date()
    return after(version.month) - timedelta(days=1)


def pieces(form: str, dataset: Dataset, head: dict[str, Any], found: Pieces) -> Iterable[str]:
    """The file in one of the dataset's forms; `head` stands before the rows where the form has room for it.

    What is told in words is told now, so that the rows may be read when the request is over.
    """
    if form == CSV:
        return writing.csv_pieces(columns(dataset), (_rows(dataset, *one) for one in found))
    if form == JSON:
        told = [{"code": one.code, "hxl": one.tag, "means": in_all_languages(one.text)} for one in columns(dataset)]
        rows = ([*_named(dataset, *one)] for one in found)
        return chain([_open({**head, "columns": told}, "rows")], _listed(rows))
    features = ([_feature(dataset, row) for row in _named(dataset, *one)] for one in found)  # RFC 7946
    return chain([_open({"type": "FeatureCollection", **head}, "features")], _listed(features))


def in_all_languages(text: Any) -> dict[str, str]:
    """A lazy text in each language."""
    told = {}
    for code in LANGUAGES:
        with in_language(code):
            told[code] = str(text)
    return told


def _rows(dataset: Dataset, version: DatasetVersion, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """As published, each with its month and version; a column that is younger than the version is empty."""
    wide = len(dataset.columns)
    first = [f"{version.month:%Y-%m}", version.version]
    return [[*first, *row, *[None] * (wide - len(row))] for row in rows]


def _named(dataset: Dataset, version: DatasetVersion, rows: Sequence[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    codes = [column.code for column in columns(dataset)]
    return (dict(zip(codes, row, strict=True)) for row in _rows(dataset, version, rows))


def _feature(dataset: Dataset, row: dict[str, Any]) -> dict[str, Any]:
    """Longitude before latitude, says RFC 7946."""
    latitude, longitude = row.pop(LATITUDE), row.pop(LONGITUDE)
    known = latitude is not None and longitude is not None
    point = {"type": "Point", "coordinates": [longitude, latitude]} if known else None
    named = {"id": row[CODE]} if dataset.monthly else {}  # of a commune's places several stand at its point
    return {"type": "Feature", **named, "geometry": point, "properties": row}


def _open(head: dict[str, Any], name: str) -> str:
    return f"{_text(head)[:-1]}, {_text(name)}: [\n"


def _listed(groups: Iterable[Sequence[object]]) -> Iterator[str]:
    """Objects of a JSON list, a group after the other, and the end of the list and of what it stands in."""
    between = ""
    for group in groups:
        if group:
            yield between + ",\n".join(map(_text, group))
            between = ",\n"
    yield "\n]}\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
