"""How an export of submissions is to be read: which column is what, which answer means what, whose visits they are."""

from collections import Counter
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import FieldList
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from outreach.fields import Form, choice
from outreach.imports import copying, preview
from outreach.imports.models import VISIT, ImportFile
from outreach.imports.preview import Column
from outreach.lib import words
from outreach.submissions import meaning, taking
from outreach.submissions.meaning import CODE, HEAD, INSTANCE, NUMBER, OUTCOME, VILLAGE, WHEN
from outreach.submissions.names import FIELD_NAMES
from outreach.submissions.taking import Judged
from outreach.visits.names import OUTCOME_NAMES

MOST_ANSWERS = 40  # more different answers are no choice, but free text
CHOSEN = [InputRequired(_l("Please choose one."))]
MEANINGS = [SelectChoice(name, text) for name, text in FIELD_NAMES.items()]
ANSWERS = [SelectChoice("", _l("Not taken")), *(SelectChoice(name, text) for name, text in OUTCOME_NAMES.items())]


class Shown(NamedTuple):
    """What can be seen of an export: its columns, its first rows judged, the answers to "how it went", how many rows
    will be taken and how many come back."""

    columns: list[Column]
    rows: list[Judged]
    answers: list[tuple[str, int]]
    taken: int
    back: int


def guess(file: ImportFile) -> None:
    """Guess what the columns of a new export mean; its headings stand in its first row."""
    file.sheet = copying.sheets(file.content)[0]
    top = preview.first_rows(file)
    file.header_row = top[0].number
    file.columns = meaning.guess(top[0].cells)
    file.options = {"rows": VISIT, "by": file.uploaded_by_id}
    answer(file)


def answer(file: ImportFile) -> None:
    """Guess what the answers mean that nobody has said anything about yet."""
    said = file.options.get("outcomes", {})
    known = {words.fold(text): meaning.outcome(text) for text in _answers(file)}
    file.options = {**file.options, "outcomes": known | said}


def _answers(file: ImportFile) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in taking.body(file, taking.reading(file)):
        text = line.values.get(OUTCOME, "")
        if text and (len(found) <= MOST_ANSWERS or text in found):
            found[text] += 1
    return found


def show(s: Session, file: ImportFile) -> Shown:
    """Everything the page shows; reads the export through twice."""
    wanted = taking.order(s, file)
    judged, counts = list[Judged](), Counter[bool]()
    for one in taking.judge(s, wanted, taking.body(file, wanted.reading)):
        counts[one.household is not None] += 1
        if counts.total() <= preview.SHOWN:
            judged.append(one)
    columns = preview.columns_of(file, preview.first_rows(file), meaning.WIDTH)
    return Shown(columns, judged, list(_answers(file).items()), counts[True], counts[False])


class SubmissionsForm(Form):
    """How an export is to be read."""

    columns = FieldList(choice(_l("Taken as"), MEANINGS))
    outcomes = FieldList(choice(_l("Taken as"), ANSWERS))
    by = choice(_l("Whose visits are those of which the export says nobody?"), [], coerce=int, validators=CHOSEN)

    @classmethod
    def of(cls, file: ImportFile, shown: Shown, people: list[tuple[int, str]]) -> "SubmissionsForm":
        """The form for this file, filled as it is to be read now, or with what was sent."""
        meant = {number: name for name, number in file.columns.items()}
        answers = file.options.get("outcomes", {})
        form = cls(
            columns=[meant.get(at, meaning.SKIP) for at in range(len(shown.columns))],
            outcomes=[answers.get(words.fold(text), "") for text, _count in shown.answers],
            by=file.options.get("by"),
        )
        form.by.choices = [SelectChoice(*one) for one in people]
        form.shown = shown
        return form

    shown: Shown

    def chosen(self) -> dict[str, int]:
        """Field → column number; forbidden columns are never among them."""
        pairs = enumerate(zip(self.columns, self.shown.columns, strict=False))
        return {entry.data: at for at, (entry, column) in pairs if entry.data and not column.forbidden}

    def meant(self) -> dict[str, str]:
        """Answer (folded) → outcome, "" where it is not taken."""
        pairs = zip(self.outcomes, self.shown.answers, strict=False)
        return {words.fold(text): entry.data or "" for entry, (text, _count) in pairs}

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether visits can be read like this."""
        fine = super().validate(extra_validators)
        problem = self._problem()
        if problem:
            self.form_errors.append(problem)
        return bool(fine) and not problem

    def _problem(self) -> str:
        chosen = self.chosen()
        twice = [name for name, n in Counter(e.data for e in self.columns if e.data).items() if n > 1]
        if twice:
            return _("Two columns are taken as “%(name)s”. Choose one of them.", name=FIELD_NAMES[twice[0]])
        missing = [name for name in (INSTANCE, WHEN, OUTCOME) if name not in chosen]
        if missing:
            return _("No column is taken as “%(name)s”. Choose the one that says it.", name=FIELD_NAMES[missing[0]])
        if not chosen.keys() & {NUMBER, CODE} and not {HEAD, VILLAGE} <= chosen.keys():
            return _("No column says which household was visited: its number, its code, or its head and village.")
        if len(self.shown.answers) > MOST_ANSWERS:
            return _("The column taken as “%(name)s” is free text. Choose the one with the answers to choose from.",
                     name=FIELD_NAMES[OUTCOME])  # fmt: skip
        return ""
