"""What changed since last month, as facts taken from numbers by rules: at most seven, the most important first.

Here is decided what is worth telling; `telling` puts it into words. A fact holds every number its sentence shows, and
says of which count it tells, so that a reader can go and look. A difference between two months is called one only where
chance would hardly make it: for counts of events, where it exceeds twice their spread, the root of their sum.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Generic, TypeVar

from outreach.coverage.numbers import Counts, Visits

MOST = 7
NAMED = 3  # places named in a sentence; of the others only how many
SKILLS = ("online_services", "shopping", "payment", "safety", "local_platform")
P = TypeVar("P")


@dataclass(frozen=True)
class Place(Generic[P]):
    """A place directly below: how it stands, by how much that changed in the period, and its visits of the period."""

    place: P
    now: Counts
    change: Counts
    visits: int


@dataclass(frozen=True)
class Story(Generic[P]):
    """An area now, what changed in the period, and the same of the period it is put beside.

    `before` and `visits_before` are None where the area was not there then; `planned` households were to be proficient
    by the period's last day, None where no plan was in force.
    """

    now: Counts
    change: Counts
    visits: Visits
    before: Counts | None = None
    visits_before: Visits | None = None
    places: Sequence[Place[P]] = ()
    planned: int | None = None

    @property
    def then(self) -> Counts:
        """How it stood when the period began."""
        return self.now - self.change


@dataclass(frozen=True)
class Fact(Generic[P]):
    """Something worth telling: its kind, the numbers its sentence shows, the places it names, which count it is of."""

    kind: str
    weight: int  # how important; those of equal weight stand in the order of the rules
    of: str  # name of a count (coverage.numbers), or "visits"
    numbers: Mapping[str, float] = field(default_factory=dict)
    places: Sequence[P] = ()
    what: str = ""  # a stage or a skill


def facts(story: Story[P]) -> list[Fact[P]]:
    """What to tell, the most important first."""
    if story.now.in_scope <= 0:
        return [Fact("empty", 100, "in_scope")]
    found = [fact for rule in RULES for fact in rule(story)]
    return sorted(found, key=lambda fact: -fact.weight)[:MOST]


def differ(one: int, other: int) -> bool:
    """Whether two counts of events differ by more than chance makes them."""
    return abs(one - other) > 2 * sqrt(one + other)


def _share(story: Story[P]) -> Iterator[Fact[P]]:
    """How far it is: always told."""
    now, then = story.now, story.then
    share, gained = now.share or 0.0, story.change.proficient
    numbers = {"done": now.proficient, "count": now.in_scope, "new": share, "gained": gained}
    if now.proficient >= now.in_scope:
        yield Fact("done", 100, "proficient", numbers)
    elif then.share is None:
        yield Fact("first", 95, "proficient", numbers)
    else:
        yield Fact("share", 95, "proficient", {**numbers, "old": then.share})


def _fallen(story: Story[P]) -> Iterator[Fact[P]]:
    """Places that have fewer proficient households than before."""
    fallen = sorted((one for one in story.places if one.change.proficient < 0), key=lambda one: one.change.proficient)
    if fallen:
        lost = -sum(one.change.proficient for one in fallen)
        yield _of_places("fallen", 90, "proficient", fallen, lost=lost)


def _plan(story: Story[P]) -> Iterator[Fact[P]]:
    """Whether it goes as it was planned."""
    if story.planned is not None:
        short = story.planned - story.now.proficient
        kind, weight = ("behind", 88) if short > 0 else ("on_plan", 72)
        yield Fact(kind, weight, "proficient", {"short": abs(short), "planned": story.planned})


def _pace(story: Story[P]) -> Iterator[Fact[P]]:
    """Whether it goes faster than in the period before."""
    if story.before is None:
        return
    now, before = max(0, story.change.proficient), max(0, story.before.proficient)
    numbers = {"now": now, "before": before}
    if differ(now, before):
        yield Fact("faster" if now > before else "slower", 75, "proficient", numbers)
    elif now or before:
        yield Fact("as_fast", 40, "proficient", numbers)


def _scope(story: Story[P]) -> Iterator[Fact[P]]:
    """The share also moves when households come to the list or leave it."""
    change, then = story.change.in_scope, story.then.in_scope
    if change and then > 0:
        much = 20 * abs(change) >= then  # one household in twenty
        kind = "more_homes" if change > 0 else "fewer_homes"
        yield Fact(kind, 78 if much else 30, "in_scope", {"change": abs(change), "count": story.now.in_scope})


def _visits(story: Story[P]) -> Iterator[Fact[P]]:
    """How much was gone from door to door."""
    now, before = story.visits.visits, story.visits_before.visits if story.visits_before else None
    if not now:
        yield Fact("no_visits", 85, "visits", {} if before is None else {"before": before})
    elif before is None:
        yield Fact("visits", 35, "visits", {"now": now})
    elif differ(now, before):
        yield Fact("more_visits" if now > before else "fewer_visits", 65, "visits", {"now": now, "before": before})
    else:
        yield Fact("as_many_visits", 35, "visits", {"now": now, "before": before})


def _silent(story: Story[P]) -> Iterator[Fact[P]]:
    """Places with work left where nobody went; where nobody went anywhere, that is told already."""
    silent = [one for one in story.places if not one.visits and one.now.proficient < one.now.in_scope]
    if silent and story.visits.visits:
        silent.sort(key=lambda one: one.now.proficient - one.now.in_scope)
        many = 3 * len(silent) >= len(story.places)
        yield _of_places("silent", 80 if many else 55, "visits", silent, all=len(story.places))


def _finished(story: Story[P]) -> Iterator[Fact[P]]:
    """Places that reached the target in the period."""
    finished = [one for one in story.places if _is_done(one.now) and not _is_done(one.now - one.change)]
    if finished:
        yield _of_places("finished", 70, "proficient", finished)


def _best(story: Story[P]) -> Iterator[Fact[P]]:
    """Where most was gained, if there is a choice."""
    gained = sorted((one for one in story.places if one.change.proficient > 0), key=lambda one: -one.change.proficient)
    if gained and len(story.places) > 1:
        best = [one for one in gained if one.change.proficient == gained[0].change.proficient]
        yield _of_places("best", 60, "proficient", best, gained=best[0].change.proficient)


def _stuck(story: Story[P]) -> Iterator[Fact[P]]:
    """In which step most households wait, and whether they have become more."""
    stage, count = story.now.stuck
    if count:
        numbers = {"count": count, "change": story.change.of(stage)}
        yield Fact("stuck", 58, stage, numbers, what=stage)


def _met(story: Story[P]) -> Iterator[Fact[P]]:
    """Households met for the first time."""
    gained = story.change.reached
    if gained > 0:
        yield Fact("met", 50, "reached", {"gained": gained, "left": story.now.not_reached})


def _ambassadors(story: Story[P]) -> Iterator[Fact[P]]:
    """Households with an ambassador, or further."""
    gained = story.change.with_ambassador
    if gained > 0:
        yield Fact("ambassadors", 45, "with_ambassador", {"gained": gained, "count": story.now.with_ambassador})


def _skill(story: Story[P]) -> Iterator[Fact[P]]:
    """The skill that fewest households have somebody for who does it alone."""
    counts = {skill: story.now.of(f"alone_{skill}") for skill in SKILLS}
    weakest = min(SKILLS, key=counts.__getitem__)
    if any(counts.values()) and counts[weakest] < story.now.in_scope:
        numbers = {"count": counts[weakest], "share": counts[weakest] / story.now.in_scope}
        yield Fact("weakest", 42, f"alone_{weakest}", numbers, what=weakest)


def _vneid(story: Story[P]) -> Iterator[Fact[P]]:
    """Adults who say that they are confirmed on VNeID: told apart, for nobody looked."""
    if story.change.vneid > 0:
        yield Fact("vneid", 25, "vneid", {"gained": story.change.vneid, "count": story.now.vneid})


RULES: Sequence[Callable[[Story[Any]], Iterator[Fact[Any]]]] = (
    _share, _fallen, _plan, _pace, _scope, _visits, _silent, _finished, _best, _stuck, _met, _ambassadors,
    _skill, _vneid,
)  # fmt: skip


def _of_places(kind: str, weight: int, of: str, places: Sequence[Place[P]], **numbers: float) -> Fact[P]:
    """A fact about some places: the first are named, all are counted."""
    return Fact(kind, weight, of, {**numbers, "places": len(places)}, [one.place for one in places[:NAMED]])


def _is_done(counts: Counts) -> bool:
    return counts.in_scope > 0 and counts.proficient >= counts.in_scope
