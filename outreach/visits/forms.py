"""What may be typed at the door: one page, big choices, nothing chosen beforehand."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, Optional

from outreach import clock
from outreach.accounts.models import Account
from outreach.assessments import queries as assessments
from outreach.fields import DayField, Form, choices, note
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.i18n import chosen, show_datetime
from outreach.lessons.content import Kind
from outreach.lessons.queries import catalogue
from outreach.visits import names
from outreach.visits.models import ALONE, MET, NOBODY
from outreach.visits.recording import CLOCK_AHEAD, VisitDraft, new_client_id

SOMEBODY_ELSE = 0  # met somebody who is not on the household's list
OTHER_DAY, NO_DAY = "other", "none"
PROMISED_AHEAD = timedelta(days=366)  # a promise for later is a slip of the pen, and would hide the house until then
TOO_FAR = _l("This day is more than a year ahead. Choose a nearer day.")
CLOCK_BEHIND = timedelta(days=366)  # a phone's clock beyond this, or beyond CLOCK_AHEAD, is wrong


def met_fault(outcome: str, met: object) -> str:
    """What is wrong with who was met, on whatever form it was said; "" if nothing is."""
    if outcome in MET and not met:
        return _("Please tick whom you met, or choose that nobody was home.")
    if outcome == NOBODY and met:
        return _("You ticked somebody, and also that nobody was home. Please change one of them.")
    return ""


def taught_fault(outcome: str, taught: object) -> str:
    """What is wrong with the lessons gone through; "" if nothing is."""
    if taught and outcome not in MET:
        return _("You ticked a lesson, but no one took part. Please change one of them.")
    return ""


def doer(met: Collection[int], named: int | None) -> int | None:
    """The member whose skills were seen: the one named, or the only one met."""
    members = [one for one in met if one != SOMEBODY_ELSE]
    if named:
        return named if named in members else None
    return members[0] if len(members) == 1 else None


def observed_fault(outcome: str, observed: object, of: int | None) -> str:
    """What is wrong with the skills seen; "" if nothing is. Help never counts; it must be clear whose skill it is."""
    if observed and outcome != ALONE:
        return _("Only what somebody does alone shows a skill. Take these ticks away, or choose “Did it alone”.")
    if observed and of is None:
        return _("You met several people. Please choose below who did it alone.")
    return ""


def whom(household: Household) -> list[tuple[int, Any]]:
    """Who may have been met there."""
    members: list[tuple[int, Any]] = [(m.id, m.name) for m in households.present(household)]
    return [*members, (SOMEBODY_ELSE, _l("Somebody else of the house"))]


def whose(met: Sequence[Any]) -> list[tuple[int, Any]]:
    """Whose skills may have been seen, of those who may have been met."""
    return [(0, _l("The one I met")), *met[:-1]]


class VisitForm(Form):
    """One visit. `client_id` is made when the form is drawn; `at` is filled in by the phone, if it can."""

    client_id = HiddenField("")  # a label, even if empty: else WTForms looks up its own catalogue for one
    at = HiddenField("")
    met = choices(_l("Whom did you meet?"), [], coerce=int)
    taught = choices(_l("What did you go through?"), [])
    outcome = RadioField(_l("How did it go?"), [InputRequired(_l("Please choose how it went."))])
    observed = choices(_l("Skills you saw them do alone, without help"), [])
    observed_of = SelectField(_l("Who did it alone?"), coerce=int, default=0)
    again = RadioField(_l("When will you come again?"), [Optional()], validate_choice=False)
    next_on = DayField(_l("Another day"), [Optional()])
    came = choices(_l("Who came with you?"), [], coerce=int)
    note = note(_l("Note"), hint=_l("What to remember for the next visit. Never passwords, codes or ID numbers."))

    def expect(self, household: Household, colleagues: Callable[[], Sequence[Account]]) -> None:
        """Know what may be answered at this household; `colleagues` are asked for if somebody is said to have come.

        Of the many lessons and skills just those that are ticked: putting all together takes longer than judging them.
        Whoever was met and has left the house before this arrived was met all the same.
        """
        left = [(m.id, m.name) for m in household.members if m.left_on is not None and m.id in (self.met.data or ())]
        self.met.choices = [*left, *whom(household)]
        self.observed_of.choices = whose(self.met.choices)
        self.outcome.choices = list(names.OUTCOME_NAMES.items())
        self.taught.choices = lessons(self.taught.data or ())
        self.observed.choices = skills(self.observed.data or ())
        self.came.choices = [(a.id, a.name) for a in colleagues()] if self.came.data else []

    def explain(self) -> None:
        """Know the words of what was ticked, at whichever household: to be read, not judged."""
        self.outcome.choices = list(names.OUTCOME_NAMES.items())
        self.taught.choices = lessons(self.taught.data or ())
        self.observed.choices = skills(self.observed.data or ())
        self.again.choices = _days(clock.today(), self.next_day())

    def offer(self, household: Household, colleagues: Sequence[Account]) -> None:
        """Know it, and fill in what only a page needs: all lessons, skills and colleagues, the days to come, a mark."""
        self.expect(household, lambda: colleagues)
        self.taught.choices, self.observed.choices = lessons(), skills()
        self.came.choices = [(a.id, a.name) for a in colleagues]
        self.again.choices = _days(clock.today(), self.next_day())
        if not self.client_id.data:
            self.client_id.data = new_client_id()

    def validate_client_id(self, field: Any) -> None:
        """The mark that the server made; anything else is a torn form."""
        try:
            UUID(field.data or "")
        except ValueError:
            field.data = new_client_id()
            whole = _("This form came in pieces. It is whole again now: please send it once more.")
            raise ValidationError(whole) from None

    def validate_at(self, field: Any) -> None:
        """A phone's clock may run ahead by a day at most; sent again, the visit carries our time."""
        moment, now = _moment(field.data), clock.now()
        if field.data and (moment is None or not now - CLOCK_BEHIND < moment <= now + CLOCK_AHEAD):
            field.data = ""
            shown = show_datetime(moment) if moment else "?"
            raise ValidationError(
                _("Your phone's clock says %(time)s, which cannot be. Send it again as it stands: the visit then "
                  "carries the time of sending.", time=shown)
            )  # fmt: skip

    def validate_met(self, field: Any) -> None:
        """Somebody was met exactly when something was done together; somebody may be met who refuses."""
        if fault := met_fault(self.outcome.data, field.data):
            raise ValidationError(fault)

    def validate_taught(self, field: Any) -> None:
        """Without meeting anybody, nothing was gone through."""
        if self.outcome.data and (fault := taught_fault(self.outcome.data, field.data)):
            raise ValidationError(fault)

    def validate_observed(self, field: Any) -> None:
        """Seen were skills of one who did it alone."""
        if fault := observed_fault(self.outcome.data, field.data, self.doer()):
            raise ValidationError(fault)

    def validate_again(self, field: Any) -> None:
        """One of the days shown, another day (to be named), or none."""
        if field.data == OTHER_DAY and not self.next_on.data:
            raise ValidationError(_("Please name the other day."))
        if field.data not in (OTHER_DAY, NO_DAY):
            self._within_reach(self.next_day())

    def validate_next_on(self, field: Any) -> None:
        """Named without saying “another day”, it is the day; beside another answer it must be cleared up."""
        if self.again.data not in (None, "", OTHER_DAY):
            raise ValidationError(_("You chose one answer above and named another day. Please keep one of them."))
        self._within_reach(field.data)

    def _within_reach(self, day: date | None) -> None:
        if day is None or day < clock.local(min(_moment(self.at.data) or clock.now(), clock.now())).date():
            raise ValidationError(_("This day has passed. Choose a later day."))
        if day > clock.today() + PROMISED_AHEAD:
            raise ValidationError(TOO_FAR)

    def doer(self) -> int | None:
        """The member whose skills were seen: the one chosen, or the only one met."""
        return doer(self.met.data or (), self.observed_of.data)

    def next_day(self) -> date | None:
        """The day promised, as it was seen on the page."""
        if self.again.data in (None, "", OTHER_DAY):
            return self.next_on.data
        try:
            return date.fromisoformat(self.again.data or "")
        except ValueError:
            return None

    def said_at(self) -> datetime | None:
        """What the phone's clock showed, if it said so."""
        return _moment(self.at.data)

    def draft(self) -> VisitDraft:
        """What a valid form said."""
        observed = tuple(self.observed.data or ())
        return VisitDraft(
            client_id=str(UUID(self.client_id.data)), outcome=self.outcome.data, note=self.note.data or "",
            met=tuple(m for m in self.met.data or () if m != SOMEBODY_ELSE), came=tuple(self.came.data or ()),
            taught=tuple(self.taught.data or ()), next_on=self.next_day(), at=_moment(self.at.data),
            observed=observed, observed_of=self.doer() if observed else None,
        )  # fmt: skip


def _moment(typed: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(typed or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=clock.place())).astimezone(UTC)
    except (ValueError, OverflowError):  # at the ends of the calendar there is no other time zone's day
        return None


def lessons(ticked: Collection[str] | None = None) -> list[tuple[str, str]]:
    """What may be gone through on a visit, of the `ticked` ones if they are named."""
    ours = [one for one in catalogue().values() if one.kind is not Kind.TEAM and (ticked is None or one.slug in ticked)]
    return [(one.slug, one.words_in(chosen()).title) for one in ours]


def skills(ticked: Collection[str] | None = None) -> list[tuple[str, str]]:
    """What may be seen on a visit, of the `ticked` ones if they are named."""
    seen = [one for one in assessments.default().skills if one.observed and (ticked is None or one.id in ticked)]
    return [(one.id, one.name.get(chosen()) or one.name["vi"]) for one in seen]


def _days(today: date, seen: date | None) -> list[tuple[str, str]]:
    """In a week, in two weeks, and the day that an older page showed and somebody chose."""
    near = sorted({today + timedelta(days=7), today + timedelta(days=14)} | ({seen} if seen else set()))
    shown = [(day.isoformat(), names.weekday(day)) for day in near]
    return [*shown, (OTHER_DAY, _("Another day")), (NO_DAY, _("No day yet"))]
