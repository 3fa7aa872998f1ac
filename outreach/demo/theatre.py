"""What the demo plays with: dice, names, telephone numbers, and who works where."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from faker import Faker
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.lib import words


@dataclass
class Theatre:
    """The stage the demo is played on."""

    s: Session
    dice: random.Random
    fake: Faker
    today: date
    numbers: Iterator[int]
    groups: dict[int, list[Account]] = field(default_factory=dict)  # village id → its leader, then its volunteers

    def name(self, *, woman: bool, family: str = "") -> str:
        """A Vietnamese name: family, middle, given."""
        given = self.fake.first_name_female() if woman else self.fake.first_name_male()
        middle = "Thị" if woman and self.dice.random() < 0.6 else self.fake.middle_name()
        return words.nfc(f"{family or self.fake.last_name()} {middle} {given}")

    def phone(self) -> str:
        """The next number of a block that is counted up."""
        return f"+8490{next(self.numbers):07d}"
