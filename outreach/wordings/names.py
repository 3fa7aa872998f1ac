"""States, faults and placeholders of wordings in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.i18n import LANGUAGES
from outreach.sms.models import DRAFT, FULL, PLAIN, REGISTERED, SUBMITTED, WITHDRAWN
from outreach.wordings import checking, refusing
from outreach.wordings.checking import Fault
from outreach.wordings.queries import Shelf

FORM_NAMES = {FULL: _l("With accents"), PLAIN: _l("Without accents")}
STATE_NAMES = {
    DRAFT: _l("Draft"), SUBMITTED: _l("Handed to the SMS provider"), REGISTERED: _l("Registered"),
    WITHDRAWN: _l("Withdrawn"),
}  # fmt: skip
STATE_LOOKS = {  # icon and kind of tag
    DRAFT: ("pencil", ""), SUBMITTED: ("clock", "sand"), REGISTERED: ("check", "done"), WITHDRAWN: ("cross", "sand"),
}  # fmt: skip
PLACEHOLDER_NAMES = {
    "commune": _l("name of the commune"),
    "phone": _l("number to call"),
    "village": _l("name of the village"),
    "day": _l("day"),
    "hour": _l("hour"),
    "place": _l("place"),
    "name": _l("given name"),
    "lesson": _l("title of the lesson"),
    "what": _l("what it is about, in the family's words"),
    "count": _l("number of households"),
    "visits": _l("number of visits"),
    "proficient": _l("number of proficient households"),
    "households": _l("number of all households"),
}
# The same for the provider's form, which people in Việt Nam read: in Vietnamese, without accents, in every language.
TOLD_TO_PROVIDER = {
    "commune": "ten xa", "phone": "so dien thoai", "village": "ten thon", "day": "ngay", "hour": "gio",
    "place": "dia diem", "name": "ten nguoi nhan", "lesson": "ten bai hoc", "what": "noi dung", "count": "so nha",
    "visits": "so luot tham", "proficient": "so ho thanh thao", "households": "tong so ho",
}  # fmt: skip

FAULTS = {
    checking.EMPTY: _l("Nothing is written here yet."),
    checking.BRACE: _l(
        "“%(what)s” cannot be read. A name to be filled in stands between two braces, in small letters, like {phone}."
    ),
    checking.STRANGER: _l("This kind of message has nothing to put in for {%(what)s}."),
    checking.OTHER_NAMES: _l(
        "{%(what)s} stands only in the other form. Both must say the same: add it here or take it out there."
    ),
    checking.LINK: _l(
        "There is something like a link in it. Our messages never have one, so that people know that a message with "
        "a link is not ours."
    ),
    checking.SHOUTING: _l("Most of it is in capital letters. That reads like shouting, and like fraud."),
    checking.LETTERS: _l(
        "These characters make the whole message more than twice as expensive: %(what)s. Write them without accents, "
        "quotes and dashes straight."
    ),
    checking.TOO_LONG: _l("This would take %(what)s parts, each paid for. At most 3 are allowed: please shorten it."),
    refusing.INSTALL: _l(
        "“%(what)s”: our messages never ask anybody to install or download anything, as fraudsters do. Please write "
        "it without these words."
    ),
    refusing.PAY: _l(
        "“%(what)s”: our wordings never speak of paying or transferring money, as fraudsters do. Please write "
        "it without these words."
    ),
    refusing.CODE: _l(
        "“%(what)s”: our wordings never speak of codes, passwords or ID numbers, not even in a warning. "
        "Please write it without these words."
    ),
}
MISSING = {
    "commune": _l("{commune} is missing: every message says in whose name it comes."),
    "phone": _l("{phone} is missing: every message says whom to call to get no more."),
}


def sentence(fault: Fault) -> str:
    """What is wrong and what to do, in the reader's language."""
    if fault.kind == checking.MISSING:
        return str(MISSING[fault.what])
    return str(FAULTS[fault.kind]) % {"what": fault.what}


def language_name(code: str) -> str:
    """What a language calls itself."""
    return LANGUAGES[code].endonym if code in LANGUAGES else code


def version_name(version: int) -> str:
    """Its number in words."""
    return _("Version %(number)s", number=version)


def going_out(shelf: Shelf, *, strict: bool) -> tuple[str, str, str]:
    """Whether new messages go out and in which state their words are: text, icon and kind of a tag."""
    if not shelf.counts:
        return _("Nothing: no message goes out"), "warning", "late"
    if strict and shelf.counts.state != REGISTERED:
        return _("Nothing before registration: messages wait"), "warning", "late"
    return str(STATE_NAMES[shelf.counts.state]), *STATE_LOOKS[shelf.counts.state]
