"""Read the words of a lesson (vi.md, en.md …), written by people who don't code: see lessons/README.md."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from outreach.lessons.shape import Lesson, Question, QuestionWords, Step, StepWords, Words
from outreach.lib.faults import Fault

# Each label may be written in Vietnamese or in English, in any file: a translator changes only the words.
LABELS: Final = {
    "dành cho": "for",
    "for": "for",
    "sau bài này": "goal",
    "after this lesson": "goal",
    "chuẩn bị": "ready",
    "have ready": "ready",
    "bạn sẽ thấy": "see",
    "you will see": "see",
    "cẩn thận": "trap",
    "careful": "trap",
    "hình": "picture",
    "picture": "picture",
    "vì sao": "why",
    "why": "why",
}
BODY: Final = ""
LANGUAGE: Final = re.compile(r"[a-z]{2,3}([@-][A-Za-z0-9-]+)?")
PART: Final = re.compile(r"##\s+([a-z0-9-]+)\s*:\s*(.*)")
LABEL: Final = re.compile(r"([^:\n]{2,20}):\s*(.*)")
BULLET: Final = re.compile(r"-\s+(\S.*)")
CHOICE: Final = re.compile(r"-\s+([a-z0-9-]+)\s*:\s*(.*)")


@dataclass
class Passage:
    """Lines that belong together, and where they begin."""

    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The passage as Markdown, without blank ends."""
        return "\n".join(self.lines).strip()


@dataclass
class Part:
    """A heading and what stands under it: passages by label, the text before any label under ""."""

    id: str
    heading: str
    line: int
    passages: dict[str, Passage]


@dataclass(frozen=True)
class Read:
    """One language as far as it could be read; what is wrong with it, and what is not written yet."""

    words: Words
    faults: list[Fault]
    gaps: list[Fault]


def read_words(path: Path, lesson: Lesson) -> Read:
    """Read one language and hold it against the steps and questions of lesson.toml."""
    reading = _Reading(path)
    top, parts = reading.parts()
    reading.only(top, ("for", "goal", "ready"))
    asked = {question.id: question for question in lesson.quiz if question.id in parts}
    words = Words(
        language=path.stem,
        file=path,
        title=top.heading,
        audience=reading.need(top, "for"),
        goal=reading.need(top, "goal"),
        ready=reading.bullets(top),
        steps={step.id: reading.step(parts[step.id], step) for step in lesson.steps if step.id in parts},
        questions={key: reading.question(parts[key], question) for key, question in asked.items()},
    )
    reading.same_ids(parts, [*(step.id for step in lesson.steps), *(asked.id for asked in lesson.quiz)])
    return Read(words, reading.faults, reading.gaps)


class _Reading:
    """One file being read, with the faults met on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.gaps: list[Fault] = []

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.path, line, message))

    def gap(self, line: int, message: str) -> None:
        self.gaps.append(Fault(self.path, line, message))

    def parts(self) -> tuple[Part, dict[str, Part]]:
        """Cut the file at its headings: the opening, and the parts by id."""
        top = Part("", "", 1, {})
        parts: dict[str, Part] = {}
        now = top
        passage = top.passages[BODY] = Passage(1)
        for number, line in enumerate(self._text().splitlines(), start=1):
            if line.startswith("#"):
                now = self._heading(line, number, top, parts)
                passage = now.passages.setdefault(BODY, Passage(number))
            elif label := self._label(line):
                passage = self._labelled(now, number, *label)
            else:
                passage.lines.append(line.rstrip())
        if not top.heading:
            self.gap(1, "the title is missing: begin with “# ” and the name of the lesson")
        return top, parts

    def _text(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self.fault(1, "the file is not UTF-8 text")
        return ""

    def _heading(self, line: str, number: int, top: Part, parts: dict[str, Part]) -> Part:
        if line.split()[0] == "#" and not top.heading and not parts:
            top.heading, top.line = line[1:].strip(), number
            return top
        match = PART.fullmatch(line.rstrip())
        if match is None:
            self.fault(number, "a heading should look like “## id: the action”, after one title “# …” at the top")
            return Part("", "", number, {})
        part = Part(match.group(1), match.group(2).strip(), number, {})
        if not part.heading:
            self.gap(number, f"the words of “{part.id}” are missing: “## {part.id}: …”")
        if part.id in parts:
            self.fault(number, f"“{part.id}” has words twice")
        return parts.setdefault(part.id, part)

    def _label(self, line: str) -> tuple[str, str] | None:
        match = LABEL.match(line)
        label = LABELS.get(match.group(1).strip().lower()) if match else None
        return (label, match.group(2)) if match and label else None

    def _labelled(self, part: Part, number: int, label: str, text: str) -> Passage:
        if label in part.passages:
            self.fault(number, "this label stands here twice")
        part.passages[label] = Passage(number, [text])
        return part.passages[label]

    def step(self, part: Part, step: Step) -> StepWords:
        self.only(part, (BODY, "see", "trap", "picture"))
        alt = self.need(part, "picture") if step.pictured else self._maybe(part, "picture")
        if alt and not step.pictured:
            self.fault(part.passages["picture"].line, f"lesson.toml gives no picture for step “{step.id}”")
        body, see = self.need(part, BODY), self.need(part, "see")
        return StepWords(part.heading, body, see, self._maybe(part, "trap"), alt, part.line)

    def question(self, part: Part, question: Question) -> QuestionWords:
        self.only(part, (BODY, "why"))
        choices = self._choices(part)
        wanted = f"the choices should be {', '.join(question.choices)}, as in lesson.toml"
        if set(choices) - set(question.choices):
            self.fault(part.line, wanted)
        elif not all(choices.get(choice) for choice in question.choices):
            self.gap(part.line, wanted)
        ordered: Mapping[str, str] = {choice: choices.get(choice, "") for choice in question.choices}
        return QuestionWords(part.heading, ordered, self.need(part, "why"), part.line)

    def _choices(self, part: Part) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, line in enumerate(part.passages[BODY].lines, start=part.line + 1):
            match = CHOICE.fullmatch(line)
            if match and match.group(1) not in found:
                found[match.group(1)] = match.group(2)
            elif line.strip():
                self.fault(number, "under a question stand only its choices, each once: “- id: words”")
        return found

    def bullets(self, part: Part) -> tuple[str, ...]:
        passage = part.passages.get("ready", Passage(part.line))
        found = [match.group(1) for line in passage.lines if (match := BULLET.fullmatch(line))]
        written = sum(1 for line in passage.lines if line.strip())
        if len(found) < written or not found:
            note = self.fault if written else self.gap
            note(passage.line, "what to have ready should be a list of “- ” lines under its label")
        return tuple(found)

    def need(self, part: Part, label: str) -> str:
        text = self._maybe(part, label)
        if not text:
            name = " / ".join(f"“{word}:”" for word, meaning in LABELS.items() if meaning == label)
            self.gap(part.line, f"{name or 'what to do'} is missing under this heading")
        return text

    def _maybe(self, part: Part, label: str) -> str:
        return part.passages[label].text if label in part.passages else ""

    def only(self, part: Part, labels: Sequence[str]) -> None:
        for label, passage in part.passages.items():
            if label not in labels and passage.text:
                self.fault(passage.line, "these words do not belong under this heading")

    def same_ids(self, parts: Mapping[str, Part], wanted: Sequence[str]) -> None:
        for missing in (page for page in wanted if page not in parts):
            self.gap(1, f"“{missing}” of lesson.toml has no words here")
        for part in parts.values():
            if part.id not in wanted:
                self.fault(part.line, f"“{part.id}” is not in lesson.toml")
