"""What a run of the benches was asked for beside its parts: `scale=28m visits=all minutes=1 keep=/var/tmp/pg`."""

from collections.abc import Iterable

_said: dict[str, str] = {}


def note(arguments: Iterable[str]) -> list[str]:
    """Keep what is said as name=value; gives the rest."""
    given = list(arguments)
    _said.update(one.split("=", 1) for one in given if "=" in one)
    return [one for one in given if "=" not in one]


def option(name: str, otherwise: str) -> str:
    """What was said, or what is usual."""
    return _said.get(name) or otherwise
