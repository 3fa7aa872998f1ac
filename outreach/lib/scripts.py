"""Our scripts as they go to a phone: without comments and indents, which are for whoever reads them here."""

from functools import cache
from pathlib import Path

from rjsmin import jsmin


@cache
def slim(file: Path) -> bytes:
    """What a browser needs of a script, UTF-8. Names and lines stay, so that an error can be found."""
    return bytes(jsmin(file.read_text(encoding="utf-8")), "utf-8")
