"""Read a TOML file value by value: the right type, or a fault with the line where it went wrong."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeVar

from outreach.lib.faults import Fault

T = TypeVar("T")
ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_LETTERS: Final = 40  # progress is stored under these ids
TABLE: Final = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
KEY: Final = re.compile(r"\s*([\w-]+)(?:\.[\w-]+)*\s*=")
AT_LINE: Final = re.compile(r"at line (\d+)")
PLAIN: Final = {
    str: "words in quotes",
    int: "a whole number",
    bool: "true or false",
    list: "a list [ … ]",
    dict: "a table",
}


class Sheet:
    """One TOML file: its tables, and the faults met while reading it.

    TOML readers forget line numbers, so a second, simple pass over the text remembers where each key stands.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        text = self._text()
        self._lines = _where(text)
        values = self._values(text)
        self._place: dict[int, int] = {}
        self._number(values, "", {})
        self.root = Table(self, values, "", 0)

    def at(self, message: str, table: str = "", index: int = 0, key: str = "") -> Fault:
        """Make a fault at the line of the key, else of its table, else of the file's first line."""
        places = ((table, index, key), (key, 0, ""), (table, index, ""))
        line = next((self._lines[place] for place in places if place in self._lines), 1)
        return Fault(self.path, line, message)

    def place(self, table: Mapping[str, object]) -> int:
        """Tell the how-manieth of its name in the whole file a [[table]] is, from 0; 0 for any other."""
        return self._place.get(id(table), 0)

    def fault(self, message: str, table: str = "", index: int = 0, key: str = "") -> None:
        """Note what is wrong, so that the file cannot be used; the line is found as in `at`."""
        self.faults.append(self.at(message, table, index, key))

    def _number(self, values: Mapping[str, object], name: str, seen: dict[str, int]) -> None:
        """Number the [[tables]] of each name as they stand in the file, those within others as well."""
        for key, value in values.items():
            inner = f"{name}.{key}" if name else key
            for table in value if isinstance(value, list) else ():
                if isinstance(table, dict):
                    self._place[id(table)] = seen[inner] = seen.get(inner, -1) + 1
                    self._number(table, inner, seen)

    def _text(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self._broken(1, "the file is missing")
        except UnicodeDecodeError:
            self._broken(1, "the file is not UTF-8 text")
        return ""

    def _values(self, text: str) -> Mapping[str, object]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = AT_LINE.search(str(error))
            self._broken(int(place.group(1)) if place else text.count("\n") + 1, f"not valid TOML: {error}")
            return {}

    def _broken(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.path, line, message))


class Table:
    """One table of a sheet. Whatever is read is ticked off; `close` reports the rest (typing slips)."""

    def __init__(self, sheet: Sheet, values: Mapping[str, object], name: str, index: int) -> None:
        self._sheet, self._values, self._name, self._index = sheet, values, name, index
        self._read: set[str] = set()

    def fault(self, message: str, key: str = "") -> None:
        """Note what is wrong with this table, or with one of its keys."""
        self._sheet.fault(message, self._name, self._index, key)

    def at(self, message: str, key: str = "") -> Fault:
        """Make a fault at the line of this table, or of one of its keys, that leaves the file usable."""
        return self._sheet.at(message, self._name, self._index, key)

    def need(self, key: str, kind: type[T], default: T) -> T:
        """Read a value that must be there; `default` stands in after a fault."""
        if key not in self._values:
            self.fault(f"“{key}” is missing")
        return self.may(key, kind, default)

    def may(self, key: str, kind: type[T], default: T) -> T:
        """Read a value that may be left out."""
        self._read.add(key)
        value = self._values.get(key, default)
        # `type is`, not isinstance: true is no number, a time is no date.
        if type(value) is not kind:
            self.fault(f"“{key}” should be {PLAIN.get(kind, 'a date such as 2026-11-21')}", key)
            return default
        return value

    def id(self) -> str:
        """Read the table's id: a name that addresses and stored progress are made of."""
        written = self.need("id", str, "")
        if not ID.fullmatch(written) or len(written) > MOST_LETTERS:
            self.fault(f"the id “{written}” should be small plain letters, digits and hyphens, 40 at most", "id")
        return written

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of words that must be there (it may be empty)."""
        if key not in self._values:
            self.fault(f"“{key}” is missing")
        return self.may_texts(key)

    def may_texts(self, key: str) -> tuple[str, ...]:
        """Read a list of words that may be left out."""
        values: list[object] = self.may(key, list, [])
        if not all(isinstance(value, str) for value in values):
            self.fault(f"“{key}” should hold words in quotes only", key)
        return tuple(value for value in values if isinstance(value, str))

    def pairs(self, key: str) -> dict[str, str]:
        """Read a table of language → words; it may be left out."""
        values: dict[str, object] = self.may(key, dict, {})
        if not all(isinstance(value, str) for value in values.values()):
            self.fault(f"[{key}] should hold words in quotes only", key)
        return {language: value for language, value in values.items() if isinstance(value, str)}

    def tables(self, key: str) -> list["Table"]:
        """Read the [[key]] tables, in order; at least one must be there."""
        if key not in self._values:
            self.fault(f"“{key}” is missing")
        return self.may_tables(key)

    def may_tables(self, key: str) -> list["Table"]:
        """Read the [[key]] tables, in order; they may be left out."""
        values: list[object] = self.may(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            self.fault(f"“{key}” should be written as [[{key}]] tables", key)
        found = [value for value in values if isinstance(value, dict)]
        name = f"{self._name}.{key}" if self._name else key
        return [Table(self._sheet, value, name, self._sheet.place(value)) for value in found]

    def table(self, key: str) -> "Table":
        """Read the one [key] table, which must be there."""
        values: dict[str, object] = self.need(key, dict, {})
        return Table(self._sheet, values, key, 0)

    def close(self) -> None:
        """Report keys that were never read."""
        for key in self._values:
            if key not in self._read:
                self.fault(f"“{key}” is not a known word here", key)


def _where(text: str) -> dict[tuple[str, int, str], int]:
    """Map (table, nth of that name, key or "") to a line; long values may add harmless entries."""
    found: dict[tuple[str, int, str], int] = {}
    seen: dict[str, int] = {}
    table, index = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if opened := TABLE.match(line):
            table = opened.group(2)
            index = seen.get(table, -1) + 1
            seen[table] = index
            found.setdefault((table, index, ""), number)
        elif key := KEY.match(line):
            found.setdefault((table, index, key.group(1)), number)
    return found
