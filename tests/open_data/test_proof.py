"""The proof of docs/open-data.md, tried on all datasets at once: whatever is published, any count could be any of five.

For a count of a commune and each value of its step another world is made, in which it has that value, everything is
as it must be, and every cell of every dataset in every month is the same.
"""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.areas.models import Area
from outreach.coverage.numbers import Counts, Row
from outreach.households.models import ALONE, CLOSED, HELPED
from outreach.open_data import gathering
from outreach.open_data.suppressing import FEW

NESTED = ("in_scope", "reached", "with_ambassador", "proficient")
TOLD = (*NESTED, "closed", *ALONE, *HELPED, "vneid")
HUNG_YEN = Area(kind="province", type="tỉnh", code="33", name="Hưng Yên")
HA_NOI = Area(kind="province", type="thành phố", code="01", name="Hà Nội")
PLACES = [
    Area(kind="commune", type="xã", code=f"{above.code}{n:03}", name=f"Xã {n}", parent=above, lat=20.0, lon=106.0)
    for above, many in ((HA_NOI, 1), (HUNG_YEN, 3))
    for n in range(many)
]
Commune = dict[str, int]  # its counts by their names in TOLD
World = list[list[Commune]]  # month by month, in the order of PLACES


@st.composite
def communes(draw: st.DrawFn) -> Commune:
    """Any commune that there could be."""
    nested = sorted((draw(st.integers(0, 30)) for _ in NESTED), reverse=True)
    made = dict(zip(NESTED, nested, strict=True)) | {name: draw(st.integers(0, 12)) for name in ("closed", "vneid")}
    for alone, helped in zip(ALONE, HELPED, strict=True):
        made[alone] = draw(st.integers(0, made["in_scope"]))
        made[helped] = draw(st.integers(0, made["in_scope"] - made[alone]))
    return made


worlds = st.lists(st.lists(communes(), min_size=len(PLACES), max_size=len(PLACES)), min_size=1, max_size=3)


def possible(commune: Commune) -> bool:
    """Whether its counts are what counts must be."""
    nested = [commune[name] for name in NESTED]
    skills = [commune[one] + commune[other] for one, other in zip(ALONE, HELPED, strict=True)]
    return nested == sorted(nested, reverse=True) and max(skills) <= commune["in_scope"] and min(commune.values()) >= 0


def counts(commune: Commune) -> Counts:
    """The same as the house counts."""
    steps = [commune[one] - commune[other] for one, other in pairwise(NESTED)]
    not_reached, visited, waiting = steps
    rest = {name: commune[name] for name in (*ALONE, *HELPED, "vneid")} | {CLOSED[0]: commune["closed"]}
    return Counts(not_reached=not_reached, visited=visited, learning=waiting, proficient=commune["proficient"], **rest)


def published(world: World) -> list[object]:
    """All that is told of it."""
    return [
        gathering.households(Row(place, counts(one)) for place, one in zip(PLACES, month, strict=True))
        for month in world
    ]


def containing(name: str) -> set[str]:
    """The counts that hold this one, and itself."""
    if name in NESTED:
        return set(NESTED[: NESTED.index(name) + 1])
    return {name} if name in ("closed", "vneid") else {name, "in_scope"}


def otherwise(world: World, month: int, place: int, name: str, above: int) -> World:
    """A world in which a count lies so much above the lower edge of its step: so do those that hold it, all other
    counts of the commune lie on the edge."""
    held = containing(name)
    changed = {one: n - n % FEW + (above if one in held else 0) for one, n in world[month][place].items()}
    months = [list(one) for one in world]
    months[month][place] = changed
    return months


@settings(deadline=None, max_examples=60)
@given(world=worlds, data=st.data())
def test_whatever_is_published_each_count_could_be_any_of_five(world: World, data: st.DataObject) -> None:
    assert all(possible(one) for month in world for one in month)
    month, place = data.draw(st.integers(0, len(world) - 1)), data.draw(st.integers(0, len(PLACES) - 1))
    told = published(world)
    for name in TOLD:
        lowest = world[month][place][name] // FEW * FEW
        for above in range(FEW):
            other = otherwise(world, month, place, name, above)
            assert other[month][place][name] == lowest + above
            assert all(possible(one) for each in other for one in each)
            assert published(other) == told
