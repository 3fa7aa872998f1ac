"""A page made fit for a shared device: what leads out of the house, or through a closed door, is no link there."""

import re
from collections.abc import Callable

from outreach.lib import phones

LINK = re.compile(r"(?P<before><li[^>]*>)?<a\b(?P<marks>[^>]*)>(?P<said>.*?)</a>(?P<after></li>)?", re.DOTALL)
HREF = re.compile(r'\shref="([^"]*)"')
CLASS = re.compile(r'\sclass="([^"]*)"')
LANG = re.compile(r'\slang="[^"]*"')
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
TEL = "tel:"
PLACE = "four-"  # a class that says where in the foot something stands


def fit(page: str, closed: Callable[[str], bool]) -> str:
    """The page (HTML of our own making) with links out turned into words, and links to closed doors left out.

    `closed` says of an address of this house whether it is shut. A telephone link says its number: nobody can call
    from there, but everybody has a phone of their own.
    """

    def link(found: re.Match[str]) -> str:
        address = HREF.search(found["marks"])
        if address is None:
            return found[0]
        if SCHEME.match(address[1]):
            return (found["before"] or "") + _words(found, address[1]) + (found["after"] or "")
        if not closed(address[1]):
            return found[0]
        alone = found["before"] and found["after"]
        return "" if alone else (found["before"] or "") + (found["after"] or "")

    return LINK.sub(link, page)


def _words(found: re.Match[str], address: str) -> str:
    classes, language = CLASS.search(found["marks"]), LANG.search(found["marks"])
    kept = " ".join(["told", *(one for one in (classes[1].split() if classes else ()) if one.startswith(PLACE))])
    said = found["said"]
    if address.startswith(TEL):
        said += _number(address.removeprefix(TEL), said)
    return f'<span class="{kept}"{language[0] if language else ""}>{said}</span>'


def _number(dialled: str, said: str) -> str:
    """The number as one reads it, unless the words hold it already."""
    shown = phones.show(dialled) if dialled.strip("+").isdecimal() else dialled
    return "" if shown in said.replace("\u00a0", " ") else f" <b>{shown}</b>"
