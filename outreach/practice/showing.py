"""How a rehearsal's pages say things: the coach's words as HTML, what does not fit, what a screen pretends to be."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from outreach import i18n
from outreach.drawing.picture import draw
from outreach.lib import markdown
from outreach.practice.portal import Reason, Slip
from outreach.practice.shape import Likeness, Said, Screen, words_in

SCREENS_LANGUAGE = "vi"  # as the real screens' is, whatever the reader's
LIKENESSES = {
    Likeness.PORTAL: (_l("Likeness of the Portal"), "document"),
    Likeness.VNEID: (_l("Likeness of VNeID"), "mobile"),
    Likeness.VSSID: (_l("Likeness of VssID"), "mobile"),
    Likeness.PHONE: (_l("Likeness of a telephone"), "mobile"),
    Likeness.SMS: (_l("Likeness of a text message"), "sms"),
    Likeness.CALL: (_l("Likeness of a telephone call"), "phone"),
    Likeness.SHOP: (_l("Likeness of an online shop"), "list"),
    Likeness.BANK: (_l("Likeness of a bank's app"), "lock"),
}


def say(said: Said) -> Markup:
    """A sentence or two in the reader's language."""
    quoted = "" if i18n.chosen() == SCREENS_LANGUAGE else SCREENS_LANGUAGE
    return Markup(markdown.inline(words_in(said, i18n.chosen()), quoted))  # noqa: S704 (washed in lib.markdown)


def lang() -> str:
    """The reader's language as a page names it: what is said on a pretended screen is not of it."""
    return i18n.LANGUAGES[i18n.chosen()].html


def words(said: Said) -> str:
    """The same without bold, for a heading or a title."""
    return words_in(said, i18n.chosen())


def slip(one: Slip) -> Markup:
    """What does not fit in a field."""
    return Markup.escape(reason(one.reason)) if not one.said else say(one.said)


def reason(why: Reason) -> str:
    """What is said where the rehearsal itself says nothing."""
    if why is Reason.REAL:
        return _(
            "This is not the sample, and it looks like a real number. Never type your own numbers or codes here: "
            "type what stands on the sample card."
        )
    return _("Nothing is chosen yet. Choose one.")


def picture(screen: Screen) -> Markup:
    """The screen's picture, if it has one; its words stand on the screen as well, so it is not read aloud."""
    return Markup(draw(screen.draw)) if screen.draw else Markup()  # noqa: S704 (our own lines, escaped there)


def slips(found: Mapping[str, Slip]) -> dict[str, Markup]:
    """Field id → what does not fit."""
    return {field: slip(one) for field, one in found.items()}


def duration(seconds: int) -> str:
    """About how long it took."""
    if seconds < 60:
        return _("Less than a minute")
    return ngettext("%(num)s minute", "%(num)s minutes", round(seconds / 60))
