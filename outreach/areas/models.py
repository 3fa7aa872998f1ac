"""Areas: country > province > commune > village. A village is not an official tier, but it is where people live."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, Bytewise

COUNTRY, PROVINCE, COMMUNE, VILLAGE = "country", "province", "commune", "village"
KINDS = (COUNTRY, PROVINCE, COMMUNE, VILLAGE)


class Area(Base):
    """A place that people stand in and that numbers are counted for.

    `path` is the way down from the country, e.g. "VN/33/12271/4/" for a village: whatever stands below an area has
    a path that begins with the area's. A place that ended (merged, split) keeps its row with `valid_to`; the places
    that took over stand in `AreaSuccessor`. Rows never move in the tree: a reform closes rows and opens new ones,
    so that old periods still report under old names.
    """

    __tablename__ = "area"
    __table_args__ = (
        Index("ix_area_parent_id_sort_key", "parent_id", "sort_key"),
        Index("ix_area_kind_folded", "kind", "folded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    type: Mapped[str] = mapped_column(String(20))  # tỉnh, thành phố, xã, phường, đặc khu, thôn, bản, tổ dân phố …
    code: Mapped[str] = mapped_column(String(40), unique=True)  # "33", "12271"; a village: "12271.4"
    name: Mapped[str] = mapped_column(String(120))  # without the type
    folded: Mapped[str] = mapped_column(Bytewise)  # words.fold("type name"), to search
    sort_key: Mapped[str] = mapped_column(Bytewise)  # words.sort_key(name)
    path: Mapped[str] = mapped_column(Bytewise, unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the first day it is no more

    parent: Mapped["Area | None"] = relationship(remote_side=[id])

    @property
    def full_name(self) -> str:
        """Type and name as people write it: "xã Tân Hưng"."""
        return self.name if self.kind == COUNTRY else f"{self.type} {self.name}"

    @property
    def title(self) -> str:
        """The full name at the start of a line: "Xã Tân Hưng"."""
        return self.full_name[:1].upper() + self.full_name[1:]

    def contains(self, other: "Area") -> bool:
        """Whether `other` is this area or stands below it."""
        return other.path.startswith(self.path)


class AreaSuccessor(Base):
    """Who took over from an area that ended: one row for a merge, several for a split."""

    __tablename__ = "area_successor"

    old_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    on: Mapped[date]


class OldUnit(Base):
    """A ward or commune from before 1 July 2025, so that people find today's commune by the name they know."""

    __tablename__ = "old_unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))  # "xã Liên Phương, thành phố Hưng Yên, tỉnh Hưng Yên"
    folded: Mapped[str] = mapped_column(Bytewise, index=True)
