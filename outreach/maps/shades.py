"""How a share is shown: a whole number of per cent, and one of five steps by that number."""

from math import floor

STEPS = 5
NOTHING = 0  # the shade of a place without households
RANGES = tuple(
    (step, f"{100 * (step - 1) // STEPS}–{100 * step // STEPS - (step < STEPS)} %") for step in range(1, STEPS + 1)
)


def per_cent(share: float | None) -> int | None:
    """A share from 0 to 1 as the nearest whole number; 100 means all and 0 means none. None: nothing to divide by."""
    if share is None or share in (0, 1):
        return None if share is None else int(share * 100)
    return min(99, max(1, floor(share * 100 + 0.5)))


def shade(share: float | None) -> int:
    """From 1 (up to 19 %) to 5 (from 80 %); 0 where there is nothing to divide by."""
    number = per_cent(share)
    return NOTHING if number is None else min(STEPS, number * STEPS // 100 + 1)
