"""The sentences: what a reader reads of a month, and that each number in it is one of its fact."""

import re
from collections.abc import Iterator

import pytest

from outreach.areas.models import Area
from outreach.coverage.numbers import Counts, Visits
from outreach.reports import names, press, ranking, telling, words
from outreach.reports.words import Fact, Place, Story
from tests.world import World

NOTHING = Counts()
HOMES = Counts(not_reached=1200, visited=20, has_ambassador=10, learning=10, proficient=760, alone_payment=3)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Said in English, while the Vietnamese is polished."""
    with press.speaking("en"):
        yield


def fact(kind: str, named: tuple[Area, ...] = (), **numbers: float) -> Fact[Area]:
    """A fact of a kind."""
    return Fact(kind, 0, "proficient", numbers, named)


def stories(w: World) -> Iterator[Story[Area]]:
    """Months in which, all together, everything happens that is ever told."""
    grown = Counts(not_reached=-40, visited=10, has_ambassador=5, learning=-9, proficient=64, vneid=7)
    shrunk = Counts(not_reached=5, learning=3, proficient=-35)
    here = [
        Place(w.dong, HOMES, Counts(learning=-3, proficient=3), 0),
        Place(w.doai, Counts(proficient=4), Counts(learning=-1, proficient=1), 9),
        Place(w.ha, HOMES, Counts(learning=2, proficient=-2), 4),
    ]
    for change in (grown, shrunk, NOTHING):
        for before, visited in (
            (Counts(proficient=300), 5),
            (Counts(), 200),
            (Counts(proficient=60), 52),
            (None, None),
        ):
            for visits in (0, 50):
                earlier = None if visited is None else Visits(visited)
                yield Story(HOMES, change, Visits(visits), before, earlier, here)
                yield Story(HOMES, change, Visits(visits), before, earlier, ())
    yield Story(Counts(proficient=8), Counts(), Visits(1))
    yield Story(HOMES, HOMES, Visits(1))
    yield Story(Counts(), Counts(), Visits())
    yield from (Story(HOMES, NOTHING, Visits(), planned=planned) for planned in (1000, 760, 700))


def test_whatever_is_found_has_a_sentence_and_every_sentence_is_used(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST", 99)
    found = [one for story in stories(w) for one in words.facts(story)]
    assert {one.kind for one in found} == set(telling.TELL)
    for one in found:
        assert telling.sentence(one, w.tan_hung).endswith("."), one


def test_every_number_of_a_sentence_is_one_of_its_fact(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST", 99)
    for story in stories(w):
        for one in words.facts(story):
            said = telling.sentence(one, w.tan_hung)
            more = len(one.places)
            known = {f"{abs(int(n)):,}" for n in one.numbers.values()} | {f"{one.numbers.get('places', 0) - more:,}"}
            known |= {text for n in one.numbers.values() for text in (f"{100 * n:.1f}", f"{100 * n:.0f}")}
            assert set(re.findall(r"\d[\d.,]*\d|\d", said)) <= known, said


def test_a_share_of_many_households_has_a_decimal_and_of_few_none(w: World) -> None:
    many = fact("share", done=412, count=1000, new=0.412, old=0.4, gained=12)
    few = fact("share", done=41, count=99, new=41 / 99, old=0.4, gained=1)
    assert telling.sentence(many, w.tan_hung) == "Coverage rose from 40.0 % to 41.2 %: 412 of 1,000 households, +12."
    assert telling.sentence(few, w.tan_hung) == "Coverage rose from 40 % to 41 %: 41 of 99 households, +1."


def test_a_share_that_looks_the_same_is_not_said_to_have_risen(w: World) -> None:
    same = fact("share", done=409, count=999, new=409 / 999, old=408 / 999, gained=1)
    assert telling.sentence(same, w.tan_hung) == "Coverage stays at 41 %: 409 of 999 households, +1."


def test_where_nothing_was_gained_no_change_is_shown(w: World) -> None:
    still = fact("share", done=8, count=20, new=0.4, old=0.4, gained=0)
    assert telling.sentence(still, w.tan_hung) == "Coverage stays at 40 %: 8 of 20 households."


def test_places_are_named_and_the_others_counted(w: World) -> None:
    silent = fact("silent", (w.dong, w.doai), places=5, all=9)
    assert telling.sentence(silent, w.tan_hung) == (
        "No visit was recorded in 5 of 9 villages: Thôn Đông, Thôn Đoài and 3 more."
    )


def test_one_household_is_said_as_one(w: World) -> None:
    best = fact("best", (w.dong,), gained=1, places=1)
    assert telling.sentence(best, w.tan_hung) == "Biggest gain: Thôn Đông, 1 household."


def test_a_rank_is_told_as_sure_as_it_is() -> None:
    counted = [(900, 1000), (500, 1000), (510, 1000), (0, 0)]
    ranked = [names.rank(one) for one in ranking.rank(counted, lambda pair: pair)]
    assert ranked == ["1", "from 2 to 3", "from 2 to 3", "–"]
