"""What may be typed about a help point, and chosen for a board."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from outreach.areas.models import Area
from outreach.fields import AnyPhoneField, TokenlessForm, text
from outreach.helpdesk.board import FEW, MOST, SIZES
from outreach.helpdesk.keeping import Told
from outreach.helpdesk.models import HelpPoint
from outreach.helpdesk.names import KIND_NAMES
from outreach.meanwhile import EditForm

NEEDED = _l("Please choose one.")


class PointForm(EditForm):
    """A place where people are helped."""

    kind = RadioField(_l("What kind of place?"), [InputRequired(NEEDED)])
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


class BoardForm(TokenlessForm):
    """What a QR board shows, and for where. It changes nothing, so it is sent as a question (GET)."""

    noi = SelectField(_l("For which place?"), [InputRequired(NEEDED)])
    kho = RadioField(
        _l("Paper"), [InputRequired(NEEDED)], choices=[SelectChoice(size, size) for size in SIZES], default=SIZES[0]
    )
    bai = SelectMultipleField(_l("Which lessons?"), [InputRequired(_l("Please choose 6 or 8 lessons."))])
    moi_thon = BooleanField(_l("A sheet for each village, with the number of its own group leader"))

    def __init__(self, places: Sequence[Area], lessons: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(**kw)
        self.noi.choices = [(place.code, place.title) for place in places]
        self.bai.choices = list(lessons)

    def validate_bai(self, field: SelectMultipleField) -> None:
        """Six or eight codes fill the paper."""
        count = len(field.data or ())
        if count and count not in (FEW, MOST):
            raise ValidationError(_("Please choose 6 or 8 lessons. You have chosen %(count)s.", count=count))
