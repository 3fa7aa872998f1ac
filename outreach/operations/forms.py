"""What may be typed about thresholds: a whole number within bounds, or nothing, and that from above holds."""

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from outreach.meanwhile import EditForm
from outreach.operations.thresholds import LINES


class ThresholdForm(EditForm):
    """One number for each kind of alert that has one; the fields are named after the kinds."""


for _kind, _line in LINES.items():
    _field = IntegerField(_line.name, [Optional(), NumberRange(_line.least, _line.most)])
    setattr(ThresholdForm, _kind, _field)
