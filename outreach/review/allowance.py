"""What a commune pays for the work: its own rule by its own paper, from a month on. No rule: no amounts.

The parts follow what provinces decided: Đà Nẵng 300.000 đ a group a month and 50.000 đ a person a day; Bình Dương
60.000 đ a person a month and 150.000 đ a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.review.models import Allowance
from outreach.review.reckoning import Figures


@dataclass(frozen=True)
class Terms:
    """Amounts in đồng, and the paper they stand in. `most_days`: paid days a month at most (None: all)."""

    from_month: date
    basis: str
    per_day: int = 0
    per_visit: int = 0
    per_month: int = 0
    group_month: int = 0
    most_days: int | None = None


def of_days(rule: Allowance | None, days: int) -> int:
    """What so many days of one month come to for a person, in đồng; 0 without a rule."""
    if rule is None:
        return 0
    paid = days if rule.most_days is None else min(days, rule.most_days)
    return rule.per_day * paid + (rule.per_month if days > 0 else 0)


def terms(rule: Allowance) -> Terms:
    """What a rule says, without who set it and when."""
    return Terms(rule.from_month, rule.basis, rule.per_day, rule.per_visit, rule.per_month, rule.group_month,
                 rule.most_days)  # fmt: skip


def of_group(rule: Allowance | None, group: Iterable[Figures]) -> int | None:
    """What the group gets beside its people, in đồng; None without a rule, 0 where nobody worked."""
    if rule is None:
        return None
    return rule.group_month if any(one.days > one.late_days for one in group) else 0


def rules(s: Session, *commune_ids: int) -> Sequence[Allowance]:
    """Every rule that these communes have set, the newest first."""
    mine = select(Allowance).where(Allowance.commune_id.in_(commune_ids)).options(joinedload(Allowance.set_by))
    return s.scalars(mine.order_by(Allowance.from_month.desc(), Allowance.id.desc())).all()


def and_named(s: Session, known: Sequence[Allowance], ids: Iterable[int | None]) -> Sequence[Allowance]:
    """These rules and those with these ids, which may be of a commune that is no more."""
    missing = {id for id in ids if id} - {rule.id for rule in known}
    more = s.scalars(select(Allowance).where(Allowance.id.in_(missing))).all() if missing else []
    return [*known, *more]


def holding(known: Sequence[Allowance], month: date) -> Allowance | None:
    """The rule that holds in a month, of rules in the order of `rules`."""
    return next((one for one in known if one.from_month <= month), None)


def set_rule(s: Session, commune: Area, by: Account, terms: Terms) -> Allowance:
    """Set the commune's rule from a month on; earlier rules stay on record, approved sheets keep their amounts."""
    made = Allowance(
        commune_id=commune.id, from_month=terms.from_month, per_day=terms.per_day, per_visit=terms.per_visit,
        per_month=terms.per_month, group_month=terms.group_month, most_days=terms.most_days, basis=terms.basis,
        set_by_id=by.id, set_at=clock.now(),
    )  # fmt: skip
    s.add(made)
    s.flush()
    audit.record(s, "allowance.set", "allowance", made.id, area_id=commune.id, actor_id=by.id,
                 from_month=f"{terms.from_month:%Y-%m}")  # fmt: skip
    return made
