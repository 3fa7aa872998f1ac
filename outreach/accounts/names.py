"""Roles, states and deeds in words, for every page that speaks of staff."""

from flask_babel import lazy_gettext as _l

from outreach.accounts.models import ADMIN, AGENT, LEADER, OFFICIAL, PROVINCE, VOLUNTEER
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
STATE_NAMES = {ACTIVE: _l("In use"), INVITED: _l("Invited, no password yet"), SUSPENDED: _l("Suspended")}
STATE_LOOKS = {ACTIVE: ("check", ""), INVITED: ("clock", "sand"), SUSPENDED: ("lock", "late")}  # icon and kind of tag

WEAKNESSES = {
    Weakness.SHORT: _l("Too short: it needs at least 8 letters or digits."),
    Weakness.LONG: _l("Too long: at most 128 letters."),
    Weakness.PHONE: _l("Your phone number must not be part of it: everybody knows it."),
    Weakness.SAME: _l("Too easy to guess: use more different letters."),
    Weakness.RUN: _l("Too easy to guess: the letters stand in a row. Try three or four words only you know."),
    Weakness.COMMON: _l("Too easy to guess: many people use it. Try three or four words only you know."),
}  # fmt: skip
