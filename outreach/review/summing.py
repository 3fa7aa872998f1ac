"""A commune's month, group by group: who reported what, what is missing, and what it comes to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.review import allowance, ledger
from outreach.review.ledger import MISSING, Line
from outreach.review.models import APPROVED, LOCKED, STATES, Allowance
from outreach.review.reckoning import Figures
from outreach.visits.models import OUTCOMES


@dataclass(frozen=True)
class Group:
    """A village's group in a month. Amounts in đồng; None where no rule is set. `share`: what the group itself gets."""

    village: Area
    lines: Sequence[Line]
    total: Figures
    amount: int | None
    share: int | None

    @property
    def reported(self) -> bool:
        """Whether anything is known of the group's month."""
        return any(line.state != MISSING for line in self.lines)

    @property
    def all(self) -> int | None:
        """What the group and its people get together."""
        known = [n for n in (self.amount, self.share) if n is not None]
        return sum(known) if known else None


@dataclass(frozen=True)
class Book:
    """The month of one group, or of all groups of a commune."""

    area: Area
    month: date
    groups: Sequence[Group]
    rule: Allowance | None
    total: Figures
    amount: int | None  # of all, the groups' shares included

    @property
    def lines(self) -> list[Line]:
        """Everybody."""
        return [line for group in self.groups for line in group.lines]

    @property
    def reported(self) -> bool:
        """Whether anything is known of anybody's month."""
        return any(group.reported for group in self.groups)

    @property
    def counts(self) -> dict[str, int]:
        """How many sheets are in each state; missing ones too."""
        found = Counter(line.state for line in self.lines)
        return {state: found[state] for state in (MISSING, *STATES)}

    @property
    def approved(self) -> int | None:
        """What people get by sheets that are approved, in đồng; None where no amount is known."""
        known = [line.amount for line in self.lines if line.amount is not None]
        return sum(n for n in known) - sum(line.amount or 0 for line in self.open) if known else None

    @property
    def open(self) -> list[Line]:
        """What keeps the month from being closed: sheets that are neither approved nor locked."""
        return [line for line in self.lines if line.state not in (APPROVED, LOCKED)]


def villages_of(s: Session, area: Area, month: date) -> Sequence[Area]:
    """The villages of a commune (or the village itself) that stood in this month or stand now, in Vietnamese order."""
    if area.kind != COMMUNE:
        return [area] if area.kind == VILLAGE else []
    there = or_(Area.valid_to.is_(None), Area.valid_to > month)
    rows = select(Area).where(Area.parent_id == area.id, Area.kind == VILLAGE, there)
    return s.scalars(rows.order_by(Area.sort_key, Area.id)).all()


def book(s: Session, area: Area, month: date) -> Book:
    """The month of a village's group, or of a commune's groups."""
    villages = villages_of(s, area, month)
    lines = ledger.of_villages(s, villages, month)
    rules = allowance.rules(s, (area.id if area.kind == COMMUNE else area.parent_id) or 0)
    named = allowance.and_named(s, rules, (line.sheet.totals.get("rule") for line in lines if line.sheet))
    groups = [
        _group(village, list(theirs), rules, named, month)
        for village, theirs in ((v, [one for one in lines if one.village.id == v.id]) for v in villages)
        if theirs or village.valid_to is None  # whose sheets went to who took over
    ]
    total = add(line.figures for line in lines)
    amounts = [n for group in groups for n in (group.amount, group.share) if n is not None]
    return Book(area, month, groups, allowance.holding(rules, month), total, sum(amounts) if amounts else None)


def _group(
    village: Area, lines: Sequence[Line], rules: Sequence[Allowance], named: Sequence[Allowance], month: date
) -> Group:
    amounts = [line.amount for line in lines if line.amount is not None]
    figures = [line.figures for line in lines]
    shares = [allowance.of_group(_rule(part, rules, named, month), (line.figures for line in part))
              for part in _as_then(village, lines)]  # fmt: skip
    known = [share for share in shares if share is not None]
    return Group(village, lines, add(figures), sum(amounts) if amounts else None, sum(known) if known else None)


def _as_then(village: Area, lines: Sequence[Line]) -> list[list[Line]]:
    """The lines by the groups of that month: of a village that took over from several, each had a share of its own."""
    parts: dict[int, list[Line]] = {}
    for line in lines:
        parts.setdefault(line.group_id, []).append(line)
    since = parts.pop(village.id, [])  # sent only after the reform: they belong to one of those groups
    if not parts:
        return [since]
    first, *others = parts.values()
    return [[*first, *since], *others]


def _rule(
    lines: Sequence[Line], rules: Sequence[Allowance], named: Sequence[Allowance], month: date
) -> Allowance | None:
    """The rule that approved sheets were reckoned by; a later one for the same month does not change them."""
    frozen = {line.sheet.totals.get("rule") for line in lines if line.sheet and line.sheet.frozen_at}
    held = next((rule for rule in named if rule.id in frozen), None)
    return held or (None if frozen else allowance.holding(rules, month))


def add(all_of_them: Iterable[Figures]) -> Figures:
    """Several people's figures together (days are person-days)."""
    them = list(all_of_them)
    outcomes = {outcome: sum(one.outcomes.get(outcome, 0) for one in them) for outcome in OUTCOMES}
    parts = {name: sum(getattr(one, name) for one in them)
             for name in ("days", "visits", "first", "ambassadors", "late", "back")}  # fmt: skip
    return Figures(outcomes=outcomes, **parts)
