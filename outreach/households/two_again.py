"""Undoing a merge of two entries of one person: two people again, each with what was theirs; what came since stays.

The furniture is that of `parting`: what the merge moved is kept with it. The person who comes back has her old number,
so that whoever knew her by it finds her; where somebody has it by now, a new one.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit, receipts
from outreach.accounts.models import Account
from outreach.households import ambassadors, parting, repointing, skills, stages
from outreach.households.models import MERGED, Ambassador, Consent, HouseholdMerge, Member
from outreach.sms import outbox

DAYS, MOMENTS = ("learning_since", "proficient_since", "vneid_said_on", "left_on"), ("created_at",)


def kept(s: Session, merge: HouseholdMerge) -> Member:
    """The entry that both became."""
    return s.get_one(Member, merge.moved["member"])


def part(s: Session, merge: HouseholdMerge, by: Account) -> Member:
    """Two people again; gives the one who is back. Raises parting.NotApart."""
    stages.lock(s, merge.keep)
    s.refresh(merge)
    s.expire(merge.keep, ["members"])
    if why := parting.hindrance(merge):
        raise parting.NotApart(why)
    person, moved = kept(s, merge), merge.moved
    back = _back(s, {"name": person.name, "folded": person.folded} | moved["gone"])
    repointing.give_back(s, moved, person.id, back.id, target=Member.__tablename__)
    receipts.give_back(s, moved["receipts"], back.id)
    outbox.readdress(s, f"member:{person.id}", f"member:{back.id}", moved.get("messages", ()))
    for name, (was, now) in _read(moved["kept"]).items():
        if getattr(person, name) == now:  # nobody has written something else there since
            setattr(person, name, was)
    merge.undone_at, merge.undone_by_id = clock.now(), by.id
    s.flush()
    s.expire_all()
    _yeses_stand_again(s, merge)
    skills.changed(s, [person.id, back.id])
    stages.restage(s, merge.keep, by.id, "parted")
    audit.record(s, "member.part", "member", person.id, area_id=merge.keep.village_id, actor_id=by.id, parted=back.id)
    return back


def _back(s: Session, gone: dict[str, Any]) -> Member:
    said = {name: value for name, (value,) in _read({name: [value] for name, value in gone.items()}).items()}
    if s.get(Member, said["id"]) is not None:
        del said["id"]
    back = Member(**said)
    s.add(back)
    s.flush()
    return back


def _read(said: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Days and moments as they are in a row."""
    read = dict.fromkeys(DAYS, date.fromisoformat) | dict.fromkeys(MOMENTS, datetime.fromisoformat)
    return {name: [read[name](one) if one and name in read else one for one in values] for name, values in said.items()}


def _yeses_stand_again(s: Session, merge: HouseholdMerge) -> None:
    """A yes that was over only because the other entry had taken one back, and being ambassador that ended with it."""
    over = select(Consent).where(Consent.id.in_(merge.moved["consents"]), Consent.withdrawn_how == MERGED)
    for yes in s.scalars(over):
        yes.withdrawn_at, yes.withdrawn_by_id, yes.withdrawn_how = None, None, ""
    s.flush()
    stood = s.get(Ambassador, merge.moved["ambassador"] or 0)
    if stood is not None and _ended_by(stood, merge) and ambassadors.current(s, merge.keep) is None:
        stood.until, stood.ended_by_id, stood.ended_reason = None, None, ""
        s.flush()


def _ended_by(stood: Ambassador, merge: HouseholdMerge) -> bool:
    with_it = stood.ended_reason == "withdrawn" and stood.until == clock.local(merge.at).date()
    return bool(merge.moved["consents"]) and with_it and stood.member.left_on is None
