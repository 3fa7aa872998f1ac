"""What a form or a phone says of a visit, before anything is written."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import uuid4

from outreach.visits.models import AT_HOME

MANY = ("met", "came", "taught", "observed")  # what one may tick several of, in any order


@dataclass(frozen=True)
class VisitDraft:
    """What the form said. `met` are member ids, `came` ids of colleagues, `taught` lesson slugs, `observed` skill ids.

    `at` is when it happened (None: nobody said); it is no part of the content, because a form sent twice without
    an answer may carry two times. `observed_of` is the member who did the `observed` skills alone. `way` is one of
    WAYS, `place_id` the area where it took place if that is not the household's own village.
    """

    client_id: str
    outcome: str
    met: tuple[int, ...] = ()
    came: tuple[int, ...] = ()
    taught: tuple[str, ...] = ()
    note: str = ""
    next_on: date | None = None
    observed_of: int | None = None
    observed: tuple[str, ...] = ()
    at: datetime | None = field(default=None, compare=False)
    way: str = AT_HOME
    place_id: int | None = None

    def digest(self, household_id: int, by_id: int) -> str:
        """A mark of the content (64 hex digits): the same words on the same house by the same person, the same mark.

        What a visit at home does not say leaves no trace in it: marks of earlier releases hold.
        """
        said = vars(self) | {"at": None, "household": household_id, "by": by_id}
        said |= {many: sorted(said[many]) for many in MANY}
        if self.way == AT_HOME and self.place_id is None:
            del said["way"], said["place_id"]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


class Written(NamedTuple):
    """The row of a visit, as it is written."""

    id: int
    client_id: str
    digest: str
    household_id: int
    by_id: int
    at: datetime
    said_at: datetime | None
    received_at: datetime
    outcome: str
    note: str
    next_on: date | None
    way: str
    place_id: int | None


def new_client_id() -> str:
    """A mark for a visit that has not been sent yet (UUID)."""
    return str(uuid4())
