"""Pictures told in lines: `drawing_faults` says what cannot be drawn."""

from collections.abc import Iterator, Sequence

from outreach.lessons import telling


def drawing_faults(lines: Sequence[str]) -> Iterator[str]:
    """Give in plain words each thing wrong with a picture told in lines; each names its line, counted from 1."""
    yield from telling.read(lines).faults
