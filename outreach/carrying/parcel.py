"""A lesson to carry: one ZIP that opens from a phone's files without network, and that learning platforms take in.

`index.html` at its root is what Kolibri asks of an HTML5 app; `imsmanifest.xml` beside it makes the same file a
SCORM 1.2 package (ADL, 2001) for Moodle and others. The same lesson always gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from flask import current_app, render_template
from markupsafe import Markup

from outreach.learning import showing
from outreach.lessons.content import Lesson, Question, Words

MOST = 1_000_000  # bytes of a whole ZIP
FORMS = {"opus": "audio/ogg; codecs=opus", "mp3": "audio/mpeg"}
CHOICES: Sequence[Sequence[str]] = (("opus", "mp3"), ("mp3",), ("opus",), ())  # old phones play MP3 alone
READABLE = 0o644 << 16  # for whoever unpacks it
Voices = Mapping[str, Mapping[str, bytes]]  # step id → form → the sound


@dataclass(frozen=True)
class Carried:
    """A step: its words, and the names of its picture ("" = none) and its sounds, as [(name, media type)]."""

    key: str
    shown: showing.Shown
    picture: str
    alt: str
    sounds: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A question: its words, its choices as [(value, words)], the right one's value and words, and why."""

    key: str
    question: Markup
    choices: Sequence[tuple[str, Markup]]
    answer: str
    right: Markup
    why: Markup


def packed(lesson: Lesson, words: Words, voices: Voices, **context: object) -> bytes:
    """The whole ZIP. Where both forms of the voices make it too heavy one is left out, then all of them."""
    for forms in CHOICES:
        files = _files(lesson, words, _chosen(voices, forms), context)
        made = _zipped(files, (lesson.checked.year, lesson.checked.month, lesson.checked.day, 0, 0, 0))
        if len(made) <= MOST:
            break
    return made


def needed(lesson: Lesson) -> int:
    """How many right answers are enough."""
    return ceil(lesson.pass_share * len(lesson.quiz))


def _chosen(voices: Voices, forms: Sequence[str]) -> Voices:
    return {key: {form: one[form] for form in forms if form in one} for key, one in voices.items()}


def _files(lesson: Lesson, words: Words, voices: Voices, context: Mapping[str, object]) -> dict[str, bytes]:
    """Name → content, in the order they stand in the ZIP; the manifest names all the others."""
    pictures, steps = {}, []
    for number, one in enumerate(lesson.steps, start=1):
        shown, name = showing.step(lesson, one, words), f"hinh/{number}.svg"
        if shown.drawing:
            pictures[name] = shown.drawing.encode()
        sounds = [(f"nghe/{one.id}.{form}", FORMS[form]) for form in voices.get(one.id, ())]
        steps.append(Carried(one.id, shown, name if shown.drawing else "", words.step(one.id).alt, sounds))
    page = render_template(
        "carrying/parcel.html", lesson=lesson, words=words, steps=steps, needed=needed(lesson),
        quiz=[_asked(one, words) for one in lesson.quiz], goal=showing.line(words.goal, words),
        ready=[showing.line(one, words) for one in words.ready],
        reason=lesson.recheck_reason.get(words.language, ""), **context,
    )  # fmt: skip
    files = {"index.html": page.encode(), "lesson.css": _ours("lesson.css"), "quiz.js": _ours("quiz.js"), **pictures}
    files |= {f"nghe/{key}.{form}": sound for key, one in voices.items() for form, sound in one.items()}
    mastery = int(100 * lesson.pass_share)  # below the share itself, so that rounding never fails anybody
    manifest = render_template("carrying/imsmanifest.xml", lesson=lesson, words=words, names=files, mastery=mastery)
    return {"imsmanifest.xml": manifest.encode(), **files}


def _asked(one: Question, words: Words) -> Asked:
    said = words.question(one.id)
    choices = [(choice, showing.line(said.choices[choice], words)) for choice in one.choices]
    return Asked(
        one.id, showing.line(said.question, words), choices, one.answer, dict(choices)[one.answer],
        showing.text(said.why, words),
    )  # fmt: skip


def _ours(name: str) -> bytes:
    return (Path(current_app.static_folder or "") / "carried" / name).read_bytes()


def _zipped(files: Mapping[str, bytes], day: tuple[int, int, int, int, int, int]) -> bytes:
    """All files bear the day on which the lesson was checked, not the hour at which somebody asked."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in files.items():
            info = ZipInfo(name, day)
            info.external_attr, info.create_system = READABLE, 3
            info.compress_type = ZIP_STORED if name.startswith("nghe/") else ZIP_DEFLATED
            archive.writestr(info, content)
    return made.getvalue()
