"""Pictures for paper: shapes without letters, as addresses that hold them; their words stand beside and in `alt`."""

from base64 import b64encode
from collections.abc import Sequence

from outreach.coverage.numbers import Month

INDIGO, MIDDLE, TRACK, INK = "#10406F", "#4F7AA6", "#E6EEF6", "#1A1A1A"  # as on the pages
WIDTH, HEIGHT = 300, 12  # of a bar, in its own units
TALL = 70  # of the trend
EDGE = 6  # kept free above and below its points


def bar(count: int, of: int, *, done: bool = False) -> str:
    """So many of so many; `done` in the colour of what is reached."""
    wide = max(0.0, min(1.0, count / of if of > 0 else 0)) * WIDTH
    ink = INDIGO if done else MIDDLE
    return _picture(HEIGHT, f"{_track()}<rect width='{wide:.1f}' height='{HEIGHT}' fill='{ink}'/>")


def two(first: int, second: int, of: int) -> str:
    """Two counts one after the other, of so many: the first dark, the second lighter, with a gap between."""
    unit = WIDTH / of if of > 0 else 0
    one, other = first * unit, second * unit
    light = f"<rect x='{one + 2:.1f}' width='{max(0, other - 2):.1f}' height='{HEIGHT}' fill='{MIDDLE}'/>"
    dark = f"<rect width='{one:.1f}' height='{HEIGHT}' fill='{INDIGO}'/>"
    return _picture(HEIGHT, _track() + dark + light)


def trend(months: Sequence[Month]) -> str:
    """The proficient households at the end of each month as a line from zero up; a month is a column of equal width."""
    highest = max(1, *(month.proficient for month in months))
    wide = WIDTH / len(months)
    points = [
        (wide * (n + 0.5), TALL - EDGE - (TALL - 2 * EDGE) * month.proficient / highest)
        for n, month in enumerate(months)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='2.5' fill='{INDIGO}'/>" for x, y in points)
    ground = f"<path d='M0 {TALL - EDGE}H{WIDTH}' stroke='{INK}' stroke-width='.5'/>"
    drawn = f"{ground}<polyline points='{line}' fill='none' stroke='{INDIGO}' stroke-width='1.5'/>{dots}"
    return _picture(TALL, drawn)


def _track() -> str:
    return f"<rect width='{WIDTH}' height='{HEIGHT}' fill='{TRACK}'/>"


def _picture(height: int, drawn: str) -> str:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' width='{WIDTH}' height='{height}'>"
    return "data:image/svg+xml;base64," + b64encode(f"{svg}{drawn}</svg>".encode()).decode()
