"""What of the demo's people is only counted: skills seen with help, who says to be on VNeID; and all sums."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.assessments import weighing
from outreach.assessments.models import Evidence
from outreach.assessments.standard import OBSERVED
from outreach.coverage import folding
from outreach.demo.theatre import Theatre
from outreach.households import skills
from outreach.households.models import SKILLS, Household, Member
from outreach.learning.models import Learner
from outreach.visits.models import HELPED, Visit, VisitMet

ADULT = 18


def add_up(theatre: Theatre, commune: Area) -> None:
    """Weigh everybody's skills and sum all up, as a worker does each minute."""
    s, dice = theatre.s, random.Random(commune.code)
    _helped(s, dice)
    _say(theatre, dice)
    known = select(Evidence.member_id).union(select(Learner.member_id).where(Learner.member_id.is_not(None)))
    skills.changed(s, s.scalars(known))
    while weighing.weigh(s):
        pass
    folding.fold(s)


def _helped(s: Session, dice: random.Random) -> None:
    """On visits that ended with help somebody did a thing or two."""
    seen = select(VisitMet.member_id, Visit.id, Visit.at, Visit.by_id).join(Visit, Visit.id == VisitMet.visit_id)
    rows = [
        {
            "member_id": who,
            "skill": skill,
            "kind": OBSERVED,
            "aided": HELPED,
            "at": at,
            "by_id": by,
            "ref": f"visit:{id}",
        }
        for who, id, at, by in s.execute(seen.where(Visit.outcome == HELPED).order_by(Visit.id))
        for skill in dice.sample(SKILLS, 2)
    ]
    if rows:
        s.execute(insert(Evidence), rows)


def _say(theatre: Theatre, dice: random.Random) -> None:
    """Of those whose house was visited, four adults in ten say that they are confirmed on VNeID."""
    adults = select(Member.id).join(Household).where(Household.visited_at.is_not(None))
    adults = adults.where(Member.birth_year <= theatre.today.year - ADULT - 1).order_by(Member.id)
    said: list[dict[str, Any]] = [
        {"who": id, "day": theatre.today - timedelta(days=dice.randrange(1, 60))}
        for id in theatre.s.scalars(adults) if dice.random() < 0.4
    ]  # fmt: skip
    mine = update(Member).where(Member.id == bindparam("who")).values(vneid_said_on=bindparam("day"))
    if said:
        theatre.s.connection().execute(mine, said)
        skills.changed(theatre.s, [one["who"] for one in said])
