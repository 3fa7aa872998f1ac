"""What may be typed about a help point."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from outreach.fields import AnyPhoneField, Form, text
from outreach.helpdesk.keeping import Told
from outreach.helpdesk.models import HelpPoint
from outreach.helpdesk.names import KIND_NAMES


class PointForm(Form):
    """A place where people are helped."""

    kind = RadioField(_l("What kind of place?"), [InputRequired(_l("Please choose one."))])
    name = text(_l("What it is called"), most=120)
    address = text(_l("Address"), most=200)
    hours = text(_l("When it is open"), required=False, most=120)
    phone = AnyPhoneField(_l("Telephone"))

    def __init__(self, point: HelpPoint | None = None, **kw: Any) -> None:
        super().__init__(obj=point, **kw)
        self.kind.choices = list(KIND_NAMES.items())

    @property
    def told(self) -> Told:
        """What was typed, of a form that was found valid."""
        return Told(
            kind=self.kind.data, name=self.name.data or "", address=self.address.data or "",
            phone=self.phone.data or "", hours=self.hours.data or "",
        )  # fmt: skip
