"""Roles, states and deeds in words, for every page that speaks of staff."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from outreach.accounts.models import ADMIN, AGENT, LEADER, OFFICIAL, PROVINCE, VOLUNTEER, AuditEntry
from outreach.accounts.passwords import Weakness
from outreach.accounts.queries import ACTIVE, INVITED, SUSPENDED

ROLE_NAMES = {
    ADMIN: _l("Administrator"),
    PROVINCE: _l("Province official"),
    OFFICIAL: _l("Commune official"),
    LEADER: _l("Group leader"),
    VOLUNTEER: _l("Volunteer"),
    AGENT: _l("Help-point agent"),
}
ROLE_HINTS = {
    ADMIN: _l("Looks after the whole site; sees no household."),
    PROVINCE: _l("Sees the province's numbers and staff; sees no household."),
    OFFICIAL: _l("Answers for the commune: households, lists, groups."),
    LEADER: _l("Leads the village's group and confirms what people can do."),
    VOLUNTEER: _l("Goes from house to house in one village."),
    AGENT: _l("Helps people at the commune's help point."),
}
STATE_NAMES = {ACTIVE: _l("Working"), INVITED: _l("Invited, no password yet"), SUSPENDED: _l("Suspended")}
STATE_LOOKS = {ACTIVE: ("check", ""), INVITED: ("clock", "sand"), SUSPENDED: ("lock", "late")}  # icon and kind of tag

WEAKNESSES = {
    Weakness.SHORT: _l("Too short: it needs at least 8 letters or digits."),
    Weakness.LONG: _l("Too long: at most 128 letters."),
    Weakness.PHONE: _l("Your phone number must not be part of it: everybody knows it."),
    Weakness.SAME: _l("Too easy to guess: use more different letters."),
    Weakness.RUN: _l("Too easy to guess: the letters stand in a row. Try three or four words only you know."),
    Weakness.COMMON: _l("Too easy to guess: many people use it. Try three or four words only you know."),
}  # fmt: skip

ACTS: dict[str, Any] = {
    "account.create": _l("New account"),
    "account.invite": _l("First code handed over"),
    "account.reset": _l("Code for a new password handed over"),
    "account.password": _l("New password set"),
    "account.role": _l("Role changed"),
    "account.move": _l("Moved to another place"),
    "account.update": _l("Name or phone corrected"),
    "account.suspend": _l("Account suspended"),
    "account.resume": _l("Account opened again"),
    "account.sign_out_everywhere": _l("Signed out on every device"),
}
SUBJECTS: dict[str, Any] = {
    "household": _l("Household no. %(id)s"),
    "member": _l("Household member no. %(id)s"),
}


def deed(entry: AuditEntry) -> str:
    """What was done, in words; a deed that has none yet keeps its name."""
    return str(ACTS.get(entry.act, entry.act))


def about(entry: AuditEntry, people: Mapping[int, str]) -> str:
    """To whom or what it was done, and the role before and after; `people` are names by account id."""
    known = SUBJECTS.get(entry.subject)
    subject = str(known) % {"id": entry.subject_id} if known else people.get(entry.subject_id or 0, "")
    roles = [str(ROLE_NAMES[role]) for role in entry.details.get("role", ()) if role in ROLE_NAMES]
    return f"{subject}: {' → '.join(roles)}" if len(roles) == 2 else subject
