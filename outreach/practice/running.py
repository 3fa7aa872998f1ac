"""Playing a rehearsal: what is noted of a go. Never what was typed: only screens, hints, wrong turns and time.

Lock order: household (stages), then the learner, then the run; so two taps at once are two in a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from outreach import clock
from outreach.households import skills, stages
from outreach.learning.models import Learner
from outreach.learning.progress import Forgotten
from outreach.practice import portal, queries
from outreach.practice.models import Run
from outreach.practice.portal import Onward, Outcome, Values
from outreach.practice.shape import Flow

PAUSE = timedelta(minutes=10)  # whoever does nothing for longer has put the phone away


@dataclass(frozen=True)
class Report:
    """A go that was played on the phone alone, as the phone tells it. `path`: screen ids from the first to the last."""

    client_id: str
    path: Sequence[str]
    hints: int
    wrong: int
    seconds: int
    alone: bool
    at: datetime
    lent_by_id: int | None = None  # the colleague who is signed in on this phone


def begin(s: Session, who: Learner, flow: Flow, lent_by_id: int | None = None) -> Run:
    """Stand before the first screen. A go that was begun before and not finished is begun anew. Raises Forgotten.

    `lent_by_id`: the colleague who is signed in on this phone, and so was there.
    """
    now = clock.now()
    _hold(s, who, now)
    run = queries.latest(s, who, flow)
    if run is None or run.finished_at is not None:
        run = Run(learner_id=who.id, client_id=str(uuid4()), flow=flow.slug)
        s.add(run)
    run.screen, run.passed, run.hints, run.wrong, run.seconds = flow.start.id, "", 0, 0, 0
    run.started_at = run.last_at = now
    run.lent_by_id = lent_by_id
    s.flush()
    return run


def press(s: Session, run: Run, flow: Flow, screen_id: str, button_id: str, values: Values) -> Outcome:
    """Press a button of a screen that this go has reached.

    A LookupError where there is no such button, or where another tab was quicker: over, or begun anew.

    From an earlier screen one goes on from there: what was got through after it is to be done once more.
    """
    _turn(s, run)
    if run.finished_at is not None or screen_id not in run.reached:
        raise LookupError(screen_id)
    outcome = portal.advance(flow, screen_id, button_id, values)
    if not isinstance(outcome, Onward):
        run.wrong += 1
        return outcome
    before = run.reached[: run.reached.index(screen_id)]
    run.passed, run.screen = " ".join([*before, screen_id]), outcome.to
    there = flow.screen(outcome.to)
    if there and there.last:
        run.finished_at, run.skills = run.last_at, " ".join(flow.skills)
    return outcome


def hint(s: Session, run: Run) -> None:
    """Note that the learner asked to be shown."""
    _turn(s, run)
    if run.finished_at is None:
        run.hints += 1


def say(s: Session, run: Run, alone: bool, lent_by_id: int | None = None) -> None:
    """Keep what the learner says at the end: done alone, or with somebody's help. The first answer stands.

    `lent_by_id` as for `begin`.
    """
    _hold_run(s, run)
    if run.finished_at is not None and run.alone is None:
        run.alone, run.lent_by_id = alone, run.lent_by_id or lent_by_id
        _counts(s, s.get_one(Learner, run.learner_id))


def report(s: Session, who: Learner, flow: Flow, told: Report) -> Run:
    """Take over a go from a phone, once for each `client_id`; ValueError where its path is no way to an end.

    Raises Forgotten.
    """
    if not portal.is_way(flow, told.path):
        raise ValueError(told.path)
    _hold(s, who, told.at)
    run = s.scalars(select(Run).where(Run.client_id == told.client_id)).one_or_none()
    if run is None:
        run = Run(
            learner_id=who.id, client_id=told.client_id, flow=flow.slug, skills=" ".join(flow.skills),
            screen=told.path[-1], passed=" ".join(told.path[:-1]), hints=told.hints, wrong=told.wrong,
            seconds=told.seconds, started_at=told.at - timedelta(seconds=told.seconds), last_at=told.at,
            finished_at=told.at, alone=told.alone, lent_by_id=told.lent_by_id,
        )  # fmt: skip
        s.add(run)
        s.flush()
        _counts(s, who)
    return run


def _counts(s: Session, who: Learner) -> None:
    if who.member_id is not None:
        skills.changed(s, [who.member_id])


def _hold(s: Session, who: Learner, at: datetime) -> None:
    """Whoever rehearses, learns: so it counts for the household as a lesson does. Raises Forgotten."""
    if who.member is not None:
        stages.learning(s, who.member, clock.local(at).date())
    if s.scalar(select(Learner.id).where(Learner.id == who.id).with_for_update(of=Learner)) is None:
        raise Forgotten


def _hold_run(s: Session, run: Run) -> None:
    try:
        s.refresh(run, with_for_update=True)
    except InvalidRequestError as gone:  # with its learner
        raise Forgotten from gone


def _turn(s: Session, run: Run) -> None:
    """Hold the run and count the time since the last turn. Raises Forgotten."""
    _hold_run(s, run)
    now = clock.now()
    run.seconds += round(min(max(now - run.last_at, timedelta()), PAUSE).total_seconds())
    run.last_at = now
