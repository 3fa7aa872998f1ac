"""Reading what was published: which versions there are, and their rows one version at a time."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.households.models import Tally
from outreach.open_data.models import DatasetVersion


def versions(s: Session, dataset: str | None = None) -> Sequence[DatasetVersion]:
    """All versions (of a dataset) without their rows: the newest month first, its newest version first."""
    query = select(DatasetVersion).order_by(
        DatasetVersion.dataset, DatasetVersion.month.desc(), DatasetVersion.version.desc()
    )
    return s.scalars(query.where(DatasetVersion.dataset == dataset) if dataset else query).all()


def current(found: Sequence[DatasetVersion]) -> list[DatasetVersion]:
    """Of `versions`, the newest of each month."""
    newest: dict[tuple[str, date], DatasetVersion] = {}
    for one in found:
        newest.setdefault((one.dataset, one.month), one)
    return list(newest.values())


def find(s: Session, dataset: str, month: date | None = None, version: int | None = None) -> DatasetVersion | None:
    """A version, without its rows; the newest where no month or no number is said."""
    query = select(DatasetVersion).where(DatasetVersion.dataset == dataset)
    if month is not None:
        query = query.where(DatasetVersion.month == month)
    if version is not None:
        query = query.where(DatasetVersion.version == version)
    return s.scalars(query.order_by(DatasetVersion.month.desc(), DatasetVersion.version.desc()).limit(1)).one_or_none()


def pieces(s: Session, wanted: Sequence[DatasetVersion]) -> Iterator[tuple[DatasetVersion, list[list[Any]]]]:
    """The rows of versions, one version after another; nothing is held in the database between two."""
    for one in wanted:
        rows = s.scalars(select(DatasetVersion.rows).where(DatasetVersion.id == one.id)).one()
        s.close()
        yield one, rows


def publisher(s: Session) -> Area:
    """Whose data it is: the smallest place that all villages with households lie in."""
    columns = (Tally.commune_id, Tally.province_id)
    ends = [select(f(column)).scalar_subquery() for column in columns for f in (func.min, func.max)]  # each by an index
    commune, last_commune, province, last_province = s.execute(select(*ends)).one()
    if commune is None or province != last_province:
        return areas.country(s)
    return s.get_one(Area, commune if commune == last_commune else province)
