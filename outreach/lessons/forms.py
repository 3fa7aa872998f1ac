"""What may be typed in lessons: an answer, the code of a card; what may be sent: a voice, and what is said of it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from markupsafe import Markup
from wtforms import RadioField
from wtforms.validators import AnyOf, InputRequired

from outreach import fields
from outreach.lessons import cards

NO_CHOICE = _l("Please choose one answer.")


class AnswerForm(fields.TokenlessForm):
    """One question of a quiz."""

    choice = RadioField(_l("Choose one answer"), [InputRequired(NO_CHOICE)], validate_choice=False)

    def __init__(self, choices: list[tuple[str, Markup]], **kw: Any) -> None:
        super().__init__(**kw)
        self.choice.choices = choices
        self.choice.validators = [*self.choice.validators, AnyOf([value for value, _words in choices], NO_CHOICE)]


class CardForm(fields.Form):
    """The code on a learner card, as somebody types it."""

    code = fields.text(_l("The code on your card"), most=40)

    @property
    def plain(self) -> str:
        """The code made plain, "" when it cannot be one."""
        code = cards.read(self.code.data or "")
        return code if len(code) == cards.LENGTH and code.isascii() else ""


class RecordingForm(fields.Form):
    """A step read aloud: recorded on this page, or a file from somewhere else."""

    file = FileField(_l("The recording"), [FileRequired(_l("Record something first, or choose a file."))])


class RefusalForm(fields.Form):
    """Why a recording cannot be used."""

    reason = fields.text(_l("Why not?"), most=300)
