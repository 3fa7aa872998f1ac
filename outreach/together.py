"""Web and worker on one machine, from one loaded house: they share what it takes, and start as one.

The Procfile's `web` and `worker` are the same two with nothing in common, on as many machines as one likes. Here a
part that is killed is started again from the house that stands ready. One that leaves by itself says why, and takes
the house with it: whoever started the house knows whether to start it again.
"""

import ctypes
import gc
import logging
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from flask import Flask
from gunicorn.app.base import BaseApplication

from outreach import serving, worker
from outreach.app import create_app

PAUSE = 1.0  # seconds before a part that was killed starts again
DEATH_OF_PARENT = 1  # prctl's PR_SET_PDEATHSIG: which signal one gets when one's parent ends
PROCESSES = get_context("fork")
Work = Callable[[], None]

log = logging.getLogger(__name__)


class Web(BaseApplication):
    """gunicorn as `serving` sets it, before a house that stands already."""

    def __init__(self, house: Flask) -> None:
        self.house = house
        super().__init__()

    def load_config(self) -> None:
        """What the Procfile's line reads from `serving`, but for drawing the first pages again."""
        for name, value in vars(serving).items():
            if name in self.cfg.settings and name != "when_ready":
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The house."""
        return self.house


def main() -> None:
    """Start both; leave on SIGTERM or Ctrl+C, or with the status of a part that left."""
    house = create_app()
    serving.wake(house)
    gc.freeze()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with suppress(KeyboardInterrupt):
        _keep([Web(house).run, worker.main])


def _keep(works: Sequence[Work]) -> None:
    parts = {_start(work): work for work in works}
    try:
        while True:
            wait([part.sentinel for part in parts])
            for part, status in [(one, one.exitcode) for one in parts]:
                if status is None:
                    continue
                if status >= 0:
                    sys.exit(status)
                log.error("%s was killed (%s) and is started again", part.name, signal.Signals(-status).name)
                time.sleep(PAUSE)
                work = parts.pop(part)
                parts[_start(work)] = work
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            part.join()


def _start(work: Work) -> BaseProcess:
    part = PROCESSES.Process(target=_do, args=(work,), name=work.__module__, daemon=True)
    part.start()
    return part


def _do(work: Work) -> None:
    """The work, which ends when the one who started it does."""
    with suppress(AttributeError, OSError):  # no Linux
        ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGTERM)
    work()


if __name__ == "__main__":
    main()
