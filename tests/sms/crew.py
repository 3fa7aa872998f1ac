"""Workers that start at once, to be killed: python -m tests.sms.crew reads lines and parts into a worker for each.

A line is DATABASE TWILIO MOMENT; the worker's process id is printed. It works until nothing is due any more.
"""

import os
import sys
from contextlib import suppress

import time_machine

from outreach import tables  # noqa: F401 -- every table
from outreach.db import make_engine
from outreach.settings import TwilioSettings
from outreach.sms import reconcile, sending
from outreach.sms.twilio_gateway import TwilioGateway
from tests.sms.fake_twilio import SID, TOKEN

TOGETHER = 8  # messages of one look, so that several workers share what is due
RECEIPTS = "https://hoc.example/sms/bien-nhan/twilio"


def work(database: str, twilio: str, moment: str) -> None:
    """Until nothing is due."""
    with time_machine.travel(moment):
        engine = make_engine(database)
        account = TwilioSettings(SID, TOKEN, "XA TAN HUNG", twilio)
        gateway = TwilioGateway(account, 3, timeout=0.5, receipts_at=RECEIPTS)
        while reconcile.reconcile(engine, gateway) + sending.send_due(engine, gateway, TOGETHER):
            pass


def forget_the_dead() -> None:
    """Only now, for whoever asked for them has had the time to look at them."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    for line in sys.stdin:
        forget_the_dead()
        pid = os.fork()
        if not pid:
            work(*line.split())
            os._exit(0)
        print(pid, flush=True)
