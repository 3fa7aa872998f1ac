"""The outbox of messages, what they say, what they cost, and what became of each."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base
from outreach.queue import Waiting

SENT, ACCEPTED, FAILED, CANCELLED, UNKNOWN = "sent", "accepted", "failed", "cancelled", "unknown"
# What becomes of a wording: written, given to the operator, allowed by it, no longer used.
DRAFT, SUBMITTED, REGISTERED, WITHDRAWN = "draft", "submitted", "registered", "withdrawn"
FULL, PLAIN = "full", "plain"  # with accents, or without: a third of the price


def new_reference() -> str:
    """What we call a message towards a gateway: it stands in the address its receipts come to."""
    return str(uuid.uuid4())


class Wording(Base):
    """What the messages of a purpose say in a language. Frozen once it was handed to the operator or a message was
    made of it: a change is the next version.
    """

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("purpose", "language", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    full: Mapped[str] = mapped_column(Text)
    plain: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    reference: Mapped[str] = mapped_column(String(60), default="")  # the operator's number for it
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None]  # an account; None: it came with the house
    state_at: Mapped[datetime]
    state_by_id: Mapped[int | None]


class Sms(Waiting, Base):
    """A message that is to go out once. `key` = recipient, purpose, what it is about, and due date.

    States: queued → working → sent (the gateway has it) → accepted (the phone company's centre has it) | failed;
    unknown (asked of the gateway before anything is sent again); cancelled. `recipient` is the upper room's word for
    whom it is ("member:12", "account:7"); this room knows numbers and words.
    """

    __tablename__ = "sms"
    __table_args__ = (
        Index("ix_sms_state_due_at", "state", "due_at"),
        Index("ix_sms_to_sent_at", "to", "sent_at"),
        Index("ix_sms_area_id_due_at", "area_id", "due_at"),
        Index(  # the few without money, among all that wait
            "ix_sms_no_money",
            "area_id",
            sqlite_where=text("held = 'budget'"),
            postgresql_where=text("held = 'budget'"),
        ),
        Index("ix_sms_kept", "due_at", sqlite_where=text("body <> ''"), postgresql_where=text("body <> ''")),
        Index("ix_sms_wrong_number", "to", sqlite_where=text("wrong_number"), postgresql_where=text("wrong_number")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(40), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))  # the commune in whose name it goes
    purpose: Mapped[str] = mapped_column(String(30))
    to: Mapped[str] = mapped_column(String(16))  # E.164
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"), index=True)  # None: before there were any
    form: Mapped[str] = mapped_column(String(5), default=PLAIN)
    body: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(String(8))
    segments: Mapped[int]
    price: Mapped[int | None]  # đồng, as reckoned when it was cleared; None: nobody has said what a segment costs
    why: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # "why did I get this": {"rule": …, "on": …}
    not_after: Mapped[datetime]  # a reminder that comes too late is not sent
    created_at: Mapped[datetime]
    held: Mapped[str] = mapped_column(String(20), default="")  # why it waits, if not only for its hour
    cleared_at: Mapped[datetime | None]  # when it was last handed to the gateway: nothing stood in its way
    sent_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    reference: Mapped[str] = mapped_column(String(36), unique=True, default=new_reference)  # ours: see `new_reference`
    gateway: Mapped[str] = mapped_column(String(20), default="")
    gateway_id: Mapped[str] = mapped_column(String(64), default="", index=True)
    gateway_state: Mapped[str] = mapped_column(String(20), default="")  # the gateway's own word, the furthest seen
    error: Mapped[str] = mapped_column(String(200), default="")
    wrong_number: Mapped[bool] = mapped_column(default=False, server_default=false())  # so it came out: see `numbers`

    wording: Mapped[Wording | None] = relationship()


class SmsEvent(Base):
    """A receipt as it came. The same one twice is one row; those of messages nobody knows are kept as well."""

    __tablename__ = "sms_event"
    __table_args__ = (UniqueConstraint("gateway", "gateway_id", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sms_id: Mapped[int | None] = mapped_column(ForeignKey("sms.id"), index=True)
    gateway: Mapped[str] = mapped_column(String(20))
    gateway_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40), default="")  # a provider's own ones may be words
    at: Mapped[datetime]


class SmsDay(Base):
    """A province's or the country's messages of a day as they were counted last: see `counts`, which alone reads and
    writes it. `counts`: [state, reason, purpose, late, number] of each kind.
    """

    __tablename__ = "sms_day"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    counts: Mapped[list[Any]] = mapped_column(JSON)
    counted_at: Mapped[datetime]


class InboundSms(Base):
    """A reply to a two-way number. Its words are not kept: people may write what must never be kept."""

    __tablename__ = "inbound_sms"

    gateway_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    phone: Mapped[str] = mapped_column(String(16))
    meant: Mapped[str] = mapped_column(String(10))  # stop | other
    at: Mapped[datetime]


class OptOut(Base):
    """A number that wants no messages from us, whoever's it is."""

    __tablename__ = "opt_out"

    phone: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    how: Mapped[str] = mapped_column(String(20))  # page | phone | volunteer | reply | carrier
    by_id: Mapped[int | None]  # the account that noted it; None: the person, or the operator


class ClosedDay(Base):
    """A day on which no message goes: a public holiday, and what a year brings (a day in lieu, mourning, a flood)."""

    __tablename__ = "closed_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))  # in Vietnamese, as the decision says it
    by_id: Mapped[int | None]  # None: a public holiday, written down a year ahead


class SmsPrice(Base):
    """What a segment to numbers with this beginning costs from a day on, in đồng."""

    __tablename__ = "sms_price"

    prefix: Mapped[str] = mapped_column(String(6), primary_key=True)  # "+84"
    since: Mapped[date] = mapped_column(primary_key=True)
    dong: Mapped[int]
    by_id: Mapped[int]


class Budget(Base):
    """What a commune may spend on messages in a month, and what is spent or promised of it, in đồng."""

    __tablename__ = "budget"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    dong: Mapped[int] = mapped_column(BigInteger)
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    set_by_id: Mapped[int | None]  # None: carried over from the month before
    set_at: Mapped[datetime]
