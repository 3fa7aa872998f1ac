"""A stop: from this moment no message goes to a number, whoever's it is, until one of its people says yes again.

In Vietnam nobody can answer our messages, so a stop comes by the public page, the telephone desk or a volunteer; by a
reply where a two-way number exists; or from the phone company. Beginning again is `households.consent.give`.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from outreach import clock, db
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.households import consent
from outreach.households.models import Consent, Household, Member
from outreach.sms import outbox
from outreach.sms.models import OptOut

PAGE, PHONE, VOLUNTEER, REPLY, CARRIER = "page", "phone", "volunteer", "reply", "carrier"  # how it came to us


def stop_number(s: Session, phone: str, how: str, by_id: int | None = None) -> int:
    """No more messages to this number (E.164), at once; gives how many waiting ones were taken back.

    Every "sms" consent of members with this number ends, and so does the weekly message of staff who have it. `how`:
    one of the five above. `by_id`: the account that noted it; None: the person did it alone. Twice is once.
    """
    taken_back = outbox.cancel_number(s, phone, outbox.CONSENT_WITHDRAWN)  # first: a worker takes messages, then stops
    first = {"phone": phone, "at": clock.now(), "how": how, "by_id": by_id}
    new = s.execute(db.unless_there(s, OptOut, OptOut.phone), first).first() is not None
    standing = _standing(s, phone)
    consent.end(s, standing, by_id, how)
    s.execute(update(Account).where(Account.phone == phone, Account.sms_since.is_not(None)).values(sms_since=None))
    if new or standing:
        by = s.get(Account, by_id) if by_id else None
        people = sorted({row.member_id for row in standing})
        audit.record(
            s, "sms.stop", "number", None, area_id=by.area_id if by else None, actor_id=by_id, how=how, members=people
        )
    s.flush()
    return taken_back


def by_carrier(s: Session, phone: str) -> int:
    """The phone company says that this number wants nothing from us."""
    return stop_number(s, phone, CARRIER)


def catch_up(s: Session) -> int:
    """End the yeses to stopped numbers that are still in force: noted before the stop, and come in after it; or nobody
    lived to hear of the stop. How many numbers it was for.
    """
    yes = select(OptOut).where(
        select(Consent.id).join(Member, Member.id == Consent.member_id)
        .where(Member.phone == OptOut.phone, Consent.purpose == "sms", Consent.withdrawn_at.is_(None)).exists()
    )  # fmt: skip
    found = s.scalars(yes.order_by(OptOut.phone)).all()
    for one in found:
        stop_number(s, one.phone, one.how, one.by_id)
    return len(found)


def _standing(s: Session, phone: str) -> list[Consent]:
    yes = (
        select(Consent).join(Member, Member.id == Consent.member_id)
        .where(Member.phone == phone, Consent.purpose == "sms", Consent.withdrawn_at.is_(None))
        .options(joinedload(Consent.member).joinedload(Member.household).load_only(Household.village_id))
        .order_by(Consent.id)
    )  # fmt: skip
    return list(s.scalars(yes))
