"""What may be typed to hand over, and to move households."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.fields import Form
from outreach.groups.handing_over import LEAVES, MOVES, RESTS

SPREAD, NOBODY = "all", "none"
NAMES = {LEAVES: _l("Leaves the group"), MOVES: _l("Moves to another village"), RESTS: _l("Only rests for a while")}


class HandOverForm(Form):
    """Why, to whom, and where the person goes."""

    how = RadioField(_l("What happens?"), [InputRequired(_l("Please choose what happens."))])
    to = SelectField(_l("Who takes the houses over?"), [InputRequired(_l("Please choose who takes over."))])
    village = SelectField(_l("To which village?"), coerce=str, default="")

    def offer(self, group: Sequence[Account], villages: Sequence[Area]) -> None:
        """Fill in the colleagues and, for who may move people, the other villages."""
        ways = [way for way in NAMES if way != MOVES or villages]
        self.how.choices = [(way, NAMES[way]) for way in ways]
        several = [(SPREAD, _("All of the group, lane by lane"))] if len(group) > 1 else []
        people = [(str(one.id), one.name) for one in group]
        self.to.choices = [("", _("Choose…")), *people, *several, (NOBODY, _("Nobody yet"))]
        self.village.choices = [("", _("Choose…")), *((one.code, one.title) for one in villages)]
        self._group, self._villages = group, villages

    def validate_village(self, field: Any) -> None:
        """Needed by who moves."""
        if self.how.data == MOVES and not field.data:
            raise ValidationError(_("Please choose the village."))

    @property
    def takers(self) -> list[Account]:
        """Who takes over, of a valid form; nobody when so chosen."""
        return [one for one in self._group if self.to.data in (SPREAD, str(one.id))]

    @property
    def place(self) -> Area | None:
        """The village chosen by who moves."""
        chosen = next((one for one in self._villages if one.code == self.village.data), None)
        return chosen if self.how.data == MOVES else None
