"""What may be typed about monthly sheets and the allowance rule."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from outreach.checks import months
from outreach.fields import Form, WholeField, text
from outreach.procedures.forms import DongField
from outreach.review.allowance import Terms
from outreach.review.models import Allowance

YEARS = 2020, 2099  # what a rule may begin in


class StepForm(Form):
    """A word with a step of a sheet."""

    shown = HiddenField("")  # the mark of the sheet on the page: a step is taken about what was seen
    word = text(_l("A word with it"), required=False, most=300)
    anyway = BooleanField(_l("I know this, and approve the sheet as it stands"))  # asked where visits were found wrong


class GiveBackForm(StepForm):
    """Sent back, one must say what to mend."""

    shown = HiddenField("", id="mend-shown")
    word = text(_l("What is to be mended?"), most=300, id="mend-word")


class MonthField(StringField):
    """A month, by its own field of the browser, or typed as 11/2026."""

    data: date | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read 2026-11 or 11/2026, of the years that sheets may have."""
        self.typed = valuelist[0].strip() if valuelist else ""
        year, _dash, number = self.typed.partition("-")
        if "/" in self.typed:
            number, _slash, year = self.typed.partition("/")
        try:
            self.data = date(int(year), int(number), 1)
        except (ValueError, OverflowError):
            self.data = None
        if self.data is None or not YEARS[0] <= self.data.year <= YEARS[1]:
            self.data = None
            raise ValueError(_l("This is not a month. Type it like 11/2026.")) from None

    def _value(self) -> str:
        return getattr(self, "typed", "") or (f"{self.data:%Y-%m}" if self.data else "")


class PaidField(DongField):
    """An amount that is paid, not charged."""

    fault = _l("Please type an amount in đồng, for example 50.000. Leave it empty if nothing is paid for this.")


class AllowanceForm(Form):
    """The commune's rule: what is paid, from which month, by which paper. Amounts left empty are not paid."""

    from_month = MonthField(_l("From month"), [InputRequired(_l("Please fill this in."))])
    per_day = PaidField(_l("For each day worked, a person"), [Optional()])
    per_visit = PaidField(_l("For each visit"), [Optional()])
    per_month = PaidField(_l("For each month in which a person worked"), [Optional()])
    group_month = PaidField(_l("For each month in which the group worked, to the group"), [Optional()])
    most_days = WholeField(_l("Paid days a month at most"), [Optional(), NumberRange(1, 31)])
    basis = text(_l("By which paper?"), most=200, hint=_l("Number and date of the resolution or decision."))

    closed: date | None = None  # the last month that holds approved sheets; set by the view
    free_before: date | None = None  # months before the commune began, for which it has no rule; set by the view

    def parts(self, rule: Allowance) -> list[tuple[str, int]]:
        """What a rule pays, in words and đồng."""
        fields = (self.per_day, self.per_visit, self.per_month, self.group_month)
        amounts = ((str(field.label.text), int(getattr(rule, field.short_name))) for field in fields)
        return [(words, dong) for words, dong in amounts if dong]

    def validate_from_month(self, field: Any) -> None:
        """What is approved was reckoned by the rule of its time."""
        if field.data and self.free_before and field.data < self.free_before:
            return  # of two communes that became one: what they approved keeps their own rules
        if field.data and self.closed and field.data <= self.closed:
            shown = f"{months.after(self.closed):%m/%Y}"
            raise ValidationError(_("Sheets up to the month before are approved. The earliest is %(month)s.",
                                    month=shown))  # fmt: skip

    def terms(self) -> Terms:
        """What a valid form said."""
        return Terms(
            from_month=self.from_month.data or months.this(), basis=self.basis.data or "",
            per_day=self.per_day.data or 0, per_visit=self.per_visit.data or 0, per_month=self.per_month.data or 0,
            group_month=self.group_month.data or 0, most_days=self.most_days.data,
        )  # fmt: skip
