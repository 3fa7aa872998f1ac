"""Reading the handbook: by name however it is typed, by code, by id."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.lib import words
from outreach.procedures.models import Procedure


def listing(s: Session, typed: str = "") -> Sequence[Procedure]:
    """Procedures whose names or code hold every word typed, accents or not, in the handbook's order; all for ""."""
    wanted = [Procedure.folded.contains(word, autoescape=True) for word in words.wanted(typed)]
    return s.scalars(select(Procedure).where(*wanted).order_by(Procedure.position)).all()


def find(s: Session, procedure_id: str) -> Procedure | None:
    """The procedure of this id (our own, as in addresses), or None."""
    return s.get(Procedure, procedure_id)
