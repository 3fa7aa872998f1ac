"""Merges and splits of areas: one audited deed that takes households, staff and standards along.

Areas never change in place. The old ones end (`valid_to`) and keep their rows, so that old periods still report under
old names; new ones begin, and `AreaSuccessor` says who took over. Nothing is committed here: a dry run is a rollback.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.alerts import raising
from outreach.areas import queries
from outreach.areas.models import COMMUNE, VILLAGE, Area, AreaSuccessor, OldUnit
from outreach.arrivals.models import Late
from outreach.assessments.models import Standard
from outreach.campaigns import counting
from outreach.campaigns import inheriting as campaigns
from outreach.checks.models import Doubt, Sample
from outreach.feeds import inheriting as feeds
from outreach.helpdesk.models import HelpPoint
from outreach.households import moving, stages, tallies
from outreach.households.models import Household
from outreach.imports.models import ImportFile
from outreach.jobs.models import Job
from outreach.learning.models import Kiosk
from outreach.lib import words
from outreach.limits import inheriting as budgets
from outreach.plans import inheriting as facts
from outreach.reminders import inheriting as reminders
from outreach.review import inheriting as sheets
from outreach.sms.models import Sms
from outreach.visits.models import Visit

# What stands in an area and goes to its heir, so that whoever takes over finds it. The audit log is never rewritten.
STANDING_IN = (
    Account.area_id, Standard.area_id, OldUnit.commune_id, ImportFile.commune_id, Job.area_id, Sms.area_id,
    HelpPoint.area_id, Kiosk.area_id, Late.area_id, Doubt.village_id, Sample.village_id,
    Visit.place_id,
)  # fmt: skip
REST = "*"  # in Split.parts: everything that is not named


class Impossible(Exception):
    """The reform cannot be carried out; the text says which line is wrong."""


@dataclass(frozen=True)
class NewArea:
    """An area that takes over: its code, its type (xã, phường, thôn …) and its name."""

    code: str
    type: str
    name: str


@dataclass(frozen=True)
class Merge:
    """Several communes (or villages) of one parent become one, on a day."""

    old_codes: Sequence[str]
    new: NewArea
    on: date


@dataclass(frozen=True)
class Split:
    """One area becomes several. `parts` says where each village of a commune (by code), or each household of a village
    (by the commune's number for it), goes; "*" stands for all that are not named."""

    old_code: str
    new: Sequence[NewArea]
    parts: Mapping[str, str]
    on: date


@dataclass
class Report:
    """What was done, in the order it was done."""

    areas: list[tuple[Area, Area]] = field(default_factory=list)
    households: int = 0
    accounts: int = 0

    def lines(self) -> Iterator[str]:
        """For the terminal."""
        for old, new in self.areas:
            yield f"{old.title} ({old.code}) → {new.title} ({new.code})"
        yield f"{self.households} households and {self.accounts} accounts move along."


def carry_out(s: Session, plan: Merge | Split) -> Report:
    """Do it within the session's transaction; raises Impossible before anything is changed."""
    report = Report()
    if isinstance(plan, Merge):
        olds = _checked(s, plan.old_codes, [plan.new], plan.on, least=2)
        _begin(s, olds)
        new = _open(s, _parent(s, olds[0]), olds[0].kind, plan.new, plan.on)
        for old in olds:
            _hand_over_children(s, old, {REST: new}, new, plan.on, report)
            _end(s, old, [new], plan.on, report)
        sheets.inherit_rules(s, olds, new)
        reminders.inherit_rules(s, olds, new)
    else:
        (old,) = _checked(s, [plan.old_code], plan.new, plan.on, least=1)
        parts = _checked_parts(s, old, plan)
        _begin(s, [old])
        opened = {n.code: _open(s, _parent(s, old), old.kind, n, plan.on) for n in plan.new}
        heir, takers = next(iter(opened.values())), {child: opened[code] for child, code in parts.items()}
        _hand_over_children(s, old, takers, heir, plan.on, report)
        _end(s, old, list(opened.values()), plan.on, report)
        for new in opened.values():
            sheets.inherit_rules(s, [old], new)
            reminders.inherit_rules(s, [old], new)
    return report


def _begin(s: Session, olds: Sequence[Area]) -> None:
    """Hold all that people add to, before anything is written, and in the order in which they take it: a late record
    they decide on, households, counters. So a phone that sends meanwhile waits for the reform or the reform for it.
    """
    villages = [village for old in olds for village in (queries.children(s, old) if old.kind == COMMUNE else [old])]
    ids = [area.id for area in (*olds, *villages)]
    s.execute(select(Late.id).where(Late.area_id.in_(ids)).order_by(Late.id).with_for_update()).all()
    s.execute(select(Household.id).where(Household.village_id.in_(ids)).order_by(Household.id).with_for_update()).all()
    tallies.hold(s, (village.id for village in villages))
    counting.close(s)


def _checked(s: Session, codes: Sequence[str], new: Sequence[NewArea], on: date, *, least: int) -> list[Area]:
    found = [queries.by_code(s, code) for code in dict.fromkeys(codes)]
    olds = [area for area in found if area and area.valid_to is None and area.kind in (COMMUNE, VILLAGE)]
    if len(olds) < max(least, len(found)):
        raise Impossible(f"Not every one of {', '.join(codes)} is a living commune or village.")
    if len({(area.parent_id, area.kind) for area in olds}) > 1:
        raise Impossible("The areas do not stand directly below the same area.")
    if on > clock.today() or any(on < area.valid_from for area in olds):
        raise Impossible("The day lies before the areas began, or in the future: carry it out on the day.")
    for area in new:
        if queries.by_code(s, area.code):
            raise Impossible(f"The code {area.code} is taken.")
    return olds


def _checked_parts(s: Session, old: Area, plan: Split) -> Mapping[str, str]:
    codes = {new.code for new in plan.new}
    if len(codes) < 2 or set(plan.parts.values()) - codes:
        raise Impossible("Name at least two new areas, and send each part to one of them.")
    if old.kind == COMMUNE:
        children = {area.code for area in queries.children(s, old)}
    else:
        children = {code for code in s.scalars(select(Household.code).where(Household.village_id == old.id)) if code}
    unknown = set(plan.parts) - children - {REST}
    missing = children - set(plan.parts) if REST not in plan.parts else set()
    if unknown or missing:
        raise Impossible(f"Unknown parts: {sorted(unknown)}; parts sent nowhere: {sorted(missing)}.")
    return plan.parts


def _parent(s: Session, area: Area) -> Area:
    return s.get_one(Area, area.parent_id)


def _open(s: Session, parent: Area, kind: str, new: NewArea, on: date, like: Area | None = None) -> Area:
    area = Area(
        kind=kind,
        type=new.type,
        code=new.code,
        name=words.nfc(new.name),
        folded=words.fold(f"{new.type} {new.name}"),
        sort_key=words.sort_key(new.name),
        path=f"{parent.path}{new.code.rsplit('.', 1)[-1]}/",
        parent_id=parent.id,
        lat=like.lat if like else None,
        lon=like.lon if like else None,
        valid_from=on,
    )
    s.add(area)
    s.flush()
    return area


def _hand_over_children(
    s: Session, old: Area, takers: Mapping[str, Area], heir: Area, on: date, report: Report
) -> None:
    if old.kind == VILLAGE:
        _let_visits_stay(s, old, on)
        tallies.keep_end(s, old.id, on)
        _hand_over_households(s, old, takers, heir, report)
        return
    for village in queries.children(s, old):
        commune = takers.get(village.code) or takers[REST]
        again = NewArea(_free_code(s, commune), village.type, village.name)
        new = _open(s, commune, VILLAGE, again, on, like=village)
        _let_visits_stay(s, village, on)
        tallies.keep_end(s, village.id, on)
        _hand_over_households(s, village, {REST: new}, new, report)
        _end(s, village, [new], on, report)


def _free_code(s: Session, commune: Area) -> str:
    below = s.scalars(select(Area.code).where(Area.parent_id == commune.id))
    return f"{commune.code}.{max((int(code.rsplit('.', 1)[-1]) for code in below), default=0) + 1}"


def _hand_over_households(s: Session, old: Area, takers: Mapping[str, Area], heir: Area, report: Report) -> None:
    for taker in dict.fromkeys(takers.values()):
        moving.keep_codes_apart(s, old, taker)
        named = [code for code, area in takers.items() if area is taker and code != REST]
        if named:
            ids = s.scalars(select(Household.id).where(Household.village_id == old.id, Household.code.in_(named))).all()
            _keep_visits(s, ids, heir)
            if taker is not heir:
                counting.go_along(s, old.id, taker.id, ids)
            report.households += stages.move(s, old.id, taker.id, ids)
    if REST in takers:
        report.households += stages.move(s, old.id, takers[REST].id)


def _let_visits_stay(s: Session, village: Area, on: date) -> None:
    """Visits of before the reform count for good in the village that ends, wherever its households stand."""
    here = select(Household.id).where(Household.village_id == village.id)
    before = Visit.household_id.in_(here), Visit.received_at < clock.day_start(on), Visit.stays_in_id.is_(None)
    stay = update(Visit).where(*before).values(stays_in_id=village.id)
    s.execute(stay.execution_options(synchronize_session=False))


def _keep_visits(s: Session, ids: Sequence[int], heir: Area) -> None:
    """What was done for houses that go elsewhere stays with the heir, as do those who did it and their sheets."""
    made = update(Visit).where(Visit.household_id.in_(ids), Visit.place_id.is_(None))
    s.execute(made.values(place_id=heir.id))


def _hand_over_plans(s: Session, old: Area, new: Sequence[Area]) -> None:
    reminders.hand_over_classes(s, old, new[0])
    if old.kind == VILLAGE:
        sheets.hand_over(s, old, new[0])
        campaigns.hand_over_shares(s, old, new[0])
        if len(new) == 1:  # of a village that is parted nobody knows how many poor households go where
            facts.hand_over_facts(s, old, new[0])
    else:
        campaigns.hand_over(s, old, new)
        budgets.hand_over(s, old, new[0])


def _end(s: Session, old: Area, new: Sequence[Area], on: date, report: Report) -> None:
    """Close an area; whoever stood in it now stands in the first that took over."""
    old.valid_to = on
    s.add_all(AreaSuccessor(old_id=old.id, new_id=area.id, on=on) for area in new)
    heir = new[0]
    _hand_over_plans(s, old, new)
    feeds.end_all(s, old)
    raising.hand_over(s, old.id, heir.id)
    report.accounts += s.scalar(select(func.count()).where(Account.area_id == old.id)) or 0
    for column in STANDING_IN:
        s.execute(update(column.class_).where(column == old.id).values({column.key: heir.id}))
    if old.kind == COMMUNE:
        name = f"{old.full_name}"
        s.add_all(OldUnit(commune_id=area.id, name=name, folded=words.fold(name)) for area in new)
    report.areas += [(old, area) for area in new]
    audit.record(s, "area.end", "area", old.id, area_id=heir.id, successors=[area.code for area in new], on=str(on))
    s.flush()
