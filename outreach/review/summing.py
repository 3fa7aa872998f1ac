"""A commune's month, group by group: who reported what, what is missing, and what it comes to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.review import allowance, ledger
from outreach.review.ledger import MISSING, Line
from outreach.review.models import APPROVED, LOCKED, STATES, Allowance
from outreach.review.reckoning import Figures
from outreach.visits.models import OUTCOMES

CLOSED = (APPROVED, LOCKED)


@dataclass(frozen=True)
class Group:
    """A village's group in a month. Amounts in đồng; None where no rule is set. `share`: what the group itself gets.

    `approved` is what of both stands on approved sheets: the share, too, once somebody's work is approved.
    """

    village: Area
    lines: Sequence[Line]
    total: Figures
    amount: int | None
    share: int | None
    approved: int | None

    @property
    def is_open(self) -> bool:
        """Whether some of its sheets are not approved yet."""
        return any(line.state not in CLOSED for line in self.lines)

    @property
    def reported(self) -> bool:
        """Whether anything is known of the group's month."""
        return any(line.state != MISSING for line in self.lines)

    @property
    def all(self) -> int | None:
        """What the group and its people get together."""
        return _sum((self.amount, self.share))


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
        """What people and groups get by sheets that are approved, in đồng; None where no amount is known."""
        return _sum(group.approved for group in self.groups)

    @property
    def late(self) -> bool:
        """Whether something of it was noted late, for closed months."""
        return bool(self.total.late)

    @property
    def open(self) -> list[Line]:
        """What keeps the month from being closed: sheets that are neither approved nor locked."""
        return [line for line in self.lines if line.state not in CLOSED]

    @property
    def drafts(self) -> list[Line]:
        """Those of them that somebody reported: what they say may still change."""
        return [line for line in self.open if line.state != MISSING]


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
    total = replace(total, days=total.days - _shared(lines))
    amount = _sum(n for group in groups for n in (group.amount, group.share))
    return Book(area, month, groups, allowance.holding(rules, month), total, amount)


def _shared(lines: Sequence[Line]) -> int:
    """How many days stand on sheets of several villages: a person worked each of them once."""
    days = Counter(
        (line.account.id, day) for line in lines for day in line.figures.rows if day.replace(day=1) == line.month
    )
    return sum(n - 1 for n in days.values())


def _group(
    village: Area, lines: Sequence[Line], rules: Sequence[Allowance], named: Sequence[Allowance], month: date
) -> Group:
    closed = [line for line in lines if line.state in CLOSED]
    shares, approved = [], [line.amount for line in closed]
    for part in _as_then(village, lines):
        rule = _rule(part, rules, named, month)
        shares.append(allowance.of_group(rule, (line.figures for line in part)))
        approved.append(allowance.of_group(rule, (line.figures for line in part if line in closed)))
    total = add(line.figures for line in lines)
    return Group(village, lines, total, _sum(line.amount for line in lines), _sum(shares), _sum(approved))


def _sum(amounts: Iterable[int | None]) -> int | None:
    known = [n for n in amounts if n is not None]
    return sum(known) if known else None


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
             for name in ("days", "visits", "first", "ambassadors", "late", "back", "late_ambassadors")}  # fmt: skip
    return Figures(outcomes=outcomes, **parts)
