"""What may be chosen when a household list is loaded."""

from collections import Counter
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired, NumberRange

from outreach import i18n
from outreach.fields import Form, choice, choices
from outreach.imports import columns, copying, sheets
from outreach.imports.models import ImportFile
from outreach.imports.names import FAULT_TEXTS, FIELD_NAMES
from outreach.imports.preview import Preview

ROWS = [
    SelectChoice("household", _l("A household")),
    SelectChoice("person", _l("A person; the rows of one household stand together")),
]
MEANINGS = [SelectChoice(name, text) for name, text in FIELD_NAMES.items()]


class UploadForm(Form):
    """A household list to load."""

    file = FileField(_l("The list (.xlsx or .csv)"), [FileRequired(_l("Choose the file first."))])

    def copy(self, width: int = sheets.MOST_COLUMNS) -> bytes | None:
        """The copy that is kept of a valid form's file; None, with what to do beside the field, if it is no list."""
        try:
            sheets.named_so(self.file.data.filename or "")
            return copying.keep(sheets.read(self.file.data.read(), width))
        except sheets.Unreadable as unreadable:
            self.file.errors = [FAULT_TEXTS[unreadable.fault]]
            return None


class ReadingForm(Form):
    """How an uploaded list is to be read."""

    sheet = choice(_l("Sheet"), [])
    header_row = IntegerField(
        _l("Row of the headings"), [InputRequired(_l("Please fill this in.")), NumberRange(1, 1000)]
    )
    rows = RadioField(_l("What is one row of this list?"), [InputRequired(_l("Please choose one."))], choices=ROWS)
    columns = FieldList(choice(_l("Taken as"), MEANINGS))
    village = choice(_l("Village of the rows that name none"), [], coerce=int, default=0)
    new = choices(_l("Villages to add to the commune"), [])

    @classmethod
    def of(cls, file: ImportFile, shown: Preview, villages: list[tuple[int, str]]) -> "ReadingForm":
        """The form for this file, filled as it is to be read now, or with what was sent."""
        meant = {number: name for name, number in file.columns.items()}
        form = cls(
            sheet=file.sheet, header_row=file.header_row, rows=file.options.get("rows"),
            columns=[meant.get(at, columns.SKIP) for at in range(len(shown.columns))],
            new=[] if villages else [one.key for one in shown.unknown],
        )  # fmt: skip
        form.sheet.choices = [SelectChoice(name, name) for name in shown.sheets]
        of_commune = [SelectChoice(*village) for village in villages]
        form.village.choices = [SelectChoice(0, _("Choose a village")), *of_commune]
        form.new.choices = [
            SelectChoice(one.key, f"{one.text} ({i18n.show_number(one.rows)})") for one in shown.unknown
        ]
        form.village.flags.required = shown.unnamed == shown.total
        form.shown = shown
        return form

    shown: Preview

    def chosen(self) -> dict[str, int]:
        """Field → column number; forbidden columns are never among them."""
        return {
            entry.data: at
            for at, (entry, column) in enumerate(zip(self.columns, self.shown.columns, strict=False))
            if entry.data and not column.forbidden
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether a list can be read like this."""
        fine = super().validate(extra_validators)
        problem = self._problem()
        if problem:
            self.form_errors.append(problem)
        return bool(fine) and not problem

    def _problem(self) -> str:
        chosen = self.chosen()
        times = Counter(entry.data for entry in self.columns if entry.data)
        twice = [name for name, count in times.items() if count > 1]
        if twice:
            return _("Two columns are taken as “%(name)s”. Choose one of them.", name=FIELD_NAMES[twice[0]])
        if not chosen.keys() & {columns.HEAD, columns.NAME}:
            return _("No column is taken as a name. Choose the column that holds the names.")
        if self.rows.data == "person" and not chosen.keys() & {columns.RELATION, columns.CODE, columns.HEAD}:
            return _("When a row is a person, a column must say the household: its number, its head or the relation.")
        return ""
