"""`make check`: lessons and rehearsals without faults, the standard readable, every procedure in the handbook."""

import json
import sys

from outreach.lessons import content
from outreach.practice import portal
from outreach.settings import ROOT


def main() -> int:
    """Print each fault with file and line; returns how many."""
    found = [f"{f.file}:{f.line}: {f.message}" for read in (content, portal) for f in read.faults(ROOT / "lessons")]
    handbook = json.loads((ROOT / "outreach" / "procedures" / "data" / "procedures.json").read_text(encoding="utf-8"))
    known = {entry["id"] for entry in handbook}
    for lesson in content.load_all(ROOT / "lessons").values():
        if lesson.procedure and lesson.procedure not in known:
            found.append(f"lessons/{lesson.slug}/lesson.toml: the handbook has no procedure {lesson.procedure!r}")
    for line in found:
        print(line)
    print(f"content: {len(found)} faults")
    return len(found)


if __name__ == "__main__":
    sys.exit(bool(main()))
