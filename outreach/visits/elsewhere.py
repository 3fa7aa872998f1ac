"""Helping somebody of elsewhere: whoever stands before a desk is helped, whichever commune the family lives in.

The one exception to "nobody writes where they do not see": the person is found by what they carry or say themselves
(the learner card, or telephone and full name together), the helper is shown a given name and a commune, and may write
one visit. What was written belongs to the household's home; the helper does not see it again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Select, exists, select, union
from sqlalchemy.orm import Session, joinedload

from outreach.accounts import attempts, audit
from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER, Account
from outreach.areas.models import Area
from outreach.cards.models import LearnerCard
from outreach.households.models import Household, Member
from outreach.lib import words
from outreach.visits import recording
from outreach.visits.recording import Recorded, VisitDraft

HELPERS = (OFFICIAL, LEADER, VOLUNTEER, AGENT)
DOOR = "elsewhere"
GOOD_FOR = timedelta(hours=2)  # how long after finding somebody the visit may be written: a morning at the desk


class Locked(Exception):
    """Too many searches that found nobody; `until` is when the helper may search again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def by_card(s: Session, helper: Account, code: str, address: str) -> Member | None:
    """Whose card this plain code is on (cards.codes.read); None counts as a failure. Raises Locked."""
    held = select(LearnerCard.member_id).where(LearnerCard.code == code, LearnerCard.ended_at.is_(None))
    return _found(s, helper, _people().where(Member.id.in_(held)), address)


def by_phone(s: Session, helper: Account, phone: str, name: str, address: str) -> Member | None:
    """Who has this number (E.164; their own or the family's) and this full name, accents or not; both must match.

    None counts as a failure, and does not say which of the two was wrong. Raises Locked.
    """
    own = select(Member.id).where(Member.phone == phone)
    family = select(Member.id).join(Member.household).where(Household.phone == phone)
    matching = _people().where(Member.id.in_(union(own, family)), Member.folded == words.fold(name))
    return _found(s, helper, matching, address)


def _people() -> Select[Member]:
    """Everybody who lives in a household that is on a list; of two entries of one person the open, newer one."""
    home = joinedload(Member.household).joinedload(Household.village).joinedload(Area.parent)
    living = exists().where(Household.id == Member.household_id, Household.merged_into_id.is_(None))
    return select(Member).where(Member.left_on.is_(None), living).order_by(Member.id.desc()).options(home)


def _found(s: Session, helper: Account, wanted: Select[Member], address: str) -> Member | None:
    until = attempts.locked_until(s, DOOR, _who(helper), address)
    if until:
        raise Locked(until)
    matching = s.scalars(wanted).all()
    if not matching:
        attempts.failed(s, DOOR, _who(helper), address)
        return None
    member = min(matching, key=lambda one: one.household.closed_as is not None)
    audit.record(
        s, "member.find", "member", member.id, area_id=member.household.village_id, actor_id=helper.id,
        helper_area=helper.area_id,
    )  # fmt: skip
    return member


def ticket(helper: Account, member: Member, secret_key: str) -> str:
    """What lets this helper write one visit for somebody just found: signed, for GOOD_FOR, of no use to others."""
    return str(_signer(secret_key).dumps([helper.id, member.id]))


def holder(s: Session, helper: Account, shown: str, secret_key: str) -> Member | None:
    """Who was found with this ticket; None for one that is torn, too old or another's."""
    try:
        helper_id, member_id = _signer(secret_key).loads(shown, max_age=int(GOOD_FOR.total_seconds()))
    except BadSignature:
        return None
    found = s.scalars(_people().where(Member.id == member_id)).one_or_none()
    return found if helper_id == helper.id else None


def record(s: Session, helper: Account, member: Member, draft: VisitDraft) -> Recorded:
    """Write a visit for the person's home, although the helper may not see it, with the helper's own place.

    Only for somebody whom `holder` gave. Raises what recording.record does.
    """
    home = member.household
    place = None if helper.area_id == home.village_id else helper.area_id
    recorded = recording.record(s, helper, home, replace(draft, met=(member.id,), came=(), place_id=place))
    if recorded.new:
        audit.record(
            s, "visit.elsewhere", "visit", recorded.id, area_id=helper.area_id, actor_id=helper.id, way=draft.way
        )
    return recorded


def _who(helper: Account) -> str:
    return f"account:{helper.id}"


def _signer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="visits.elsewhere")
