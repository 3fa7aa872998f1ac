"""Nothing else in public tells how many households, people or visits there are: no public door even asks."""

import re

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from outreach import web
from tests import counting
from tests.databases import sqlite_only
from tests.guards import samples
from tests.visitor import Visitor

SUMS = re.compile(r"\b(?:FROM|JOIN) (?:tally|tally_day|visit_day|area_tally|area_day)\b", re.IGNORECASE)
COUNTED = re.compile(
    r"\bcount\(.*\bFROM (?:household|member|visit|ambassador|sms|account)\b", re.IGNORECASE | re.DOTALL
)
OWN = ("open_data.", "ioc.")  # published as docs/open-data.md says · for those with a key


def asked(app: Flask, s: Session, connection: Connection) -> list[tuple[str, str]]:
    """(address, statement) of all that the public doors of other rooms ask for a passer-by."""
    furnished = samples.furnish(s)
    found = []
    for rule in samples.doors(app, "GET"):
        if app.view_functions[rule.endpoint].sign != web.PUBLIC or rule.endpoint.startswith(OWN):
            continue
        for address in samples.addresses(rule, furnished, None):
            with counting.statements(connection) as said:
                Visitor(app).client.get(address).get_data()
            found += [(address, statement) for statement in said]
    return found


@sqlite_only
def test_no_public_door_but_open_data_asks_for_a_number_of_people(
    app: Flask, s: Session, connection: Connection
) -> None:
    said = asked(app, s, connection)
    assert len({address for address, _statement in said}) > 20
    assert [one for one in said if SUMS.search(one[1]) or COUNTED.search(one[1])] == []


@pytest.mark.parametrize(
    "statement",
    ["SELECT sum(tally.visited) \nFROM tally", "SELECT 1 FROM area JOIN area_day ON 1", "SELECT count(*) \nFROM visit"],
)
def test_a_question_for_a_number_is_known_when_it_is_seen(statement: str) -> None:
    assert SUMS.search(statement) or COUNTED.search(statement)
