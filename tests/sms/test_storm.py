"""Two workers, sixty messages, three kills at the worst moments, a Twilio on a bad day: each arrives, once.

The bench has three workers, two thousand messages and twenty kills (`make bench only=sms`).
"""

import os
import random
import select
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from outreach import clock, db
from outreach.app import create_app
from outreach.settings import ROOT, TwilioSettings
from outreach.sms.models import ACCEPTED, Budget, SmsPrice
from outreach.sms.spending import month_of
from tests.conftest import settings
from tests.sms.fake_twilio import SID, TOKEN
from tests.sms.moody_twilio import Moods, MoodyTwilio
from tests.sms.notices import TONIGHT
from tests.sms.reckoning import reckon

SEED = os.environ.get("SMS_SEED", "20261122")
WORKERS, MESSAGES, KILLS = 2, 60, 3
MOODS = Moods(
    busy=0.08, lost_before=0.04, lost_after=0.06, endless=0.02, as_good_as_never=0.7, quick=(0.0, 0.01),
    told=0.5, told_after=(0.0, 0.1),
)  # fmt: skip
LATER = timedelta(minutes=5)  # longer than any lease

pytestmark = pytest.mark.real_db


@pytest.fixture(scope="module")
def hire():
    """Start a worker on a database, at this moment's clock; a handle of its process comes back."""
    command = [sys.executable, "-m", "tests.sms.crew"]
    crew = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hire_(box, twilio):
        database = box.engine.url.render_as_string(hide_password=False)
        crew.stdin.write(f"{database} {twilio.base_url} {clock.now().isoformat()}\n")
        crew.stdin.flush()
        return os.pidfd_open(int(crew.stdout.readline()))

    yield hire_
    crew.stdin.close()
    crew.wait(30)
    crew.stdout.close()


@pytest.fixture
def doors(box):
    """Where the receipts are handed over."""
    told = settings(
        str(box.engine.url), sms_gateway="twilio", twilio=TwilioSettings(SID, TOKEN, "XA TAN HUNG"),
        public_base_url="https://hoc.example",
    )  # fmt: skip
    return create_app(told, box.engine).test_client()


class Shift:
    """Who is at work. When so many messages were taken as `kills` says, somebody is killed, and somebody else comes."""

    def __init__(self, hire, twilio, dice):
        self.hire, self.twilio, self.dice, self.at_work, self.lock = hire, twilio, dice, [], threading.Lock()
        self.kills = sorted(dice.sample(range(1, MESSAGES), KILLS))
        twilio.on_recorded = self.strike

    def begin(self):
        self.at_work = [self.hire() for _ in range(WORKERS)]

    def strike(self):
        """At the worst moment: something was taken, and nobody has told us yet."""
        with self.lock:
            if self.kills and len(self.twilio.messages) >= self.kills[0]:
                self.kills.pop(0)
                signal.pidfd_send_signal(self.dice.choice(self._alive()), signal.SIGKILL)
                self.at_work.append(self.hire())

    def goes_on(self):
        with self.lock:
            return bool(self._alive())

    def _alive(self):
        ended = select.select(self.at_work, [], [], 0)[0]
        for one in ended:
            self.at_work.remove(one)
            os.close(one)
        return self.at_work


def hand_over(doors, callback):
    answer = doors.post(callback.path, data=callback.form, headers=callback.headers)
    assert answer.status_code == 204


def test_whatever_befalls_the_workers_each_message_arrives_once(box, hire, doors, clock_at_ten):
    with db.transaction(box.engine) as s:
        s.add(SmsPrice(prefix="+84", since=clock.today(), dong=500, by_id=1))
        s.add(Budget(area_id=box.area_id, month=month_of(clock.today()), dong=10**6, spent=0, set_at=clock.now()))
    for n in range(MESSAGES):
        box.put(f"member:{n}", to=f"+8490000{n:04d}", not_after=TONIGHT)
    with MoodyTwilio(SEED, MOODS) as twilio:
        shift = Shift(lambda: hire(box, twilio), twilio, random.Random(SEED))
        while reckon(box.engine, twilio).open and clock.now() < TONIGHT:
            shift.begin()
            while shift.goes_on():
                if callback := twilio.next_callback():
                    hand_over(doors, callback)
                else:
                    twilio.wait(0.01)
            clock_at_ten.shift(LATER)
        while callback := twilio.next_callback(at_once=True):
            hand_over(doors, callback)
    assert reckon(box.engine, twilio) == (MESSAGES, [], 0, 0, 0), f"SMS_SEED={SEED}"
    assert shift.kills == []
    assert ACCEPTED in box.states()
