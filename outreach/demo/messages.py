"""The demo's messages: what came of a week's, what is wrong at present, and days that families asked to be told of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select

from outreach import clock
from outreach.accounts.models import OFFICIAL, Account
from outreach.areas.models import Area
from outreach.demo.theatre import Theatre
from outreach.households.consent import may_text
from outreach.households.models import Consent, Household, Member
from outreach.lib import phones, sms_text
from outreach.reminders import planning
from outreach.reminders.models import DueDate, ReminderRule
from outreach.sms import consequences, outbox, watching, writing
from outreach.sms.models import ACCEPTED, CANCELLED, FAILED, SENT, UNKNOWN, Sms, SmsEvent, Wording, new_reference
from outreach.sms.purposes import DUE_DATE, FOLLOW_UP, RESULT_READY
from outreach.wordings import house

PROVIDER: Final = "demo"
MOST = 84  # messages: twelve a day
NO_SUCH_NUMBER = "30005"
ASKED_FOR: Final = (  # what is it, in how many days, in the family's words
    ("result", 0, "giấy khai sinh của cháu"),
    ("result", 0, "đổi giấy phép lái xe"),
    ("passport", 14, "của con trai"),
    ("health_insurance", 40, "của bà"),
)  # fmt: skip


class Fate(NamedTuple):
    """What became of a message: its state, the reason, the receipts that came."""

    state: str
    error: str = ""
    receipts: tuple[str, ...] = ()


CAME: Final = Fate(ACCEPTED, receipts=("sent", "delivered"))
FATES: Final = (  # of each day's messages, one after the other
    CAME, CAME, CAME, CAME, CAME, CAME, CAME, CAME, CAME,
    Fate(FAILED, "30003", ("sent", "undelivered")),
    Fate(CANCELLED, outbox.CONSENT_WITHDRAWN),
    CAME,
)  # fmt: skip
LAST: Final = (Fate(SENT, receipts=("sent",)), Fate(FAILED, NO_SUCH_NUMBER, ("undelivered",)), Fate(UNKNOWN))


def write(theatre: Theatre, commune: Area) -> None:
    """A week of reminders; three went wrong, and two of these are alerts. What goes next is planned."""
    s = theatre.s
    house.bring(s)
    wording = writing.current(s, FOLLOW_UP, writing.FALLBACK)
    phone = phones.show(theatre.phone())
    people = _people(theatre, commune)
    fates = [*(FATES[n % len(FATES)] for n in range(len(people) - len(LAST))), *LAST]
    rows = [
        _message(theatre, commune, person, fate, wording, phone, n)
        for n, (person, fate) in enumerate(zip(people, fates, strict=True))
    ]
    ids = s.scalars(insert(Sms).returning(Sms.id, sort_by_parameter_order=True), rows).all()
    events = [event for one in zip(ids, rows, fates, strict=True) for event in _receipts(*one)]
    s.execute(insert(SmsEvent), events)
    wrong = s.scalars(select(Sms).where(Sms.id.in_(ids), Sms.error == NO_SUCH_NUMBER)).one()
    consequences.follow(s, wrong, wrong.error)
    _days_asked_for(theatre, commune)
    s.flush()
    planning.plan(s, theatre.today, phone)
    s.flush()
    watching.watch(s)


def _people(theatre: Theatre, commune: Area) -> Sequence[Any]:
    """Whom one may write to: members with a number who said yes."""
    village = select(Area.id).where(Area.parent_id == commune.id)
    query = select(Member.id, Member.phone, Area.name).join(Consent).join(Member.household).join(Household.village)
    query = query.where(Consent.purpose == "sms", Member.phone.is_not(None), Household.village_id.in_(village))
    return theatre.s.execute(query.order_by(Member.id).limit(MOST)).all()


def _days_asked_for(theatre: Theatre, commune: Area) -> None:
    """Two results came today, so at any hour something waits to be sent: in the evening for tomorrow at eight."""
    s, now = theatre.s, clock.now()
    official = s.scalars(select(Account).where(Account.role == OFFICIAL, Account.area_id == commune.id)).one()
    since = now - timedelta(days=20)
    for purpose in (DUE_DATE, RESULT_READY):
        s.add(ReminderRule(commune_id=commune.id, purpose=purpose, on=True, set_by_id=official.id, set_at=since))
    village = select(Area.id).where(Area.parent_id == commune.id)
    here = select(Member.id).join(Member.household).where(Household.village_id.in_(village), may_text(RESULT_READY))
    asking = s.scalars(here.order_by(Member.id.desc()).limit(len(ASKED_FOR)))
    for member_id, (kind, days, said) in zip(asking, ASKED_FOR, strict=False):
        taken_at = now if kind == "result" else now - timedelta(days=2)
        s.add(DueDate(
            member_id=member_id, kind=kind, due_on=theatre.today + timedelta(days=days), said=said,
            taken_by_id=official.id, taken_at=taken_at,
        ))  # fmt: skip


def _message(
    theatre: Theatre, commune: Area, person: Any, fate: Fate, wording: Wording, phone: str, n: int
) -> Mapping[str, Any]:
    member_id, to, village = person
    on = theatre.today - timedelta(days=MOST // len(FATES) - 1 - n // len(FATES))
    due_at = clock.day_start(on) - timedelta(hours=8) + timedelta(minutes=n % len(FATES))  # at 16:00, the day before
    values = {"commune": commune.title, "village": f"thôn {village}", "day": f"{on:%d/%m}", "phone": phone}
    body = writing.fill(wording, "plain", values)
    measured = sms_text.measure(body)
    went = fate.state in (SENT, ACCEPTED, FAILED)
    tried = due_at if fate.state != CANCELLED else None
    return {
        "key": f"member:{member_id}/{FOLLOW_UP}/{on}", "recipient": f"member:{member_id}", "area_id": commune.id,
        "purpose": FOLLOW_UP, "to": to, "wording_id": wording.id, "form": "plain", "body": body,
        "encoding": measured.encoding, "segments": measured.segments, "price": None,
        "why": {"rule": FOLLOW_UP, "on": f"{on}"}, "state": fate.state, "error": fate.error, "due_at": due_at,
        "not_after": due_at + timedelta(hours=4), "created_at": due_at - timedelta(hours=6), "cleared_at": tried,
        "sent_at": due_at if went else None, "attempts": 1 if tried else 0,
        "accepted_at": due_at + timedelta(seconds=20) if fate.state == ACCEPTED else None,
        "reference": new_reference(), "gateway": PROVIDER if tried else "", "gateway_id": f"demo-{n}" if went else "",
        "gateway_state": fate.receipts[-1] if fate.receipts else "",
    }  # fmt: skip


def _receipts(sms_id: int, row: Mapping[str, Any], fate: Fate) -> Iterator[Mapping[str, Any]]:
    for n, status in enumerate(fate.receipts, 1):
        yield {
            "sms_id": sms_id, "gateway": PROVIDER, "gateway_id": row["gateway_id"], "status": status,
            "code": row["error"] if status == "undelivered" else "", "at": row["due_at"] + timedelta(seconds=10 * n),
        }  # fmt: skip
