"""What a phone tells of a rehearsal that it played by itself."""

from wtforms import HiddenField
from wtforms.validators import UUID, AnyOf, InputRequired, NumberRange

from outreach import fields

DAY = 24 * 3600  # seconds
YES, NO = "1", "0"


def _number(most: int) -> fields.WholeField:
    return fields.WholeField(validators=[InputRequired(), NumberRange(0, most)])


class ReportForm(fields.TokenlessForm):
    """A go: the screens in order, by blanks, and what was counted."""

    client_id = HiddenField(validators=[InputRequired(), UUID()])
    path = HiddenField(validators=[InputRequired(), fields.at_most(1000)])
    hints = _number(999)
    wrong = _number(999)
    seconds = _number(DAY)
    alone = HiddenField(validators=[AnyOf((YES, NO))])
