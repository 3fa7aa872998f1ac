"""How often the forecast is right, on made histories; and that docs/forecast.md says so."""

import re

import pytest

from outreach.settings import ROOT
from tests.plans import histories

TABLE = {
    row[0]: [int(cell) for cell in row[1:]]
    for line in (ROOT / "docs" / "forecast.md").read_text().splitlines()
    if (row := [cell.strip() for cell in line.strip("| ").split("|")])[0] in histories.WORLDS
}


def test_every_world_stands_in_the_table():
    assert set(TABLE) == set(histories.WORLDS)


@pytest.mark.parametrize("world", histories.WORLDS)
@pytest.mark.parametrize(("seen", "column"), [(12, 0), (6, 4)])
def test_the_range_holds_as_often_as_the_document_says(world, seen, column):
    found = histories.score(world, seen, 250)
    assert found.told > 200
    assert 100 * found.share == pytest.approx(TABLE[world][column], abs=8)


def test_in_a_world_that_goes_on_as_it_did_eight_of_ten_end_within():
    steady = ("steady", "bumpy", "losses")
    assert all(TABLE[world][column] >= 80 for world in steady for column in (0, 4))


def test_the_document_names_the_figures_the_code_goes_by():
    told = re.sub(r"\s+", " ", (ROOT / "docs" / "forecast.md").read_text())
    assert "last 12 whole weeks" in told
    assert "last 4 weeks" in told
    assert "fewer than 4 whole weeks" in told
    assert "fewer than 5 households" in told
    assert "more than five years" in told
