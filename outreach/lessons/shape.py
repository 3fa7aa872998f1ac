"""What a lesson is once read: frozen records, and the fault that says where a file is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from outreach.lib.faults import Fault

# Every lesson has these; the first stands in where another language is missing.
HOUSE_LANGUAGES = ("vi", "en")
# What in somebody's life a procedure belongs to, in the order of the list; "other" where lesson.toml says nothing.
GROUPS = ("family", "residence", "papers", "vehicles", "insurance", "allowances", "work", "house", "school", "other")
FIRST_PAGE, LAST_PAGE = "intro", "end"  # page names that no step or question may take


class ContentFault(Exception):
    """A lesson cannot be read or used as it stands; `fault` says where and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Kind(StrEnum):
    """What a lesson is for: first skills, one procedure of the handbook, or the volunteers themselves."""

    BASICS = "basics"
    PROCEDURE = "procedure"
    TEAM = "team"


@dataclass(frozen=True)
class Source:
    """Where a fact comes from; `published` is the source's own date, None where it gives none."""

    title: str
    url: str
    published: date | None


@dataclass(frozen=True)
class Step:
    """One action. Its picture is a file in media/ (`picture`), or told in lines (`draw`), or there is none.

    `secret` = a password, passcode or OTP is near.
    """

    id: str
    picture: str
    secret: bool
    draw: tuple[str, ...] = ()

    @property
    def pictured(self) -> bool:
        """Whether there is something to see, and so to tell in words."""
        return bool(self.picture or self.draw)


@dataclass(frozen=True)
class Question:
    """One quiz question: choice ids in the order shown, and the id of the right one."""

    id: str
    choices: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class StepWords:
    """The words of a step, as Markdown. `trap` may be ""; `alt` tells the picture, "" where there is none."""

    heading: str
    body: str
    see: str
    trap: str
    alt: str
    line: int


@dataclass(frozen=True)
class QuestionWords:
    """The words of a question, as Markdown: choice id → words, and why the right answer is right."""

    question: str
    choices: Mapping[str, str]
    why: str
    line: int


@dataclass(frozen=True)
class Words:
    """All the words of a lesson in one language; `steps` and `questions` are keyed by id."""

    language: str
    file: Path
    title: str
    audience: str
    goal: str
    ready: tuple[str, ...]
    steps: Mapping[str, StepWords]
    questions: Mapping[str, QuestionWords]

    def step(self, step_id: str) -> StepWords:
        """Give a step's words; ContentFault where this language lacks them."""
        if step_id not in self.steps:
            raise ContentFault(Fault(self.file, 1, f"no words for step “{step_id}”"))
        return self.steps[step_id]

    def question(self, question_id: str) -> QuestionWords:
        """Give a question's words; ContentFault where this language lacks them."""
        if question_id not in self.questions:
            raise ContentFault(Fault(self.file, 1, f"no words for question “{question_id}”"))
        return self.questions[question_id]


@dataclass(frozen=True)
class Lesson:
    """One lesson folder, read.

    `minutes` is a guess for a first-time learner; `skills` are ids of standard.toml; `procedure` is a handbook
    id or ""; `checked` is the day its facts were last compared with `sources`; `pass_share` is the share of the
    quiz to get right. `group` is one of GROUPS. `words` are whole, so that every page can be shown; `drafts` are those
    languages (never Vietnamese or English) that somebody is still writing. In `needs_voice` it must be heard as well.
    """

    slug: str
    folder: Path
    order: int
    kind: Kind
    minutes: int
    skills: tuple[str, ...]
    digcomp: tuple[str, ...]
    dlgf: tuple[str, ...]
    procedure: str
    legal_basis: tuple[str, ...]
    checked: date
    needs_recheck: bool
    recheck_reason: Mapping[str, str]
    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    quiz: tuple[Question, ...]
    pass_share: Fraction
    words: Mapping[str, Words]
    group: str = GROUPS[-1]
    drafts: Mapping[str, Words] = field(default_factory=dict)
    needs_voice: frozenset[str] = frozenset()

    def words_in(self, language: str) -> Words:
        """Give the words in `language`, else in the first house language there is; ContentFault if none.

        A language that must be heard is not given here: whether it can be, the database knows (`tongue.words`).
        """
        for code in (language, *HOUSE_LANGUAGES):
            if code in self.words and code not in self.needs_voice:
                return self.words[code]
        raise ContentFault(Fault(self.folder / f"{HOUSE_LANGUAGES[0]}.md", 1, "the lesson has no words at all"))

    def picture(self, step: Step) -> Path | None:
        """Give the file of a step's picture, or None."""
        return self.folder / "media" / step.picture if step.picture else None
