"""The wordings of our messages: one file a purpose and language, written by people, without accents."""

from functools import cache
from pathlib import Path

from outreach.lib import sms_text
from outreach.settings import ROOT

FOLDER = ROOT / "templates" / "sms" / "texts"
FALLBACK = "vi"


def write(purpose: str, language: str, **values: str) -> str:
    """The text of a purpose in the member's language (Vietnamese where nobody has written that one yet).

    Values lose their accents as the wordings have none: one "ạ" would more than double the price. Raises
    sms_text.MissingValue rather than leave a gap.
    """
    return sms_text.fill(_wording(purpose, language), {name: _plain(value) for name, value in values.items()})


def languages(purpose: str) -> list[str]:
    """The languages this purpose was written in."""
    return sorted(path.name.split(".")[1] for path in FOLDER.glob(f"{purpose}.*.txt"))


@cache
def _wording(purpose: str, language: str) -> str:
    path: Path = FOLDER / f"{purpose}.{language if language in languages(purpose) else FALLBACK}.txt"
    return path.read_text(encoding="utf-8").strip()


def _plain(value: str) -> str:
    return sms_text.plain(value).replace("’", "'").replace("–", "-")
