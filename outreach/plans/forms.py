"""What is typed about a plan: its day and share, its milestones, and what if."""

from datetime import date, timedelta
from itertools import pairwise
from math import floor
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, HiddenField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from outreach import clock
from outreach.fields import DayField, Form, TokenlessForm, WholeField, line_up, text
from outreach.i18n import show_percent
from outreach.lib.months import first_of
from outreach.plans import path
from outreach.plans.setting import Wish

LONGEST = timedelta(days=5 * 366)
MOST_MORE = 500
FILL_IN = _l("Please fill this in.")


class TargetForm(TokenlessForm):
    """By when which share; typed first, and asked by an address: nothing is written."""

    target_on = DayField(_l("By which day?"), [InputRequired(FILL_IN)])
    share = WholeField(
        _l("How many of a hundred households shall have a proficient person?"),
        [InputRequired(FILL_IN), NumberRange(1, 100)],
    )
    now = 0.0  # the share of today, 0 to 1; set by the view

    def validate_target_on(self, field: Any) -> None:
        """Between tomorrow and five years from now."""
        if field.data is None:  # told already
            return
        if field.data <= clock.today():
            raise ValidationError(_("This day has passed. Choose a later day."))
        if field.data > clock.today() + LONGEST:
            raise ValidationError(_("This day is more than five years away. Choose an earlier day."))

    def validate_share(self, field: Any) -> None:
        """More than there is."""
        if field.data is not None and field.data <= 100 * self.now:
            raise ValidationError(_("That is reached: today it is %(share)s.", share=show_percent(self.now)))


class PlanForm(Form):
    """The milestones on the way: one for each month that ends before the day."""

    month = FieldList(HiddenField())
    milestone = FieldList(WholeField(_l("Milestone"), [InputRequired(FILL_IN), NumberRange(0, 100)]))
    most = 100  # the share of the end; set by `of`
    now = 0.0  # the share of today, 0 to 1; set by `of`

    @classmethod
    def of(cls, target_on: date, share: int, now: float) -> "PlanForm":
        """A row for each month, proposed along a straight line, or as sent."""
        marks = path.proposed(now, clock.today(), target_on, share)
        rows = {"month": [f"{month:%Y-%m}" for month in marks], "milestone": list(marks.values())}
        form, drawn = cls(**rows), cls(formdata=None, **rows)
        line_up(form.month, form.milestone, drawn.month, drawn.milestone)
        form.most, form.now = share, now
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the milestones rise from today's share towards that of the end."""
        fine = bool(super().validate(extra_validators))
        for before, field in pairwise([None, *self.milestone.entries]):
            if field is None or field.errors or field.data is None:
                continue
            if field.data > self.most:
                most = show_percent(self.most / 100)
                field.errors = [_("This is more than the plan asks for in the end (%(share)s).", share=most)]
            elif before is None and field.data < floor(100 * self.now + 1e-9):
                field.errors = [_("This is less than today (%(share)s).", share=show_percent(self.now))]
            elif before is not None and before.data is not None and field.data < before.data:
                field.errors = [_("This is less than the month before.")]
        return fine and not any(field.errors for field in self.milestone.entries)

    def wish(self, target_on: date, share: int) -> Wish:
        """What a valid form says."""
        rows = zip(self.month.data, self.milestone.data, strict=True)
        return Wish(target_on, share, {first_of(date.fromisoformat(f"{month}-01")): int(mark) for month, mark in rows})


class EndForm(Form):
    """Why a plan ends; `plan` is the id of the one that was read, so that no other is ended."""

    plan = HiddenField()
    reason = text(_l("Why does it end?"), most=300)


class SupposeForm(TokenlessForm):
    """What if there were more volunteers? Asked by an address."""

    more = WholeField(_l("How many volunteers more?"), [Optional(), NumberRange(0, MOST_MORE)])
