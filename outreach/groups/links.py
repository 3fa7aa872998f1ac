"""Where one goes from a group's page: the rooms that leaders and officials work in, as far as their doors are open."""

from typing import Any, NamedTuple

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from outreach.accounts.models import LEADER, OFFICIAL


class Card(NamedTuple):
    """A link of the group's page."""

    endpoint: str
    text: Any
    second: Any
    icon: str
    roles: tuple[str, ...] = (LEADER, OFFICIAL)


CARDS = (
    Card("review.index", _l("Visit log"), _l("The month's sheets: sent, approved, missing"), "calendar"),
    Card("doubts.index", _l("Visits asked about"), _l("Something about a visit should be looked at"), "eye"),
    Card("samples.index", _l("Checks by lot"), _l("Drawn visits, asked by telephone or seen again"), "list"),
    Card("late.index", _l("Late records"), _l("Sent by who may no longer write there: you decide"), "clock"),
    Card("telephone.index", _l("Telephone list"), _l("Whom no text message reaches this week"), "phone"),
    Card("campaigns.index", _l("Campaigns"), _l("What the commune wants to reach this quarter"), "flag"),
    Card("care.index", _l("Who looks after which lane"), _l("Hand out houses, lane by lane"), "home"),
    Card("groups.choose", _l("Village boundaries"), _l("Move households between villages"), "map-pin", (OFFICIAL,)),
    Card("elsewhere.index", _l("Help somebody of elsewhere"), _l("Whoever stands before you is helped"), "hand"),
)


def cards(role: str) -> list[tuple[str, Any, Any, str]]:
    """Address, words, second line and icon of each card that this role may follow."""
    doors = current_app.view_functions
    shown = (card for card in CARDS if role in card.roles and card.endpoint in doors)
    return [(url_for(card.endpoint), card.text, card.second, card.icon) for card in shown]


def to(endpoint: str, **said: Any) -> str:
    """The address of a door; "" while it is not open."""
    return url_for(endpoint, **said) if endpoint in current_app.view_functions else ""
