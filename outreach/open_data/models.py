"""A published version of a dataset: never changed, so that whoever cites it finds it again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class DatasetVersion(Base):
    """The rows of a dataset as they were published; a later version follows when a correction changed them."""

    __tablename__ = "dataset_version"
    __table_args__ = (UniqueConstraint("dataset", "month", "version", name="uq_dataset_version_dataset_month_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset: Mapped[str] = mapped_column(String(40))
    month: Mapped[date]  # what it tells of, by its first day
    version: Mapped[int]  # of that month, from 1
    published_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))  # of the rows: nothing new is published when nothing changed
    rows: Mapped[list[list[Any]]] = mapped_column(JSON, deferred=True)  # cells in the order of the dataset's columns
