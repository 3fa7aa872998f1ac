"""What is handed to the SMS provider to have a wording registered."""

from typing import NamedTuple

from outreach.lib.sms_text import PLACEHOLDER
from outreach.sms.models import FULL, PLAIN, Wording
from outreach.sms.purposes import PURPOSES
from outreach.wordings import checking
from outreach.wordings.names import TOLD_TO_PROVIDER


class Sheet(NamedTuple):
    """A form of a wording for the provider's form: with what changes named between square brackets, and an example."""

    form: str
    template: str
    example: str


def sheets(wording: Wording) -> list[Sheet]:
    """Both forms, as members may have chosen either."""
    values = PURPOSES[wording.purpose].placeholders
    texts = ((PLAIN, wording.plain), (FULL, wording.full))
    return [Sheet(form, _bracketed(text), checking.read(text, form, values)) for form, text in texts]


def _bracketed(text: str) -> str:
    """As "[ten xa]: …" for "{commune}: …": what the people who register it can read, without any program's signs."""
    return PLACEHOLDER.sub(lambda found: f"[{TOLD_TO_PROVIDER[found[1]]}]", text)
