"""What may be typed in lessons: an answer; what may be sent: a voice, and what is said of it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from markupsafe import Markup
from wtforms import RadioField
from wtforms.validators import AnyOf, InputRequired

from outreach import fields

NO_CHOICE = _l("Please choose one answer.")


class AnswerForm(fields.TokenlessForm):
    """One question of a quiz."""

    choice = RadioField(_l("Choose one answer"), [InputRequired(NO_CHOICE)], validate_choice=False)

    def __init__(self, choices: list[tuple[str, Markup]], **kw: Any) -> None:
        super().__init__(**kw)
        self.choice.choices = choices
        self.choice.validators = [*self.choice.validators, AnyOf([value for value, _words in choices], NO_CHOICE)]


class RecordingForm(fields.Form):
    """A step read aloud: recorded on this page, or a file from somewhere else."""

    file = FileField(_l("The recording"), [FileRequired(_l("Record something first, or choose a file."))])


class RefusalForm(fields.Form):
    """Why a recording cannot be used."""

    reason = fields.text(_l("Why not?"), most=300)
