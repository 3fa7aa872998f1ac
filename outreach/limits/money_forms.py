"""What is typed about money: amounts in đồng as people write them, and the beginnings of numbers."""

import re
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, StringField, ValidationError
from wtforms.validators import InputRequired
from wtforms.widgets import TextInput

from outreach import clock
from outreach.fields import DayField, Form
from outreach.i18n import show_dong, show_number
from outreach.lib import words

MOST = 10_000_000_000  # đồng
MOST_A_PART = 1_000_000
AHEAD = timedelta(days=366)
FILL_IN = _l("Please fill this in.")
NO_AMOUNT = _l("This is no amount. Type it in đồng, like 1500000 or 1.500.000.")
# Digits, alone or in groups of three with the same mark between them, and perhaps the unit.
AMOUNT = re.compile(r"([0-9]{1,3}([., ])[0-9]{3}(?:\2[0-9]{3})*|[0-9]{1,20}) ?(?:đ|₫|đồng|vnđ|vnd)?", re.IGNORECASE)
BEGINNING = re.compile(r"(?:\+|00)?([1-9][0-9]{0,4})")


class DongField(IntegerField):
    """A whole amount of đồng: "1500000", "1.500.000", "1,500,000 đ". What was typed stays on the page."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        typed = " ".join(words.nfc(valuelist[0]).split()) if valuelist else ""
        self.data = None
        if not typed:
            return
        found = AMOUNT.fullmatch(typed)
        if not found:
            raise ValueError(NO_AMOUNT)
        self.data = int(re.sub(r"[., ]", "", found[1]))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else show_number(self.data)


class BeginningField(StringField):
    """How telephone numbers of a country begin: "+84"; "84" and "0084" are the same."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.typed = valuelist[0].strip() if valuelist else ""
        found = BEGINNING.fullmatch(re.sub(r"[ .-]", "", self.typed))
        self.data = f"+{found[1]}" if found else None
        if self.typed and not found:
            raise ValueError(_("This is no beginning of a number. Type it like +84."))

    def _value(self) -> str:
        return getattr(self, "typed", "") or self.data or ""


def at_most(most: int) -> Any:
    """No higher amount than this."""

    def check(_form: Form, field: Field) -> None:
        if field.data is not None and field.data > most:
            raise ValidationError(_("At most %(amount)s, please.", amount=show_dong(most)))

    return check


class BudgetForm(Form):
    """What a commune may spend on messages in a month."""

    dong = DongField(_l("Budget of a month"), [InputRequired(FILL_IN), at_most(MOST)])


class PriceForm(Form):
    """What a part of a message costs from a day on."""

    prefix = BeginningField(_l("Numbers that begin with"), [InputRequired(FILL_IN)], default="+84")
    dong = DongField(_l("Price of one part"), [InputRequired(FILL_IN), at_most(MOST_A_PART)])
    since = DayField(_l("From which day on"), [InputRequired(FILL_IN)])

    def validate_since(self, field: DayField) -> None:
        """Today or within a year: messages that went keep their price."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("A price can begin today or later: messages that went keep their price."))
        if field.data and field.data > clock.today() + AHEAD:
            raise ValidationError(_("This is more than a year ahead."))
