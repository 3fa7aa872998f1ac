"""What may be typed about accounts: signing in, a handed-over code, a member of staff, one's own password."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from outreach.accounts import codes, passwords
from outreach.accounts.models import STANDS_IN
from outreach.accounts.names import ROLE_NAMES, WEAKNESSES
from outreach.areas.models import COUNTRY, PROVINCE, VILLAGE, Area
from outreach.fields import Form, PhoneField, at_most, text
from outreach.i18n import LANGUAGES
from outreach.meanwhile import EditForm

NEEDED = _l("Please fill this in.")
WRONG_PLACE = {
    VILLAGE: _l("Leaders and volunteers belong to a village: choose one."),
    PROVINCE: _l("A province official belongs to a province: choose one."),
    COUNTRY: _l("An administrator belongs to the whole country."),
}
WHOLE_COMMUNE = _l("This role belongs to the whole commune: choose the commune, not a village.")


class SignInForm(Form):
    """Phone and password."""

    phone = PhoneField(_l("Mobile number"), [InputRequired(NEEDED)])
    password = PasswordField(_l("Password"), [InputRequired(NEEDED), at_most(200)])


class NewPasswordForm(Form):
    """A new password, typed once and seen while typing: two blind tries fail more often than one seen."""

    new_password = StringField(_l("New password"), [InputRequired(NEEDED)])
    own_phone: str | None = None

    def validate_new_password(self, field: StringField) -> None:
        """Refuse what is easily guessed, and say why."""
        weak = passwords.weakness(field.data or "", self.own_phone)
        if weak:
            raise ValidationError(WEAKNESSES[weak])


class InvitationForm(NewPasswordForm):
    """A code handed over in person, the phone it belongs to, and the password it is exchanged for."""

    phone = PhoneField(_l("Your mobile number"), [InputRequired(NEEDED)])
    code = StringField(_l("One-time code"), [InputRequired(NEEDED), at_most(40)])

    def validate_code(self, field: StringField) -> None:
        """Say at once when it cannot be a code; this counts as no try."""
        if len(codes.tidy(field.data or "")) != codes.LENGTH:
            raise ValidationError(_l("The code has 8 letters and digits, for example K7QX-3M9D."))

    def validate_new_password(self, field: StringField) -> None:
        """The number typed above must not be in it."""
        self.own_phone = self.phone.data
        super().validate_new_password(field)


class ChangePasswordForm(NewPasswordForm):
    """The password until now, and the new one."""

    password = PasswordField(_l("Current password"), [InputRequired(NEEDED), at_most(200)])


class LanguageForm(Form):
    """The language of one's pages."""

    language = SelectField(_l("Language"), validators=[InputRequired(NEEDED)])

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        self.language.choices = [(code, tongue.endonym) for code, tongue in LANGUAGES.items()]


class StaffForm(EditForm):
    """A member of staff: name, phone, role and place; `roles` and `places` are what may be given."""

    name = text(_l("Full name"))
    phone = PhoneField(_l("Mobile number"), [InputRequired(NEEDED)])
    role = RadioField(_l("Role"), validators=[InputRequired(_l("Please choose a role."))])
    area = SelectField(_l("Place"), validators=[InputRequired(_l("Please choose a place."))])

    def __init__(self, roles: Sequence[str], places: Sequence[Area], **kw: Any) -> None:
        super().__init__(**kw)
        self.role.choices = [(role, ROLE_NAMES[role]) for role in roles]
        first = [] if len(places) == 1 else [("", _l("Choose…"))]
        self.area.choices = [*first, *((place.code, place.title) for place in places)]
        self._places = {place.code: place for place in places}

    @property
    def place(self) -> Area:
        """The chosen place, of a form that was found valid."""
        return self._places[self.area.data]

    def validate_area(self, field: SelectField) -> None:
        """A role stands in a place of its kind."""
        place = self._places.get(field.data)
        kinds = STANDS_IN.get(self.role.data or "", ())
        if place is not None and kinds and place.kind not in kinds:
            raise ValidationError(WRONG_PLACE.get(kinds[0], WHOLE_COMMUNE))
