"""What may be typed to help somebody of elsewhere: who it is, and how it went."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError
from wtforms.validators import InputRequired

from outreach.cards import codes
from outreach.fields import Form, PhoneField, text
from outreach.households.models import Member
from outreach.lib import words
from outreach.visits import names
from outreach.visits.forms import NO_DAY, VisitForm
from outreach.visits.models import AT_DESK, AT_HOME, BY_PHONE, MET
from outreach.visits.recording import VisitDraft


class FindForm(Form):
    """The code of a learner card; or else a telephone number and the full name, both."""

    code = text(_l("Code of the learner card"), required=False, most=40)
    phone = PhoneField(_l("Their mobile number"))
    name = text(_l("Their full name"), required=False)

    @property
    def plain(self) -> str:
        """The code as it is kept."""
        return codes.read(self.code.data or "")

    def validate_code(self, field: Any) -> None:
        """Say at once when it cannot be a code; this counts as no try."""
        if len(self.plain) != codes.LENGTH:
            raise ValidationError(_("The code has eight letters and digits, for example K7PM-4XQT."))

    def validate(self, extra_validators: Any = None) -> bool:
        """A card, or number and name together."""
        right = bool(super().validate(extra_validators))
        if not self.code.data and not self.errors:
            for field in (self.phone, self.name):
                if not field.data:
                    field.errors = [_("Type the card's code above, or both the number and the full name.")]
                    right = False
        return right


class HelpForm(VisitForm):
    """A visit with one person, who is not listed by more than the given name; nothing is promised for others."""

    way = RadioField(_l("How did you help?"), [InputRequired(_l("Please choose how you helped."))])

    def offer_to(self, member: Member) -> None:
        """Fill in the choices for the one who was found."""
        self.offer(member.household, ())
        given = words.given_name(member.name)
        self.met.choices, self.met.data = [(member.id, given)], [member.id]
        self.observed_of.choices, self.observed_of.data = [(0, given)], 0
        self.came.data, self.again.data, self.next_on.data, self.next_on.raw_data = [], NO_DAY, None, None
        self.outcome.choices = [(outcome, names.OUTCOME_NAMES[outcome]) for outcome in MET]
        self.way.choices = [(way, names.WAY_NAMES[way]) for way in (AT_DESK, AT_HOME, BY_PHONE)]

    def draft(self) -> VisitDraft:
        """What a valid form said."""
        return replace(super().draft(), way=self.way.data)
