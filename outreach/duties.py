"""What a worker does besides messages: the kinds of jobs, and which of them each day needs at which hour."""

import logging
from collections.abc import Iterator, Mapping
from datetime import time, timedelta

from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas import queries as areas
from outreach.arrivals import decided
from outreach.assessments import reweighing
from outreach.campaigns import counting
from outreach.checks import checking, finding, months
from outreach.coverage import recounting
from outreach.feeds import telling
from outreach.groups import handing_over
from outreach.households import forgetting, registering
from outreach.imports import importing
from outreach.jobs import running
from outreach.jobs.models import Job
from outreach.jobs.running import Progress, Work
from outreach.open_data import publishing
from outreach.operations import looking
from outreach.plans import hardship
from outreach.reminders import noting
from outreach.reports import asking, making
from outreach.reports import models as reports
from outreach.settings import KEPT_DAYS
from outreach.sms import holidays, keeping
from outreach.stopping import stop
from outreach.submissions import taking

log = logging.getLogger(__name__)

UPLOADS_KEPT = timedelta(days=7)  # lists that were uploaded and never loaded
DRAWN_FOR = 2  # months back: a worker that was away catches up


def recount(s: Session, job: Job) -> Iterator[Progress]:
    """Prove every sum equal to what it is the sum of; a difference is mended, and an alarm."""
    done = found = 0
    weighed = {"weighed": (job.result or running.last_done(s, "recount")).get("weighed", 0)}
    for findings in recounting.prove(s):
        done, found = done + 1, found + findings
        yield Progress(done, done + 1, {"found": found, **weighed})
    if running.last_done(s, "skills").get("rule") == reweighing.rule():  # else all are to be weighed by the new one
        for findings, last in recounting.prove_skills(s, weighed["weighed"]):
            done, found, weighed = done + 1, found + findings, {"weighed": last}
            yield Progress(done, done + 1, {"found": found, **weighed})
    if found:
        log.error("%s sums were wrong and are mended; see recount_finding", found)
    yield Progress(done + 1, done + 1, {"found": found, **weighed})


def weigh_anew(s: Session, job: Job) -> Iterator[Progress]:
    """Weigh everybody once by the rule that skills are counted by, when a release has changed it."""
    rule, newest = reweighing.rule(), reweighing.newest(s)
    if running.last_done(s, "skills").get("rule") != rule:
        weighed = int(job.result.get("weighed", 0))
        for piece in reweighing.walk(s, job.done if job.result.get("rule") == rule else 0, newest):
            weighed += len(piece.mended)
            yield Progress(piece.last, newest + 1, {"rule": rule, "weighed": weighed})
    yield Progress(newest + 1, newest + 1, {"rule": rule})


def sum_hardship(s: Session, job: Job) -> Iterator[Progress]:
    """Sum up for provinces and the country what communes know of their villages' hardship."""
    hardship.fold(s, areas.country(s))
    yield Progress(1, 1, {})


def tidy(s: Session, job: Job) -> Iterator[Progress]:
    """Remove uploaded lists that nobody loaded, old reports, and messages that an operations centre has long had."""
    told = telling.let_go(s, clock.now())
    removed, old = importing.forget_unstarted(s, clock.now() - UPLOADS_KEPT), asking.let_go(s)
    yield Progress(1, 1, {"removed": removed, "told": told, "reports": old})


def ask(s: Session, job: Job) -> Iterator[Progress]:
    """Look through the visit log for what is worth a question, commune by commune."""
    communes, asked = finding.communes(s), int(job.result.get("asked", 0))
    for number, commune in enumerate(communes[job.done :], job.done + 1):
        asked += finding.look(s, commune, clock.today())
        yield Progress(number, len(communes), {"asked": asked})


def draw(s: Session, job: Job) -> Iterator[Progress]:
    """Draw the lot of the months that are over, where it is not drawn yet: on the 1st, or as soon as one can."""
    communes, drawn = finding.communes(s), int(job.result.get("drawn", 0))
    for number, commune in enumerate(communes[job.done :], job.done + 1):
        for month in months.last_months(months.before(months.this()), DRAWN_FOR):
            drawn += checking.draw(s, commune, month)
        yield Progress(number, len(communes), {"drawn": drawn})


def end_care(s: Session, job: Job) -> Iterator[Progress]:
    """Nobody looks after a house where they no longer stand."""
    yield Progress(1, 1, {"ended": handing_over.end_strays(s)})


def close(s: Session, job: Job) -> Iterator[Progress]:
    """Write down what the campaigns that are over have reached."""
    yield Progress(1, 1, {"closed": counting.close(s)})


def close_holidays(s: Session, job: Job) -> Iterator[Progress]:
    """Write down the public holidays of this year and the next, where they are missing."""
    yield Progress(1, 1, {"brought": holidays.bring_near(s)})


def end_stopped(s: Session, job: Job) -> Iterator[Progress]:
    """Whoever has a number that the phone company stopped has taken the yes to messages back."""
    yield Progress(1, 1, {"stopped": stop.catch_up(s)})


def let_go(s: Session, job: Job, days: int = KEPT_DAYS) -> Iterator[Progress]:
    """Keep nothing longer than it serves: numbers and words of messages, and what else was for a while only."""
    before, done = clock.now() - timedelta(days=days), job.done
    for piece in keeping.let_go(s, before):
        done += piece
        yield Progress(done, done + 1, {"messages": done})
    decided.let_go(s, before)
    importing.forget_rejected(s, before)
    merges, due_dates = forgetting.let_go(s), noting.let_go(s, clock.local(before).date())
    yield Progress(done + 1, done + 1, {"messages": done, "merges": merges, "due_dates": due_dates})


def go_along(s: Session, job: Job) -> Iterator[Progress]:
    """A household was put right into another village: campaigns that run have counted it there from the start."""
    if not job.done:  # a piece is written once
        counting.go_along(s, job.input["old"], job.input["new"], [job.input["household"]])
    yield Progress(1, 1, {})


WORK: Mapping[str, Work] = {
    importing.KIND: importing.run, taking.KIND: taking.run, reports.KIND: making.run,
    "recount": recount, "skills": weigh_anew, "hardship": sum_hardship, "care": end_care, "tidy": tidy,
    "doubts": ask, "samples": draw, "campaigns": close, registering.OTHER_VILLAGE: go_along,
    "holidays": close_holidays, "stops": end_stopped, "let_go": let_go,
    "open_data": publishing.run, looking.KIND: looking.daily,
}  # fmt: skip
# What each day needs and from when on. A day is planned when a worker first sees it, however late.
DAILY: Mapping[str, time] = {
    "campaigns": time(0, 15), "skills": time(0, 30), "samples": time(1, 0), "doubts": time(1, 30),
    "recount": time(2, 0),
    "hardship": time(2, 15), "care": time(2, 30), "tidy": time(3, 0), "holidays": time(3, 15), "stops": time(3, 30),
    "let_go": time(3, 45), "open_data": time(4, 0), looking.KIND: time(4, 30),
}  # fmt: skip
