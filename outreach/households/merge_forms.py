"""What is sent about two entries of the same household, or of the same person."""

from wtforms.validators import InputRequired, NumberRange

from outreach import fields
from outreach.web import LARGEST


class MergeForm(fields.Form):
    """The other entry of the same household (or person)."""

    other = fields.WholeField(validators=[InputRequired(), NumberRange(1, LARGEST)])
