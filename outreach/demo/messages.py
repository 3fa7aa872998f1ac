"""A week of the demo's messages: what came of each, and what is wrong at present."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select

from outreach import clock
from outreach.alerts import raising
from outreach.areas.models import Area
from outreach.demo.theatre import Theatre
from outreach.households.models import Consent, Household, Member
from outreach.lib import phones, sms_text
from outreach.reminders import planning
from outreach.sms import outbox, watching, writing
from outreach.sms.models import ACCEPTED, CANCELLED, FAILED, SENT, UNKNOWN, Sms, SmsEvent, Wording, new_reference
from outreach.sms.purposes import FOLLOW_UP
from outreach.wordings import house

PROVIDER: Final = "demo"
MOST = 84  # messages: twelve a day
NO_SUCH_NUMBER = "30005"


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
    """A week of reminders; three went wrong, and two of these are alerts. Tomorrow's are planned."""
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
    wrong = next(id_ for id_, row in zip(ids, rows, strict=True) if row["error"] == NO_SUCH_NUMBER)
    raising.raise_(s, "sms_number", commune.id, f"sms:{wrong}", code=NO_SUCH_NUMBER, sms=wrong)
    planning.plan_one(s, FOLLOW_UP, theatre.today, phone)
    s.flush()
    watching.watch(s)


def _people(theatre: Theatre, commune: Area) -> Sequence[Any]:
    """Whom one may write to: members with a number who said yes."""
    village = select(Area.id).where(Area.parent_id == commune.id)
    query = select(Member.id, Member.phone, Area.name).join(Consent).join(Member.household).join(Household.village)
    query = query.where(Consent.purpose == "sms", Member.phone.is_not(None), Household.village_id.in_(village))
    return theatre.s.execute(query.order_by(Member.id).limit(MOST)).all()


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
