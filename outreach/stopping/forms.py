"""What may be typed to stop messages: a telephone number."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from outreach import fields
from outreach.lib.phones import Reason


class StopForm(fields.Form):
    """The number that shall get no more messages."""

    phone = fields.PhoneField(_l("Telephone number"), [DataRequired(fields.PHONE_FAULTS[Reason.NOT_A_NUMBER])])
