"""The two signs that say “press here”: a turmeric ring, and a hand that never lies on the words it points at."""

from outreach.drawing.ink import HEIGHT, INK, TURMERIC, WHITE, WIDTH, Box, moved, path, rect

HAND = (
    "M-7 42V7a7 7 0 0 1 14 0V27c2-3 9-3 10 2c3-3 9-1 10 3c4-2 9 0 9 5V52c0 12-7 20-18 20H8c-7 0-11-3-15-9L-17 46"
    "c-3-5 3-10 7-6z"
)
FINGERS = "M7 27V41M17 29V41M27 32V42"
SIZE = 0.85
LENGTH = 72 * SIZE
AIR = 8  # px the ring stands out from what it marks
ASIDE, DOWN = -72, 165  # degrees the hand is turned where there is no room under the place


def ring(spot: Box, r: float = 8) -> str:
    """The ring round a place, to be drawn before the place itself."""
    r = min(r, spot.h / 2, spot.w / 2)
    inner = AIR * 0.45
    return rect(spot.grown(AIR), TURMERIC, r=r + AIR * 0.8) + rect(
        spot.grown(inner), WHITE, r=r + inner, edge=INK, thick=AIR / 3
    )


def hand(spot: Box, words_end: float) -> str:
    """The hand, at the right of the place; its finger tip beside the words that end at `words_end`, else under them."""
    right, bottom = spot.x + spot.w, spot.y + spot.h
    beside = words_end <= right - 14
    x = right - 5
    y = bottom - min(46.0, spot.h * 0.42) if beside else bottom + 1
    if y + LENGTH * 0.75 < HEIGHT:
        return _hand(x, y)
    # From below there would be hardly a hand to see.
    if right > WIDTH * 0.7:
        return _hand(right - 2, spot.y + spot.h * 0.6, ASIDE)
    if spot.x < WIDTH * 0.25:
        return _hand(spot.x + 2, spot.y + spot.h * 0.6, -ASIDE, mirrored=True)
    return _hand(x, y) if y + LENGTH * 0.45 < HEIGHT else _hand(right - 14, spot.y - 2, DOWN)


def _hand(x: float, y: float, turn: float = 0, *, mirrored: bool = False) -> str:
    drawn = path(HAND, INK, 2.6, fill=WHITE) + path(FINGERS, INK, 2.6)
    if mirrored:
        drawn = f'<g transform="scale(-1 1)">{drawn}</g>'
    return moved(drawn, x, y, SIZE, turn)
