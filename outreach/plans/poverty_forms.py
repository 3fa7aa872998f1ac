"""What a commune types of its villages' poverty: one row a village."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import Field, FieldList, HiddenField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from outreach import clock
from outreach.fields import DayField, WholeField, line_up, text
from outreach.meanwhile import EditForm, by_key
from outreach.plans.poverty import Fact
from outreach.plans.queries import Facts

MOST = 100_000  # households of a village; no village is so large
COUNT = [Optional(), NumberRange(0, MOST)]
ASTRAY = 1.5  # so many times the households on the list: a slip of the pen, not a list that is behind


class PovertyForm(EditForm):
    """The review's day and source; poor and near-poor households of each village, and whether it is in hardship."""

    as_of = DayField(_l("Day of the review"), [InputRequired(_l("Please fill this in."))])
    source = text(_l("Where the numbers stand"), required=False, most=200)
    village = FieldList(HiddenField())
    poor = FieldList(WholeField(_l("Poor households"), COUNT))
    near_poor = FieldList(WholeField(_l("Near-poor households"), COUNT))
    hardship = SelectMultipleField(_l("Village in special difficulty"))

    listed: Mapping[int, int]  # households on the list, by village; set by `of`

    @classmethod
    def of(cls, known: Facts, listed: Mapping[int, int]) -> "PovertyForm":
        """A row for each village as it was noted last, or as sent, over what stands."""
        facts = [fact for _village, fact in known.rows]
        rows: dict[str, Any] = {
            "village": [str(village.id) for village, _fact in known.rows],
            "poor": [fact.poor if fact else None for fact in facts],
            "near_poor": [fact.near_poor if fact else None for fact in facts],
        }
        special = [str(village.id) for village, fact in known.rows if fact and fact.hardship]
        head = {"as_of": known.as_of or clock.today(), "source": known.source, "hardship": special}
        form, drawn, now = cls(**rows, **head), cls(formdata=None, **rows), cls(formdata=None, **rows, **head)
        sent = form.village.entries
        for name in ("poor", "near_poor"):
            form.village.entries = sent
            line_up(form.village, form[name], drawn.village, drawn[name])
            for row, (village, _fact) in zip(form[name], known.rows, strict=True):
                row.label.text = f"{row.label.text}: {village.full_name}"
        form.hardship.choices = [(str(village.id), village.title) for village, _fact in known.rows]
        form.listed = listed
        return form.over(now)

    def edited(self) -> dict[str, Field]:
        """The head, and the counts by their villages."""
        return super().edited() | by_key(self.village, self.poor) | by_key(self.village, self.near_poor)

    def validate_as_of(self, field: Any) -> None:
        """No review is held tomorrow."""
        if field.data and field.data > clock.today():
            raise ValidationError(_("This day has not come yet."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether no village has far more poor households than the list has households."""
        fine = bool(super().validate(extra_validators))
        for village, poor, near in zip(self.village.data, self.poor.entries, self.near_poor.entries, strict=True):
            there = self.listed.get(int(village), 0)
            if there and not near.errors and (poor.data or 0) + (near.data or 0) > ASTRAY * there:
                said = ngettext(
                    "The list has %(num)s household in this village. Please look at the numbers again.",
                    "The list has %(num)s households in this village. Please look at the numbers again.", there,
                )  # fmt: skip
                near.errors, fine = [said], False
        return fine

    def facts(self) -> list[Fact]:
        """What a valid form says of each village."""
        rows = zip(self.village.data, self.poor.data, self.near_poor.data, strict=True)
        special = self.hardship.data or []
        return [Fact(int(village), poor, near, village in special) for village, poor, near in rows]
