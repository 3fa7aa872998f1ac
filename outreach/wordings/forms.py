"""What may be typed about a wording."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired

from outreach import fields
from outreach.lib import words
from outreach.sms.models import FULL, PLAIN
from outreach.sms.purposes import PURPOSES
from outreach.wordings import checking, names
from outreach.wordings.versions import Words

LONGEST = 5000  # characters; far more than fits, so that a long text comes back with a sentence about parts


def _one_line(text: str | None) -> str:
    """As it is sent: NFC, single blanks."""
    return " ".join(words.nfc(text or "").split())


def _words(label: Any) -> TextAreaField:
    needed = DataRequired(names.FAULTS[checking.EMPTY])
    return TextAreaField(label, [needed, fields.at_most(LONGEST), fields.no_id_number], filters=[_one_line])


class WordingForm(fields.Form):
    """The words of a purpose in a language. `seen`: which version the page showed."""

    full = _words(names.FORM_NAMES[FULL])
    plain = _words(names.FORM_NAMES[PLAIN])
    commune = fields.text(_l("Show it as it reads for somebody in"), required=False, most=80)
    seen = HiddenField()

    def __init__(self, purpose: str, **kw: Any) -> None:
        super().__init__(**kw)
        self.purpose = purpose

    def validate(self, extra_validators: Any = None) -> bool:
        """Beside the fields' own rules, everything that `checking` refuses, each in a sentence."""
        good = super().validate(extra_validators)
        for fault in checking.faults(PURPOSES[self.purpose], self.words.full, self.words.plain):
            if fault.kind != checking.EMPTY:
                self[fault.form].errors = [*self[fault.form].errors, names.sentence(fault)]
                good = False
        return good

    @property
    def words(self) -> Words:
        """What was typed."""
        return Words(self.full.data or "", self.plain.data or "")


class ReferenceForm(fields.Form):
    """The provider's own number for a registered wording."""

    reference = fields.text(_l("The provider's number for it"), most=60)
