"""What may be chosen when houses are handed out, and typed when they are put in walking order."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, HiddenField
from wtforms.validators import InputRequired, NumberRange, Optional

from outreach.accounts.models import Account
from outreach.fields import Form, WholeField, choice, line_up
from outreach.households.forms import LAST_PLACE
from outreach.meanwhile import EditForm, by_key
from outreach.visits.lanes import Lane

AS_IT_IS, NOBODY = "", "0"


def _people(group: Sequence[Account]) -> list[tuple[str, str]]:
    return [*((str(one.id), one.name) for one in group), (NOBODY, _("Nobody"))]


class CareForm(EditForm):
    """Who looks after one household."""

    to = choice(_l("Who looks after this household?"), [], validators=[InputRequired(_l("Please choose one."))])

    def offer(self, group: Sequence[Account]) -> "CareForm":
        """The group of the household's village, or nobody."""
        self.to.choices = _people(group)
        return self


class LanesForm(Form):
    """Who looks after each lane; "as it is" leaves its houses to whom they belong."""

    lane = FieldList(HiddenField())
    to = FieldList(choice(_l("From now on"), [], default=AS_IT_IS))

    @classmethod
    def of(cls, lanes: Sequence[Lane], group: Sequence[Account]) -> "LanesForm":
        """A row for each lane, or what was sent."""
        rows = {"lane": [lane.key for lane in lanes], "to": [AS_IT_IS] * len(lanes)}
        form, drawn = cls(**rows), cls(formdata=None, **rows)
        line_up(form.lane, form.to, drawn.lane, drawn.to)
        for entry in form.to:
            entry.choices = [(AS_IT_IS, _("as it is")), *_people(group)]
        return form

    def chosen(self) -> dict[str, str]:
        """Lane key → account id or NOBODY, of the lanes for which something was chosen."""
        rows = zip(self.lane.data, self.to.data, strict=False)
        return {lane or "": to for lane, to in rows if to}


class OrderForm(EditForm):
    """The places of a lane's houses, each a number from 1, or open."""

    house = FieldList(HiddenField())
    place = FieldList(WholeField(_l("Number on the way"), [Optional(), NumberRange(1, LAST_PLACE)]))

    @classmethod
    def of(cls, lane: Lane) -> "OrderForm":
        """A row for each house, or what was sent, over what stands."""
        there = {"house": [str(house.id) for house in lane.houses], "place": [house.walk_no for house in lane.houses]}
        form, drawn, now = cls(**there), cls(formdata=None, **there), cls(formdata=None, **there)
        line_up(form.house, form.place, drawn.house, drawn.place)
        for row, house in zip(form.place, lane.houses, strict=True):
            row.label.text = _("Place of %(name)s", name=house.head_name)
        return form.over(now)

    def edited(self) -> dict[str, Field]:
        """The places by their houses."""
        return by_key(self.house, self.place)

    def places(self, lane: Lane) -> dict[int, int | None]:
        """House → place, for houses of this lane only."""
        typed = dict(zip(self.house.data, self.place.data, strict=False))
        return {house.id: typed[str(house.id)] for house in lane.houses if str(house.id) in typed}
