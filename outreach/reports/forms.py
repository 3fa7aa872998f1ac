"""What may be asked for: which report, of which month, in which form and language."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from outreach.fields import Form, choice
from outreach.i18n import LANGUAGES
from outreach.reports import names
from outreach.reports.asking import Wish
from outreach.reports.models import MONTHLY, PDF

CHOSEN = [InputRequired(_l("Please choose one."))]


class ReportForm(Form):
    """A report to be made."""

    kind = RadioField(_l("Which report?"), CHOSEN, default=MONTHLY)
    form = RadioField(_l("In which form?"), CHOSEN, default=PDF)
    month = choice(_l("Which month?"), [], validators=CHOSEN)
    language = choice(_l("In which language?"), [], validators=CHOSEN)

    def offer(self, months: Sequence[date], this: date, *, printable: bool) -> None:
        """Fill in what there is; `this` is the month that is not over yet. PDF only where this machine can print."""
        self.kind.choices = list(names.KIND_NAMES.items())
        self.form.choices = [(form, said) for form, said in names.FORM_NAMES.items() if printable or form != PDF]
        shown = [(f"{month:%Y-%m}", f"{month:%m/%Y}" if month < this else _so_far(month)) for month in months]
        self.month.choices = shown
        self.language.choices = [(code, one.endonym) for code, one in LANGUAGES.items()]

    def wish(self) -> Wish:
        """What a valid form says."""
        month = date.fromisoformat(f"{self.month.data}-01")
        return Wish(self.kind.data, self.form.data, month, self.language.data)


def _so_far(month: date) -> str:
    return _("%(month)s (up to now)", month=f"{month:%m/%Y}")
