"""The catalogue of the datasets for machines: DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/) as JSON-LD.

Each dataset is a series, each month in it a dataset with its version and its files.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from outreach import clock
from outreach.areas.models import COUNTRY, Area
from outreach.open_data import writing
from outreach.open_data.models import DatasetVersion
from outreach.open_data.tables import DATASETS, Dataset

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
TITLE = _l("Open data: digital skills of households")
ABOUT = _l(
    "How far the households of each commune and province have come on the way to one digitally proficient person each. "
    "Sums only, never people; nothing below five."
)
LIST = "http://publications.europa.eu/resource/authority"  # the EU's controlled vocabularies, which catalogues read
MONTHLY, VIET_NAM = f"{LIST}/frequency/MONTHLY", f"{LIST}/country/VNM"
SPOKEN = (f"{LIST}/language/VIE", f"{LIST}/language/ENG")
MEDIA = "https://www.iana.org/assignments/media-types/"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/", "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#", "geosparql": "http://www.opengis.net/ont/geosparql#",
}  # fmt: skip
Node = dict[str, Any]


def catalogue(published: Sequence[DatasetVersion], publisher: Area) -> Node:
    """The catalogue; `published` are all versions, newest first. Addresses are whole ones."""
    of = {name: [one for one in published if one.dataset == name] for name in DATASETS}
    series = [_series(DATASETS[name], found) for name, found in of.items() if found]
    months = [node for name, found in of.items() if found for node in _months(DATASETS[name], found)]
    common = _common(publisher)
    return {
        "@context": CONTEXT,
        "@id": _index(),
        "@type": "dcat:Catalog",
        "dcterms:title": _told(TITLE),
        "dcterms:description": _told(ABOUT),
        **common,
        "dcterms:language": [_id(language) for language in SPOKEN],
        "foaf:homepage": _id(_index()),
        **({"dcterms:modified": _moment(max(one.published_at for one in published))} if published else {}),
        "dcat:dataset": [node | common for node in (*series, *months)],
    }


def page(dataset: Dataset) -> str:
    """Where a dataset has its page."""
    return _whole("show", name=dataset.name)


def address(version: DatasetVersion) -> str:
    """Where a version stands for good."""
    return _whole("version", name=version.dataset, month=f"{version.month:%Y-%m}", number=version.version)


def file(version: DatasetVersion, form: str) -> str:
    """Where a version's file stands for good."""
    month = f"{version.month:%Y-%m}"
    return _whole("file", name=version.dataset, month=month, number=version.version, form=form)


def _series(dataset: Dataset, found: Sequence[DatasetVersion]) -> Node:
    first, last = found[-1], found[0]
    return {
        "@id": page(dataset),
        "@type": ["dcat:DatasetSeries", "dcat:Dataset"],
        "dcterms:identifier": dataset.name,
        "dcterms:title": _told(dataset.title),
        "dcterms:description": _told(dataset.about),
        "dcterms:accrualPeriodicity": _id(MONTHLY),
        "dcterms:modified": _moment(max(one.published_at for one in found)),
        "dcterms:temporal": _time(first.month, writing.as_of(last)),
        "dcat:landingPage": _id(page(dataset)),
        "dcat:last": _id(address(last)),
        "dcat:distribution": [
            _distribution(_whole("series", name=dataset.name, form=form), form) for form in dataset.forms
        ],
    }


def _months(dataset: Dataset, found: Sequence[DatasetVersion]) -> Iterator[Node]:
    """Every version as a dataset of the series: it says which one it corrects, and what came a month earlier."""
    titles = writing.in_all_languages(dataset.title)
    for one, older in zip(found, [*found[1:], None], strict=True):
        before = "dcat:previousVersion" if older and older.month == one.month else "dcat:prev"
        yield {
            "@id": address(one),
            "@type": "dcat:Dataset",
            "dcterms:identifier": f"{dataset.name}/{one.month:%Y-%m}/{one.version}",
            "dcterms:title": _values({code: f"{title}, {one.month:%Y-%m}" for code, title in titles.items()}),
            "dcterms:issued": _moment(one.published_at),
            "dcterms:temporal": _time(one.month, writing.as_of(one)),
            "dcat:inSeries": _id(page(dataset)),
            "dcat:version": str(one.version),
            **({before: _id(address(older))} if older else {}),
            "dcat:landingPage": _id(page(dataset)),
            "dcat:distribution": [_distribution(file(one, form), form) for form in dataset.forms],
        }


def _distribution(url: str, form: str) -> Node:
    return {
        "@id": url,
        "@type": "dcat:Distribution",
        "dcat:accessURL": _id(url),
        "dcat:downloadURL": _id(url),
        "dcat:mediaType": _id(MEDIA + writing.MIMETYPES[form]),
        "dcterms:license": _id(LICENCE),
    }


def _common(publisher: Area) -> Node:
    """What holds for each dataset as for the whole."""
    return {
        "dcterms:publisher": _publisher(publisher),
        "dcterms:license": _id(LICENCE),
        "dcterms:spatial": _where(publisher),
    }


def _publisher(area: Area) -> Node:
    return {"@type": "foaf:Agent", "foaf:name": {"@language": "vi", "@value": area.title}}


def _where(area: Area) -> Node:
    if area.kind == COUNTRY:
        return {"@id": VIET_NAM, "@type": "dcterms:Location"}
    point = f"POINT({area.lon} {area.lat})"
    known = area.lat is not None and area.lon is not None
    return {
        "@type": "dcterms:Location",
        "skos:prefLabel": {"@language": "vi", "@value": area.title},
        **({"dcat:centroid": {"@type": "geosparql:wktLiteral", "@value": point}} if known else {}),
    }


def _time(first: date, last: date) -> Node:
    days = {"dcat:startDate": first, "dcat:endDate": last}
    told = {name: {"@type": "xsd:date", "@value": day.isoformat()} for name, day in days.items()}
    return {"@type": "dcterms:PeriodOfTime", **told}


def _moment(moment: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": clock.local(moment).isoformat(timespec="seconds")}


def _told(text: Any) -> list[Node]:
    return _values(writing.in_all_languages(text))


def _values(told: dict[str, str]) -> list[Node]:
    return [{"@language": code, "@value": text} for code, text in told.items()]


def _id(address: str) -> Node:
    return {"@id": address}


def _index() -> str:
    return _whole("index")


def _whole(door: str, **named: Any) -> str:
    """A whole address, by the settings: what caches keep for everybody must not hang on how one of them asked."""
    base: str = current_app.config["SETTINGS"].public_base_url
    return base + url_for(f"open_data.{door}", **named)
