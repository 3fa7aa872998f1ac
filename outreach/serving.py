"""How gunicorn opens the house: settings first, then the house once, then a process for each worker.

Read before anything else, so that a wrong setting stops the start with a sentence. The house is loaded before the
workers part, so that they share what it takes (289 MB became 220) and are there sooner when one has to be replaced.

Three threads a process, as the Procfile says: one at work while two wait for the database or a slow phone. More only
push each other off the interpreter. With eight, 500 visits at the same moment took a third longer, fewer were recorded
a second, and each thread keeps memory of its own; who has more processors starts more processes (WEB_CONCURRENCY).
"""

import gc

from outreach.settings import SettingsError, leave, read_or_leave
from outreach.sms.gateway import listen

forwarder_headers = ""  # else a visitor's SCRIPT_NAME, let through by the proxy, would stand before every address
preload_app = True

try:
    listen(read_or_leave())
except SettingsError as fault:
    leave(fault)


def pre_fork(_arbiter: object, _worker: object) -> None:
    """Called before a worker parts: what is loaded stays as it is, so that its pages stay shared."""
    gc.freeze()
