"""What may be typed about assessments: a claim, a withdrawal's reason, a commune's standard."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, ValidationError
from wtforms.validators import InputRequired

from outreach.assessments import certificates, names
from outreach.assessments.standard import Standard
from outreach.fields import Form, choices, text
from outreach.lib import words
from outreach.meanwhile import EditForm

AT_LEAST_ONE = _l("Please tick at least one skill.")


class SaidForm(Form):
    """Skills the person says they have."""

    said = choices(_l("What the person says they can do"), [], validators=[InputRequired(AT_LEAST_ONE)])

    def offer(self, rule: Standard) -> None:
        """The skills that count here."""
        self.said.choices = [(one.id, names.skill(one)) for one in rule.skills]


class WithdrawForm(Form):
    """Why a confirmation is taken back."""

    reason = text(_l("Why is it taken back?"), most=300)


class StandardForm(EditForm):
    """Which skills count in this commune, and how many are needed."""

    skills = choices(_l("Which skills count here?"), [], validators=[InputRequired(AT_LEAST_ONE)])
    needed = RadioField(_l("How many must a person show?"), [InputRequired(_l("Please choose one."))], coerce=int)

    def offer(self, default: Standard) -> None:
        """The skills of the default standard."""
        self.skills.choices = [(one.id, names.skill(one)) for one in default.skills]
        self.needed.choices = [(n, str(n)) for n in range(1, len(default.skills) + 1)]

    def validate_needed(self, field: Any) -> None:
        """No more than there are."""
        if self.skills.data and (field.data or 0) > len(self.skills.data):
            raise ValidationError(_("More are needed than are ticked above. Tick more, or choose a smaller number."))


class CertificateForm(Form):
    """How the person wants to be called on a paper that others may see."""

    called = RadioField(_l("Which name should stand on it?"), [InputRequired(_l("Please choose one."))])
    agreed = BooleanField(
        _l("I have asked, and the person agrees that this name stands on a paper others may see."),
        [InputRequired(_l("Please ask the person first, then tick this."))],
        description=_l("For somebody under 16 the guardian agrees as well."),
    )

    def offer(self, full_name: str) -> None:
        """The three ways to be called."""
        self.called.choices = [
            (certificates.FULL, full_name),
            (certificates.GIVEN, words.given_name(full_name)),
            (certificates.NONE, _("No name at all")),
        ]
