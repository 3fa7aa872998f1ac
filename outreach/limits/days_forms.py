"""What is typed about a day on which no message goes."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.validators import InputRequired

from outreach import clock
from outreach.fields import DayField, Form, text


class ClosedDayForm(Form):
    """A day of this year or the next, and why it is closed."""

    day = DayField(_l("Day on which no message goes"), [InputRequired(_l("Please fill this in."))])
    name = text(_l("Why, as the decision says it"), most=60)

    def validate_day(self, field: DayField) -> None:
        """Today until the end of next year, as far as the list shows."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("This day is over. What did or did not go then stays as it was."))
        if field.data and field.data > date(clock.today().year + 1, 12, 31):
            raise ValidationError(_("Only days of this year and the next can be closed."))
