"""What may be answered in a lesson."""

from typing import Any

from flask_babel import lazy_gettext as _l
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
