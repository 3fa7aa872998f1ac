"""What the divisions of coverage are called, in the reader's language."""

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from outreach.coverage.names import Column
from outreach.groups.breakdown import CARER, HARDSHIP, KIND, OTHERS, SPECIAL, UNTOLD, Villages
from outreach.households.names import FAMILY_TYPE_NAMES
from outreach.i18n import show_number

__all__ = ["CARER_COLUMN", "DIVISION_NAMES", "FAMILY_TYPE_NAMES", "HARDSHIP_NAMES", "told"]

CARER_COLUMN = Column("name", _l("Who looks after them"))
DIVISION_NAMES = {  # short: they name sheets of a workbook
    CARER: _l("By volunteer"),
    KIND: _l("By kind of family"),
    HARDSHIP: _l("By hardship"),
}
HARDSHIP_NAMES = {
    SPECIAL: _l("Villages in special difficulty"),
    OTHERS: _l("Other villages"),
    UNTOLD: _l("Villages of which nothing is known"),
}


def told(one: Villages) -> str:
    """How many villages, and what was counted in them: "3 thôn, 41 hộ nghèo, 20 hộ cận nghèo"."""
    parts = [ngettext("%(count)s village", "%(count)s villages", one.villages, count=show_number(one.villages))]
    if one.poor is not None:
        parts.append(gettext("poor households: %(count)s", count=show_number(one.poor)))
    if one.near_poor is not None:
        parts.append(gettext("near-poor households: %(count)s", count=show_number(one.near_poor)))
    return ", ".join(parts)
