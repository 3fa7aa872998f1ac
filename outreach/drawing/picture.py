"""Pictures told in lines: `draw` makes an SVG of them, `drawing_faults` says in words what cannot be drawn.

The words are told to writers in lessons/README.md. The same lines always give the same picture; it has no ids, no
styles and nothing that runs, so that it may stand in a page, beside others.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

from outreach.drawing import grounds, telling
from outreach.drawing.ink import HEIGHT, PAPER, WIDTH, Box, rect
from outreach.drawing.scene import scene
from outreach.drawing.vocabulary import PHONE, SCENE

HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
    'font-family="system-ui, Roboto, \'Noto Sans\', sans-serif" stroke-linecap="round" stroke-linejoin="round"'
)


def draw(lines: Sequence[str], name: str = "") -> str:
    """Draw a picture, 360 × 240 px, as a whole SVG; what cannot be drawn is left out.

    `name` tells the picture to those who cannot see it; without it the picture is hidden from screen readers.
    """
    return _draw(tuple(lines), name)


def drawing_faults(lines: Sequence[str]) -> Iterator[str]:
    """Give in plain words each thing wrong with a picture told in lines; each names its line, counted from 1."""
    yield from telling.read(lines).faults


@lru_cache(maxsize=1024)
def _draw(lines: tuple[str, ...], name: str) -> str:
    told = telling.read(lines)
    ground = {PHONE: grounds.phone, SCENE: scene}.get(told.ground, grounds.sheet)
    role = f'role="img" aria-label="{escape(name)}"' if name else 'aria-hidden="true"'
    return f"{HEAD} {role}>{rect(Box(0, 0, WIDTH, HEIGHT), PAPER)}{ground(told.lines)}</svg>"
