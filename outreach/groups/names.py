"""What silence, phones and duties are called, in the reader's language."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from outreach.groups.figures import Group, Person
from outreach.groups.handing_over import Gone
from outreach.groups.people import HOMES, MONTH, OVERDUE, WEEK
from outreach.groups.silence import PhoneState
from outreach.i18n import show_date

LISTS = {
    HOMES: _l("Households looked after"),
    WEEK: _l("Visits this week"),
    MONTH: _l("Visits this month"),
    OVERDUE: _l("Promises overdue"),
}
AN_HOUR = 60
NAMED = 5  # at most, of those whose phones hold records
MOST_NAMED = 10  # households in a sentence


def last_visit(person: Person) -> str:
    """When this person last visited somebody, or how long that is ago when it is too long."""
    if person.days is None:
        return _("no visit yet")
    if person.is_silent:
        return ngettext("no visit for %(num)s day", "no visit for %(num)s days", person.days)
    return _ago(person.days)


def last_in(group: Group) -> str:
    """When a household of the village was last visited."""
    return _("nobody yet") if group.days is None else _ago(group.days)


def silent_village(group: Group) -> str:
    """The sentence about a village where nobody comes any more."""
    if group.last_at is None:
        return _("Nobody has visited any household of %(village)s yet.", village=group.village.full_name)
    return ngettext(
        "Nobody has visited any household of %(village)s for %(num)s day (since %(day)s).",
        "Nobody has visited any household of %(village)s for %(num)s days (since %(day)s).",
        group.days or 0, village=group.village.full_name, day=show_date(group.last_at),
    )  # fmt: skip


def phone(state: PhoneState) -> list[str]:
    """What is the matter with a phone; nothing when it is well."""
    said = []
    if state.unsent is not None:
        said.append(ngettext(
            "%(num)s record not sent yet", "%(num)s records not sent yet", state.waiting
        ))  # fmt: skip
        if state.unsent and state.unseen is None:
            said.append(ngettext("has not sent for %(num)s day", "has not sent for %(num)s days", state.unsent))
    if state.unseen is not None:
        said.append(ngettext("not heard of for %(num)s day", "not heard of for %(num)s days", state.unseen))
    if state.clock_off:
        said.append(_clock(state.clock_off))
    return said


def as_of(group_list: list[Group]) -> str:
    """How complete the figures are: how many phones hold how many records that are not in them."""
    unsent = [phone for group in group_list for phone in group.unsent]
    if not unsent:
        return _("No phone held anything back when it was last heard of.")
    records = sum(one.state.waiting for one in unsent)
    said = ngettext(
        "%(num)s phone has not sent everything: %(records)s records are not in these figures yet.",
        "%(num)s phones have not sent everything: %(records)s records are not in these figures yet.",
        len(unsent), records=records,
    )  # fmt: skip
    owing = [p.account.name for group in group_list for p in group.people if any(one.state.waiting for one in p.phones)]
    more = "…" if len(owing) > NAMED else ""
    return said + " " + _("They wait with: %(names)s.", names=", ".join(owing[:NAMED]) + more)


def gone_on(gone: Sequence[Gone]) -> str:
    """Which households handing back leaves where they went since, and with whom they are."""
    named = [f"{one.head_name} ({one.carer})" for one in gone[:MOST_NAMED]]
    return ngettext(
        "%(num)s household has gone on to somebody else since and stays there: %(households)s.",
        "%(num)s households have gone on to somebody else since and stay there: %(households)s.",
        len(gone), households=", ".join(named) + (" …" if gone[MOST_NAMED:] else ""),
    )  # fmt: skip


def _ago(days: int) -> str:
    if days == 0:
        return _("today")
    return ngettext("%(num)s day ago", "%(num)s days ago", days)


def _clock(minutes: int) -> str:
    far = abs(minutes)
    if far < AN_HOUR:
        return _clock_in_minutes(minutes, far)
    hours = round(far / AN_HOUR)
    if minutes > 0:
        return ngettext("its clock is %(num)s hour fast", "its clock is %(num)s hours fast", hours)
    return ngettext("its clock is %(num)s hour slow", "its clock is %(num)s hours slow", hours)


def _clock_in_minutes(minutes: int, far: int) -> str:
    if minutes > 0:
        return ngettext("its clock is %(num)s minute fast", "its clock is %(num)s minutes fast", far)
    return ngettext("its clock is %(num)s minute slow", "its clock is %(num)s minutes slow", far)
