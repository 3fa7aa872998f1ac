"""What may be typed to correct a visit: the visit's form as it stood, another day if need be, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from outreach import clock
from outreach.accounts.models import Account
from outreach.assessments.models import Evidence
from outreach.fields import DayField, Form, text
from outreach.households.models import Household
from outreach.visits.forms import CLOCK_BEHIND, NO_DAY, OTHER_DAY, SOMEBODY_ELSE, VisitForm
from outreach.visits.models import ALONE, AT_DESK, AT_HOME, BY_PHONE, MET, Visit
from outreach.visits.names import WAY_NAMES
from outreach.visits.recording import VisitDraft

WHY = _l("Why is it corrected?")
HINT = _l("For example: noted at the wrong house, wrong result, sent twice.")


class CorrectionForm(VisitForm):
    """The visit as it should have been noted. The hour stays; the day may be another."""

    on = DayField(_l("Day of the visit"), [DataRequired(_l("Please fill this in."))])
    way = RadioField(_l("How was the visit made?"), [InputRequired(_l("Please choose one."))])
    place = SelectField(_l("In which place did it happen?"), coerce=int)
    why = text(WHY, most=200, hint=HINT)

    earliest: date | None = None  # the first day that may be typed; set by `offer_all`
    home_id: int | None = None  # the village that the household is in; likewise

    def offer_all(self, visit: Visit, household: Household, colleagues: Sequence[Account]) -> None:
        """The choices of the visit's form, and whoever was met or came along then, even if they have left since."""
        self.offer(household, colleagues)
        self.way.choices = [(way, WAY_NAMES[way]) for way in (AT_HOME, AT_DESK, BY_PHONE)]
        self._offer_places(visit, household)
        self.home_id = household.village_id
        self.earliest = min(clock.local(visit.at).date(), clock.today() - CLOCK_BEHIND)
        for field, people in ((self.met, visit.met), (self.came, visit.came)):
            offered: list[Any] = list(field.choices or [])
            known = {value for value, _label in offered}
            field.choices = [*offered, *((one.id, one.name) for one in people if one.id not in known)]

    def _offer_places(self, visit: Visit, household: Household) -> None:
        """The household's own village, where the author works, what was noted: whose sheet a visit is on follows from
        it, so it may be no other. With only one there is nothing to ask."""
        places = {one.id: one.full_name for one in (household.village, visit.by.area, visit.place) if one is not None}
        self.place.choices = list(places.items())
        if len(places) == 1:
            del self.place

    def draft(self) -> VisitDraft:
        """What a valid form said; a visit in the household's own village names no place."""
        place = self.place.data if "place" in self and self.place.data != self.home_id else None
        return replace(super().draft(), way=self.way.data, place_id=place)

    def validate_at(self, field: Any) -> None:
        """The moment follows from the day; whatever the phone's clock shows now does not matter."""

    def validate_on(self, field: Any) -> None:
        """A visit has happened, and not longer ago than one could be noted late."""
        if field.data and field.data > clock.today():
            raise ValidationError(_("This day has not come yet."))
        if field.data and self.earliest and field.data < self.earliest:
            raise ValidationError(_("This day is too long ago."))

    def keep_hour(self, visit: Visit) -> None:
        """Put the day that was typed together with the hour that was noted; call before validating."""
        if self.on.data and self.on.data > date.min:  # that day's morning has no moment in Greenwich
            at = datetime.combine(self.on.data, clock.local(visit.at).time(), clock.place())
            self.at.data = min(at.astimezone(UTC), clock.now()).isoformat()


class TakeBackForm(Form):
    """There was no such visit: why."""

    why = text(WHY, most=200, hint=HINT, id="taken-back")


def as_it_stood(visit: Visit, seen: Sequence[Evidence]) -> dict[str, Any]:
    """What the visit's form said; `seen` is the evidence noted with it."""
    met = [member.id for member in visit.met]
    alone = [row for row in seen if visit.outcome == ALONE]
    return {
        "met": met or ([SOMEBODY_ELSE] if visit.outcome in MET else []), "outcome": visit.outcome, "note": visit.note,
        "taught": [one.lesson for one in visit.taught], "came": [one.id for one in visit.came],
        "observed": [row.skill for row in alone], "observed_of": alone[0].member_id if alone else 0,
        "again": OTHER_DAY if visit.next_on else NO_DAY, "next_on": visit.next_on, "on": clock.local(visit.at).date(),
        "way": visit.way, "place": visit.place_id or visit.household.village_id,
    }  # fmt: skip
