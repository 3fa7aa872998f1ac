"""Read a picture told in lines: what stands where, the one mark, and in plain words what cannot be drawn."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from outreach.drawing.vocabulary import (
    MARKABLE,
    MOST_HEIGHT,
    MOST_THINGS,
    OVER,
    PHONE,
    SCENE,
    SHEET,
    STARRED,
    VOCABULARY,
    Kind,
)

STRETCH: Final = 2  # letters a single word may stand out between its neighbours
FIRST_WORD: Final = re.compile(r"(?P<kind>[^\s!*]+)(?P<signs>[!*1]*)(?:\s+(?P<text>\S.*))?")


class Untold(Exception):
    """A line cannot be drawn as it is written; the text says why."""


@dataclass(frozen=True)
class Line:
    """One line, read.

    `said` are its parts, each cut into lines of text; `height` in px; `larger` how many times larger its letters may
    be drawn; `mark` is the part to press (from 1; 0 = none), `star` the one that is ticked, chosen or now.
    """

    kind: str
    parts: tuple[str, ...]
    said: tuple[tuple[str, ...], ...] = ()
    height: int = 0
    larger: float = 1
    mark: int = 0
    star: int = 0


@dataclass(frozen=True)
class Told:
    """A whole picture, read; `faults` say what is left out of it or does not fit."""

    ground: str
    lines: tuple[Line, ...]
    faults: tuple[str, ...]


def read(lines: Sequence[str]) -> Told:
    """Read a picture; a line that cannot be drawn is left out and named among the faults."""
    ground = lines[0].strip() if lines and lines[0].strip() in (SCENE, SHEET) else PHONE
    found: list[Line] = []
    faults: list[str] = []
    for number, written in enumerate(lines[ground != PHONE :], start=1 + (ground != PHONE)):
        try:
            line, said = _line(written, ground)
        except Untold as why:
            faults.append(f"draw, line {number}: {why}")
        else:
            found.append(line)
            faults += [f"draw, line {number}: {fault}" for fault in said]
    return Told(ground, tuple(found), (*faults, *_whole(ground, found)))


def wrap(text: str, letters: int) -> list[str]:
    """Cut a text into lines of at most so many letters, as even as can be; a longer word stays whole."""
    lines = textwrap.wrap(text, letters, break_long_words=False, break_on_hyphens=False)
    for fewer in range(letters - 1, 0, -1):
        tighter = textwrap.wrap(text, fewer, break_long_words=False, break_on_hyphens=False)
        if len(tighter) > len(lines) or max(map(len, tighter), default=0) > fewer:
            break
        lines = tighter
    return lines


def _line(written: str, ground: str) -> tuple[Line, list[str]]:
    match = FIRST_WORD.fullmatch(written.strip())
    if match is None:
        raise Untold(f"“{written}” should begin with what is to be drawn")
    name, signs = match["kind"], match["signs"]
    kind = _known(name, ground)
    parts = _parts(name, kind, match["text"] or "")
    for sign in signs:
        if sign not in kind.signs or signs.count(sign) > 1:
            raise Untold(f"“{name}” cannot have “{sign}” after it")
    parts, mark, star = _inner(kind, parts)
    if MARKABLE in signs:
        mark = mark or (2 if "1" in kind.signs and "1" not in signs else 1)
    most = [kind.most_letters(number, len(parts)) for number in range(len(parts))]
    said = [wrap(part, most[number]) if kind.lines > 1 else [part] for number, part in enumerate(parts)]
    height = kind.height + kind.more * (max(map(len, said), default=1) - 1)
    larger = min((letters / max(map(len, pieces)) for letters, pieces in zip(most, said, strict=True)), default=2)
    star = 1 if STARRED in signs else star
    line = Line(name, parts, tuple(map(tuple, said)), height, larger, mark, star)
    return line, list(_too_long(line, kind, most))


def _known(name: str, ground: str) -> Kind:
    words = VOCABULARY[ground]
    if name in words:
        return words[name]
    near = get_close_matches(name, words, 1)
    where = {PHONE: "on a phone", SCENE: "in a scene", SHEET: "on a sheet"}[ground]
    raise Untold(f"“{name}” cannot be drawn {where}{f'; did you mean “{near[0]}”?' if near else ''}")


def _parts(name: str, kind: Kind, text: str) -> tuple[str, ...]:
    if not kind.letters:
        if text:
            raise Untold(f"“{name}” takes no words")
        return ()
    cuts = 1 if kind.cut in (":", "=") else -1
    parts = tuple(part.strip() for part in text.split(kind.cut, cuts)) if kind.cut else (text,)
    parts = tuple(part for part in parts if part)
    least, most = kind.parts
    if len(parts) < least or len(parts) > most:
        between = f", with “{kind.cut}” between them" if kind.cut else ""
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise Untold(f"“{name}” needs {wanted} piece(s) of text{between}, not {len(parts)}")
    for part in parts:
        if kind.form and not re.fullmatch(kind.form, part):
            raise Untold(f"“{name}” should be written like: {name} {kind.like}")
    return parts


def _inner(kind: Kind, parts: tuple[str, ...]) -> tuple[tuple[str, ...], int, int]:
    """Take the sign off the end of a part: which part bears the mark, and which the star."""
    if not kind.inner:
        return parts, 0, 0
    signed = [number for number, part in enumerate(parts, start=1) if part.endswith(kind.inner)]
    if len(signed) > 1:
        raise Untold(f"only one part can have “{kind.inner}” after it")
    plain = tuple(part.removesuffix(kind.inner).rstrip() for part in parts)
    which = signed[0] if signed else 0
    return plain, which if kind.inner == MARKABLE else 0, which if kind.inner == STARRED else 0


def _too_long(line: Line, kind: Kind, most: Sequence[int]) -> Iterator[str]:
    for part, said, letters in zip(line.parts, line.said, most, strict=True):
        if len(said) > kind.lines or max(map(len, said)) > letters + STRETCH * kind.shared:
            limit = f"{kind.lines} lines of {letters}" if kind.lines > 1 else f"{letters}"
            yield f"“{part}” is too long for “{line.kind}”: {len(part)} letters; {limit} is the most"


def _whole(ground: str, lines: Sequence[Line]) -> Iterator[str]:
    if not lines:
        yield "draw: there is nothing to draw"
    if (marks := sum(1 for line in lines if line.mark)) > 1:
        yield f"draw: {marks} places are marked with “!”; a picture has one place to press"
    if ground == SCENE:
        things = sum(1 for line in lines if line.kind not in (*OVER, "arrow"))
        if things > MOST_THINGS:
            yield f"draw: too much for one picture: {things} things; {MOST_THINGS} is the most"
        if lines and lines[0].kind in OVER:
            yield f"draw: “{lines[0].kind}” needs a thing before it"
        return
    height = sum(line.height for line in lines)
    if height > MOST_HEIGHT[ground]:
        yield f"draw: too much for one picture: its lines are {height} high; {MOST_HEIGHT[ground]} is the most"
