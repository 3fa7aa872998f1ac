"""Processes that start at once: all that a web server and a worker load is loaded here, and each parts from it.

python -m tests.ready reads lines of JSON. [environment, module, words…] starts `python -m module words…` and prints its
process id; a process id waits for its end and prints with which status it left.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
from functools import cache, partial
from select import select

import brotli
import gunicorn.app.wsgiapp
import gunicorn.workers.gthread  # noqa: F401
from flask import Flask
from jinja2 import FileSystemBytecodeCache

import outreach.app
import outreach.worker  # noqa: F401
from outreach.accounts import sign_in
from outreach.settings import ROOT
from tests import world

SHARED = "OUTREACH_TESTS_TEMPLATES"  # names the folder where the processes of a test run keep compiled templates


def hurry() -> None:
    """Squeeze pages in a hurry, compile a template once for all processes of a run, hash passwords cheaply."""
    brotli.compress = partial(brotli.compress, quality=1)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ[SHARED])}
    sign_in.hasher = world.CHEAP


class Started:
    """A process that parted from the one that was ready, much like a `Popen`."""

    def __init__(self, environment: dict[str, str], *command: str) -> None:
        self.pid = int(_ask([environment, *command]))
        self.status: int | None = None

    def send_signal(self, number: int) -> None:
        """Unless it has been waited for."""
        if self.status is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to leave."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float = 60) -> int:
        """How it left: 0 when all was well, below 0 the signal that ended it."""
        if self.status is None:
            self.status = int(_ask(self.pid, timeout))
        return self.status


@cache
def _ready() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.ready"]
    ready = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(ready.communicate)  # nothing more is asked: it leaves
    return ready


def _ask(what: object, seconds: float = 60) -> str:
    ready = _ready()
    assert ready.stdin is not None
    assert ready.stdout is not None
    print(json.dumps(what), file=ready.stdin, flush=True)
    if not select([ready.stdout], [], [], seconds)[0]:
        ready.kill()
        raise TimeoutError(f"no answer within {seconds:g} seconds: {what}")
    return ready.stdout.readline()


def _part(environment: dict[str, str], module: str, *words: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    status: object = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = [module, *words]
        runpy.run_module(module, run_name="__main__")
        status = 0
    except SystemExit as left:
        status = left.code or 0
    finally:
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    if SHARED in os.environ:  # a test run; what a bench measures hurries nowhere
        hurry()
    gc.freeze()
    for line in sys.stdin:
        said = json.loads(line)
        print(os.waitstatus_to_exitcode(os.waitpid(said, 0)[1]) if isinstance(said, int) else _part(*said), flush=True)
