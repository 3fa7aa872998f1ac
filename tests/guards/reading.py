"""What of a page is read, in which language, and what of a catalogue may be looked for in it."""

import re
import unicodedata
from xml.etree.ElementTree import Element

import polib

from outreach.settings import ROOT

READ_ALOUD = ("alt", "aria-label", "aria-description", "content", "placeholder", "title")
SILENT = {f"{tag}" for tag in ("script", "style", "template")}
HOLE = re.compile(r"%\(\w+\)[a-z]|%%|<[^>]+>|&\w+;")


def catalogue(language: str) -> polib.POFile:
    """The messages of a language."""
    return polib.pofile(str(ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"))


def said(tree: Element, language: str) -> str:
    """All that a page says in this language: texts and what is read aloud, without parts marked as another's."""
    pieces: list[str] = []
    _gather(tree, language, pieces)
    return " ".join(" ".join(pieces).split())


def _gather(element: Element, language: str, pieces: list[str]) -> None:
    """The texts of an element piece by piece, in order."""
    if element.tag in SILENT or (element.get("lang") or language) != language:
        return
    pieces += [element.attrib[name] for name in READ_ALOUD if name in element.attrib]
    if element.tag == "input" and element.get("type") == "submit":
        pieces.append(element.get("value", ""))
    pieces.append(element.text or "")
    for child in element:
        _gather(child, language, pieces)
        pieces.append(child.tail or "")


def tellable(message: str) -> str:
    """The longest stretch of a message without placeholders, if by its three words one can tell it; else ""."""
    stretches = (" ".join(one.split()) for one in HOLE.split(unicodedata.normalize("NFC", message)))
    longest = max(stretches, key=len).strip(" “”().,:;…")
    return longest if len(re.findall(r"\w+", longest)) >= 3 else ""
