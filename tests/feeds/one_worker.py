"""A worker of its own process, to be killed: python -m tests.feeds.one_worker DATABASE HOST MOMENT."""

import sys

import time_machine

from outreach import tables  # noqa: F401 -- every table
from outreach.db import make_engine
from outreach.feeds import delivering
from outreach.feeds.post import Post

database, host, moment = sys.argv[1:]
with time_machine.travel(moment):
    delivering.deliver_due(make_engine(database), Post(frozenset({host})))
