"""What of a page is read, in which language, and what of a catalogue may be looked for in it."""

import re
import unicodedata
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import polib

from outreach.settings import ROOT
from tests.visitor import H

READ_ALOUD = ("alt", "aria-label", "aria-description", "content", "placeholder", "title")
SILENT = {f"{H}{tag}" for tag in ("script", "style", "template")}
HOLE = re.compile(r"%\(\w+\)[a-z]|%%|<[^>]+>|&\w+;")


def catalogue(language: str) -> polib.POFile:
    """The messages of a language."""
    return polib.pofile(str(ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"))


def said(tree: Element, language: str) -> str:
    """All that a page says in this language: texts and what is read aloud, without parts marked as another's."""
    return " ".join(" ".join(pieces(tree, language)).split())


def pieces(element: Element, language: str) -> Iterator[str]:
    """The texts of an element piece by piece, in order."""
    if element.tag in SILENT or (element.get("lang") or language) != language:
        return
    yield from (element.get(name, "") for name in READ_ALOUD)
    if element.tag == f"{H}input" and element.get("type") == "submit":
        yield element.get("value", "")
    yield element.text or ""
    for child in element:
        yield from pieces(child, language)
        yield child.tail or ""


def tellable(message: str) -> str:
    """The longest stretch of a message without placeholders, if by its three words one can tell it; else ""."""
    stretches = (" ".join(one.split()) for one in HOLE.split(unicodedata.normalize("NFC", message)))
    longest = max(stretches, key=len).strip(" “”().,:;…")
    return longest if len(re.findall(r"\w+", longest)) >= 3 else ""
