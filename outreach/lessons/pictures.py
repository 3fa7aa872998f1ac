"""Hold a lesson's drawings to the rules: small, of one shape, and unable to run or fetch anything."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from outreach.lib.faults import Fault
from outreach.lib.letters import wrong_letters

MOST_BYTES: Final = 8 * 1024
VIEW_BOX: Final = "0 0 360 240"
# Anything that runs, or reaches outside the file: scripts, handlers, links, images, pages, entities.
RISKY: Final = re.compile(
    r"<script|<foreignObject|<image|<iframe|<style|<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|\son\w+\s*=|"
    r"javascript:|href\s*=\s*[\"'](?!#)|url\(\s*[\"']?(?!#)|data:",
    re.IGNORECASE,
)


def picture_faults(path: Path) -> Iterator[Fault]:
    """Give every broken rule of one SVG file."""
    data = path.read_bytes()
    if len(data) > MOST_BYTES:
        yield Fault(path, 1, f"the picture weighs {len(data)} bytes; {MOST_BYTES} is the most")
    text = data.decode("utf-8", errors="replace")
    risky = list(RISKY.finditer(text))
    for match in risky:
        yield Fault(path, _line(text, match.start()), f"not allowed in a picture: {match.group().strip()}")
    if not risky:  # the reader of XML below must never meet an entity
        yield from _drawing(path, text)


def _drawing(path: Path, text: str) -> Iterator[Fault]:
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (our own file, and entities are refused above)
    except ElementTree.ParseError as error:
        yield Fault(path, error.position[0], f"not a readable SVG: {error}")
        return
    if root.tag != "{http://www.w3.org/2000/svg}svg" or root.get("viewBox") != VIEW_BOX:
        yield Fault(path, 1, f'the picture should be an SVG with viewBox="{VIEW_BOX}"')
    for words in root.itertext():
        yield from wrong_letters(path, _line(text, max(text.find(words), 0)), words)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
