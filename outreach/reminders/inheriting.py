"""After a reform of areas: what communes remind of, and their classes, go on in those that took over."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import db
from outreach.areas.models import VILLAGE, Area
from outreach.reminders import rules
from outreach.reminders.models import ClassMeeting, ReminderRule


def inherit_rules(s: Session, olds: Sequence[Area], new: Area) -> None:
    """A new commune reminds of what every one of those before it did: nobody gets what their commune never sent."""
    there = list(rules.on_each(s, [old.id for old in olds]).values())
    said = s.scalars(select(ReminderRule).where(ReminderRule.commune_id.in_([old.id for old in olds]))).all()
    last = {row.purpose: row for row in sorted(said, key=lambda row: row.set_at)}
    rows = [
        {"commune_id": new.id, "purpose": purpose, "on": all(purpose in on for on in there),
         "set_by_id": row.set_by_id, "set_at": row.set_at}
        for purpose, row in last.items()
    ]  # fmt: skip
    db.add_missing(s, ReminderRule, rows)


def hand_over_classes(s: Session, old: Area, heir: Area) -> None:
    """A class is held where it was to be held; it is the heir's."""
    if old.kind == VILLAGE:
        theirs = update(ClassMeeting).where(ClassMeeting.village_id == old.id)
        s.execute(theirs.values(village_id=heir.id, commune_id=heir.parent_id))
    else:
        s.execute(update(ClassMeeting).where(ClassMeeting.commune_id == old.id).values(commune_id=heir.id))
