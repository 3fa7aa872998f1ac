"""The datasets: their names, what they hold, their columns with HXL tags (hxlstandard.org) and what each means.

Codes and tags are a promise, as those of `exchange.tables`: a column may be added at the end, none is renamed, moved or
taken away. A version that was published before a column was added has an empty cell there.
"""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from outreach.exchange.tables import COMMUNE_CODE, COMMUNE_NAME, Column
from outreach.households.models import ALONE, HELPED
from outreach.households.names import SKILL_NAMES

COMMUNES, PROVINCES, SKILLS, VISITS, POINTS = "do-phu-xa", "do-phu-tinh", "ky-nang-tinh", "luot-tham-tinh", "diem"
COUNTS = ("in_scope", "reached", "with_ambassador", "proficient", "closed")
CSV, JSON, GEOJSON = "csv", "json", "geojson"


class Dataset(NamedTuple):
    """A dataset: its name in addresses, what it is called, what it holds, its columns, the forms it is given in."""

    name: str
    title: Any
    about: Any
    columns: tuple[Column, ...]
    forms: tuple[str, ...] = (CSV, JSON)

    @property
    def monthly(self) -> bool:
        """Whether it tells of each month; else of how things were when it was published."""
        return self.name != POINTS

    @property
    def summed(self) -> bool:
        """Whether its numbers are sums of what is told of communes."""
        return self.columns[-1].code.endswith("_withheld")


# Before the columns of every table, since its files hold many months.
FIRST = (
    Column("month", "#date+month", _l("Month that the row tells of (2026-10)")),
    Column("version", "#meta+version", _l("Version of this month: a later one holds corrections")),
)
PROVINCE = (
    Column("province_code", "#adm1+code", _l("Code of the province in the national list")),
    Column("province_name", "#adm1+name", _l("Name of the province")),
)
PLACE = (
    Column("latitude", "#geo+lat", _l("Latitude of a point in the commune (WGS 84)")),
    Column("longitude", "#geo+lon", _l("Longitude of a point in the commune (WGS 84)")),
)
SHARE = Column("coverage_pct", "#indicator+coverage+pct", _l("Proficient of 100 in scope, by the numbers told here"))
_MEANT = {
    "in_scope": ("#population+households+in_scope+num", _l("Households in scope at the month's end")),
    "reached": ("#reached+households+num", _l("Of these: somebody has been met at least once")),
    "with_ambassador": (
        "#reached+households+with_ambassador+num",
        _l("Of these: have an ambassador, or somebody proficient already"),
    ),
    "proficient": ("#indicator+households+proficient+num", _l("Of these: have somebody confirmed as proficient")),
    "closed": (
        "#indicator+households+closed+num",
        _l("Households not in scope: moved away, nobody lives there, do not wish to take part"),
    ),
    **{
        f"alone_{skill}": (
            f"#indicator+households+alone_{skill}+num",
            _l("%(skill)s: households in scope where somebody has shown it without help", skill=name),
        )
        for skill, name in SKILL_NAMES.items()
    },
    **{
        f"helped_{skill}": (
            f"#indicator+households+helped_{skill}+num",
            _l("%(skill)s: households in scope where somebody has shown it, but only with help", skill=name),
        )
        for skill, name in SKILL_NAMES.items()
    },
    "vneid": (
        "#indicator+adults+vneid+num",
        _l(
            "Adults of households in scope who say that the basic level of digital skills is confirmed on VNeID; "
            "nobody has checked it"
        ),
    ),
    "visits": ("#activity+visits+num", _l("Visits in the month; corrected ones do not count")),
    "did_alone": ("#activity+visits+alone+num", _l("Of these: somebody did it alone")),
    "were_helped": ("#activity+visits+helped+num", _l("Of these: somebody did it with help")),
    "were_shown": ("#activity+visits+shown+num", _l("Of these: somebody was shown how")),
}
SKILL_COUNTS = ("in_scope", *ALONE, *HELPED, "vneid")
VISIT_COUNTS = ("visits", "did_alone", "were_helped", "were_shown")


def _counts(names: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(name, *_MEANT[name]) for name in names)


def _withheld(names: tuple[str, ...]) -> tuple[Column, ...]:
    """For each sum: of how many communes it holds nothing."""
    text = _l("Communes with fewer than five of these, which are not in the sum")
    return tuple(Column(f"{name}_withheld", f"#meta+{name}+withheld+num", text) for name in names)


DATASETS = {
    one.name: one
    for one in (
        Dataset(
            COMMUNES,
            _l("Coverage by commune and month"),
            _l("How many households there are in each commune, and how far they have come, at each month's end."),
            (*PROVINCE, COMMUNE_CODE, COMMUNE_NAME, *PLACE, *_counts(COUNTS), SHARE),
            (CSV, JSON, GEOJSON),
        ),
        Dataset(
            PROVINCES,
            _l("Coverage by province and month"),
            _l("The same by province: the sums of what is told of its communes."),
            (*PROVINCE, *_counts(COUNTS), SHARE, *_withheld(COUNTS)),
        ),
        Dataset(
            SKILLS,
            _l("Skills by province and month"),
            _l("In how many households somebody has shown each of the five basic skills, alone or with help."),
            (*PROVINCE, *_counts(SKILL_COUNTS), *_withheld(SKILL_COUNTS)),
        ),
        Dataset(
            VISITS,
            _l("Visits by province and month"),
            _l("How many visits volunteers made to households, and how these ended."),
            (*PROVINCE, *_counts(VISIT_COUNTS)),
        ),
        Dataset(
            POINTS,
            _l("Places where people get help"),
            _l("Each commune with a point on the map, and the places in it where somebody helps, free of charge."),
            (
                Column("kind", "#loc+type", _l("commune, desk, post, culture or other")),
                *PROVINCE,
                COMMUNE_CODE,
                COMMUNE_NAME,
                Column("name", "#loc+name", _l("Name of the place")),
                Column("address", "#loc+address", _l("Its address")),
                Column("phone", "#contact+phone", _l("Its telephone number")),
                Column("hours", "#loc+hours", _l("When it is open")),
                *PLACE,
            ),
            (CSV, JSON, GEOJSON),
        ),
    )
}  # fmt: skip
