"""What is typed from a route sheet: a row for each house, of which only those with an outcome are written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, FormField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import Optional

from outreach import clock
from outreach.fields import DayField, Form, TokenlessForm, at_most, choices, no_id_number, text
from outreach.households.models import Household
from outreach.visits import forms, route
from outreach.visits.forms import PROMISED_AHEAD, SOMEBODY_ELSE, TOO_FAR, lessons, met_fault, taught_fault, whom
from outreach.visits.names import LETTERED
from outreach.visits.recording import VisitDraft, new_client_id

MOST_ROWS = 40
EXTRA = 3  # empty rows for houses of another sheet
OLDEST = timedelta(days=60)  # a sheet found in a coat of last winter is not typed in any more
NOON = timedelta(hours=12)
OUTCOMES = [SelectChoice("", "–"), *(SelectChoice(value, text) for value, text in LETTERED.items())]


class RowForm(TokenlessForm):
    """One row of the sheet; its form has the token."""

    client_id = HiddenField()
    code = StringField(_l("Code on the sheet"), [Optional(), at_most(40), no_id_number])
    outcome = SelectField(_l("How did it go?"), choices=OUTCOMES, default="")
    met = choices(_l("Whom did you meet?"), [], coerce=int)
    lesson = SelectField(_l("What did you go through?"), choices=[], default="")
    observed = choices(_l("Skills you saw them do alone, without help"), [])
    observed_of = SelectField(_l("Who did it alone?"), coerce=int, default=0)
    day = DayField(_l("Day of the visit"), [Optional()])
    next_on = DayField(_l("To come again"), [Optional()])
    note = text(_l("Note"), required=False, most=500)

    home: Household | None = None
    noted: Collection[tuple[int, date]] = ()  # houses and days that whoever types has recorded already

    @property
    def written(self) -> bool:
        """Whether the row says how a visit went."""
        return bool(self.outcome.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the row can be written, or is empty; what is wrong stands beside its fields."""
        fine = bool(super().validate(extra_validators))
        faults = list(self._faults()) if self.written else list(self._left_over())
        for field, fault in faults:
            if not field.errors:
                field.errors = [fault]
        return fine and not faults

    def _left_over(self) -> Iterator[tuple[Field, str]]:
        """What was written beside an empty outcome must not be lost."""
        if self.note.data or self.next_on.data or self.met.data or self.lesson.data or self.observed.data:
            yield self.outcome, _("Say how it went, or take away the rest of the row.")

    def _faults(self) -> Iterator[tuple[Field, str]]:
        """A visit is over, and not long ago; one comes again after one was there."""
        day, today = self.day.data, clock.today()
        yield from self._who()
        if day is None:
            yield self.day, _("Type the day of the visit.")
        elif day > today:
            yield self.day, _("This day has not come yet.")
        elif day < today - OLDEST:
            yield self.day, _("This day is too long ago.")
        elif self.home and (self.home.id, day) in self.noted:
            yield (
                self.outcome,
                _(
                    "You have recorded a visit to this house on this day already, perhaps on the phone. Take "
                    "this row away; if you came twice, record the second visit on the household's page."
                ),
            )
        if day and self.next_on.data and self.next_on.data < day:
            yield self.next_on, _("This day is before the visit.")
        if self.next_on.data and self.next_on.data > today + PROMISED_AHEAD:
            yield self.next_on, str(TOO_FAR)

    def _who(self) -> Iterator[tuple[Field, str]]:
        """A visit was at a house; who was met there is asked as on the screen."""
        if self.home is None:
            yield self.code, _("There is no house with this code in your village. Look at the sheet again.")
        elif fault := met_fault(self.outcome.data, self.met.data):
            yield self.met, fault
        if fault := taught_fault(self.outcome.data, self.lesson.data):
            yield self.lesson, fault
        if fault := forms.observed_fault(self.outcome.data, self.observed.data, self._doer()):
            yield self.observed, fault

    def _doer(self) -> int | None:
        return forms.doer(self.met.data or (), self.observed_of.data)

    def draft(self) -> VisitDraft:
        """What a valid row says; the hour is not on paper, so it is noon, or now if noon has not come."""
        day = self.day.data or clock.today()
        at = min(clock.day_start(day) + NOON, clock.now())
        met = tuple(one for one in self.met.data or () if one != SOMEBODY_ELSE)
        taught = (self.lesson.data,) if self.lesson.data else ()
        note = self.note.data or ""
        observed = tuple(self.observed.data or ())
        return VisitDraft(
            self.mark(), self.outcome.data, met, (), taught, note, self.next_on.data, at=at, observed=observed,
            observed_of=self._doer() if observed else None,
        )  # fmt: skip

    def mark(self) -> str:
        """The mark that the server made; for a torn one a new one, as a column could not hold just anything."""
        try:
            return str(UUID(self.client_id.data or ""))
        except ValueError:
            return new_client_id()


class RouteForm(Form):
    """A whole sheet."""

    rows = FieldList(FormField(RowForm), max_entries=MOST_ROWS)

    @classmethod
    def of(cls, household_ids: Sequence[int], day: date | None) -> "RouteForm":
        """A row for each household and some empty ones, or what was sent."""
        codes = [*(route.code(id_) for id_ in household_ids), *[""] * EXTRA]
        return cls(rows=[{"code": code, "client_id": new_client_id(), "day": day} for code in codes])

    def wanted(self) -> set[int]:
        """The households that the rows name."""
        named = (route.read(row.form.code.data or "") for row in self.rows)
        return {id_ for id_ in named if id_ is not None}

    def place(self, homes: Mapping[int, Household]) -> None:
        """Tell each row its household, and so who may have been met there; a row without a code knows nobody yet."""
        offered, seen = [("", "–"), *lessons()], forms.skills()
        for row in self.rows:
            home = row.form.home = homes.get(route.read(row.form.code.data or "") or 0)
            row.form.met.choices = whom(home) if home else []
            row.form.lesson.choices, row.form.observed.choices = offered, seen
            row.form.observed_of.choices = forms.whose(row.form.met.choices)

    def beside(self, noted: Collection[tuple[int, date]]) -> None:
        """Tell the rows what was recorded otherwise, or stands in a row above: nobody is paid twice for one coming."""
        known = set(noted)
        for row in (one.form for one in self.rows):
            row.noted = frozenset(known)
            if row.written and row.home and row.day.data:
                known.add((row.home.id, row.day.data))

    def marks(self) -> list[str]:
        """The marks of the visits that the rows become."""
        return [row.form.mark() for row in self.rows]
