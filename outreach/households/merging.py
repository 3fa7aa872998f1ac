"""One household (or person) that stands on the list twice becomes one, and nothing that was done there is lost.

What a merge moved is kept with it, so that it can be undone (`parting` for households, `two_again` for people).
"""

from datetime import date
from typing import Any, TypeVar

from sqlalchemy import delete
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit, receipts
from outreach.accounts.models import Account
from outreach.households import ambassadors, consent, repointing, skills, stages, tallies
from outreach.households.models import MERGED, Household, HouseholdMerge, Member
from outreach.sms import outbox

D = TypeVar("D", bound=date)  # or a moment
# What `_fill` may change, beside the moments of visits
TAKEN_OVER = ("phone", "walk_no", "lat", "lon", "address", "address_folded", "closed_as", "code")


class NotTwo(Exception):
    """These are not two living households (one was merged meanwhile), or not two members of one household."""


def merge(s: Session, keep: Household, other: Household, by: Account) -> HouseholdMerge:
    """Bring everything of `other` over to `keep`; `other` stays as a row that points to it. Raises NotTwo.

    Of two ambassadors the kept household's stays one. The kept household keeps its name; what it lacks (address,
    telephone, code) it takes from the other, and the earlier first visit. If either is open, the merged one is.
    """
    stages.lock(s, keep, other)
    if keep.id == other.id or keep.merged_into_id or other.merged_into_id:
        raise NotTwo(keep.id, other.id)
    tallies.hold(s, (keep.village_id, other.village_id))
    before = {name: getattr(keep, name) for name in TAKEN_OVER}
    moments = {name: _iso(getattr(keep, name)) for name in ("visited_at", "last_visit_at")}
    ended = ambassadors.end(s, other, by, "merged") if ambassadors.current(s, keep) is not None else None
    stages.remove(s, other, by.id, "merged")
    tallies.fold_again(s, {keep.village_id, other.village_id})
    placed = repointing.keep_place(s, other) if keep.village_id != other.village_id else []
    went: dict[str, Any] = dict(repointing.repoint(s, Household.__tablename__, other.id, keep.id))
    other.merged_into_id = keep.id
    _fill(s, keep, other)
    s.flush()
    went |= {"kept": {name: [was, getattr(keep, name)] for name, was in before.items() if was != getattr(keep, name)}}
    went |= {"moments": moments, "placed": placed, "ambassador": ended.id if ended else None}
    made = HouseholdMerge(keep_id=keep.id, other_id=other.id, at=clock.now(), by_id=by.id, moved=went)
    s.add(made)
    s.flush()
    s.expire_all()
    stages.restage(s, keep, by.id, "merged")
    audit.record(s, "household.merge", "household", keep.id, area_id=keep.village_id, merged=other.id)
    return made


def unify(s: Session, keep: Member, other: Member, by: Account) -> HouseholdMerge:
    """Two entries of one person become one; `other` goes, all that was theirs is `keep`'s. Raises NotTwo."""
    household = keep.household
    stages.lock(s, household)
    if keep.id == other.id or other.household_id != household.id:
        raise NotTwo(keep.id, other.id)
    outbox.cancel(s, f"member:{other.id}", outbox.NO_LONGER_DUE)
    gone, before, stood = other.id, _as_noted(keep), ambassadors.current(s, household)
    noted = {"member": keep.id, "gone": _as_noted(other), "ambassador": stood.id if stood else None}
    _take_over(keep, other)
    s.flush()
    after = _as_noted(keep)
    went: dict[str, Any] = dict(repointing.repoint(s, Member.__tablename__, gone, keep.id))
    went |= noted | {"kept": {name: [was, after[name]] for name, was in before.items() if was != after[name]}}
    went["messages"] = outbox.readdress(s, f"member:{gone}", f"member:{keep.id}")
    went["receipts"] = receipts.repoint(s, "member", gone, keep.id)
    s.execute(delete(Member).where(Member.id == gone))
    s.expire_all()
    went["consents"] = _heed_withdrawals(s, keep, by)
    made = HouseholdMerge(keep_id=household.id, other_id=household.id, at=clock.now(), by_id=by.id, moved=went)
    s.add(made)
    s.flush()
    skills.changed(s, [keep.id])
    stages.restage(s, household, by.id, "merged")
    audit.record(s, "member.merge", "member", keep.id, area_id=household.village_id, merged=gone)
    return made


def _as_noted(person: Member) -> dict[str, Any]:
    """All that her row says, as JSON: days and moments as ISO has them."""
    said = {column.name: getattr(person, column.name) for column in Member.__table__.columns}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def _heed_withdrawals(s: Session, keep: Member, by: Account) -> list[int]:
    """What the person took back under one entry is not given by an older yes that stood under the other.

    Gives the yeses that are over by this.
    """
    stood = [yes for yes in consent.history(s, keep) if yes.withdrawn_at is None]
    for purpose, newest in consent.current(s, keep).items():
        ends = [no.withdrawn_at for no in consent.history(s, keep) if no.withdrawn_at and no.purpose == purpose]
        if any(newest.given_at <= end for end in ends):
            consent.withdraw(s, newest, by, MERGED)
    return [yes.id for yes in stood if yes.withdrawn_at is not None]


def _fill(s: Session, keep: Household, other: Household) -> None:
    keep.visited_at = _earlier(keep.visited_at, other.visited_at)
    keep.last_visit_at = _later(keep.last_visit_at, other.last_visit_at)
    keep.phone = keep.phone or other.phone
    keep.walk_no = keep.walk_no or other.walk_no
    if keep.lat is None or keep.lon is None:
        keep.lat, keep.lon = other.lat, other.lon
    if not keep.address:
        keep.address, keep.address_folded = other.address, other.address_folded
    if keep.closed_as and not other.closed_as:
        keep.closed_as = None
    if not keep.code and keep.village_id == other.village_id:
        code, other.code = other.code, None
        s.flush()  # a code stands on one household of a village only: first off the one, then on to the other
        keep.code = code


def _take_over(keep: Member, other: Member) -> None:
    keep.birth_year = keep.birth_year or other.birth_year
    keep.phone = keep.phone or other.phone
    keep.differs = [*(keep.differs or ()), *(other.differs or ())] or None
    keep.learning_since = _earlier(keep.learning_since, other.learning_since)
    keep.proficient_since = _earlier(keep.proficient_since, other.proficient_since)
    keep.vneid_said_on = _later(keep.vneid_said_on, other.vneid_said_on)
    keep.relation = other.relation if keep.relation == "other" else keep.relation


def _earlier(one: D | None, two: D | None) -> D | None:
    return min((x for x in (one, two) if x is not None), default=None)


def _later(one: D | None, two: D | None) -> D | None:
    return max((x for x in (one, two) if x is not None), default=None)


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
