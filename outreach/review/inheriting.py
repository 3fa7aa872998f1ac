"""After a reform of areas: whoever takes over finds the sheets and the rule, and what was approved stays as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.review import allowance, paying
from outreach.review.models import DRAFT, JOINED, SENT, TO_MEND, Allowance, Sheet, SheetStep

PARTS = ("firsts", "ambassador_rows", "not_firsts")
SUMS = ("visits", "first", "ambassadors", "late", "back", "late_days", "late_ambassadors")


def hand_over(s: Session, old: Area, heir: Area) -> None:
    """A group's sheets are now those of the group that took over; each remembers whose it was."""
    here = select(Sheet).order_by(Sheet.id).with_for_update(of=Sheet)
    there = {(one.account_id, one.month): one for one in s.scalars(here.where(Sheet.village_id == heir.id))}
    for sheet in s.scalars(here.where(Sheet.village_id == old.id)).all():
        sheet.totals = {"group": {"id": old.id, "name": old.full_name}} | sheet.totals
        twin = there.get((sheet.account_id, sheet.month))
        if twin is None:
            sheet.village_id = heir.id
        else:
            _together(s, twin, sheet)
    s.flush()


def _together(s: Session, keep: Sheet, other: Sheet) -> None:
    """Somebody worked for both in one month: two approved sheets are added up. Beside one that is approved the visits
    of the open one come late; where both are open the month is looked at anew."""
    if keep.frozen_at and other.frozen_at:
        keep.totals = _sum(keep.month, keep.totals, other.totals)
        keep.state = min(keep.state, other.state)  # approved before locked
    elif closed := next((one for one in (keep, other) if one.frozen_at), None):
        keep.totals = closed.totals | {JOINED: True}
        keep.state, keep.frozen_at = closed.state, closed.frozen_at
    else:
        keep.state = keep.state if keep.state == other.state and keep.state in (DRAFT, SENT) else TO_MEND
        keep.totals = {"group": keep.totals["group"]}
    s.flush()
    s.execute(update(SheetStep).where(SheetStep.sheet_id == other.id).values(sheet_id=keep.id))
    s.execute(delete(Sheet).where(Sheet.id == other.id))
    s.expire(keep, ["steps"])


def _sum(month: date, one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    amounts = [n for n in (one.get("amount"), other.get("amount")) if n is not None]
    return {
        **one, **{name: one.get(name, 0) + other.get(name, 0) for name in SUMS},
        "days": one["days"] + other["days"] - len(_own(month, one) & _own(month, other)),
        "outcomes": _both(one["outcomes"], other["outcomes"]),
        "rows": _days(one["rows"], other["rows"]), "back_rows": _days(one["back_rows"], other["back_rows"]),
        **{name: sorted({*one.get(name, ()), *other.get(name, ())}) for name in PARTS},
        "paid": _both(paying.paid(month, one), paying.paid(month, other)),
        "amount": sum(amounts) if amounts else None, "rule": one.get("rule") or other.get("rule"),
        JOINED: one.get(JOINED, False) or other.get(JOINED, False),
    }  # fmt: skip


def _both(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in (*one, *other)}


def _own(month: date, totals: Mapping[str, Any]) -> set[str]:
    """The days of the sheet's own month."""
    return {day for day in totals["rows"] if day.startswith(f"{month:%Y-%m}")}


def _days(one: Mapping[str, list[int]], other: Mapping[str, list[int]]) -> dict[str, list[int]]:
    return {day: sorted({*one.get(day, ()), *other.get(day, ())}) for day in sorted({*one, *other})}


def inherit_rules(s: Session, olds: Sequence[Area], new: Area) -> None:
    """A new commune goes on by the rules of those before it if all had the same; else its official is to choose.

    The old rules stay where they were, so that an approved sheet keeps the rule it was reckoned by.
    """
    rules = select(Allowance).order_by(Allowance.from_month, Allowance.id)
    histories = [s.scalars(rules.where(Allowance.commune_id == old.id)).all() for old in olds]
    if len({tuple(allowance.terms(rule) for rule in history) for history in histories}) == 1:
        for rule in histories[0]:
            s.add(Allowance(commune_id=new.id, set_by_id=rule.set_by_id, set_at=rule.set_at,
                            **asdict(allowance.terms(rule))))  # fmt: skip
            s.flush()  # in this order: of two rules of one month the later one holds
