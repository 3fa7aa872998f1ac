"""What may be typed about doubts and samples."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError
from wtforms.validators import InputRequired

from outreach.checks.checking import BY_PHONE
from outreach.checks.models import DIFFERENT
from outreach.fields import Form, text


class VerdictForm(Form):
    """A doubt is settled: the visit stands, or it is wrong; in either case with a word."""

    verdict = RadioField(_l("What did you find?"), [InputRequired(_l("Please choose one."))])
    word = text(_l("How do you know?"), most=300, hint=_l("For example: asked the family, she was there."))


class CheckForm(Form):
    """What a check by telephone or by a second visit found."""

    way = RadioField(_l("How did you check?"), [InputRequired(_l("Please choose one."))])
    result = RadioField(_l("What did you find?"), [InputRequired(_l("Please choose one."))])
    word = text(_l("What did they say?"), required=False, most=300)

    may_call = True  # whether somebody of the house agreed to be telephoned; set by the view

    def validate_way(self, field: Any) -> None:
        """Only who agreed is telephoned."""
        if field.data == BY_PHONE and not self.may_call:
            raise ValidationError(_("Nobody of this house has agreed to be telephoned. Please make a second visit."))

    def validate_result(self, field: Any) -> None:
        """What was different must be said."""
        if field.data == DIFFERENT and not self.word.data:
            raise ValidationError(_("Please write below what was different."))
