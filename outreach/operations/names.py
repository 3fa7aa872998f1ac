"""What the page of operations says of itself."""

from flask_babel import gettext, ngettext

from outreach.i18n import show_number
from outreach.operations.board import Board


def heading(board: Board) -> str:
    """How much there is, the urgent apart: "2 to do now, 1 to keep an eye on"."""
    if not board.total:
        return gettext("Nothing needs anybody now")
    watch = board.total - board.now
    now = ngettext("%(count)s to do now", "%(count)s to do now", board.now, count=show_number(board.now))
    later = ngettext("%(count)s to watch", "%(count)s to watch", watch, count=show_number(watch))
    return ", ".join([now] * bool(board.now) + [later] * bool(watch))
