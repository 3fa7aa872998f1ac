"""What a row of a screen is given to draw in, and what it hands back."""

from dataclasses import dataclass

from outreach.drawing.ink import Box
from outreach.drawing.telling import Line


@dataclass(frozen=True)
class Room:
    """Place for one row, in px from its own left upper corner. `centred`: the screen is one big thing, not a form."""

    w: float
    h: float
    centred: bool = False

    @property
    def whole(self) -> Box:
        """All of it."""
        return Box(0, 0, self.w, self.h)

    @property
    def middle(self) -> float:
        """Half its width."""
        return self.w / 2


@dataclass(frozen=True)
class Drawn:
    """A row drawn: its pieces; the place a mark would ring, with the roundness of its corners; and where its words end.

    `words_end` (x) keeps the hand off the words; 0 where the place has none at its right side.
    """

    pieces: str
    spot: Box
    words_end: float = 0
    r: float = 8


__all__ = ["Box", "Drawn", "Line", "Room"]
