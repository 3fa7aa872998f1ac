"""What may be typed about a fee: two amounts in đồng, and where they come from."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError

from outreach.fields import Form, text

MOST = 100_000_000  # đồng; more than any fee of a household's paper


class DongField(StringField):
    """An amount in đồng as people write it ("10.000", "10 000 đ"); empty is None."""

    data: int | None  # type: ignore[assignment]
    typed = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the digits; what else is there may only be blanks, dots, commas and the sign for đồng."""
        self.typed = valuelist[0].strip() if valuelist else ""
        plain = self.typed.lower().removesuffix("đồng").removesuffix("đ").removesuffix("vnd")
        digits = plain.replace(".", "").replace(",", "").replace(" ", "").replace("\u00a0", "")
        self.data = None
        if not self.typed:
            return
        if not (digits.isascii() and digits.isdigit()) or int(digits) > MOST:
            raise ValueError(_l("Please type an amount in đồng, for example 10.000, or 0 if it is free."))
        self.data = int(digits)

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else str(self.data))


class FeeForm(Form):
    """A province's own fee."""

    online = DongField(_l("When filed online"), description=_l("In đồng. 0 if it is free; empty if nothing is set."))
    direct = DongField(_l("When filed at the office"), description=_l("In đồng."))
    source = text(
        _l("Where does this stand?"), most=300, hint=_l("The number and day of the resolution of the people's council.")
    )

    def validate_direct(self, _field: Any) -> None:
        """At least one amount, unless the online one is itself wrong."""
        if self.online.data is None and self.direct.data is None and not self.online.errors:
            raise ValidationError(_("Please give at least one of the two amounts."))
