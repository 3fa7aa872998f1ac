"""Reading rehearsals: which there are, where somebody stands in one, and what was done without help."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach import db
from outreach.households.models import Member
from outreach.learning.models import Learner
from outreach.lessons import queries as lessons
from outreach.lessons.queries import FOLDER
from outreach.practice import portal
from outreach.practice.models import Run
from outreach.practice.reading import FILE
from outreach.practice.shape import Flow

log = logging.getLogger(__name__)
Files = tuple[tuple[Path, float], ...]


def catalogue() -> Mapping[str, Flow]:
    """Every rehearsal that can be used, by its lesson's slug and in the lessons' order.

    At a desk they are read again after each change of a file.
    """
    at_a_desk = bool(current_app) and current_app.config["SETTINGS"].development
    flows = _read(FOLDER, _as_they_are(FOLDER) if at_a_desk else ())
    return {slug: flows[slug] for slug in lessons.catalogue() if slug in flows}


@lru_cache(maxsize=2)  # as the app at a desk and whoever works beside it ask
def _read(folder: Path, _files: Files) -> Mapping[str, Flow]:
    flows, wrong = portal.load_sound(folder)
    for fault in wrong:
        log.error("a rehearsal is left out: %s", fault)
    return flows


def _as_they_are(folder: Path) -> Files:
    return tuple((path, path.stat().st_mtime) for path in sorted(folder.glob(f"*/{FILE}")))


def standing(s: Session, who: Learner | None, flow: Flow) -> Run | None:
    """The go that this learner is at, else the one finished last; None where there is none, or its screens are gone."""
    run = latest(s, who, flow) if who else None
    return run if run and all(flow.screen(id) for id in run.reached) else None


def latest(s: Session, who: Learner, flow: Flow) -> Run | None:
    """The same, whether its screens are still there or not."""
    own = select(Run).where(Run.learner_id == who.id, Run.flow == flow.slug)
    order = (Run.finished_at.is_(None).desc(), Run.finished_at.desc(), Run.id.desc())
    return s.scalars(own.order_by(*order).limit(1)).one_or_none()


def teller(s: Session, client_id: str) -> Learner | None:
    """Who told of this go before, as long as it is nobody by name.

    A phone that tells of it again, and has no cookie, never got the answer to the first time: it is that learner.
    """
    first = select(Learner).join(Run, Run.learner_id == Learner.id).where(Run.client_id == client_id)
    return s.scalars(first.where(Learner.member_id.is_(None))).one_or_none()


def unaided(s: Session, member_id: int) -> list[tuple[str, datetime, str]]:
    """What this member has rehearsed without help: skill, when, and the rehearsal's slug; oldest first."""
    runs = (run for _member, run in finished(s, select(Member.id).where(Member.id == member_id)) if run.unaided)
    return [(skill, run.finished_at, run.flow) for run in runs for skill in run.skills.split() if run.finished_at]


def finished(s: Session, members: Select[int] | range) -> Iterator[tuple[int, Run]]:
    """Every go that these members (ids: see `db.one_of`) have finished, on whatever phone, oldest first: one query."""
    rows = (
        select(Learner.member_id, Run)
        .join(Learner, Learner.id == Run.learner_id)
        .where(db.one_of(Learner.member_id, members), Run.finished_at.is_not(None))
        .order_by(Run.finished_at, Run.id)
    )
    return ((member_id, run) for member_id, run in s.execute(rows) if member_id is not None)
