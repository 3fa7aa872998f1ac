"""What is typed about days to be reminded of, and about classes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, TimeField, ValidationError
from wtforms.validators import InputRequired

from outreach import clock, i18n
from outreach.areas.models import Area
from outreach.fields import DayField, Form, choice, text
from outreach.households.models import Member
from outreach.lessons.content import Lesson
from outreach.lib import sms_text
from outreach.lib.quiet_hours import CLOSES
from outreach.meanwhile import EditForm
from outreach.reminders.due_dates import RESULT
from outreach.reminders.models import DUE_KINDS, ClassMeeting, DueDate
from outreach.reminders.names import DUE_NAMES
from outreach.wordings import refusing
from outreach.wordings.checking import Fault
from outreach.wordings.names import sentence

MOST_DIGITS = 4  # a year, a house number; what is longer is the number of a paper, a case or a telephone
LAST_YEARS = timedelta(days=20 * 366)
RESULT_WAITS = timedelta(days=365)
CHOOSE = _l("Please choose one.")
EVERYWHERE = "0"
LONGEST_PLACE = 60  # or the message grows by a part


def no_long_number(_form: object, field: Field) -> None:
    """Refuse numbers of papers, cases and telephones: a message is read by whoever holds the phone."""
    if sum(char.isdecimal() for char in field.data or "") > MOST_DIGITS:
        raise ValidationError(
            _l("Please take out the number. No number of a paper, a case or a telephone is kept here.")
        )


def no_link(_form: object, field: Field) -> None:
    """Refuse what a phone would show as something to tap: our messages never hold it, so it could not be sent."""
    if sms_text.has_link(field.data or ""):
        raise ValidationError(_l("Please take out the internet address. Our messages never hold one."))


def no_request(_form: object, field: Field) -> None:
    """Refuse what no message of ours asks for: to install, to pay, to tell a code. It would go out in our name."""
    for found in refusing.requests(field.data or ""):
        raise ValidationError(sentence(Fault("", found.kind, found.said)))


class HourField(TimeField):
    """A time of day; the phone's own picker, or typed as 19:00."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Say in the reader's words when it is no time."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("This is not a time. Type it like 19:00.")) from None


class DueForm(Form):
    """A day, whose it is, and what the family calls it."""

    member = choice(_l("Who is to be reminded?"), [], validators=[InputRequired(CHOOSE)])
    kind = RadioField(_l("Of what?"), [InputRequired(CHOOSE)])
    due_on = DayField(_l("On which day?"), [InputRequired(_l("Please fill this in."))])
    said = text(_l("What does the family call it?"), required=False, most=60)

    def offer(self, members: Sequence[Member]) -> "DueForm":
        """The people of the house, and every kind of day."""
        self.member.choices = [(str(one.id), one.name) for one in members]
        self.kind.choices = [(kind, DUE_NAMES[kind]) for kind in DUE_KINDS]
        return self

    def validate_due_on(self, field: Field) -> None:
        """A day to come; a result may be there since a while."""
        today, result = clock.today(), self.kind.data == RESULT
        earliest = today - RESULT_WAITS if result else today + timedelta(days=1)
        if field.data and field.data < earliest:
            raise ValidationError(_("This day has passed. Choose a later day."))
        if field.data and field.data > today + LAST_YEARS:
            raise ValidationError(_("This day is too far away. Is the year right?"))

    def validate_said(self, field: Field) -> None:
        """Words only: neither numbers nor addresses, nor what a message must not say."""
        no_long_number(self, field)
        no_link(self, field)
        no_request(self, field)

    def wanted(self) -> DueDate:
        """What a valid form says."""
        return DueDate(kind=self.kind.data, due_on=self.due_on.data or date.max, said=self.said.data or "")


class ClassForm(EditForm):
    """Where and when a class is, and for whom."""

    village = choice(_l("Who is it for?"), [], validators=[InputRequired(CHOOSE)])
    place = text(_l("Where is it?"), most=LONGEST_PLACE)
    day = DayField(_l("On which day?"), [InputRequired(_l("Please fill this in."))])
    hour = HourField(_l("At what time?"), [InputRequired(_l("Type the time like 19:00."))])
    lesson = choice(_l("Which lesson?"), [], default="")

    def offer(self, villages: Sequence[Area], lessons: Sequence[Lesson], *, everywhere: bool) -> "ClassForm":
        """The villages there are, and (`everywhere`) the whole commune."""
        whole = [(EVERYWHERE, _("Everybody in the commune"))] if everywhere else []
        self.village.choices = [*whole, *((str(one.id), one.title) for one in villages)]
        self.lesson.choices = [
            ("", _("No lesson in particular")),
            *((one.slug, one.words_in(i18n.chosen()).title) for one in lessons),
        ]
        return self

    def validate_place(self, field: Field) -> None:
        """It stands in a message, which holds nothing to tap and asks for nothing."""
        no_link(self, field)
        no_request(self, field)

    def validate_hour(self, field: Field) -> None:
        """A class to come."""
        at = self.at() if self.day.data and field.data else None
        if at and at <= clock.now():
            raise ValidationError(_("This time has passed. Choose a later one."))
        if field.data and field.data > CLOSES:
            raise ValidationError(_("A class begins by 20:00."))

    def at(self) -> datetime:
        """The moment it begins."""
        return datetime.combine(self.day.data or date.max, self.hour.data or CLOSES, clock.place())

    def said(self) -> dict[str, Any]:
        """What a valid form says of a class; `village_id` None: the whole commune."""
        village_id = None if self.village.data == EVERYWHERE else int(self.village.data or 0)
        place, lesson = self.place.data or "", self.lesson.data or ""
        return {"village_id": village_id, "place": place, "at": self.at(), "lesson": lesson}

    @staticmethod
    def of(meeting: ClassMeeting) -> dict[str, Any]:
        """What the fields say of a class that there is."""
        at, village = clock.local(meeting.at), str(meeting.village_id or EVERYWHERE)
        return {
            "village": village, "place": meeting.place, "day": at.date(), "hour": at.time(), "lesson": meeting.lesson
        }  # fmt: skip
