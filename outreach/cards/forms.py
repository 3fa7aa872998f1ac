"""What may be typed of a learner card: its code."""

from flask_babel import lazy_gettext as _l

from outreach import fields
from outreach.cards import codes


class CardForm(fields.Form):
    """The code on a learner card, as somebody types it."""

    code = fields.text(_l("The code on your card"), most=40)

    @property
    def plain(self) -> str:
        """The code made plain, "" when it cannot be one."""
        code = codes.read(self.code.data or "")
        return code if len(code) == codes.LENGTH and code.isascii() else ""
