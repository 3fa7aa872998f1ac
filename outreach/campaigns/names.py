"""What states of a share and kinds of families are called, in the reader's language."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from outreach import clock
from outreach.campaigns.models import EVERY_FAMILY
from outreach.campaigns.progress import BEHIND, MISSED, ON_PLAN, REACHED, TO_COME
from outreach.campaigns.queries import Progress
from outreach.households.names import FAMILY_TYPE_NAMES
from outreach.i18n import show_date, show_number

STATE_NAMES = {
    TO_COME: _l("Has not begun"),
    REACHED: _l("Reached"),
    ON_PLAN: _l("On plan"),
    BEHIND: _l("Behind plan"),
    MISSED: _l("Not reached"),
}
STATE_KINDS = {REACHED: "done", BEHIND: "late", MISSED: "late"}  # how a tag looks
KIND_NAMES = {EVERY_FAMILY: _l("All families")} | FAMILY_TYPE_NAMES


def line(row: Progress) -> str:
    """A village's share in one line, for who goes from door to door."""
    told = _(
        "%(name)s, until %(day)s: %(now)s of %(target)s households",
        name=row.share.campaign.name, day=show_date(row.span.last), now=show_number(row.standing.now),
        target=show_number(row.standing.target),
    )  # fmt: skip
    kind = "" if row.share.type == EVERY_FAMILY else f" ({KIND_NAMES[row.share.type]})"
    return f"{told}{kind}. {need(row)}"


def need(row: Progress) -> str:
    """What is needed from now on."""
    today = clock.today()
    if not row.standing.left:
        return _("The share is reached.")
    a_week = row.standing.a_week(row.span, today)
    if row.span.left(today) < 7:
        return ngettext("%(num)s more household is needed.", "%(num)s more households are needed.", a_week)
    return ngettext("%(num)s household a week is needed.", "%(num)s households a week are needed.", a_week)
