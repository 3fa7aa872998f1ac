"""What grows with the country is found by an index, never by reading it from end to end."""

from sqlalchemy import Table, UniqueConstraint

from outreach.tables import Base

GROWING = {
    "household",
    "member",
    "visit",
    "learner",
    "ambassador",
    "follow_up",
    "sms",
    "run",
    "teaching",
    "evidence",
}


def _leading(table: Table) -> set[str]:
    """The columns by which something can be found in a table."""
    unique = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    return {next(iter(one)).name for one in (table.primary_key.columns, *unique, *(i.columns for i in table.indexes))}


def test_what_belongs_to_a_household_a_person_or_a_visit_has_an_index():
    known = Base.metadata.tables
    assert set(known) >= GROWING
    keys = [
        (table.name, column.name)
        for table in known.values()
        for column in table.columns
        if any(key.column.table.name in GROWING for key in column.foreign_keys)
    ]
    assert len(keys) > 30
    assert [(table, column) for table, column in keys if column not in _leading(known[table])] == []
