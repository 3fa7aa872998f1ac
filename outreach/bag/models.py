"""Handsets that carry a bag."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.db import Base


class Handset(Base):
    """One browser on one phone that carries the bag of one account.

    It is known by a secret of its own, so that it can hand in what was written although nobody may sign in any more.
    `data_key` encrypts what lies on the phone: the phone keeps it only wrapped by the PIN, and gets it again from here
    when the PIN is forgotten; without it (wiped from afar) what lies there is unreadable.
    """

    __tablename__ = "handset"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(36), unique=True)  # UUID, made by the phone
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    secret_digest: Mapped[str] = mapped_column(String(64))
    data_key: Mapped[str] = mapped_column(String(200))  # encrypted with a key drawn from SECRET_KEY
    label: Mapped[str] = mapped_column(String(80))  # "Android, Chrome"
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # last asked for its bag or sent something
    sent_at: Mapped[datetime | None]  # last sent a record
    waiting: Mapped[int] = mapped_column(default=0)  # records it said it still holds, when it was last seen
    clock_off: Mapped[int] = mapped_column(default=0)  # seconds by which its clock was ahead of ours
    scope: Mapped[str] = mapped_column(String(64), default="")  # role, place and epoch that its bag was filled for
    wiped_at: Mapped[datetime | None]  # from afar, or at sign-out: it must forget its bag
    wiped_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
