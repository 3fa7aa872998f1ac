"""What an official types: a plan for a quarter, and each village's share of it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, HiddenField
from wtforms.validators import InputRequired, NumberRange, Optional

from outreach import clock
from outreach.campaigns.agreeing import Plan
from outreach.campaigns.models import EVERY_FAMILY, Share
from outreach.campaigns.names import KIND_NAMES
from outreach.fields import DayField, WholeField, line_up, text
from outreach.households.forms import OnceForm
from outreach.households.models import FAMILY_TYPES
from outreach.meanwhile import EditForm, by_key

LONGEST = timedelta(days=366)
MOST = 100_000  # households of a village; no village is so large
FILL_IN = _l("Please fill this in.")
PERCENT = [Optional(), NumberRange(1, 100)]


class CampaignForm(OnceForm):
    """The plan; how many of a hundred households of each kind shall have a proficient person by the last day."""

    name = text(_l("Name of the campaign"), most=120)
    first_day = DayField(_l("First day"), [InputRequired(FILL_IN)])
    last_day = DayField(_l("Last day"), [InputRequired(FILL_IN)])
    every = WholeField(KIND_NAMES[EVERY_FAMILY], PERCENT)
    official = WholeField(KIND_NAMES["official"], PERCENT)
    youth = WholeField(KIND_NAMES["youth"], PERCENT)
    pupil = WholeField(KIND_NAMES["pupil"], PERCENT)
    women = WholeField(KIND_NAMES["women"], PERCENT)
    farmers = WholeField(KIND_NAMES["farmers"], PERCENT)

    @property
    def kinds(self) -> Iterator[tuple[str, WholeField]]:
        """Each kind of family with its field."""
        yield EVERY_FAMILY, self.every
        yield from ((kind, self[kind]) for kind in FAMILY_TYPES)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the days are in order and something is asked for."""
        fine = bool(super().validate(extra_validators))
        first, last = self.first_day.data, self.last_day.data
        if first and last and not timedelta(0) <= last - first <= LONGEST:
            self.last_day.errors = [_("The last day comes after the first, and within a year.")]
            return False
        if last and last < clock.today() and not self.last_day.errors:
            self.last_day.errors = [_("This day has passed. Choose a later day.")]
            return False
        if not any(field.data or field.errors for _kind, field in self.kinds):
            self.every.errors = [_("Say for at least one kind of family how many of a hundred shall be reached.")]
            return False
        return fine

    def plan(self) -> Plan:
        """What a valid form says."""
        percent = {kind: field.data for kind, field in self.kinds if field.data}
        return Plan(self.name.data or "", self.first_day.data or date.max, self.last_day.data or date.max, percent)


class SharesForm(EditForm):
    """The target of each share."""

    share = FieldList(HiddenField())
    target = FieldList(WholeField(_l("Target"), [InputRequired(FILL_IN), NumberRange(0, MOST)]))

    @classmethod
    def of(cls, shares: Sequence[Share]) -> "SharesForm":
        """A row for each share, or what was sent, over what stands."""
        there = {"share": [str(one.id) for one in shares], "target": [one.target for one in shares]}
        form, drawn, now = cls(**there), cls(formdata=None, **there), cls(formdata=None, **there)
        line_up(form.share, form.target, drawn.share, drawn.target)
        for row, share in zip(form.target, shares, strict=True):
            told = {"village": share.village.full_name, "kind": KIND_NAMES[share.type]}
            row.label.text = _("Target of %(village)s: %(kind)s", **told)
        return form.over(now)

    def edited(self) -> dict[str, Field]:
        """The targets by their shares."""
        return by_key(self.share, self.target)

    def targets(self) -> dict[int, int]:
        """Share id → target, as typed."""
        rows = zip(self.share.data, self.target.data, strict=False)
        return {int(share): target for share, target in rows if share and share.isdecimal() and target is not None}


def quarter(today: date) -> tuple[date, date]:
    """The quarter in which a plan made today is likely meant: the running one, or from its last month on the next."""
    month = today.month - 1
    number = month // 3 + (1 if month % 3 == 2 else 0)
    first = date(today.year + number // 4, number % 4 * 3 + 1, 1)
    following = date(first.year + (first.month + 3) // 13, (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)
