"""Who of the group looks after which household: rows end and new ones begin, so that it can always be told who did."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.households.models import Household
from outreach.visits.models import Care


def current(s: Session, household: Household) -> Care | None:
    """Who looks after the household now."""
    now = select(Care).where(Care.household_id == household.id, Care.until.is_(None)).options(joinedload(Care.account))
    return s.scalars(now.order_by(Care.id.desc()).limit(1)).one_or_none()


def history(s: Session, household: Household) -> Sequence[Care]:
    """Everybody who looked after it, the newest first."""
    rows = select(Care).where(Care.household_id == household.id).options(joinedload(Care.account))
    return s.scalars(rows.order_by(Care.since.desc(), Care.id.desc())).all()


def give(
    s: Session, household_ids: Collection[int], to: Account | None, by: Account, *, area_id: int,
    at: datetime | None = None,
) -> int:  # fmt: skip
    """From now on `to` (None: nobody) looks after these households of a village; how many changed hands.

    `at`: the one moment of a step that gives to several; now, unless said.

    The households are locked in order, so that two leaders who hand out at once cannot both succeed by half.
    """
    held = select(Household.id).where(Household.id.in_(household_ids)).order_by(Household.id).with_for_update()
    ids = s.scalars(held).all()
    now, kept = at or clock.now(), set[int]()
    given: set[int] = set()
    for care in s.scalars(select(Care).where(Care.household_id.in_(ids), Care.until.is_(None)).order_by(Care.id)):
        if to and care.account_id == to.id and care.household_id not in kept:
            kept.add(care.household_id)
        else:
            care.until = now
            given.add(care.household_id)
    begun = [id_ for id_ in ids if to and id_ not in kept]
    s.add_all(Care(household_id=id_, account_id=to.id, since=now, by_id=by.id) for id_ in begun if to)
    given.update(begun)
    given -= kept
    if given:
        _note(s, given, to, by, area_id)
    s.flush()
    return len(given)


def _note(s: Session, given: set[int], to: Account | None, by: Account, area_id: int) -> None:
    act = "care.give" if to else "care.end"
    one = next(iter(given)) if len(given) == 1 else None
    audit.record(
        s, act, "household" if one else "account", one or (to.id if to else None), area_id=area_id, actor_id=by.id,
        households=len(given), to=to.id if to else None,
    )  # fmt: skip
