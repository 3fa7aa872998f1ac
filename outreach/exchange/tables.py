"""The tables that are handed out: their columns' codes, HXL tags (hxlstandard.org) and what they mean.

Codes and tags are a promise to whoever reads the files by machine: a column may be added at the end of a table, none
is renamed, moved or taken away (docs/INTEROP.md). What is personal and needed by no one elsewhere has no column:
telephone numbers, notes, coordinates.
"""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from outreach.households.models import CLOSED, LADDER
from outreach.households.names import STAGE_NAMES

COVERAGE, HOUSEHOLDS, VISITS, AMBASSADORS = "do-phu", "ho", "tham", "dai-su"
PERSONAL = (HOUSEHOLDS, VISITS, AMBASSADORS)


class Column(NamedTuple):
    """A column: its code, its HXL tag, its meaning in the reader's language."""

    code: str
    tag: str
    text: Any


COMMUNE_CODE = Column("commune_code", "#adm2+code", _l("Code of the commune in the national list"))
COMMUNE_NAME = Column("commune_name", "#adm2+name", _l("Name of the commune"))
VILLAGE_CODE = Column("village_code", "#adm3+code", _l("Code of the village: the commune's code, a point, a number"))
VILLAGE_NAME = Column("village_name", "#adm3+name", _l("Name of the village"))
HOUSE = (
    Column("household_id", "#meta+household+id", _l("Number of the household here; it never changes")),
    Column("household_code", "#meta+household+code", _l("The commune's own number for the household, if it has one")),
    COMMUNE_CODE,
    VILLAGE_CODE,
    VILLAGE_NAME,
    Column("head_name", "#contact+household_head+name", _l("Name of the head of household")),
)

TABLES: dict[str, tuple[Column, ...]] = {
    COVERAGE: (
        Column("period", "#date+period", _l("Month (202611) or quarter (2026Q4)")),
        Column("as_of", "#date+as_of", _l("The evening whose figures these are: the period's end, or today")),
        Column("province_code", "#adm1+code", _l("Code of the province in the national list")),
        Column("province_name", "#adm1+name", _l("Name of the province")),
        COMMUNE_CODE,
        COMMUNE_NAME,
        VILLAGE_CODE,
        VILLAGE_NAME,
        Column("in_scope", "#population+households+in_scope+num", _l("Households in scope")),
        Column("reached", "#reached+households+num", _l("Of these: somebody has been met at least once")),
        Column(
            "with_ambassador", "#reached+households+with_ambassador+num",
            _l("Of these: have an ambassador, or somebody proficient already"),
        ),
        *(Column(one, f"#indicator+households+{one}+num", STAGE_NAMES[one]) for one in (*LADDER, *CLOSED)),
        Column("coverage_pct", "#indicator+coverage+pct", _l("Proficient households of 100 in scope")),
        Column(
            "proficient_change", "#indicator+households+proficient+change+num",
            _l("By how many the proficient households changed in the period"),
        ),
        Column("visits", "#activity+visits+num", _l("Visits in the period; corrected ones do not count")),
        Column(
            "households_visited", "#reached+households+visited+num",
            _l("Households with at least one visit in the period"),
        ),
    ),
    HOUSEHOLDS: (
        *HOUSE,
        Column("address", "#loc+address", _l("Lane and house number")),
        Column("stage", "#status+household", _l("Where the household stands (see the words for stages)")),
        Column("family_types", "#beneficiary+type+list", _l("What kind of family it is; several parted by |")),
        Column("first_met_on", "#date+first_met", _l("Day when somebody was first met")),
        Column("last_visit_on", "#date+last_visit", _l("Day of the last visit")),
        Column("ambassador_name", "#contact+ambassador+name", _l("Name of the ambassador of today")),
        Column("ambassador_since", "#date+ambassador+start", _l("Ambassador since")),
    ),
    VISITS: (
        Column("visit_id", "#meta+visit+id", _l("Number of the visit here")),
        Column("visit_uuid", "#meta+visit+uuid", _l("The mark under which the visit was sent; twice is once")),
        *HOUSE,
        Column("visited_at", "#date+visit", _l("When it happened, by the clock put right")),
        Column("received_at", "#date+received", _l("When it arrived here")),
        Column("outcome", "#status+visit", _l("How it went (see the words for outcomes)")),
        Column("way", "#modality+visit", _l("At the house, at a desk or by telephone (see the words for ways)")),
        Column("place_code", "#loc+visit+code", _l("Code of the place, if it was not in the household's own village")),
        Column("visited_by", "#contact+visitor+name", _l("Who made the visit")),
        Column("lessons", "#activity+lessons+list", _l("Lessons that were gone through; several parted by |")),
        Column("next_on", "#date+next_visit", _l("Day promised for the next visit")),
        Column("corrected", "#status+corrected", _l("1: somebody corrected this visit, it does not count; else 0")),
        Column(
            "corrected_by_visit", "#meta+visit+id+corrected_by",
            _l("Number of the visit that stands in its place; empty if it was taken back"),
        ),
    ),
    AMBASSADORS: (
        *HOUSE,
        Column("ambassador_name", "#contact+ambassador+name", _l("Name of the ambassador of today")),
        Column("birth_year", "#contact+ambassador+birth_year", _l("Year of birth")),
        Column("ambassador_since", "#date+ambassador+start", _l("Ambassador since")),
        Column("learning_since", "#date+learning+start", _l("Began the first lesson on")),
        Column("proficient_since", "#date+proficient+start", _l("Confirmed as proficient on")),
    ),
}  # fmt: skip
