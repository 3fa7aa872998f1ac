"""What a phone keeps of a lesson or a rehearsal, so that it opens without a network.

Pages are kept as a stranger gets them (no cookie, so nobody's name), with all that they load. What is kept of what is
told in docs/decisions/010-kept-lessons.md.
"""

import hashlib
import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass
from html import unescape
from urllib.parse import urlsplit

from flask import Response, current_app

from outreach import i18n, shelf

# What a page loads by itself is named by a mark of its content: style, scripts, voices.
LOADED = re.compile(r'<(?:link|script|audio|source|img)\b[^>]*?\s(?:href|src)="(/[^"]+[?;&]v=[^"]+)"')
FRESH = 600.0  # seconds: so late does a phone hear that something has changed
SOUNDS = (".opus", ".mp3")  # each voice is there twice; a phone keeps the one it can play


@dataclass(frozen=True)
class Bundle:
    """All that is kept of one thing.

    `address` is where it begins. `pages`: address → where the copy to be kept under it comes from. `files`: address →
    bytes. `bytes`: pages (`pages_bytes`) and files together, of sounds the heavier kind. `version` marks the content of
    the pages.
    """

    title: str
    language: str
    tag: str
    address: str
    version: str
    bytes: int
    pages_bytes: int
    pages: Mapping[str, str]
    files: Mapping[str, int]

    def json(self) -> str:
        """As kept.js reads it."""
        return json.dumps(asdict(self), ensure_ascii=False)


def copy(address: str) -> str:
    """Where the copy of a page in this reader's language comes from."""
    return f"{address}{'&' if '?' in address else '?'}{i18n.ONCE}={i18n.chosen()}"


def copies(addresses: Iterable[str]) -> dict[str, str]:
    """The same of several pages, by address."""
    return {address: copy(address) for address in addresses}


def answer(key: Hashable, gather: Callable[[], Bundle]) -> Response:
    """The list of what to keep, in this reader's language; gathered once in a while by each process."""
    return shelf.answer(
        ("kept", key, i18n.chosen()), lambda: gather().json(), mimetype="application/json", fresh=FRESH
    )  # fmt: skip


def bundle(title: str, pages: Mapping[str, str]) -> Bundle:
    """Ask for all of these pages (the first is where it begins) and what they load, and weigh them.

    Raises LookupError where one of them does not answer.
    """
    language = i18n.chosen()
    drawn = {address: _ask(source) for address, source in pages.items()}
    files = {address: len(_ask(address)) for address in dict.fromkeys(_loaded(drawn.values()))}
    mark = hashlib.sha256()
    for address, body in drawn.items():
        mark.update(f"{address} {len(body)} ".encode() + body)
    weight = sum(map(len, drawn.values()))
    return Bundle(
        title=title, language=language, tag=i18n.LANGUAGES[language].html, address=next(iter(pages)),
        version=mark.hexdigest()[:16], bytes=weight + _weight(files), pages_bytes=weight,
        pages=pages, files=files,
    )  # fmt: skip


def is_sound(address: str) -> bool:
    """Whether a file is a voice."""
    return urlsplit(address).path.endswith(SOUNDS)


def _weight(files: Mapping[str, int]) -> int:
    by_kind = [sum(size for one, size in files.items() if urlsplit(one).path.endswith(kind)) for kind in SOUNDS]
    return sum(size for one, size in files.items() if not is_sound(one)) + max(by_kind)


def _loaded(bodies: Iterable[bytes]) -> list[str]:
    return [unescape(found) for body in bodies for found in LOADED.findall(body.decode())]


def _ask(address: str) -> bytes:
    """What the house answers a browser that brings no cookie."""
    with current_app.app_context(), current_app.test_client(use_cookies=False).get(address) as answer:
        if answer.status_code != 200:  # (a context of its own: nothing of whoever asks for the list gets in)
            raise LookupError(f"{answer.status} {address}")
        return answer.get_data()
