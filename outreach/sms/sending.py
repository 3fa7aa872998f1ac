"""Sending: what is due is claimed and cleared by the hundred, handed to the gateway by a few threads, and settled in
small groups as the answers come.

Claiming and clearing are one transaction: a message is reserved in its budget and in a worker's hands, or neither. From
then on it is settled by what the gateway says, or, where nobody lived to hear it, by `reconcile`.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Event
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from outreach import clock, db, queue
from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.alerts.names import NOT_REGISTERED as UNREGISTERED
from outreach.areas import queries as areas
from outreach.queue import QUEUED, WORKING
from outreach.sms import consequences, days, faults, receipts, settling, spending
from outreach.sms.consequences import Stopped
from outreach.sms.gateway import Gateway, NoAnswer, SendError
from outreach.sms.models import Sms, SmsEvent
from outreach.sms.obstacles import LOOK_AGAIN, NOT_REGISTERED, Judge, Obstacle, Unwanted
from outreach.sms.settling import Answer, Answered, Letter, NotTried

LIMIT = 200  # messages of one look, so that a worker that is told to stop soon does
BATCH = 100  # messages claimed together
THREADS = 8  # gateways answer slowly; what they wait for takes no processor
LEASE = timedelta(minutes=2)
ENOUGH = timedelta(seconds=40)  # of a lease, to begin with a message: longer than the gateway's timeout and settling
PAUSE = timedelta(minutes=1)  # after a refusal that concerns the house
PATIENCE = (0.2, 0.5, 1, 2, 4, 8)  # seconds: what a gateway said is worth waiting for a database that is restarted
ALONE = "sms"  # clearing counts what others hold, so one worker at a time clears
OPERATOR = faults.ALERTS[faults.HOUSE]
SEEN_LATER = "30"  # Twilio's codes that begin so come in receipts: that a message was taken proves nothing

log = logging.getLogger(__name__)


def _nothing(_s: Session, _messages: Sequence[Sms]) -> Mapping[int, Obstacle]:
    return {}


def send_due(
    engine: Engine, gateway: Gateway, limit: int = LIMIT, unwanted: Unwanted = _nothing,
    stopped: Stopped = consequences.nobody,
) -> int:  # fmt: skip
    """Work on up to `limit` due messages; how many the gateway took. Any number of workers may do so at once.

    While the house is refused, one message a minute finds out whether that is over. `unwanted` is asked of each batch,
    `stopped` is told of each number that the phone company stopped.
    """
    trouble = _trouble(engine)
    if trouble and timedelta(0) <= clock.now() - trouble.last_at < PAUSE:
        return 0
    taken, left, careful = 0, 1 if trouble else limit, True
    while left > 0:
        claimed, letters = _clear(engine, gateway, min(BATCH, left), unwanted)
        if not claimed:
            break
        round_ = _post(engine, gateway, letters, careful, stopped)
        taken, left, careful = taken + round_.taken, left - claimed, careful and not letters
        if round_.refused:
            log.warning("sending stops for now: %s", round_.refused)
            break
        if trouble and round_.taken and not _seen_later(trouble):
            _well_again(engine, trouble)
            trouble, left = None, limit
    return taken


def _trouble(engine: Engine) -> Alert | None:
    """The refusal of the house that stands; one that only receipts tell of is over when a message has arrived since."""
    with db.transaction(engine) as s:
        found = s.scalars(select(Alert).where(Alert.kind == OPERATOR, Alert.closed_at.is_(None)).limit(1)).first()
        if found is None or not _seen_later(found):
            return found
        arrived = select(SmsEvent.at).where(SmsEvent.status.in_(receipts.ARRIVED)).order_by(SmsEvent.id.desc()).limit(1)
        if (s.scalar(arrived) or found.last_at) <= found.last_at:
            return found
    _well_again(engine, found)
    return None


def _seen_later(trouble: Alert) -> bool:
    return str(trouble.facts.get("code", "")).startswith(SEEN_LATER)


def _well_again(engine: Engine, trouble: Alert) -> None:
    with db.transaction(engine) as s:
        raising.over(s, OPERATOR, trouble.area_id, trouble.about)


def _clear(engine: Engine, gateway: Gateway, limit: int, unwanted: Unwanted) -> tuple[int, list[Letter]]:
    """Claim what is due and hold back what may not go; how many were claimed, and those that may go now."""
    with db.transaction(engine) as s:
        queue.alone(s, ALONE)
        claimed = queue.claim(s, Sms, limit=limit, lease=LEASE, also=Sms.state == QUEUED)
        judge = Judge(s, claimed, gateway, unwanted(s, claimed))
        judged = list(judge.look())
        free = [sms for sms, obstacle in judged if obstacle is None]
        held = [(sms, obstacle) for sms, obstacle in judged if obstacle is not None]
        held += [(sms, Obstacle(spending.BUDGET, judge.now + LOOK_AGAIN)) for sms in spending.reserve_all(s, free)]
        for sms, obstacle in held:
            settling.hold(sms, obstacle, judge.hours)
        if gateway.registers:
            _tell_who_registers(s, judged)
        return len(claimed), [_letter(sms, gateway) for sms in free if sms.state == WORKING]


def _letter(sms: Sms, gateway: Gateway) -> Letter:
    now = clock.now()
    sms.gateway, sms.held, sms.cleared_at = gateway.name, "", now
    until = min(sms.not_after, days.closing(now))
    return Letter(sms.id, sms.to, sms.body, until, sms.reference, sms.lease, sms.attempts)


def _tell_who_registers(s: Session, judged: Sequence[tuple[Sms, Obstacle | None]]) -> None:
    waiting = {sms.purpose for sms, obstacle in judged if obstacle and obstacle.reason == NOT_REGISTERED}
    going = {sms.purpose for sms, obstacle in judged if obstacle is None}
    house = areas.country(s).id if waiting or going else 0
    for purpose in sorted(waiting):
        raising.raise_(s, UNREGISTERED, house, purpose, purpose=purpose)
    for purpose in sorted(going - waiting):
        raising.over(s, UNREGISTERED, house, purpose)


class Round(NamedTuple):
    """What came of a batch: how many the gateway took; the code with which it refused the house ("" = it did not)."""

    taken: int
    refused: str


def _post(engine: Engine, gateway: Gateway, letters: Sequence[Letter], careful: bool, stopped: Stopped) -> Round:
    """Hand a batch over. `careful`: the first one goes alone, so that a house that is refused wastes no more."""
    counter, taken, refused = _Counter(engine, gateway), 0, ""
    try:
        for answered in counter.serve(letters[:1] if careful else [], letters[1:] if careful else letters):
            taken += _settle(engine, answered)
            for letter, answer in answered:
                if isinstance(answer, SendError):
                    consequences.tell(engine, stopped, letter.to, answer.code)
            refused = refused or next(filter(None, (_house_fault(answer) for _letter, answer in answered)), "")
    finally:
        counter.close("")
    return Round(taken, refused)


def _house_fault(answer: Answer) -> str:
    return answer.code if isinstance(answer, SendError) and answer.house else ""


def _settle(engine: Engine, answered: Sequence[Answered]) -> int:
    for rest in (*PATIENCE, 0):
        try:
            with db.transaction(engine) as s:
                return settling.settle(s, answered)
        except DBAPIError:
            if not rest:
                raise
            time.sleep(rest)
    raise AssertionError("the last try either ends or raises")


class _Counter:
    """Where letters are handed over: one alone, then several at a time, until it closes."""

    def __init__(self, engine: Engine, gateway: Gateway) -> None:
        self.gateway = gateway
        self._answers: SimpleQueue[Answered] = SimpleQueue()
        self._closed, self._held = Event(), ""
        self._opened, self._opened_at = time.monotonic(), clock.now()
        with db.transaction(engine) as s:
            self._hours = days.hours(s)

    def close(self, held: str) -> None:
        """Whatever was not handed over yet waits; `held`: why."""
        if not self._closed.is_set():
            self._held = held
            self._closed.set()

    def serve(self, first: Sequence[Letter], then: Sequence[Letter]) -> Iterator[list[Answered]]:
        """Groups of letters with what came of each, as it comes."""
        for letter in first:
            self._hand_over(letter)
            yield [self._answers.get()]
        if not then:
            return
        with ThreadPoolExecutor(min(THREADS, len(then)), "sms") as threads:
            try:
                for letter in then:
                    threads.submit(self._hand_over, letter)
                waiting = len(then)
                while waiting:
                    group = self._next_group()
                    waiting -= len(group)
                    yield group
            finally:
                self.close("")

    def _next_group(self) -> list[Answered]:
        group = [self._answers.get()]
        while True:
            try:
                group.append(self._answers.get_nowait())
            except Empty:
                return group

    def _hand_over(self, letter: Letter) -> None:
        self._answers.put((letter, self._ask(letter)))

    def _ask(self, letter: Letter) -> Answer:
        if self._closed.is_set():
            return NotTried(self._held)
        if not self._in_time(letter):
            return NotTried("")
        try:
            return self.gateway.send(letter.to, letter.body, letter.until, letter.reference)
        except (SendError, NoAnswer) as error:
            if _house_fault(error):
                self.close(settling.HOUSE)
            return error
        except Exception as error:  # who knows how far it got
            log.exception("message %s: the gateway broke", letter.id)
            return NoAnswer(type(error).__name__)

    def _in_time(self, letter: Letter) -> bool:
        """Whether it may still go: by day, not too late, and this worker still holds it, by either clock."""
        now, held_until = clock.now(), self._opened_at + LEASE - ENOUGH
        awake = time.monotonic() - self._opened < (LEASE - ENOUGH).total_seconds()
        return awake and now <= min(letter.until, held_until) and self._hours.may_go(now)
