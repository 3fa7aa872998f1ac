"""Voices: steps of lessons read aloud by people.

A recording is heard once a second person has approved it, and for as long as the words it was read from stand. Where
several are, the newest is heard.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from flask import url_for
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock, i18n
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.households.names import LESSON_LANGUAGES
from outreach.lessons import queries
from outreach.lessons.content import Lesson, Step, StepWords, Words
from outreach.lib import markdown, words
from outreach.voices import sound
from outreach.voices.models import Narration

# What stands before the line that says what one will see; a language of neither is read as its translator likes.
SEE: Final = {"vi": "Bạn sẽ thấy", "en": "You will see"}


class OwnVoice(Exception):
    """Nobody judges their own recording."""


class WordsChanged(Exception):
    """The words were changed after this was read: it no longer fits and must be recorded again."""


class NotOwn(Exception):
    """Only the one who speaks takes a recording back."""


def read_text(said: Words, step: Step) -> str:
    """What is read aloud of a step, a paragraph a line: heading, what to do, what one will see, what may go wrong."""
    return _text(said.step(step.id), said.language)


@lru_cache(maxsize=4096)
def _text(one: StepWords, language: str) -> str:
    see = f"{SEE.get(language, SEE[i18n.DEFAULT])}: {one.see}"
    return "\n".join(markdown.plain(text) for text in (one.heading, one.body, see, one.trap) if text)


def words_mark(lesson: Lesson, step: Step, language: str) -> str:
    """A mark of the words read aloud (16 hexadecimal digits); "" where the lesson has none in this language."""
    if language not in lesson.words:
        return ""
    text = words.nfc(read_text(lesson.words[language], step))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def language_name(code: str) -> str:
    """What a language is called: by itself if pages are written in it, else by the reader's word for it."""
    if code in i18n.LANGUAGES:
        return i18n.LANGUAGES[code].endonym
    return str(LESSON_LANGUAGES.get(code, code))


def mark(one: Narration) -> str:
    """A mark of the recording itself, which never changes once it is made; ids alone may be used again."""
    return f"{one.id:x}-{int(one.made_at.timestamp()):x}"


def address(one: Narration, kind: str) -> str:
    """Where a recording is heard; `kind` is opus or mp3. The mark lets it be kept for a year."""
    return url_for("voices.listen", slug=one.lesson, key=one.key, kind=kind, tieng=one.language, v=mark(one))


def fits(one: Narration) -> bool:
    """Whether the words still stand that were read."""
    lesson = queries.catalogue().get(one.lesson)
    step = find_step(lesson, one.key) if lesson else None
    return lesson is not None and step is not None and words_mark(lesson, step, one.language) == one.words


def find_step(lesson: Lesson, key: str) -> Step | None:
    """The step of this id, if the lesson has it."""
    return next((step for step in lesson.steps if step.id == key), None)


def record(s: Session, by: Account, lesson: Lesson, step: Step, language: str, upload: bytes) -> Narration:
    """Keep a recording for a second person to judge, in place of one's own that waits. Raises what `sound.make` does.

    The sound is made before the database is asked for anything: nobody waits meanwhile.
    """
    made = sound.make(upload)
    again = _of(lesson.slug, language, step.id) & (Narration.made_by_id == by.id) & Narration.approved.is_(None)
    s.execute(delete(Narration).where(again))
    one = Narration(
        lesson=lesson.slug, key=step.id, language=language, words=words_mark(lesson, step, language),
        seconds=made.seconds, opus=made.opus, mp3=made.mp3, made_at=clock.now(), made_by_id=by.id,
    )  # fmt: skip
    s.add(one)
    s.flush()
    _note(s, "record", by, one)
    return one


def approve(s: Session, by: Account, one: Narration) -> None:
    """From now on learners hear it. Raises OwnVoice, WordsChanged."""
    if not fits(one):
        raise WordsChanged
    _judge(s, by, one, True, "")


def refuse(s: Session, by: Account, one: Narration, reason: str) -> None:
    """Learners do not hear it, or no longer; the one who spoke reads why. Raises OwnVoice."""
    _judge(s, by, one, False, reason)


def _judge(s: Session, by: Account, one: Narration, approved: bool, reason: str) -> None:
    if one.made_by_id == by.id:
        raise OwnVoice
    one.approved, one.reason, one.judged_at, one.judged_by_id = approved, reason, clock.now(), by.id
    _note(s, "judge", by, one, approved=approved)


def take_back(s: Session, by: Account, one: Narration) -> None:
    """One's own voice, approved or not, is gone for good: it is theirs (Law 91/2025/QH15). Raises NotOwn."""
    if one.made_by_id != by.id:
        raise NotOwn
    _note(s, "withdraw", by, one)
    s.delete(one)


def _note(s: Session, act: str, by: Account, one: Narration, **details: Any) -> None:
    audit.record(
        s, f"narration.{act}", "narration", one.id, area_id=by.area_id, actor_id=by.id,
        lesson=one.lesson, key=one.key, language=one.language, **details,
    )  # fmt: skip


def current(s: Session, lesson: Lesson, language: str) -> dict[str, Narration]:
    """What learners hear of a lesson in a language, by step id: one query. The sound itself is loaded when touched."""
    return {one.key: one for one in _heard(s, _of(lesson.slug, language))}


def voices(s: Session, lesson: Lesson, step: Step) -> dict[str, Narration]:
    """What learners hear of one step, by language: one query."""
    return {one.language: one for one in _heard(s, _of(lesson.slug, None, step.id))}


def voiced(s: Session) -> Mapping[tuple[str, str], frozenset[str]]:
    """Which steps can be heard, by lesson and language: one query."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in _heard(s):
        found[one.lesson, one.language].add(one.key)
    return {place: frozenset(keys) for place, keys in found.items()}


def waiting(s: Session) -> list[Narration]:
    """What waits for a second person, oldest first; without what no longer fits its words."""
    rows = s.scalars(select(Narration).where(Narration.approved.is_(None)).order_by(Narration.made_at, Narration.id))
    return [one for one in rows if fits(one)]


def refused(s: Session, by: Account) -> list[Narration]:
    """Somebody's own recordings that were refused and not yet made anew by them, oldest first."""
    own = select(Narration).where(Narration.made_by_id == by.id).order_by(Narration.made_at, Narration.id)
    newest = {(one.lesson, one.language, one.key): one for one in s.scalars(own)}
    return [one for one in newest.values() if one.approved is False and fits(one)]


def recordings(s: Session, lesson: Lesson, language: str) -> dict[str, list[Narration]]:
    """Every recording of a lesson in a language by step id, newest first: one query."""
    newest = select(Narration).where(_of(lesson.slug, language)).options(joinedload(Narration.made_by))
    found: dict[str, list[Narration]] = defaultdict(list)
    for one in s.scalars(newest.order_by(Narration.made_at.desc(), Narration.id.desc())):
        found[one.key].append(one)
    return found


def heard(found: Iterable[Narration]) -> Narration | None:
    """Which of a step's recordings (newest first) learners hear."""
    return next((one for one in found if one.approved and fits(one)), None)


def states(found: Sequence[Narration]) -> list[str]:
    """How it stands with a step's voice, of its recordings, newest first: heard, waiting, refused, changed, missing."""
    if not found:
        return ["missing"]
    said = ["heard"] if heard(found) else []
    if found[0].approved or not fits(found[0]):
        return said or ["changed"]
    return [*said, "waiting" if found[0].approved is None else "refused"]


def _heard(s: Session, *where: ColumnElement[bool]) -> Collection[Narration]:
    """Approved ones whose words stand, oldest first: of several, the newest comes last and wins."""
    approved = select(Narration).where(Narration.approved.is_(True), *where)
    return [one for one in s.scalars(approved.order_by(Narration.made_at, Narration.id)) if fits(one)]


def _of(slug: str, language: str | None, key: str = "") -> ColumnElement[bool]:
    found = Narration.lesson == slug
    if language:
        found &= Narration.language == language
    return found & (Narration.key == key) if key else found
