"""`make check`: lessons, rehearsals and messages without faults, the standard readable, procedures in the handbook."""

import json
import sys
from pathlib import Path

from outreach.lessons import content
from outreach.practice import portal
from outreach.settings import ROOT
from outreach.sms.models import FULL, PLAIN
from outreach.sms.purposes import PURPOSES
from outreach.wordings import checking, house, names


def main() -> int:
    """Print each fault with file and line; returns how many."""
    found = [f"{f.file}:{f.line}: {f.message}" for read in (content, portal) for f in read.faults(ROOT / "lessons")]
    handbook = json.loads((ROOT / "outreach" / "procedures" / "data" / "procedures.json").read_text(encoding="utf-8"))
    known = {entry["id"] for entry in handbook}
    for lesson in content.load_all(ROOT / "lessons").values():
        if lesson.procedure and lesson.procedure not in known:
            found.append(f"lessons/{lesson.slug}/lesson.toml: the handbook has no procedure {lesson.procedure!r}")
    found += wordings()
    for line in found:
        print(line)
    print(f"content: {len(found)} faults")
    return len(found)


def wordings(folder: Path = house.FOLDER) -> list[str]:
    """The faults of the house's own messages, each with file and line."""
    found = []
    for purpose, language in sorted({tuple(path.name.split(".")[:2]) for path in folder.glob("*.*.*.txt")}):
        paths = {form: folder / f"{purpose}.{language}.{form}.txt" for form in (FULL, PLAIN)}
        lacking = [path for path in paths.values() if not path.is_file()]
        found += [f"{_short(path)}:1: there is no such file" for path in lacking]
        if purpose not in PURPOSES:
            found += [f"{_short(path)}:1: there is no such purpose" for path in paths.values() if path.is_file()]
        elif not lacking:
            full, plain = (house.read(path) for path in paths.values())
            faults = checking.faults(PURPOSES[purpose], full, plain)
            found += [f"{_place(paths[fault.form], fault.what)}: {names.sentence(fault)}" for fault in faults]
    return found


def _place(path: Path, piece: str) -> str:
    """File and line where a piece of the text stands."""
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next((n for n, line in enumerate(lines, 1) if piece and piece in line), 1)
    return f"{_short(path)}:{number}"


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


if __name__ == "__main__":
    sys.exit(bool(main()))
