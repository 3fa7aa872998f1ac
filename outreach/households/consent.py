"""Consent, purpose by purpose: the words read aloud at the door, who said yes to what and how, and taking it back.

Law 91/2025/QH15 and Decree 356/2025/ND-CP: consent is clear, specific and provable, silence is not consent, no box is
ticked beforehand, and taking it back is as easy as giving it. For a child the legal representative consents.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.households import ambassadors, forgetting
from outreach.households.models import MERGED, PURPOSES, Consent, Member
from outreach.sms import numbers, outbox
from outreach.sms.models import OptOut
from outreach.sms.purposes import CLASS, DUE_DATE, FOLLOW_UP, LESSON_STOPPED, NEXT_LESSON, RESULT_READY, WELCOME

HOW = ("oral", "paper", "screen")
ADULT_FROM = 16

WORDING = "2026-11b"  # the version in use; what was said to somebody earlier stays readable below
UNSAID = "2026-11"  # what phones read aloud that do not say yet which version they have
WORDINGS: dict[str, dict[str, LazyString]] = {
    "2026-11": {
        "registered": _l(
            "The People's Committee of %(commune)s asks to note you as your household's digital ambassador: the "
            "person who learns to use online public services and helps the family with them. We keep your name, year "
            "of birth, relation to the head of the household, telephone number, the language you wish for lessons, "
            "the lessons you learn, the skills you show and the visits to your home. We use this only to help you "
            "learn and to count how many households can do it. Only the digital technology group where you live and "
            "the officials and help points of %(commune)s see it. We never ask for ID numbers, passwords or codes. "
            "You are free to say no, and lose nothing by it. You can take your yes back at any time, and ask to see or "
            "correct what we keep: tell the group or %(commune)s."
        ),
        "sms": _l(
            "May we send text messages to the telephone number you gave us? They only remind you of a visit we agreed "
            "on. The number goes to the company that sends our messages, for nothing else. The messages never "
            "advertise, and never ask for ID numbers, passwords or codes. You can stop them at any time: tell the "
            "group or %(commune)s, and no further message is sent."
        ),
        "phone": _l(
            "May the digital technology group where you live and the officials of %(commune)s telephone you, to agree "
            "on a visit or to help with a lesson? They never ask for ID numbers, passwords or codes on the telephone. "
            "You can stop this at any time: tell the group or %(commune)s."
        ),
    },
}
WORDINGS["2026-11b"] = WORDINGS["2026-11"] | {
    "sms": _l(
        "May we send text messages to the telephone number you gave us? They are about these things and "
        "nothing else: one to welcome you as digital ambassador, a visit we agreed on, the lesson you are "
        "learning or the next one, a day you asked us to remind you of, the result of a case you are waiting "
        "for, and a class near your home. Each says that it comes from %(commune)s, and how to stop them. The "
        "number and the words of each message go to the company that sends our messages, for nothing else. "
        "The messages never advertise, never hold a link, and never ask for money, ID numbers, passwords or "
        "codes. You can stop them at any time, in whichever way is easiest: tell the group, telephone "
        "%(commune)s, or type the number on our page for stopping messages. Then no further message is sent."
    ),
}
# What a yes to messages covers: what the words named to which it was given. The first spoke of visits only.
SMS_COVERS: Mapping[str, Collection[str]] = {
    "2026-11": (FOLLOW_UP,),
    "2026-11b": (FOLLOW_UP, WELCOME, LESSON_STOPPED, NEXT_LESSON, DUE_DATE, RESULT_READY, CLASS),
}


@dataclass(frozen=True)
class Given:
    """A yes as it was given: to which purposes, how, and by which guardian for a child."""

    purposes: Collection[str]
    how: str  # one of HOW
    guardian: str = ""
    wording: str = ""  # the version that was read aloud, one of WORDINGS; today's where nothing is said


class GuardianNeeded(Exception):
    """The person is under 16 (or may be), and no parent or guardian has consented."""


def wording(purpose: str, commune: Area, version: str = WORDING) -> str:
    """What is read aloud for a purpose, in the reader's language."""
    return str(WORDINGS[version][purpose]) % {"commune": commune.full_name}


def may_be_child(birth_year: int) -> bool:
    """Whether somebody born in this year may still be under 16: of those who turn 16 this year we cannot know."""
    return clock.today().year - birth_year <= ADULT_FROM


def give(s: Session, member: Member, given: Given, by: Account, at: datetime | None = None) -> list[Consent]:
    """Record a yes to each purpose; one that is already in force under the same wording stays as it is.

    `at`: when it was given, if it was not just now.

    Raises GuardianNeeded; ValueError for an unknown purpose, way or wording.
    """
    if given.how not in HOW or given.wording not in ("", *WORDINGS) or not set(given.purposes) <= set(PURPOSES):
        raise ValueError(given)
    if member.birth_year and may_be_child(member.birth_year) and not given.guardian:
        raise GuardianNeeded(member.id)
    read, at = given.wording or WORDING, at or clock.now()
    known = {p for p, c in current(s, member).items() if c.wording == read}
    made = [_row(member, p, given, read, by, at) for p in PURPOSES if p in given.purposes and p not in known]
    s.add_all(made)
    s.flush()
    for row in made:
        _note(s, "consent.give", row, member)
    if "sms" in given.purposes and member.phone:
        _heed_stop(s, member, member.phone, at, by)
    return made


def _heed_stop(s: Session, member: Member, phone: str, at: datetime, by: Account) -> None:
    """A yes that is newer than the stop of the number begins the messages again; an older one is over already."""
    stop = s.get(OptOut, phone)
    if stop is None:
        return
    if at > stop.at:
        s.delete(stop)
        audit.record(s, "sms.begin", "member", member.id, area_id=member.household.village_id, actor_id=by.id)
        s.flush()
    else:
        end(s, (row for row in history(s, member) if row.purpose == "sms"), stop.by_id, stop.how, stop.at)


def may_text(purpose: str) -> ColumnElement[bool]:
    """Which members may be written to for one of `sms.purposes`, as a condition on Member.

    They live here, have a number that works and that nobody stopped, and said yes to words that named this purpose.
    """
    covering = [version for version, covered in SMS_COVERS.items() if purpose in covered]
    agreed = exists().where(
        Consent.member_id == Member.id, Consent.purpose == "sms", Consent.withdrawn_at.is_(None),
        Consent.wording.in_(covering),
    )  # fmt: skip
    stopped = exists().where(OptOut.phone == Member.phone)
    return and_(Member.left_on.is_(None), Member.phone.is_not(None), agreed, ~stopped, ~numbers.is_wrong(Member.phone))


def to_ask_again(s: Session, members: Iterable[Member]) -> list[Member]:
    """Those of these members whose yes to messages stands, but was to words that named less than today's."""
    people = {member.id: member for member in members}
    wanted = select(Member.id).where(Member.id.in_(people), knows_less())
    return [people[id_] for id_ in s.scalars(wanted.order_by(Member.id))]


def knows_less() -> ColumnElement[bool]:
    """Whose yes to messages stands, but was to words that named less than today's, as a condition on Member."""
    agreed = exists().where(
        Consent.member_id == Member.id, Consent.purpose == "sms", Consent.withdrawn_at.is_(None)
    )  # fmt: skip
    return and_(Member.left_on.is_(None), agreed, ~agreed.where(Consent.wording == WORDING))


def stopped(s: Session, member: Member) -> OptOut | None:
    """The stop of the member's number: nothing is sent to it, whatever anybody agreed to."""
    return s.get(OptOut, member.phone) if member.phone else None


def wrong_number(s: Session, member: Member) -> bool:
    """Whether the phone company says that the member's number does not work: nothing is sent to it."""
    return bool(member.phone and numbers.silent(s, [member.phone]).get(member.phone) == numbers.WRONG_NUMBER)


def has(s: Session, member_id: int, purpose: str) -> bool:
    """Whether the member's yes to a purpose is in force now."""
    wanted = select(Consent.id).where(
        Consent.member_id == member_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return s.scalars(wanted.limit(1)).first() is not None


def current(s: Session, member: Member) -> dict[str, Consent]:
    """The newest yes in force for each purpose that has one."""
    return {c.purpose: c for c in reversed(history(s, member)) if c.withdrawn_at is None}


def history(s: Session, member: Member) -> Sequence[Consent]:
    """Every yes the member ever gave, newest first, with who took it and who noted its end."""
    wanted = select(Consent).where(Consent.member_id == member.id).order_by(Consent.given_at.desc(), Consent.id.desc())
    return s.scalars(wanted.options(joinedload(Consent.taken_by), joinedload(Consent.withdrawn_by))).all()


def taken_back_since(s: Session, member: Member, purposes: Collection[str], at: datetime) -> datetime | None:
    """When the member last took back a yes to one of these purposes, if that was after `at`."""
    wanted = select(func.max(Consent.withdrawn_at)).where(
        Consent.member_id == member.id, Consent.purpose.in_(purposes), Consent.withdrawn_at > at
    )
    return s.scalar(wanted)


def withdraw(s: Session, consent: Consent, by: Account, how: str = "oral") -> None:
    """Take a yes back, at once: messages that wait are stopped; twice is the same as once.

    Without "registered" there is nothing left to remind or telephone about: the other purposes end with it, and so
    does being ambassador; what is kept beside the list is blanked. `how` "merged" can be undone, so that waits.
    """
    member = consent.member
    ended = PURPOSES if consent.purpose == "registered" else (consent.purpose,)
    end(s, (row for row in history(s, member) if row.purpose in ended), by.id, how)
    if "sms" in ended:
        outbox.cancel(s, f"member:{member.id}", outbox.CONSENT_WITHDRAWN)
    if "registered" in ended:
        ambassadors.end_if(s, member, by, "withdrawn")
        if how != MERGED:
            forgetting.forget(s, member)
    s.flush()


def end(s: Session, rows: Iterable[Consent], by_id: int | None, how: str, at: datetime | None = None) -> None:
    """Note of these yeses that they are over (since `at`, if not just now); those that are over already stay so.

    `by_id`: the account that noted it; None: the person did it alone.
    """
    for row in rows:
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_how = at or clock.now(), by_id, how
            _note(s, "consent.withdraw", row, row.member)


def _row(member: Member, purpose: str, given: Given, read: str, by: Account, at: datetime) -> Consent:
    return Consent(
        member=member, purpose=purpose, wording=read, given_how=given.how, guardian=given.guardian,
        given_at=at, taken_by_id=by.id,
    )  # fmt: skip


def _note(s: Session, act: str, consent: Consent, member: Member) -> None:
    village_id = member.household.village_id
    audit.record(s, act, "member", member.id, area_id=village_id, purpose=consent.purpose, wording=consent.wording)
