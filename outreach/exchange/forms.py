"""What may be chosen to be handed out. The fields bear the names of the files' addresses."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from outreach.areas.models import COMMUNE, Area
from outreach.exchange import names, periods
from outreach.exchange.figures import LEVELS
from outreach.exchange.tables import COVERAGE
from outreach.fields import TokenlessForm, choice

FORMS = ("csv", "xlsx")
CHOSEN = [InputRequired(_l("Please choose one."))]


class TableForm(TokenlessForm):
    """A table to take along; asked by GET, so it carries no token."""

    what = RadioField(_l("What?"), CHOSEN)
    area = choice(_l("Of which place?"), [], name="khu-vuc", validators=CHOSEN)
    level = choice(_l("One row for each"), [], name="cap", validators=CHOSEN)
    period = choice(_l("Which period?"), [], name="ky", validators=CHOSEN)

    def offer(self, tables: Sequence[str], places: Sequence[Area], today: date) -> None:
        """Fill in what this account may take."""
        self.what.choices = [(what, names.TABLE_NAMES[what]) for what in tables]
        _offer_places(self.area, places)
        levels = dict.fromkeys(level for place in places for level in LEVELS[place.kind])
        self.level.choices = [(level, names.LEVEL_NAMES[level]) for level in levels]
        _offer_periods(self.period, today)
        self.kinds = {place.code: place.kind for place in places}

    kinds: dict[str, str]

    def validate_level(self, field: SelectField) -> None:
        """A place is summed up by what stands in it, not by what it stands in, nor by the whole country's villages."""
        allowed = LEVELS.get(self.kinds.get(self.area.data, ""), ())
        if self.what.data == COVERAGE and allowed and field.data not in allowed:
            told = ", ".join(str(names.LEVEL_NAMES[level]) for level in allowed)
            raise ValidationError(_("For this place choose one of: %(levels)s.", levels=told))


class Dhis2Form(TokenlessForm):
    """A data value set to take along: its communes and its period."""

    area = choice(_l("Of which place?"), [], name="khu-vuc", id="dhis2-area", validators=CHOSEN)
    period = choice(_l("Which period?"), [], name="ky", id="dhis2-period", validators=CHOSEN)

    def offer(self, places: Sequence[Area], today: date) -> None:
        """Fill in what this account may take."""
        _offer_places(self.area, [place for place in places if COMMUNE in LEVELS[place.kind]])
        _offer_periods(self.period, today)


def _offer_places(field: SelectField, places: Sequence[Area]) -> None:
    field.choices = [(place.code, place.title) for place in places]


def _offer_periods(field: SelectField, today: date) -> None:
    field.choices = [(period.text, names.shown(period)) for period in periods.latest(today)]
