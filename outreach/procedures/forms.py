"""What may be typed about a fee: two amounts in đồng, and where they come from."""

import re
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError

from outreach.fields import text
from outreach.lib import words
from outreach.meanwhile import EditForm

MOST: Final = 100_000_000  # đồng; more than any fee of a household's paper
# Signs part thousands and nothing else: "10.000,00" read as a million would be a lie on every phone of the province.
AMOUNT: Final = re.compile("[0-9]{1,9}|[0-9]{1,3}([., \u00a0][0-9]{3}){1,2}")


class DongField(StringField):
    """An amount in đồng as people write it ("10.000", "10 000 đ"); empty is None."""

    data: int | None  # type: ignore[assignment]
    typed = ""
    fault: Any = _l("Please type an amount in đồng, for example 10.000, or 0 if it is free.")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the digits; what else is there may only part thousands, or be the sign for đồng."""
        self.typed = words.nfc(valuelist[0].strip()) if valuelist else ""
        plain = self.typed.lower().removesuffix("đồng").removesuffix("đ").removesuffix("vnd").strip()
        self.data = None
        if not self.typed:
            return
        amount = int(re.sub("[^0-9]", "", plain)) if AMOUNT.fullmatch(plain) else None
        if amount is None or amount > MOST:
            raise ValueError(self.fault)
        self.data = amount

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else str(self.data))


class FeeForm(EditForm):
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
