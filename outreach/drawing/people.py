"""People of a scene, from the waist up; each stands on (0, 0), some 110 px high."""

from outreach.drawing.ink import EDGE, INDIGO, INK, MIDDLE, PALE, SAND, WHITE, Box, circle, moved, path, rect

CHEST = "M-30 0V-36c0-18 10-28 30-28s30 10 30 28V0z"
GREY = "#B8B1A5"


def head(x: float, y: float, r: float, hair: str = INK) -> str:
    """A face that could be anybody's, seen from the front."""
    cap = "M-18 1C-20-26 20-26 18 1C14-2 10-7 8-9C2-4-8-4-12-8C-14-4-16-1-18 1z"
    face = circle(0, 0, 17, SAND, edge=INK, thick=2.2) + path(cap, INK, 2, fill=hair)
    face += path("M-6 3h.1M6 3h.1", INK, 3.4) + path("M-5 9q5 4 10 0", INK, 1.8)
    return moved(face, x, y, r / 17)


def person() -> str:
    """A grown-up."""
    return _body(MIDDLE) + head(0, -84, 19)


def elder() -> str:
    """An old woman with a stick."""
    bun = circle(0, -106, 8, GREY, edge=INK, thick=2)
    stick = path("M42 0V-50a6 6 0 0 0-12 0", INK, 3.5)
    arm = path("M26-34L40-40", INK, 3)
    return bun + _body("#8A5A44") + head(0, -84, 19, GREY) + arm + stick


def volunteer() -> str:
    """A member of the group: a badge on a ribbon."""
    badge = path("M-13-60L0-34 13-60", WHITE, 2.5) + rect(Box(-13, -36, 26, 24), r=3, edge=INK, thick=2)
    badge += path("M-7-28h14M-7-21h9", INDIGO, 3)
    return _body(INDIGO) + badge + head(0, -84, 19)


def officer() -> str:
    """Somebody behind a counter."""
    desk = rect(Box(-46, -34, 92, 34), SAND, r=2, edge=INK, thick=2.5) + path("M-50-36H50", INK, 5)
    screen = rect(Box(16, -66, 30, 24), PALE, r=2, edge=INK, thick=2) + path("M31-42v6", INK, 3)
    return _body(WHITE) + path("M-7-63L0-54 7-63M0-54v16", INK, 2) + head(0, -84, 19) + desk + screen


def child() -> str:
    """A child."""
    return moved(_body("#C98B2B") + head(0, -84, 22), 0, 0, 0.72)


def baby() -> str:
    """A baby in a cloth."""
    cloth = path("M-26-46C-34-12-20 0 0 0S34-12 26-46C16-34-16-34-26-46z", INK, 2.5, fill=PALE)
    fold = path("M-22-30Q0-8 22-30M0-19V0", EDGE, 2)
    face = circle(0, -50, 24, SAND, edge=INK, thick=2.5) + path("M0-74c-7 5 4 10 5 4", INK, 2.5)
    return face + path("M-8-50h.1M8-50h.1", INK, 4.5) + path("M-7-42q7 6 14 0", INK, 2.5) + cloth + fold


def _body(shirt: str) -> str:
    return path(CHEST, INK, 2.5, fill=shirt) + path("M-17 0V-22M17 0V-22", INK, 2)
