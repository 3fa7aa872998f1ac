"""Doors of open data: everybody may read, take and share what is published, without an account."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, json, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach import clock, db, web
from outreach.accounts import access
from outreach.areas.models import Area
from outreach.open_data import catalogue, names, queries, writing
from outreach.open_data.models import DatasetVersion
from outreach.open_data.tables import CSV, DATASETS, GEOJSON, JSON, Dataset

doors = Blueprint("open_data", __name__, url_prefix="/du-lieu-mo")
FORM = f"<any({CSV},{JSON},{GEOJSON}):form>"
KEPT = 3600  # seconds that anybody on the way may keep an answer; then the next month or a correction shows
JSON_LD = "application/ld+json"


@doors.app_context_processor
def _links() -> dict[str, object]:
    """For pages of rooms below."""
    return {"open_data_address": lambda: url_for("open_data.index")}


@doors.get("")
@web.public
def index() -> Response:
    """All datasets, with what was published last."""
    s = db.session()
    newest = {one.dataset: one for one in reversed(queries.versions(s))}
    return _page(
        "open_data/index.html", datasets=DATASETS.values(), newest=newest, publisher=queries.publisher(s),
        names=names,
    )  # fmt: skip


@doors.get("/dcat.jsonld")
@web.public
def dcat() -> Response:
    """The catalogue for machines."""
    s = db.session()
    found = catalogue.catalogue(queries.versions(s), queries.publisher(s))
    response = _for_everybody(Response(json.dumps(found, ensure_ascii=False, sort_keys=False), mimetype=JSON_LD))
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@doors.get("/<name>")
@web.public
def show(name: str) -> Response:
    """A dataset: what it holds and means, its newest version, and all that there are."""
    return _dataset(_known(name), queries.find(db.session(), name))


@doors.get("/<name>/<month>/<int:number>")
@web.public
def version(name: str, month: str, number: int) -> Response:
    """The same, with the version that was asked for."""
    return _dataset(_known(name), _found(name, month, number))


@doors.get(f"/<name>.{FORM}")
@web.public
def series(name: str, form: str) -> Response:
    """All months in one file, each in its newest version, oldest first; of what is not monthly the newest alone."""
    dataset, found = _known(name), queries.current(queries.versions(db.session(), name))
    chosen = found[::-1] if dataset.monthly else found[:1]
    return _file(dataset, form, web.or_404(chosen or None), name)


@doors.get(f"/<name>/<month>/<int:number>.{FORM}")
@web.public
def file(name: str, month: str, number: int, form: str) -> Response:
    """One version's file; its address and its rows stay."""
    return _file(_known(name), form, [_found(name, month, number)], f"{name}-{month}-{number}")


def _known(name: str) -> Dataset:
    return web.or_404(DATASETS.get(name))


def _found(name: str, month: str, number: int) -> DatasetVersion:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return web.or_404(None)
    return web.or_404(queries.find(db.session(), name, first, number))


def _dataset(dataset: Dataset, chosen: DatasetVersion | None) -> Response:
    s = db.session()
    publisher = queries.publisher(s)
    return _page(
        "open_data/show.html", dataset=dataset, chosen=chosen, versions=queries.versions(s, dataset.name),
        publisher=publisher, preview=names.preview(dataset, chosen), columns=writing.columns(dataset),
        cited=_cited(publisher, dataset, chosen) if chosen else "", names=names, as_of=writing.as_of,
    )  # fmt: skip


def _page(template: str, **context: Any) -> Response:
    """What names nobody a browser may keep, and ask whether it still holds."""
    response = web.page(template, licence=catalogue.LICENCE, licence_name=catalogue.LICENCE_NAME, **context)
    return response if access.me_or_none() else web.unless_known(response)


def _file(dataset: Dataset, form: str, found: Sequence[DatasetVersion], name: str) -> Response:
    """The rows are read while they are sent, and not at all for those who have them already."""
    web.or_404(form in dataset.forms or None)
    s, mark = db.session(), _mark(form, found)
    if request.if_none_match.contains_weak(mark):
        return _marked(Response(status=304), mark)
    beyond = Session(s.get_bind(), join_transaction_mode="create_savepoint")  # the request's own ends before the file
    rows = queries.pieces(beyond, found)
    response = Response(writing.pieces(form, dataset, _head(s, dataset, found), rows), mimetype=writing.MIMETYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return _marked(response, mark)


def _mark(form: str, found: Sequence[DatasetVersion]) -> str:
    """Changes with what is published. Weak: the words around the rows may be put better."""
    told = "".join([form, *(f" {one.month} {one.version} {one.digest}" for one in found)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _marked(response: Response, mark: str) -> Response:
    response.set_etag(mark, weak=True)
    return _for_everybody(response)


def _head(s: Session, dataset: Dataset, found: Sequence[DatasetVersion]) -> dict[str, Any]:
    """What a file says of itself before its rows."""
    return {
        "dataset": dataset.name,
        "title": writing.in_all_languages(dataset.title),
        "about": writing.in_all_languages(dataset.about),
        "numbers": [writing.in_all_languages(one) for one in names.how(dataset)],
        "publisher": queries.publisher(s).title,
        "licence": {"name": catalogue.LICENCE_NAME, "url": catalogue.LICENCE},
        "page": catalogue.page(dataset),
        "versions": [
            {
                "month": f"{one.month:%Y-%m}", "version": one.version, "as_of": f"{writing.as_of(one)}",
                "published_at": clock.local(one.published_at).isoformat(timespec="seconds"),
                "address": catalogue.address(one),
            }
            for one in found
        ],
    }  # fmt: skip


def _for_everybody(response: Response) -> Response:
    """Any cache on the way may keep it, any page may read it: it is the same for all and secret from none."""
    response.headers["Cache-Control"] = f"public, max-age={KEPT}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _cited(publisher: Area, dataset: Dataset, chosen: DatasetVersion) -> str:
    """How to name the source."""
    return _(
        "%(publisher)s (%(year)s). %(title)s, %(month)s, version %(version)s. %(address)s. Licence %(licence)s.",
        publisher=publisher.title, year=clock.local(chosen.published_at).year, title=dataset.title,
        month=names.month(chosen.month), version=chosen.version, address=catalogue.address(chosen),
        licence=catalogue.LICENCE_NAME,
    )  # fmt: skip
