"""The worker, or one planning of reminders, in a process of its own at another moment of the day.

python -m tests.bench.at_noon work MOMENT · python -m tests.bench.at_noon plan MOMENT DATABASE, which prints seconds
and by how many megabytes the process grew at most.
"""

import re
import sys
import time
from pathlib import Path

import time_machine
from sqlalchemy import select

from outreach import clock, db, worker
from outreach.areas.models import Area
from outreach.reminders import planning


def megabytes(line: str) -> float:
    """A line of this process's memory: VmRSS now, VmHWM at most."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.findall(rf"{line}:\s+(\d+)", told)[0]) / 1024


def plan(url: str) -> None:
    """What the worker does every ten minutes."""
    engine = db.make_engine(url)
    with db.transaction(engine) as s:
        s.scalars(select(Area).limit(1)).all()
    before, began = megabytes("VmRSS"), time.perf_counter()
    with db.transaction(engine) as s:
        planning.plan(s, clock.today(), "1800 1096")
    print(f"{time.perf_counter() - began:.2f} {megabytes('VmHWM') - before:.1f}")


if __name__ == "__main__":
    with time_machine.travel(sys.argv[2]):
        if sys.argv[1] == "work":
            worker.main()
        else:
            plan(sys.argv[3])
