"""A worker of its own process, to be killed: python -m tests.sms.one_worker DATABASE TWILIO MOMENT."""

import sys

import time_machine

from outreach import tables  # noqa: F401 -- every table
from outreach.db import make_engine
from outreach.settings import TwilioSettings
from outreach.sms import sending
from outreach.sms.twilio_gateway import TwilioGateway
from tests.sms.fake_twilio import SID, TOKEN

database, twilio, moment = sys.argv[1:]
with time_machine.travel(moment):
    sending.send_due(make_engine(database), TwilioGateway(TwilioSettings(SID, TOKEN, "XA TAN HUNG", twilio), 3))
