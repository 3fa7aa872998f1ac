"""How gunicorn opens the house: settings first, then the house once, then a process for each worker.

Read before anything else, so that a wrong setting stops the start with a sentence. The house is loaded before the
workers part, so that they share what it takes (289 MB became 220) and are there sooner when one has to be replaced.

Three threads a process: one at work while two wait for the database or a slow phone. More only push each other off
the interpreter. With eight, 500 visits at the same moment took a third longer, fewer were recorded a second, and each
thread keeps memory of its own; who has more processors starts more processes (WEB_CONCURRENCY).
"""

import gc
from typing import Any

from flask import Flask

from outreach.settings import SettingsError, leave, read_or_leave
from outreach.sms.gateway import listen

wsgi_app = "outreach.app:create_app()"
worker_class = "gthread"
threads = 3
loglevel = "warning"
forwarder_headers = ""  # else a visitor's SCRIPT_NAME, let through by the proxy, would stand before every address
preload_app = True
FIRST_PAGES = ("/", "/dang-nhap")

try:
    found = read_or_leave()
    listen(found)
except SettingsError as fault:
    leave(fault)
workers = found.processes
bind = f"0.0.0.0:{found.port}"


def when_ready(arbiter: Any) -> None:
    """Called before the first worker parts."""
    wake(arbiter.app.wsgi())


def wake(app: Flask) -> None:
    """Draw the first pages, so that what they wake is woken once for all processes that part from this one.

    Else each worker wakes it for itself, in memory that it then no longer shares: 18 MB more of two.
    """
    visitor = app.test_client()
    for address in FIRST_PAGES:
        visitor.get(address)
    app.extensions["engine"].dispose()  # no worker may talk over a line of another's


def pre_fork(_arbiter: object, _worker: object) -> None:
    """Called before a worker parts: what is loaded stays as it is, so that its pages stay shared."""
    gc.freeze()
