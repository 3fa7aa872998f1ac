"""What a commune reminds of: its official switches each reminder on or off; without a word the house's choice holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.reminders.models import ReminderRule
from outreach.sms import outbox
from outreach.sms.purposes import (
    CLASS,
    DUE_DATE,
    FOLLOW_UP,
    LESSON_STOPPED,
    NEXT_LESSON,
    RESULT_READY,
    WEEK_LIST,
    WEEK_SUMMARY,
    WELCOME,
)
from outreach.visits.reminders import OfCommune

DATED = (FOLLOW_UP, DUE_DATE, RESULT_READY, CLASS)  # they speak of a day, so they stand first: such reminders work
RULES = (*DATED, LESSON_STOPPED, NEXT_LESSON, WELCOME, WEEK_LIST, WEEK_SUMMARY)
ON_FROM_THE_START = frozenset({FOLLOW_UP})


def on(s: Session, commune_id: int) -> set[str]:
    """The purposes that a commune reminds of."""
    return on_each(s, [commune_id])[commune_id]


def on_each(s: Session, commune_ids: Sequence[int]) -> dict[int, set[str]]:
    """The same for several communes: one query."""
    rows = select(ReminderRule).where(ReminderRule.commune_id.in_(commune_ids))
    said = {(row.commune_id, row.purpose): row.on for row in s.scalars(rows.execution_options(populate_existing=True))}
    return {
        id_: {purpose for purpose in RULES if said.get((id_, purpose), purpose in ON_FROM_THE_START)}
        for id_ in commune_ids
    }


def communes_that_chose(s: Session) -> Counter[int]:
    """By province, how many of its communes have switched anything on or off."""
    rows = select(Area.parent_id, func.count(ReminderRule.commune_id.distinct()))
    counted = rows.join(ReminderRule, ReminderRule.commune_id == Area.id).group_by(Area.parent_id)
    return Counter({id_: int(n) for id_, n in s.execute(counted) if id_})


def switched_on(purpose: str) -> OfCommune:
    """Of which communes it holds, as a condition on their ids."""
    from_the_start = purpose in ON_FROM_THE_START
    said = select(ReminderRule.commune_id).where(
        ReminderRule.purpose == purpose, ReminderRule.on.is_(not from_the_start)
    )
    return lambda commune_id: commune_id.not_in(said) if from_the_start else commune_id.in_(said)


def since(s: Session, purpose: str) -> Mapping[int, date]:
    """From which day on, by commune, somebody had it switched on: what was due before is not caught up with."""
    rows = select(ReminderRule.commune_id, ReminderRule.set_at)
    said = s.execute(rows.where(ReminderRule.purpose == purpose, ReminderRule.on.is_(True)))
    return {commune_id: clock.local(at).date() for commune_id, at in said}


def switch(s: Session, commune: Area, purpose: str, *, to: bool, by: Account) -> int:
    """Switch a reminder on or off in a commune; how many that waited were taken back. The same again changes nothing.

    Raises ValueError for what is no reminder.
    """
    if purpose not in RULES:
        raise ValueError(purpose)
    if (purpose in on(s, commune.id)) == to:
        return 0
    said = {"on": to, "set_by_id": by.id, "set_at": clock.now()}
    db.add_missing(s, ReminderRule, [{"commune_id": commune.id, "purpose": purpose, **said}])
    here = (ReminderRule.commune_id == commune.id, ReminderRule.purpose == purpose)
    s.execute(update(ReminderRule).where(*here).values(said))
    audit.record(
        s, "reminder.on" if to else "reminder.off", "area", commune.id, area_id=commune.id, actor_id=by.id,
        purpose=purpose,
    )  # fmt: skip
    s.flush()
    return 0 if to else outbox.take_back(s, outbox.NO_LONGER_DUE, area_id=commune.id, purpose=purpose)
