"""What tests of reminders say again and again: it is ten on a Saturday morning, and somebody has agreed."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.households import consent
from outreach.households.models import Ambassador
from outreach.learning.models import Learner, Progress
from outreach.reminders import meetings, noting, planning, rules
from outreach.reminders.models import DueDate, ReminderRule
from outreach.sms.models import Sms
from outreach.visits.models import FollowUp, Visit

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam, a Saturday
TODAY = date(2026, 11, 21)
FIRST, SECOND, THIRD = "dien-thoai-va-mang", "quet-ma-qr", "cai-dat-vneid"  # first skills, in their order
DAY = timedelta(days=1)


def agree(s, w, member, phone=None):
    """Hạnh (or somebody else) says yes to messages; the words are today's."""
    member.phone = phone or member.phone
    (given,) = consent.give(s, member, consent.Given(("sms",), "oral"), w.lan, at=TEN - 60 * DAY)
    return given


def switch(s, w, *purposes, to=True, days_ago=30):
    """Cúc switched them on (or off) in xã Tân Hưng, a while ago."""
    for purpose in purposes:
        rules.switch(s, w.tan_hung, purpose, to=to, by=w.cuc)
        rule = s.get(ReminderRule, (w.tan_hung.id, purpose))
        if rule:
            rule.set_at -= days_ago * DAY
    s.flush()


def learned(s, member, lesson, last_at, finished_at=None):
    """How far a member is in a lesson."""
    learner = s.scalars(select(Learner).where(Learner.member_id == member.id)).first()
    if learner is None:
        learner = Learner(token=f"t{member.id}", member_id=member.id, created_at=TEN, joined_at=TEN)
        s.add(learner)
        s.flush()
    row = Progress(
        learner_id=learner.id, lesson=lesson, steps_seen="a", started_at=last_at, last_at=last_at,
        finished_at=finished_at,
    )  # fmt: skip
    s.add(row)
    s.flush()
    return row


def ambassador(s, member, since):
    """Somebody is the household's ambassador since a day."""
    made = Ambassador(household_id=member.household_id, member=member, since=since)
    s.add(made)
    s.flush()
    return made


def due(s, w, member, kind, on, said="", by=None):
    """A day that the family asked to be reminded of, noted a month ago."""
    made = noting.note(s, member, DueDate(kind=kind, due_on=on, said=said), by or w.lan)
    made.taken_at = TEN - 30 * DAY
    s.flush()
    return made


def a_class(s, by: Account, at, village: Area | None = None, place="Nhà văn hóa thôn Đông", made_at=TEN - 5 * DAY):
    """A class in person."""
    made = meetings.make(s, by, village_id=village.id if village else None, place=place, at=at)
    made.made_at = made_at
    s.flush()
    return made


def plan(s, purpose, today=TODAY, phone="1800 1096"):
    """Plan one rule, and give what waits of it."""
    s.flush()
    planning.plan_one(s, purpose, today, phone)
    return waiting(s, purpose)


def counted(s, commune, purpose, today=TODAY):
    """How many messages the page says would go today, and in a month."""
    found = planning.expected(s, commune, purpose, today)
    return found.today, found.month


def messages(s, purpose):
    """Everything in the outbox of a purpose, in the order it was put there."""
    s.expire_all()
    return s.scalars(select(Sms).where(Sms.purpose == purpose).order_by(Sms.id)).all()


def waiting(s, purpose):
    """What would go out."""
    return [one for one in messages(s, purpose) if one.state == "queued"]


def promise(s, by, house, on):
    """A visit of three days ago, at which somebody promised to come again."""
    visit = Visit(
        client_id=f"v{house.id}{on}", digest="", household=house, by=by, at=TEN - 3 * DAY, received_at=TEN,
        outcome="helped",
    )  # fmt: skip
    s.add(visit)
    s.flush()
    made = FollowUp(household=house, visit_id=visit.id, due_on=on)
    s.add(made)
    s.flush()
    return made
