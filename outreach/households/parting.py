"""Undoing a merge of two households: what went over goes back, what came since stays with the household that was kept.

In two steps, since only a room above knows the visits: `part` gives the rows back, `settle` counts both again once the
visits' moments are right. A person who stood in both and was made one since stays where she is, with all that is hers.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account, AuditEntry
from outreach.households import repointing, stages, tallies
from outreach.households.models import Ambassador, Consent, Household, HouseholdMerge, Member

GOOD_FOR = timedelta(days=30)  # a mistake shows when somebody next stands at the door
DONE, TOO_LATE, MERGED_SINCE, PLACE_ENDED = "done", "too_late", "merged_since", "place_ended"


class NotApart(Exception):
    """They cannot be taken apart; `why` is one of DONE, TOO_LATE, MERGED_SINCE, PLACE_ENDED."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def undoable(s: Session, household: Household) -> Sequence[HouseholdMerge]:
    """The merges into a household, and of people in it, that may still be undone, the newest first."""
    rows = select(HouseholdMerge).where(
        HouseholdMerge.keep_id == household.id, HouseholdMerge.undone_at.is_(None),
        HouseholdMerge.at >= clock.day_start(clock.today() - GOOD_FOR),
    )  # fmt: skip
    both = joinedload(HouseholdMerge.other), joinedload(HouseholdMerge.by)
    return s.scalars(rows.order_by(HouseholdMerge.id.desc()).options(*both)).all()


def until(merge: HouseholdMerge) -> date:
    """The last day on which it may be undone."""
    return clock.local(merge.at).date() + GOOD_FOR


def hindrance(merge: HouseholdMerge) -> str:
    """Why the two cannot be taken apart, as NotApart has it; "" if they can."""
    if merge.undone_at is not None:
        return DONE
    if clock.today() > until(merge):
        return TOO_LATE
    if merge.of_person and any(member.id == merge.moved["member"] for member in merge.keep.members):
        return MERGED_SINCE if merge.keep.merged_into_id is not None else ""
    if merge.keep.merged_into_id is not None or merge.other.merged_into_id != merge.keep_id:
        return MERGED_SINCE
    return PLACE_ENDED if merge.other.village.valid_to is not None else ""


def those_who_stay(s: Session, merge: HouseholdMerge) -> Sequence[Member]:
    """People who stood in both and were made one since: who is whose can no longer be told, so they stay."""
    went = {row[0] for row in merge.moved.get("rows", {}).get(repointing.MEMBERS, ())}
    rows = select(AuditEntry.subject_id, AuditEntry.details).join(Member, Member.id == AuditEntry.subject_id)
    unified = rows.where(
        AuditEntry.subject == "member", AuditEntry.act == "member.merge", Member.household_id == merge.keep_id,
        AuditEntry.at >= merge.at,
    )  # fmt: skip
    found = [(id, details["merged"]) for id, details in s.execute(unified)]
    again = set(s.scalars(select(Member.id).where(Member.id.in_([gone for _kept, gone in found]))))  # two again since
    ids = {id for id, gone in found if (id in went) != (gone in went) and gone not in again}
    return s.scalars(select(Member).where(Member.id.in_(ids)).order_by(Member.id)).all()


def part(s: Session, merge: HouseholdMerge, by: Account) -> Sequence[Member]:
    """Two households again, not yet counted (see `settle`); gives the people who stay. Raises NotApart."""
    stages.lock(s, merge.keep, merge.other)
    s.refresh(merge)
    if why := hindrance(merge):
        raise NotApart(why)
    keep, other, moved = merge.keep, merge.other, merge.moved
    stay = those_who_stay(s, merge)
    repointing.give_back(s, moved, keep.id, other.id, {member.id for member in stay})
    repointing.forget_place(s, other, moved["placed"])
    tallies.fold_again(s, {keep.village_id, other.village_id})
    other.merged_into_id = None
    _give_back_facts(s, merge)
    merge.undone_at, merge.undone_by_id = clock.now(), by.id
    s.flush()
    s.expire_all()
    _ambassadors_go_with_their_house(s, merge, by)
    return stay


def settle(s: Session, merge: HouseholdMerge, by: Account) -> None:
    """Count both as what they are now."""
    keep, other = merge.keep, merge.other
    tallies.hold(s, (keep.village_id, other.village_id))
    stages.add(s, [other], by.id, "parted")
    stages.restage(s, other, by.id, "parted")
    stages.restage(s, keep, by.id, "parted")
    audit.record(s, "household.part", "household", keep.id, area_id=keep.village_id, actor_id=by.id, parted=other.id)


def _give_back_facts(s: Session, merge: HouseholdMerge) -> None:
    """What the kept entry took over from the other, unless somebody has written something else there since."""
    keep, other = merge.keep, merge.other
    nobody_since = keep.last_visit_at is None or keep.last_visit_at <= merge.at
    for name, (before, after) in merge.moved["kept"].items():
        if getattr(keep, name) == after and (name != "closed_as" or nobody_since):
            setattr(keep, name, before)
            if name == "code" and keep.village_id == other.village_id:
                s.flush()  # a code stands on one household of a village only: first off the one
                other.code = after
    for name, moment in merge.moved["moments"].items():
        setattr(keep, name, datetime.fromisoformat(moment) if moment else None)


def _ambassadors_go_with_their_house(s: Session, merge: HouseholdMerge, by: Account) -> None:
    """Nobody stands for a house she is not of; whom the merge ended stands again, if nothing was taken back since."""
    keep, other = merge.keep, merge.other
    rows = select(Ambassador).where(Ambassador.household_id.in_((keep.id, other.id))).order_by(Ambassador.id)
    standing: set[int] = set()
    for one in s.scalars(rows.options(joinedload(Ambassador.member))).all():
        one.household_id = one.member.household_id
        if one.id == merge.moved["ambassador"] and _may_stand(s, one, merge):
            one.until, one.ended_by_id, one.ended_reason = None, None, ""
        if one.until is None and one.household_id in standing:
            one.until, one.ended_by_id, one.ended_reason = clock.today(), by.id, "parted"
        if one.until is None:
            standing.add(one.household_id)
    s.flush()
    s.expire_all()


def _may_stand(s: Session, ambassador: Ambassador, merge: HouseholdMerge) -> bool:
    taken_back = select(Consent.id).where(
        Consent.member_id == ambassador.member_id, Consent.purpose == "registered", Consent.withdrawn_at >= merge.at
    )
    gone = ambassador.member.left_on is not None or ambassador.household_id != merge.other_id
    return not gone and s.scalars(taken_back.limit(1)).first() is None
