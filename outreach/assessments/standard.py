"""What a person must show to count as digitally proficient: the rule itself, plain data and plain functions.

The default stands in lessons/standard.toml: the five skills of letter 3240/BTTTT-CĐSQG (8 Aug 2024). The letter
gives no test, so how each skill is shown, and how many are needed, is a local rule.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

LESSON, PRACTICE, OBSERVED, SAID = "lesson", "practice", "observed", "said"
KINDS: Final = (LESSON, PRACTICE, OBSERVED, SAID)
ALONE, HELPED, SHOWN = "alone", "helped", "shown"
AIDED: Final = (ALONE, HELPED, SHOWN)
ANY: Final = "any"


class StandardFault(Exception):
    """The standard's file cannot be used; the text says what is wrong."""


@dataclass(frozen=True)
class Skill:
    """One skill and what shows it. `lessons`: "any" (tagged so), or slugs, all to be finished; () = none suffices."""

    id: str
    name: Mapping[str, str]
    about: Mapping[str, str]
    lessons: str | tuple[str, ...]
    practice: bool
    observed: bool


@dataclass(frozen=True)
class Standard:
    """The skills that count and how many of them are needed; `source` is where the skills come from, not the test."""

    skills: tuple[Skill, ...]
    needed: int
    source: str
    source_date: date
    source_url: str

    def narrowed(self, skills: Iterable[str], needed: int) -> "Standard":
        """A commune's own choice: which of the skills count (unknown ids are dropped) and how many are needed."""
        wanted = set(skills)
        kept = tuple(skill for skill in self.skills if skill.id in wanted)
        return replace(self, skills=kept, needed=min(needed, len(kept)))

    def record(self) -> dict[str, Any]:
        """The standard as it is kept with a confirmation: what counted on that day."""
        skills = {k.id: {"lessons": k.lessons, "practice": k.practice, "observed": k.observed} for k in self.skills}
        from_ = {"source": self.source, "source_date": self.source_date.isoformat()}
        return {"needed": self.needed, "skills": skills, **from_}


@dataclass(frozen=True)
class Play:
    """How a rehearsal went: how long, how often the learner asked to be shown, how many wrong turns."""

    seconds: int
    hints: int
    wrong: int


@dataclass(frozen=True)
class Proof:
    """One thing that speaks for a skill. `ref` is the slug of a lesson or rehearsal.

    `by_id` is who saw or noted it, or who was signed in on the phone it was rehearsed on.
    """

    skill: str
    kind: str
    aided: str
    at: datetime
    by_id: int | None = None
    ref: str = ""
    play: Play | None = None


@dataclass(frozen=True)
class Verdict:
    """What the evidence comes to. `shown`: skill id → the proofs that show it; `missing`: the others, in order."""

    shown: Mapping[str, tuple[Proof, ...]]
    missing: tuple[str, ...]
    needed: int

    @property
    def enough(self) -> bool:
        """Whether as many skills are shown as are needed; with no skill needed, nobody is proficient."""
        return len(self.shown) >= self.needed > 0


def judge(standard: Standard, evidence: Iterable[Proof]) -> Verdict:
    """Say which skills the evidence shows: help, being shown and what is only said never count."""
    proofs = tuple(evidence)
    found = {skill.id: _showing(skill, proofs) for skill in standard.skills}
    shown = {skill: by for skill, by in found.items() if by}
    return Verdict(shown, tuple(skill for skill in found if skill not in shown), standard.needed)


def _showing(skill: Skill, proofs: Sequence[Proof]) -> tuple[Proof, ...]:
    alone = [p for p in proofs if p.aided == ALONE]
    seen = [p for p in alone if p.skill == skill.id and _does(skill, p.kind)]
    return tuple(seen + _lessons(skill, [p for p in alone if p.kind == LESSON]))


def _does(skill: Skill, kind: str) -> bool:
    return (kind == OBSERVED and skill.observed) or (kind == PRACTICE and skill.practice)


def _lessons(skill: Skill, finished: Sequence[Proof]) -> list[Proof]:
    if skill.lessons == ANY:
        return [p for p in finished if p.skill == skill.id]
    first: dict[str, Proof] = {}
    for proof in finished:  # a lesson tagged with two skills gives two proofs; one of them is enough here
        if proof.ref in skill.lessons:
            first.setdefault(proof.ref, proof)
    return list(first.values()) if skill.lessons and len(first) == len(set(skill.lessons)) else []


def read(path: Path) -> Standard:
    """Read standard.toml; StandardFault with a sentence where it cannot be used."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        skills = tuple(_skill(one) for one in data["skills"])
        standard = Standard(skills, data["needed"], data["source"], data["source_date"], data["source_url"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StandardFault(f"{path}: {fault!r}") from fault
    if not 0 < standard.needed <= len(skills):
        raise StandardFault(f"{path}: “needed” is {standard.needed}, but there are {len(skills)} skills")
    return standard


def _skill(data: Mapping[str, Any]) -> Skill:
    lessons = data["lessons"]
    if lessons != ANY and not isinstance(lessons, list):
        raise ValueError(f"“lessons” of {data['id']} is neither “{ANY}” nor a list")
    kept = ANY if lessons == ANY else tuple(lessons)
    return Skill(data["id"], data["name"], data["about"], kept, bool(data["practice"]), bool(data["observed"]))
