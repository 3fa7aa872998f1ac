"""How gunicorn opens the house: settings first, then the house once, then a process for each worker.

Read before anything else, so that a wrong setting stops the start with a sentence. The house is loaded before the
workers part, so that they share what it takes (289 MB became 220) and are there sooner when one has to be replaced.

Three threads a process, as the Procfile says: one at work while two wait for the database or a slow phone. More only
push each other off the interpreter. With eight, 500 visits at the same moment took a third longer, fewer were recorded
a second, and each thread keeps memory of its own; who has more processors starts more processes (WEB_CONCURRENCY).
"""

import gc
from typing import Any

from outreach.settings import SettingsError, leave, read_or_leave
from outreach.sms.gateway import listen

forwarder_headers = ""  # else a visitor's SCRIPT_NAME, let through by the proxy, would stand before every address
preload_app = True
FIRST_PAGES = ("/", "/dang-nhap")

try:
    listen(read_or_leave())
except SettingsError as fault:
    leave(fault)


def when_ready(arbiter: Any) -> None:
    """Called before the first worker parts: the first pages are drawn, so that what they wake is woken once for all.

    Else each worker wakes it for itself, in memory that it then no longer shares: 18 MB more of two.
    """
    app = arbiter.app.wsgi()
    visitor = app.test_client()
    for address in FIRST_PAGES:
        visitor.get(address)
    app.extensions["engine"].dispose()  # no worker may talk over a line of another's


def pre_fork(_arbiter: object, _worker: object) -> None:
    """Called before a worker parts: what is loaded stays as it is, so that its pages stay shared."""
    gc.freeze()
