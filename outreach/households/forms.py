"""What may be typed about households, their people, ambassadors and consent."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from outreach import clock, fields, i18n
from outreach.accounts import receipts
from outreach.areas.models import Area
from outreach.households import consent
from outreach.households.models import CLOSED, PURPOSES, Member
from outreach.households.names import (
    FAMILY_TYPE_NAMES,
    HOW_NAMES,
    LESSON_LANGUAGES,
    PURPOSE_NAMES,
    RELATION_NAMES,
    SMS_FORM_NAMES,
    STAGE_NAMES,
)
from outreach.lib import phones
from outreach.sms.models import PLAIN

OLDEST = 1900
ADULT = 18  # the targets for confirmation on VNeID speak of adults
LAST_PLACE = 9999  # on the way through a lane
NEW = "new"
SOMEBODY_NEW = _l("Somebody not on the list yet")
OWN_NUMBER = _l("No: the number above, or none")
CHOOSE = _l("Please choose one.")
NO_NAME = _l("Please type the name.")
NO_YEAR = _l("The year of birth is needed to register an ambassador.")
NO_NUMBER = _l("For messages or calls a telephone number is needed. Note one, or leave these two out.")
NO_GUARDIAN = _l("This person is or may be under 16: a parent or guardian must agree. Please note the name.")
NOTHING_TICKED = _l("Nothing was ticked. Tick what the person agrees to.")
UNKNOWN_WORDS = _l("The words that were read aloud are not known here. Read today's words aloud, and ask once more.")
NOT_REGISTERED = _l("Nobody is registered without agreeing to the first purpose.")
IN_PIECES = _l("This form came in pieces. It is whole again now: please send it once more.")


class YearField(IntegerField):
    """A year of birth, four digits; empty is None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Say in the reader's words when it is no year."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        year = int(typed) if len(typed) == 4 and typed.isdecimal() else 0
        if not OLDEST <= year <= clock.today().year:
            raise ValueError(_l("Please type the year with four digits, for example 1985."))
        self.data = year


def _not_after_today(_form: object, field: Field) -> None:
    if field.data and field.data > clock.today():
        raise ValidationError(_l("This day has not come yet."))


def _offer(names: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, text) for value, text in names.items()]


def _all_good(*checks: tuple[Field, bool, Any]) -> bool:
    """Whether every check holds; what does not is said beside its field."""
    for field, good, fault in checks:
        if not good and not field.errors:
            field.errors = [fault]
    return all(good for _field, good, _fault in checks)


def _relation() -> SelectField:
    return fields.choice(
        _l("Relation to the head of the household"),
        _offer(RELATION_NAMES),
        default="other",
        validators=[DataRequired(CHOOSE)],
    )


def _sentence(label: Any) -> StringField:
    return fields.text(label, most=200)


class OnceForm(fields.Form):
    """A sheet that makes one row however often it is sent: `client_id` is made when it is drawn."""

    client_id = HiddenField(default=receipts.new_client_id)

    def validate_client_id(self, field: Any) -> None:
        """The mark that the page or the phone made; anything else is a torn form."""
        if not receipts.is_client_id(field.data or ""):
            field.data = receipts.new_client_id()
            raise ValidationError(IN_PIECES)


class HouseholdForm(OnceForm):
    """A household. `village` is asked only of those who work in several."""

    village = SelectField(_l("Village"), coerce=int, validators=[InputRequired(CHOOSE)])
    head_name = fields.text(_l("Name of the head of the household"))
    address = fields.text(_l("Address in the village"), required=False, most=200)
    phone = fields.PhoneField(_l("Telephone of the household"), [Optional()])
    code = fields.text(_l("The commune's own number for it"), required=False, most=40)
    walk_no = fields.WholeField(_l("Its place on the way through the lane"), [Optional(), NumberRange(1, LAST_PLACE)])
    family_types = fields.choices(_l("What kind of family is it?"), _offer(FAMILY_TYPE_NAMES))

    def among(self, villages: Sequence[Area], here: Area | None = None) -> Self:
        """Offer these villages (and the one it is in, which may have ended); with only one there is nothing to ask."""
        offered = {v.id: v.full_name for v in villages} | ({here.id: here.full_name} if here else {})
        self.village.choices = _offer(offered)
        if len(offered) == 1:
            del self.village
        return self


class NumberForm(fields.Form):
    """Somebody's telephone number: typed, or that of somebody in the house, so that it is asked for once."""

    phone = fields.PhoneField(_l("Telephone"), [Optional()])
    same_phone = RadioField(
        _l("Does this person use a telephone of the house?"), [Optional()], choices=[], default="",
        validate_choice=False,
    )  # fmt: skip

    def share(self, numbers: Mapping[str, str]) -> Self:
        """Offer the numbers of the house (E.164 → whose they are), each to be taken with one tap."""
        offered = {n: _l("The number of %(name)s: %(phone)s", name=whose, phone=i18n.show_phone(n))
                   for n, whose in numbers.items()}  # fmt: skip
        self.same_phone.choices = _offer({"": OWN_NUMBER} | offered) if offered else []
        return self

    def validate_same_phone(self, field: Any) -> None:
        """Any number that could be typed: a sheet from a phone's bag may come when the house has changed it since."""
        try:
            field.data = phones.parse(field.data).e164
        except phones.BadPhone:
            raise ValidationError(CHOOSE) from None

    @property
    def own_number(self) -> str | None:
        """The number (E.164) that was taken from somebody of the house, or else typed."""
        return self.same_phone.data or self.phone.data


class MemberForm(OnceForm, NumberForm):
    """A person of a household."""

    name = fields.text(_l("Full name"))
    birth_year = YearField(_l("Year of birth"), [Optional()])
    relation = _relation()
    language = fields.choice(
        _l("Language wished for lessons"), _offer(LESSON_LANGUAGES), default="vi", validators=[DataRequired(CHOOSE)]
    )
    sms_form = fields.choice(
        _l("How messages are written"), _offer(SMS_FORM_NAMES), default=PLAIN, validators=[DataRequired(CHOOSE)]
    )
    vneid = BooleanField(_l("Says that the basic level of digital skills is confirmed on VNeID"))

    def validate_vneid(self, field: Any) -> None:
        """Targets count adults; of those who turn 18 this year we cannot know."""
        born = self.birth_year.data
        if field.data and born and clock.today().year - born < ADULT:
            raise ValidationError(_l("This is counted of adults only, from 18 years on."))


class LeftForm(fields.Form):
    """Since when somebody no longer lives in the household."""

    left_on = fields.DayField(_l("Left on"), [InputRequired(CHOOSE), _not_after_today])


class ConsentForm(fields.Form):
    """A yes, purpose by purpose; nothing is ticked beforehand. `wording`: the version of the words that were read."""

    wording = HiddenField(default=lambda: consent.WORDING)
    purposes = fields.choices(
        _l("What does the person agree to?"), _offer(PURPOSE_NAMES), validators=[InputRequired(NOTHING_TICKED)]
    )
    how = RadioField(_l("How was the consent given?"), choices=_offer(HOW_NAMES), validators=[InputRequired(CHOOSE)])
    guardian = fields.text(_l("Name of the parent or guardian who agrees, for somebody under 16"), required=False)

    def given(self) -> consent.Given:
        """The yes as typed."""
        purposes = tuple(self.purposes.data or ())
        return consent.Given(purposes, self.how.data, self.guardian.data or "", self.read_aloud())

    def validate_wording(self, field: Any) -> None:
        """Words that this house never had were read by nobody; the page then carries today's."""
        if self.read_aloud() not in consent.WORDINGS:
            field.data = consent.WORDING
            raise ValidationError(UNKNOWN_WORDS)

    def read_aloud(self) -> str:
        """The version of the words that the sheet shows: those it was sent with, today's on an empty one."""
        if self.wording.raw_data is None:
            return consent.WORDING
        return next(iter(self.wording.raw_data), "") or consent.UNSAID

    def offer(self, purposes: Sequence[str]) -> "ConsentForm":
        """Ask for these purposes only."""
        self.purposes.choices = _offer({p: PURPOSE_NAMES[p] for p in PURPOSES if p in purposes})
        return self

    def _agreed(self, phone: str | None, birth_year: int | None) -> bool:
        """Whether what was ticked can hold: a message or a call needs a number, a child a guardian."""
        ticked = set(self.purposes.data or ())
        child = birth_year is not None and consent.may_be_child(birth_year)
        return _all_good(
            (self.purposes, bool(phone) or not ticked & {"sms", "phone"}, NO_NUMBER),
            (self.guardian, bool(self.guardian.data) or not child, NO_GUARDIAN),
        )


class GiveForm(ConsentForm):
    """A yes given later by somebody on the list."""

    def fits(self, member: Member) -> bool:
        """Whether this member can agree to what was ticked, in this way."""
        return self._agreed(member.phone, member.birth_year)


class AmbassadorForm(OnceForm, ConsentForm, NumberForm):
    """The ambassador: somebody of the household, or somebody to be noted now, with the consent of the moment.

    `base` is the member who was ambassador when the sheet was drawn ("0": nobody); empty where nobody knows.
    """

    base = HiddenField()
    who = RadioField(_l("Who will be the ambassador?"), validators=[InputRequired(CHOOSE)])
    name = fields.text(_l("Full name"), required=False)
    relation = _relation()
    birth_year = YearField(_l("Year of birth"), [Optional()])
    reason = fields.text(_l("Why is it handed over?"), required=False, most=200)

    def of(self, members: Sequence[Member], handed_over: bool) -> "AmbassadorForm":
        """Offer these members, and somebody new; why it is handed over is asked only when it is."""
        self.who.choices = _offer({str(m.id): _labelled(m) for m in members} | {NEW: SOMEBODY_NEW})
        if not handed_over:
            del self.reason
        return self

    def fits(self, chosen: Member | None) -> bool:
        """Whether all that registering needs is there; `chosen` is None for somebody new."""
        if self.who.errors:
            return False
        complete = _all_good(
            (self.name, chosen is not None or bool(self.name.data), NO_NAME),
            (self.birth_year, self.year(chosen) is not None, NO_YEAR),
            (self.purposes, "registered" in (self.purposes.data or ()), NOT_REGISTERED),
        )
        return self._agreed(self.number(chosen), self.year(chosen)) and complete

    def year(self, chosen: Member | None) -> int | None:
        """The year of birth: on the list already, or typed now."""
        return (chosen.birth_year if chosen else None) or self.birth_year.data

    def number(self, chosen: Member | None) -> str | None:
        """The telephone number: told now, or on the list already."""
        return self.own_number or (chosen.phone if chosen else None)


class ReasonForm(fields.Form):
    """A deed that needs a reason: reopening, ending."""

    reason = _sentence(_l("Reason"))


class ClosureForm(ReasonForm):
    """Why a household is not counted."""

    closed_as = RadioField(
        _l("What has happened?"),
        choices=_offer({c: STAGE_NAMES[c] for c in CLOSED}),
        validators=[InputRequired(CHOOSE)],
    )


def _labelled(member: Member) -> str:
    born = f", {member.birth_year}" if member.birth_year else ""
    return f"{member.name}{born} ({RELATION_NAMES[member.relation]})"
