"""`make bench`: figures against their goals, printed and kept in bench.tsv. `only=` names one part.

`scale=`, `visits=`, `minutes=`, `keep=` are for the coverage of the whole country: see `bench_coverage`.
"""

import importlib
import sys
from pathlib import Path

from tests.bench import asked

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    "lessons", "offline", "bag", "filling", "pages", "visits", "recording", "chaos", "crash", "sms", "coverage",
    "replica", "panel", "import", "exchange", "start", "suite",
)  # fmt: skip
Row = tuple[str, float | None, str, str, bool]
# name, value (None: it could not be measured), unit, goal in words, whether it is met


def main(only: str | None) -> int:
    """Run the parts, print and keep their rows; returns how many fall short."""
    rows: list[Row] = []
    for part in [only] if only else PARTS:
        if not (Path(__file__).parent / f"bench_{part}.py").exists():
            print(f"no bench named {part}; there are: {', '.join(PARTS)}")
            return 2
        rows += importlib.import_module(f"tests.bench.bench_{part}").run()
    lines = ["name\tvalue\tunit\tgoal\tresult"]
    lines += ["\t".join(_told(*row)) for row in rows]
    (ROOT / "bench.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for line in lines:
        print(line.expandtabs(28))
    return sum(not row[-1] for row in rows)


def _told(name: str, value: float | None, unit: str, goal: str, met: bool) -> tuple[str, ...]:
    if value is None:
        return name, "-", unit, goal, "not measured"
    return name, f"{value:g}", unit, goal, "ok" if met else "short"


if __name__ == "__main__":
    sys.exit(main(next(iter(asked.note(sys.argv[1:])), None)))
