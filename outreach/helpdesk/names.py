"""Kinds of help points in words."""

from flask_babel import lazy_gettext as _l

from outreach.helpdesk.models import CULTURE, DESK, OTHER, POST

KIND_NAMES = {
    DESK: _l("The commune's desk for public services"),
    POST: _l("Post office"),
    CULTURE: _l("Culture house"),
    OTHER: _l("Another place"),
}
KIND_ICONS = {DESK: "people", POST: "sms", CULTURE: "home", OTHER: "map-pin"}
