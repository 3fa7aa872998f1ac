"""The night porter: does the jobs, sends the messages, plans what each day needs. Any number of them may run.

It never leaves because a piece of work failed: a job is tried again and then given up, and a database that is away is
waited for. Told to stop (SIGTERM), it finishes the piece at hand and puts the job back for the next worker.
"""

import logging
import signal
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from functools import partial
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outreach import clock, db, duties, queue, tables
from outreach.alerts import raising
from outreach.alerts.names import UNPLANNED
from outreach.areas import queries as areas
from outreach.assessments import weighing
from outreach.coverage import folding
from outreach.duties import DAILY, WORK
from outreach.feeds import delivering, telling
from outreach.feeds.post import Post
from outreach.jobs import running
from outreach.jobs.models import Job
from outreach.jobs.running import Work
from outreach.operations import looking
from outreach.reminders import planning, rules
from outreach.settings import SettingsError, leave, read_or_leave
from outreach.sms import counts, reconcile, sending, watching
from outreach.sms.gateway import Gateway, choose
from outreach.stopping import stop

log = logging.getLogger(__name__)

POLL = 1.0  # seconds between looks when there is nothing to do
LONGEST_WAIT = 30.0  # seconds between looks while every look fails (the database is away)
WATCH_EVERY = timedelta(minutes=1)
REMIND_EVERY = timedelta(minutes=10)  # promises for tomorrow are made all day, and much goes wrong by day
TABLES = tables.METADATA  # a worker works on every room's tables, so it knows them all


class Worker:
    """One worker: `run` until `stop` is set."""

    def __init__(
        self, engine: Engine, gateway: Gateway, work: Mapping[str, Work] = WORK, support_phone: str = "",
        post: Post | None = None,
    ) -> None:  # fmt: skip
        self.engine, self.gateway, self.work, self.support_phone = engine, gateway, work, support_phone
        self.post = post or Post()
        self.stop = Event()
        self._planned: date | None = None
        self._reminded: datetime | None = None
        self._watched: datetime | None = None
        self._told: datetime | None = None

    def run(self) -> None:
        """Messages go out beside the jobs, so that a long list holds no reminder back; nor does a slow receiver."""
        beside = [Thread(target=self._repeat, args=(look,), name=look.__name__) for look in (self.send, self.tell)]
        for thread in beside:
            thread.start()
        self._repeat(self.do_next)
        for thread in beside:
            thread.join()

    def do_next(self) -> bool:
        """Plan the day if it is new, then do one due job to its end; whether there was one."""
        self._plan_day()
        with db.transaction(self.engine) as s:
            claimed = queue.claim(s, Job, limit=1, lease=running.LEASE, also=Job.kind.in_(self.work))
        for job in claimed:
            self._do(job)
        return bool(claimed)

    def send(self) -> bool:
        """Send what is due and look after what nobody knows about; whether anything was sent."""
        unwanted = partial(planning.unwanted, support_phone=self.support_phone)
        with ExitStack() as after:  # the last one first; one that breaks holds back no other
            for rest in (self._watch, self._remind):
                after.callback(rest)
            settled = reconcile.reconcile(self.engine, self.gateway, stopped=stop.by_carrier)
            sent = sending.send_due(self.engine, self.gateway, unwanted=unwanted, stopped=stop.by_carrier)
        return sent + settled > 0

    def tell(self) -> bool:
        """Tell operations centres what changed; whether anything was sent."""
        now = clock.now()
        if self._told is None or now - self._told >= WATCH_EVERY:
            with db.transaction(self.engine) as s:
                telling.plan(s)
            self._told = now
        return delivering.deliver_due(self.engine, self.post) > 0

    def _look(self, look: Callable[[Session], bool | None]) -> None:
        """Piece by piece, as long as it says that there was something."""
        more: bool | None = True
        while more and not self.stop.is_set():
            with db.transaction(self.engine) as s:
                more = look(s)

    def _watch(self) -> None:
        now = clock.now()
        if self._watched is None or now - self._watched >= WATCH_EVERY:
            with ExitStack() as looks:  # as in `send`: numbers are folded though a message is not watched
                for look in (folding.fold, counts.keep, weighing.weigh, watching.watch):
                    looks.callback(self._look, look)
            self._watched = now

    def _remind(self) -> None:
        now = clock.now()
        if self._reminded is None or now - self._reminded >= REMIND_EVERY:
            for purpose in rules.RULES:
                self._plan(purpose)
            self._reminded = now
            with db.transaction(self.engine) as s:
                looking.often(s)

    def _plan(self, purpose: str) -> None:
        """Each rule by itself: one that cannot be planned holds back no other, and nobody waits long for the tables."""
        try:
            with db.transaction(self.engine) as s:
                planning.plan_one(s, purpose, clock.today(), self.support_phone)
                raising.over(s, UNPLANNED, None, purpose)
        except Exception:
            log.exception("reminders of %s cannot be planned; the others are", purpose)
            with db.transaction(self.engine) as s:
                raising.raise_(s, UNPLANNED, areas.country(s).id, purpose, purpose=purpose)

    def _repeat(self, look: Callable[[], bool]) -> None:
        wait = POLL
        while not self.stop.is_set():
            try:
                busy, wait = look(), POLL
            except Exception:
                log.exception("a look failed; the next one follows in %s seconds", wait)
                busy, wait = False, min(wait * 2, LONGEST_WAIT)
            if not busy:
                self.stop.wait(wait)

    def _plan_day(self) -> None:
        today = clock.today()
        if self._planned != today:
            with db.transaction(self.engine) as s:
                for kind, hour in DAILY.items():
                    running.plan(s, kind, f"{kind}:{today}", due_at=datetime.combine(today, hour, clock.place()))
            self._planned = today

    def _do(self, job: Job) -> None:
        try:
            self._pieces(job)
        except queue.Lost:
            log.warning("job %s: the lease ran out; another worker may hold it", job.key)
        except Exception as error:
            log.exception("job %s broke off", job.key)
            self._stumble(job, type(error).__name__)

    def _pieces(self, job: Job) -> None:
        if job.attempts > running.DEATHS:
            raise RuntimeError(f"{job.attempts} workers died over it")
        with Session(self.engine, expire_on_commit=False) as s:
            for progress in self.work[job.kind](s, job):
                running.advance(s, job, progress)
                s.commit()
                s.expunge_all()  # or a long list would gather in memory
                if self.stop.is_set() and progress.done < progress.total:
                    running.release(s, job)
                    s.commit()
                    return
            running.finish(s, job)
            s.commit()

    def _stumble(self, job: Job, error: str) -> None:
        try:
            with db.transaction(self.engine) as s:
                given_up = running.stumble(s, job, error)
            if given_up:
                log.error("job %s is given up", job.key)
        except queue.Lost:
            log.warning("job %s: another worker holds it by now", job.key)


def main() -> None:
    """Start a worker with the settings of the environment; it leaves on SIGTERM or Ctrl+C."""
    settings = read_or_leave()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    clock.set_place(settings.timezone)
    try:
        gateway = choose(settings)
    except SettingsError as fault:
        leave(fault)
    work: dict[str, Work] = {**WORK, "let_go": partial(duties.let_go, days=settings.kept_days)}
    post = Post(settings.webhook_own_hosts)
    worker = Worker(db.make_engine(settings.database_url), gateway, work, settings.support_phone, post)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    log.info("at work")
    worker.run()
    log.info("left")


if __name__ == "__main__":
    main()
