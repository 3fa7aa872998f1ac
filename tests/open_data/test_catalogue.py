"""The catalogue for machines speaks DCAT 3, and what it says of the files is so."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete

from outreach.households.models import Tally
from outreach.open_data import catalogue, queries, tables
from tests import world
from tests.open_data.conftest import document, next_month, publish

# https://www.w3.org/TR/vocab-dcat-3/ §6, as far as anybody could want it here: class → properties it may have.
RESOURCE = {
    "dcterms:title", "dcterms:description", "dcterms:identifier", "dcterms:issued", "dcterms:modified",
    "dcterms:publisher", "dcterms:license", "dcterms:language", "dcat:landingPage", "dcat:version",
    "dcat:previousVersion", "dcat:hasVersion", "dcat:hasCurrentVersion", "dcat:isVersionOf", "dcat:first", "dcat:last",
    "dcat:prev", "dcat:keyword", "dcat:theme", "dcat:contactPoint",
}  # fmt: skip
DATASET = RESOURCE | {
    "dcat:distribution", "dcterms:accrualPeriodicity", "dcat:inSeries", "dcterms:spatial", "dcterms:temporal",
    "dcat:temporalResolution", "dcat:spatialResolutionInMeters",
}  # fmt: skip
MAY_HAVE = {
    "dcat:Catalog": DATASET | {"foaf:homepage", "dcat:themeTaxonomy", "dcat:dataset", "dcat:catalog", "dcat:record"},
    "dcat:DatasetSeries": DATASET,
    "dcat:Dataset": DATASET,
    "dcat:Distribution": {
        "dcterms:title", "dcterms:issued", "dcterms:modified", "dcterms:license", "dcat:accessURL", "dcat:downloadURL",
        "dcat:mediaType", "dcat:byteSize", "dcat:compressFormat", "dcat:packageFormat", "dcterms:conformsTo",
    },
    "dcterms:PeriodOfTime": {"dcat:startDate", "dcat:endDate"},
    "dcterms:Location": {"dcat:bbox", "dcat:centroid", "skos:prefLabel"},
    "foaf:Agent": {"foaf:name", "foaf:homepage"},
}  # fmt: skip
MUST_HAVE = {
    "dcat:Catalog": {"dcterms:title", "dcterms:description", "dcterms:publisher", "dcterms:license", "foaf:homepage"},
    "dcat:DatasetSeries": {"dcterms:title", "dcterms:description", "dcterms:accrualPeriodicity", "dcat:last"},
    "dcat:Dataset": {
        "dcterms:title", "dcterms:publisher", "dcterms:license", "dcterms:spatial", "dcterms:temporal",
        "dcat:landingPage", "dcat:distribution",
    },
    "dcat:Distribution": {"dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dcterms:license"},
    "dcterms:PeriodOfTime": {"dcat:startDate", "dcat:endDate"},
}  # fmt: skip
VALUES = {"@value", "@type", "@language"}


@pytest.fixture
def found(s, tan_hung, visitor, third) -> Any:
    """The catalogue after two months, the second of which corrected the first."""
    publish(s)
    next_month(third)
    s.commit()
    return visitor


@pytest.fixture
def corrected(s, w, found, stand):
    stand(w.dong, date(2026, 11, 25), visited=30, not_reached=-30)
    publish(s)
    s.commit()
    return document(found.get("/du-lieu-mo/dcat.jsonld"))


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """All that is said of something, however deep."""
    if isinstance(node, list):
        for one in node:
            yield from nodes(one)
    elif isinstance(node, dict):
        yield node
        for name, value in node.items():
            if name != "@context":
                yield from nodes(value)


def types(node: dict[str, Any]) -> list[str]:
    """What a node is said to be."""
    said = node.get("@type", [])
    return said if isinstance(said, list) else [said]


def of_type(found: Any, name: str) -> list[dict[str, Any]]:
    return [node for node in nodes(found) if name in types(node)]


def test_every_term_is_of_the_vocabulary_and_stands_where_it_may(corrected):
    assert corrected["@context"]["dcat"] == "http://www.w3.org/ns/dcat#"
    assert corrected["@context"]["dcterms"] == "http://purl.org/dc/terms/"
    seen = set()
    for node in nodes(corrected):
        if "@value" in node:
            assert set(node) <= VALUES
            continue
        if set(node) == {"@id"}:
            continue
        assert types(node), node
        may = set().union(*(MAY_HAVE[one] for one in types(node)))
        assert {name for name in node if not name.startswith("@")} <= may, types(node)
        for one in types(node):
            assert set(node) >= MUST_HAVE.get(one, set()), one
        seen |= set(types(node))
    assert seen == set(MAY_HAVE)


def test_every_prefix_is_explained(corrected):
    terms = {name for node in nodes(corrected) for name in (*node, *types(node)) if ":" in name}
    assert {term.split(":")[0] for term in terms} == set(corrected["@context"])


def test_every_dataset_is_there_with_its_months_in_both_languages(corrected):
    series = of_type(corrected, "dcat:DatasetSeries")
    assert {node["dcterms:identifier"] for node in series} == set(tables.DATASETS)
    for node in series:
        assert {title["@language"] for title in node["dcterms:title"]} == {"vi", "en"}
    coverage = [n for n in of_type(corrected, "dcat:Dataset") if "do-phu-xa/" in n.get("dcterms:identifier", "")]
    assert [node["dcterms:identifier"] for node in coverage] == [
        "do-phu-xa/2026-12/1", "do-phu-xa/2026-11/2", "do-phu-xa/2026-11/1", "do-phu-xa/2026-10/1",
        "do-phu-xa/2026-09/1",
    ]  # fmt: skip
    newest, second, first = coverage[:3]
    assert second["dcat:previousVersion"] == {"@id": first["@id"]}
    assert (second["dcat:version"], first["dcat:version"]) == ("2", "1")
    assert newest["dcat:prev"] == {"@id": second["@id"]}
    assert "dcat:previousVersion" not in newest
    assert second["dcterms:temporal"]["dcat:startDate"]["@value"] == "2026-11-01"
    assert second["dcterms:temporal"]["dcat:endDate"]["@value"] == "2026-11-30"


def test_every_file_it_names_is_there_and_of_the_kind_it_says(corrected, found):
    files = of_type(corrected, "dcat:Distribution")
    assert len(files) > 40
    for one in files:
        answer = found.client.get(urlsplit(one["dcat:downloadURL"]["@id"]).path)
        assert answer.status_code == 200
        assert one["dcat:mediaType"]["@id"] == catalogue.MEDIA + answer.mimetype
        assert one["dcterms:license"]["@id"] == catalogue.LICENCE
        answer.close()


def test_every_page_it_names_is_there(corrected, found):
    named = {node["dcat:landingPage"]["@id"] for node in nodes(corrected) if "dcat:landingPage" in node}
    named |= {node["@id"] for node in of_type(corrected, "dcat:Dataset")}
    for address in named:
        found.get(urlsplit(address).path)


def test_it_names_whose_data_it_is_and_where_that_lies(corrected):
    assert corrected["dcterms:publisher"]["foaf:name"] == {"@language": "vi", "@value": "Tỉnh Hưng Yên"}
    assert corrected["dcterms:spatial"]["dcat:centroid"]["@value"] == "POINT(106.05 20.65)"
    assert datetime.fromisoformat(corrected["dcterms:modified"]["@value"]).utcoffset() is not None


def test_whose_data_it_is_is_the_smallest_place_that_holds_all_households(app, s, w, stand):
    assert queries.publisher(s).code == "33"
    commune = world.area(s, w.tuyen_quang, "commune", "xã", "00691", "Hà Giang")
    stand(world.area(s, commune, "village", "thôn", "00691.1", "Một"), date(2026, 12, 1), visited=1)
    country = queries.publisher(s)
    assert country.code == "VN"
    with app.test_request_context():
        assert catalogue.catalogue([], country)["dcterms:spatial"]["@id"] == catalogue.VIET_NAM
    s.execute(delete(Tally).where(Tally.commune_id != commune.id))
    assert queries.publisher(s) is commune


def test_nobody_can_put_another_hosts_addresses_into_what_caches_keep(found):
    for address in ("/du-lieu-mo/dcat.jsonld", "/du-lieu-mo/do-phu-xa.json", "/du-lieu-mo/do-phu-xa"):
        assert "elsewhere" not in found.client.get(address, headers={"Host": "elsewhere.example"}).get_data(
            as_text=True
        )
