"""Form fields that every room shares: text that refuses ID numbers, Vietnamese phones, calendar days."""

from collections.abc import Sequence
from threading import local
from typing import Any, TypeVar

from flask_babel import get_translations
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import (
    DateField,
    Field,
    FieldList,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.csrf.core import CSRFTokenField
from wtforms.validators import DataRequired, Length, Optional

from outreach.lib import id_numbers, phones, words

PHONE_FAULTS = {
    phones.Reason.OLD_11_DIGITS: _l("This is an old 11-digit number. It changed in 2018; ask for the new one."),
    phones.Reason.LANDLINE: _l("This is a landline. Messages need a mobile number."),
    phones.Reason.TOO_SHORT: _l("The number is too short. A mobile number has 10 digits, for example 0912 345 678."),
    phones.Reason.TOO_LONG: _l("The number is too long. A mobile number has 10 digits, for example 0912 345 678."),
    phones.Reason.NOT_VIETNAMESE_MOBILE: _l("This is not a Vietnamese mobile number."),
    phones.Reason.NOT_A_NUMBER: _l("Please type a phone number, for example 0912 345 678."),
}
NO_PHONE = _l(
    "This is not a Vietnamese telephone number. Type a landline with its area code; short numbers as they are."
)
MOST_DIGITS = 18
ID_NUMBER = _l(
    "Please take out the 12-digit ID number. We never store ID numbers: the law protects them, nobody here needs them."
)


# What WTForms says by itself. It knows no Vietnamese, so our catalogue has these sentences.
SAID_BY_WTFORMS = (
    _l("Not a valid choice."),
    _l("'%(value)s' is not a valid choice for this field."),
    _l("'%(value)s' are not valid choices for this field."),
    _l("Invalid Choice: could not coerce."),
    _l("Invalid choice(s): one or more data inputs could not be coerced."),
    _l("Not a valid integer value."),
    _l("Not a valid decimal value."),
    _l("Not a valid date value."),
    _l("This field is required."),
    _l("Number must be at least %(min)s."),
    _l("Number must be at most %(max)s."),
    _l("Number must be between %(min)s and %(max)s."),
)


F = TypeVar("F", bound=FlaskForm)


class _LaidOut(local):
    """Each thread's own."""

    def __init__(self) -> None:
        self.forms: dict[type[FlaskForm], Any] = {}


LAID_OUT = _LaidOut()


class _Words:
    """Gives WTForms its own sentences in the reader's language."""

    def gettext(self, said: str) -> str:
        """The sentence, from our catalogue."""
        return str(get_translations().ugettext(said))

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The sentence for so many, from our catalogue."""
        return self.gettext(one if n == 1 else many)


class _Token(_FlaskFormCSRF):
    """The form's token, signed when a page shows it: whoever sends a form and is led on needs no new one."""

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> LazyString:
        """The token to be, as a text."""
        return LazyString(super().generate_csrf_token, csrf_token_field)


class Form(FlaskForm):
    """Every form of the house: CSRF-safe; a failed one is shown again with all that was typed."""

    class Meta(FlaskForm.Meta):
        """Speaks the reader's language."""

        csrf_class = _Token

        def get_translations(self, form: object) -> _Words:
            """Where the words come from."""
            return _Words()


def laid_out(kind: type[F]) -> F:
    """A form to judge by, where the door has asked for the token already; to be filled in by its `process`, not shown.

    It is laid out once a thread: that takes longer than judging.
    """
    forms = LAID_OUT.forms
    if kind not in forms:
        forms[kind] = kind(formdata=None, meta={"csrf": False})
    form: F = forms[kind]
    return form


class TokenlessForm(Form):
    """The form of a door that bears `@web.same_origin`."""

    class Meta(Form.Meta):
        """Without a token."""

        csrf = False


def no_id_number(_form: object, field: Field) -> None:
    """Refuse a 12-digit personal identification number in free text (Law 91/2025/QH15: we do not need it)."""
    if field.data and not field.errors and id_numbers.find(str(field.data)):
        raise ValidationError(ID_NUMBER)


def _tidy(text: str | None) -> str:
    return " ".join(words.nfc(text or "").split())


def _tidy_lines(text: str | None) -> str:
    return words.nfc(text or "").strip()


def text(label: Any, *, required: bool = True, most: int = 120, hint: Any = "", **kw: Any) -> StringField:
    """One line of text: NFC, single spaces, no ID numbers."""
    first = DataRequired(_l("Please fill this in.")) if required else Optional()
    return StringField(label, [first, at_most(most), no_id_number], filters=[_tidy], description=hint, **kw)


def note(label: Any, *, most: int = 1000, hint: Any = "") -> TextAreaField:
    """Free text over several lines, never required, no ID numbers."""
    return TextAreaField(label, [Optional(), at_most(most), no_id_number], filters=[_tidy_lines], description=hint)


def at_most(most: int) -> Length:
    """No more characters than this."""
    return Length(max=most, message=_l("This is too long: at most %(max)d characters, please."))


class PhoneField(StringField):
    """A Vietnamese mobile number, kept as E.164; empty is None unless required."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; what cannot be a mobile number stays on the page with the reason."""
        typed = valuelist[0].strip() if valuelist else ""
        self.typed = typed
        self.data = None
        if not typed:
            return
        self.data = self._read(typed)

    def _read(self, typed: str) -> str:
        try:
            return phones.parse(typed).e164
        except phones.BadPhone as fault:
            raise ValueError(PHONE_FAULTS[fault.reason]) from None

    def _value(self) -> str:
        return getattr(self, "typed", "") or (phones.show(self.data) if self.data else "")


class AnyPhoneField(PhoneField):
    """A number to call: a mobile, a landline, or a short one such as 1022 (see phones.parse_any)."""

    def _read(self, typed: str) -> str:
        try:
            return phones.parse_any(typed)
        except phones.BadPhone:
            raise ValueError(NO_PHONE) from None


class WholeField(IntegerField):
    """A whole number; what has more digits than anything counted here is none, and no column or check need bear it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Say in the reader's words when it is no number."""
        if valuelist and len(valuelist[0].strip()) > MOST_DIGITS:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata(valuelist)


class DayField(DateField):
    """A calendar day; the phone's own picker, or typed as 21/11/2026."""

    def __init__(self, label: Any = None, validators: Any = None, **kw: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"], **kw)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Say in the reader's words when it is no day."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("This is not a day. Type it like 21/11/2026.")) from None


def shown(field: Field) -> str:
    """What was typed or chosen in a field, in words, as somebody else reads it."""
    return in_words(field, [str(value) for value in field.raw_data or () if value])


def in_words(field: Field, said: Sequence[str]) -> str:
    """What a field would say with these values, in words."""
    if isinstance(field, SelectField | SelectMultipleField):
        return ", ".join(str(text) for value, text, *_more in field.iter_choices() if str(value) in said)
    return ", ".join(said)


def line_up(
    keys: "FieldList[Any]", values: "FieldList[Any]", drawn_keys: "FieldList[Any]", drawn_values: "FieldList[Any]"
) -> None:
    """Put what was sent in each row beside the key that it was sent with, in the rows there are by now.

    `drawn…` are the rows as a page has them now; one that was not sent is as drawn. A row may have come or gone while
    the page was open, and nobody's answer may slip to a neighbour.
    """
    sent = dict(zip(keys.data, values.entries, strict=False))
    rows = [sent.get(key) or drawn for key, drawn in zip(drawn_keys.data, drawn_values.entries, strict=True)]
    for row, drawn in zip(rows, drawn_values.entries, strict=True):
        row.name, row.id = drawn.name, drawn.id
    keys.entries, values.entries = drawn_keys.entries, rows


def choice(label: Any, choices: Any, **kw: Any) -> SelectField:
    """One of several."""
    return SelectField(label, choices=choices, **kw)


def choices(label: Any, options: Any, **kw: Any) -> SelectMultipleField:
    """Any number of several."""
    return SelectMultipleField(label, choices=options, **kw)
