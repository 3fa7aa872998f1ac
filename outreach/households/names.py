"""What stages, relations, purposes and reasons are called, in the reader's language."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.households.models import (
    HAS_AMBASSADOR,
    LEARNING,
    MOVED_AWAY,
    NOT_REACHED,
    PROFICIENT,
    REFUSED,
    VACANT,
    VISITED,
)

STAGE_NAMES = {
    NOT_REACHED: _l("Not reached yet"),
    VISITED: _l("Visited"),
    HAS_AMBASSADOR: _l("Has an ambassador"),
    LEARNING: _l("Learning"),
    PROFICIENT: _l("Proficient"),
    MOVED_AWAY: _l("Moved away"),
    VACANT: _l("Nobody lives here"),
    REFUSED: _l("Does not wish to take part"),
}
GROUP_NAMES = {  # keys of queries.GROUPS
    "in_scope": _l("All in scope"),
    "reached": _l("Reached"),
    "with_ambassador": _l("Has an ambassador, or further"),
    "closed": _l("Counted apart"),
}
SKILL_NAMES = {  # of models.SKILLS, as letter 3240/BTTTT-CĐSQG (8 Aug 2024) has them
    "online_services": _l("Use online public services"),
    "shopping": _l("Shop online"),
    "payment": _l("Pay online"),
    "safety": _l("Protect oneself in cyberspace"),
    "local_platform": _l("Use another platform chosen by the locality"),
}
RELATION_NAMES = {
    "head": _l("Head of the household"),
    "spouse": _l("Wife or husband"),
    "child": _l("Son or daughter"),
    "parent": _l("Father or mother"),
    "grandchild": _l("Grandchild"),
    "sibling": _l("Brother or sister"),
    "other": _l("Another relation"),
}
# Kinds of families as xã Ân Tường (Gia Lai) sets targets by them (Báo Gia Lai, 2026: officials 100 %, youth and pupils
# 95 %, women's and farmers' unions 70 %). Its fourth kind, families of party members, is left out on purpose: a
# political view is sensitive data (Law 91/2025/QH15), and no visit needs it.
FAMILY_TYPE_NAMES = {
    "official": _l("Family of officials or public employees"),
    "youth": _l("Family with Youth Union members"),
    "pupil": _l("Family with pupils"),
    "women": _l("Family with Women's Union members"),
    "farmers": _l("Family with Farmers' Union members"),
}
PURPOSE_NAMES = {
    "registered": _l("Being the household's digital ambassador"),
    "sms": _l("Reminders by text message"),
    "phone": _l("Contact by telephone"),
}
HOW_NAMES = {"oral": _l("Said it aloud"), "paper": _l("Signed on paper"), "screen": _l("On a screen")}

# The language somebody wishes for lessons, not who they are. Where there is no lesson in it yet, Vietnamese is shown.
LESSON_LANGUAGES = {
    "vi": _l("Vietnamese"),
    "tyz": _l("Tày"),
    "nut": _l("Nùng"),
    "hmn": _l("Hmong"),
    "tai": _l("Thái"),
    "mtq": _l("Mường"),
    "ium": _l("Dao"),
    "jra": _l("Gia Rai"),
    "rad": _l("Ê Đê"),
    "bdq": _l("Ba Na"),
    "km": _l("Khmer"),
    "en": _l("English"),
}

STOP_NAMES = {  # how a yes was taken back, or messages to a number were stopped
    "oral": _l("Told to the group"),
    "page": _l("On the page for stopping messages"),
    "phone": _l("By telephone"),
    "volunteer": _l("Told to the group, for the whole number"),
    "reply": _l("By a reply to a message"),
    "carrier": _l("Through the phone company"),
    "merged": _l("Taken back under another entry of the same person"),
}
SMS_FORM_NAMES = {"plain": _l("Without accents"), "full": _l("With accents")}

# Reasons the house itself gives are kept as these words; what a person typed is kept as typed.
REASON_NAMES = {
    "withdrawn": _l("The consent was withdrawn"),
    "handed_over": _l("Handed over to another member"),
    "left": _l("Left the household"),
    "merged": _l("The same household stood on the list twice"),
    "parted": _l("Two households had been merged by mistake"),
    "visit_corrected": _l("A visit had been noted wrongly"),
}


def shown() -> dict[str, str]:
    """What each of models.ALONE and HELPED is called: a skill, and how it was shown."""
    alone = {f"alone_{skill}": _("%(skill)s: alone", skill=name) for skill, name in SKILL_NAMES.items()}
    return alone | {f"helped_{skill}": _("%(skill)s: with help", skill=name) for skill, name in SKILL_NAMES.items()}


def facts(said: Mapping[str, str]) -> str:
    """A person's name, year of birth, relation and language in words, as far as they are said."""
    told = [said.get("name", ""), _("born %(year)s", year=said["birth_year"]) if said.get("birth_year") else ""]
    known = ((RELATION_NAMES, "relation"), (LESSON_LANGUAGES, "language"))
    told += [str(names[said[name]]) for names, name in known if name in said]
    return ", ".join(filter(None, told))


def reason(stored: str) -> str:
    """A stored reason as one reads it."""
    return str(REASON_NAMES.get(stored, stored))
