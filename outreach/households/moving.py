"""Moving households to another village: the counts go along, earlier days keep their movement, codes stay apart."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.households import stages
from outreach.households.models import Household

CODE = 40  # letters that a code may have


def move(s: Session, old: Area, new: Area, ids: Sequence[int], by: Account) -> int:
    """From now on these households of a village stand in another; returns how many. Each is noted in the log."""
    moving = select(Household.id).where(Household.id.in_(ids), Household.village_id == old.id)
    here = s.scalars(moving.where(Household.merged_into_id.is_(None)).order_by(Household.id).with_for_update()).all()
    keep_codes_apart(s, old, new, here)
    moved = stages.move(s, old.id, new.id, here)
    audit.record_all(s, [
        audit.deed("household.move", "household", id, area_id=new.id, actor_id=by.id, area=[old.code, new.code])
        for id in here
    ])  # fmt: skip
    return moved


def keep_codes_apart(s: Session, old: Area, new: Area, ids: Sequence[int] | None = None) -> None:
    """Household no. 1 of both villages: the one that arrives becomes "1/2", after its old village's number.

    `ids` are those that arrive (None: all of the old village). Call before they move.
    """
    codes = select(Household.code).where(Household.code.is_not(None))
    taken = set(s.scalars(codes.where(Household.village_id == new.id)))
    used = taken | set(s.scalars(codes.where(Household.village_id == old.id)))
    arriving = select(Household).where(Household.village_id == old.id, Household.code.is_not(None))
    if ids is not None:
        arriving = arriving.where(Household.id.in_(ids))
    for household in s.scalars(arriving.order_by(Household.id)).unique():
        if household.code in taken:
            household.code = _free(household.code or "", old.code.rsplit(".", 1)[-1], used)
            used.add(household.code)
    s.flush()


def _free(code: str, village: str, used: set[str | None]) -> str:
    number = 1
    while True:
        suffix = f"/{village}" if number == 1 else f"/{village}-{number}"
        made = code[: CODE - len(suffix)] + suffix
        if made not in used:
            return made
        number += 1
