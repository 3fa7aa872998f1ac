"""Where a number leads: to the households it counts, for those who may see them; else to the places it adds up."""

from dataclasses import dataclass, field
from datetime import date

from flask import url_for

from outreach.accounts.models import Account
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.coverage import names, queries
from outreach.coverage.queries import Overview
from outreach.households.models import ALONE, HELPED
from outreach.households.queries import READERS

CODE = "-code-"  # stands for an area's in an address


def may_list(account: Account, area: Area) -> bool:
    """Whether the account may see the households behind this area's numbers."""
    return account.role in READERS and area.kind in (COMMUNE, VILLAGE) and account.area.contains(area)


@dataclass(frozen=True)
class Links:
    """The addresses behind one page's numbers, for one reader; "" where nothing lies behind it for them."""

    account: Account
    page: Overview
    _made: dict[object, str] = field(default_factory=dict, compare=False)
    _seen: dict[int, bool] = field(default_factory=dict, compare=False)
    _listed: dict[int, bool] = field(default_factory=dict, compare=False)

    def area(self, area: Area) -> str:
        """An area's own page, in the month that is read."""
        return self._page(area, thang=self.month()) if self._sees(area) else ""

    def number(self, area: Area, what: str) -> str:
        """A count's list: households in that stage (or group of stages), or the places below, sorted by it."""
        if self._lists(area) and not self.page.past:
            if what == "vneid":
                return self._page(area, "coverage.sayers")
            asked: dict[str, str | None] = {"shown" if what in ALONE + HELPED else "stage": what}
            if area.kind == VILLAGE:
                return self._filled("households.index", str(area.id), village=CODE, **asked)
            return self._filled("households.index", "", **asked)
        return self._below(area, what)

    def charts(self, area: Area) -> str:
        """Visits and charts of an area."""
        return self._page(area, "coverage.drawn", thang=self.month()) if self._sees(area) else ""

    def visits(self, area: Area, key: str = "visits", month: date | None = None) -> str:
        """A month's visits, or the places below, sorted by theirs. `key`: one of visiting.KEYS; `month`: see moves."""
        if self._lists(area):
            return self._page(area, "coverage.visited", thang=f"{month or self.page.month:%Y-%m}", xem=key)
        return self._below(area, key, month, "coverage.drawn")

    def moves(self, area: Area, stage: str = "proficient", month: date | None = None) -> str:
        """A movement's list: who changed, or the places below, sorted by their movement. `month`: if not the page's."""
        if self._lists(area):
            return url_for("coverage.moves", code=area.code, thang=f"{month or self.page.month:%Y-%m}", stage=stage)
        return self._below(area, "month", month)

    def sorted(self, key: str, direction: str) -> str:
        """The same page with its table in another order."""
        return url_for(
            "coverage.show", code=self.page.area.code, thang=self.month(), sort=key, dir=direction, _anchor="table"
        )

    def heads(self, key: str, *, descending: bool) -> list[dict[str, object]]:
        """The headings of the table below: each sorts by its column, the one that sorts now turns the order round."""
        columns = [names.Column("name", names.BELOW[self.page.area.kind]), *names.columns(key)]
        return [self._head(column, column.key == key, descending) for column in columns]

    def _head(self, column: names.Column, chosen: bool, descending: bool) -> dict[str, object]:
        upward = column.key in ("name", "share")  # the order one asks for first: names from A, the slowest first
        direction = ("asc" if descending else "desc") if chosen else ("asc" if upward else "desc")
        sort = ("descending" if descending else "ascending") if chosen else ""
        return {
            "key": column.key, "text": str(column.text), "numeric": column.key != "name", "sort": sort,
            "url": self.sorted(column.key, direction), "kind": "main" if column.key == names.SHARE.key else "",
        }  # fmt: skip

    def _below(self, area: Area, key: str, month: date | None = None, page: str = "coverage.show") -> str:
        if area.kind == VILLAGE or not self._sees(area):
            return ""
        asked = f"{month:%Y-%m}" if month else self.month()
        return self._page(area, page, thang=asked, sort=key, dir="desc", _anchor="table")

    def _page(self, area: Area, page: str = "coverage.show", **asked: str | None) -> str:
        """An area's page."""
        return self._filled(page, area.code, code=CODE, **asked)

    def _filled(self, page: str, place: str, /, **asked: str | None) -> str:
        """A province's page has a thousand links: each kind is made once, then `place` is filled in for CODE."""
        kind = page, *asked.items()
        if kind not in self._made:
            self._made[kind] = url_for(page, **asked)  # type: ignore[arg-type]
        return self._made[kind].replace(CODE, place)

    def _sees(self, area: Area) -> bool:
        """Each of a place's numbers asks."""
        if area.id not in self._seen:
            self._seen[area.id] = queries.may_see(self.account, area)
        return self._seen[area.id]

    def _lists(self, area: Area) -> bool:
        if area.id not in self._listed:
            self._listed[area.id] = may_list(self.account, area)
        return self._listed[area.id]

    def month(self) -> str | None:
        """The past month that is read, as addresses name it; None for the present."""
        return f"{self.page.month:%Y-%m}" if self.page.past else None
