"""What a procedure costs in one province: the handbook gives the national fee, a province may set its own.

Under the law on fees and charges many civil-status and residence fees are set by the provincial people's council, so
the same paper may be free here and not there. What is typed here comes from a resolution that the official names.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.procedures.models import Procedure, ProvinceFee


def of(s: Session, procedure: Procedure) -> Sequence[ProvinceFee]:
    """The fees that provinces have set for this procedure and that hold today, in Vietnamese order of the provinces."""
    held = select(ProvinceFee).where(ProvinceFee.procedure_id == procedure.id, ProvinceFee.ended_at.is_(None))
    return s.scalars(held.join(ProvinceFee.area).options(joinedload(ProvinceFee.area)).order_by(Area.sort_key)).all()


def own(fees: Sequence[ProvinceFee], place: Area | None) -> ProvinceFee | None:
    """The one of the province that `place` is or stands in."""
    return next((fee for fee in fees if place is not None and fee.area.contains(place)), None)


def put(
    s: Session, procedure: Procedure, by: Account, *, online: int | None, direct: int | None, source: str
) -> ProvinceFee:
    """From now on it costs this in `by`'s province (đồng; None = not set); the row before ends, and is kept."""
    province = by.area
    s.execute(select(Area.id).where(Area.id == province.id).with_for_update())  # two at once are two in a row
    _end(s, procedure, province)
    fee = ProvinceFee(
        area=province, procedure_id=procedure.id, online_vnd=online, direct_vnd=direct, source=source,
        set_at=clock.now(), set_by=by,
    )  # fmt: skip
    s.add(fee)
    s.flush()
    audit.record(s, "fee.set", "fee", fee.id, area_id=province.id, procedure=procedure.id, online=online, direct=direct)
    return fee


def end(s: Session, fee: ProvinceFee) -> None:
    """The national fee holds again in this province."""
    fee.ended_at = clock.now()
    audit.record(s, "fee.end", "fee", fee.id, area_id=fee.area_id, procedure=fee.procedure_id)


def _end(s: Session, procedure: Procedure, province: Area) -> None:
    held = (ProvinceFee.procedure_id == procedure.id) & (ProvinceFee.area_id == province.id)
    s.execute(update(ProvinceFee).where(held, ProvinceFee.ended_at.is_(None)).values(ended_at=clock.now()))
