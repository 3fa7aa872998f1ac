"""The list of lessons: what one has begun, then by kind and by what it is for; or what was searched for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from outreach.learning.queries import Standing
from outreach.lessons import publishing
from outreach.lessons.content import Kind, Lesson, Words
from outreach.lessons.publishing import Status
from outreach.lessons.shape import GROUPS
from outreach.lib import words

GROUP_NAMES = {
    "family": _l("Birth, marriage, death"),
    "residence": _l("Residence"),
    "papers": _l("Identity papers"),
    "vehicles": _l("Vehicles and driving"),
    "insurance": _l("Insurance"),
    "allowances": _l("Allowances"),
    "work": _l("Work and business"),
    "house": _l("House, land, electricity"),
    "school": _l("School"),
    "other": _l("Other procedures"),
}

Voiced = Mapping[tuple[str, str], Collection[str]]  # (lesson, language) → ids of steps with an approved recording


@dataclass(frozen=True)
class Row:
    """One lesson on the list, for one reader."""

    lesson: Lesson
    words: Words
    standing: Standing | None
    told: Sequence[Status] = ()


def told(lesson: Lesson, language: str, voiced: Voiced, *, staff: bool) -> list[Status]:
    """Of which languages this reader is told how complete they are: staff of all, others of theirs while it is not."""
    codes = publishing.languages(lesson) if staff else (language,)
    found = [publishing.status(lesson, code, voiced.get((lesson.slug, code), ())) for code in codes]
    return found if staff else [one for one in found if not one.published]


def begun(rows: Iterable[Row]) -> list[Row]:
    """What was begun and is not finished, the last one first."""
    open_ones = [(row.standing.last_at, row) for row in rows if row.standing and row.standing.finished_at is None]
    return [row for _at, row in sorted(open_ones, key=lambda pair: pair[0], reverse=True)]


def searched(rows: Iterable[Row], typed: str) -> list[Row]:
    """Rows in which every word of `typed` stands somewhere, whatever its accents."""
    wanted = words.wanted(typed)
    return [row for row in rows if _holds(row.lesson, wanted)]


def by_kind(rows: Sequence[Row], kind: Kind) -> list[Row]:
    """Rows of one kind."""
    return [row for row in rows if row.lesson.kind is kind]


def by_group(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by what in life they are for: (group, rows), in the order of GROUPS, without empty ones."""
    found: dict[str, list[Row]] = {group: [] for group in GROUPS}
    for row in rows:
        found[row.lesson.group].append(row)
    return [(group, ones) for group, ones in found.items() if ones]


def _holds(lesson: Lesson, wanted: Iterable[str]) -> bool:
    """Whether all these folded words stand in the lesson's titles, goals or headings, in whatever language."""
    said = [
        text
        for one in lesson.words.values()
        for text in (one.title, one.audience, one.goal, *(step.heading for step in one.steps.values()))
    ]
    text = words.fold(" ".join(said))
    return all(word in text for word in wanted)
