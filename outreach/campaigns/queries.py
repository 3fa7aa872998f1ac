"""Reading campaigns: which ones concern an account, and how far each share is. Counts come from tallies.

Only kinds of families need the households themselves: one grouped query over the commune, however many shares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.campaigns.models import EVERY_FAMILY, Campaign, Share
from outreach.campaigns.progress import BEHIND, Span, Standing
from outreach.households.models import LADDER, PROFICIENT, FamilyType, Household, StageChange, Tally, TallyDay
from outreach.lib import words

Key = tuple[int, str]  # village id, kind of family
# By how much households became proficient, and no longer were: 1 or 0 for one household up to a moment.
GAINED = func.sum(
    case((StageChange.new == PROFICIENT, 1), else_=0) - case((StageChange.old == PROFICIENT, 1), else_=0)
)  # fmt: skip


@dataclass(frozen=True)
class Count:
    """Households of a village (of one kind, or all): in scope, and those with a proficient person."""

    in_scope: int = 0
    proficient: int = 0


@dataclass(frozen=True)
class Progress:
    """A share and how far it is."""

    share: Share
    standing: Standing
    span: Span

    @property
    def lag(self) -> float:
        """How far behind the straight line, as a part of the target: the worst stand first."""
        today = clock.today()
        missing = self.standing.expected(self.span, today) - self.standing.now
        return missing / max(1, self.standing.target)


def commune_id(account: Account) -> int | None:
    """The commune whose campaigns concern the account."""
    area = account.area
    return area.id if area.kind == COMMUNE else area.parent_id if area.kind == VILLAGE else None


def span(campaign: Campaign) -> Span:
    """Its days."""
    ended = clock.local(campaign.ended_at).date() if campaign.ended_at else None
    return Span(campaign.first_day, campaign.last_day, ended)


def listing(s: Session, account: Account) -> Sequence[Campaign]:
    """The campaigns of the account's commune, the newest first."""
    known = select(Campaign).where(Campaign.commune_id == commune_id(account)).options(selectinload(Campaign.shares))
    return s.scalars(known.order_by(Campaign.first_day.desc(), Campaign.id.desc())).all()


def find(s: Session, account: Account, campaign_id: int) -> Campaign | None:
    """A campaign of the account's commune."""
    shares = selectinload(Campaign.shares).joinedload(Share.village)
    known = select(Campaign).where(Campaign.id == campaign_id, Campaign.commune_id == commune_id(account))
    return s.scalars(known.options(shares)).one_or_none()


def alike(s: Session, commune_id: int, name: str, first_day: date, last_day: date) -> Campaign | None:
    """A campaign of a commune with this name (however it is written) and these days, unless it was called off."""
    known = select(Campaign).where(
        Campaign.commune_id == commune_id, Campaign.first_day == first_day, Campaign.last_day == last_day,
        Campaign.ended_at.is_(None),
    )  # fmt: skip
    found = s.scalars(known.order_by(Campaign.id))
    return next((one for one in found if words.fold(one.name) == words.fold(name)), None)


def progress(s: Session, campaign: Campaign, village_id: int | None = None) -> list[Progress]:
    """How far its shares are (of one village only, where one is named), in the order they were made.

    After its end the counts are those of its last evening: as they were written down then, or else reckoned back.
    """
    shares = [share for share in campaign.shares if village_id in (None, share.village_id)]
    return _measured(s, shares, {campaign.id: campaign})


def running_in(s: Session, village: Area) -> list[Progress]:
    """The shares of a village in campaigns that run today: one query for the shares, one or two for the counts."""
    today = clock.today()
    rows = (
        select(Share)
        .join(Share.campaign)
        .where(Share.village_id == village.id, Campaign.ended_at.is_(None))
        .where(Campaign.first_day <= today, Campaign.last_day >= today)
        .options(joinedload(Share.campaign))
    )
    shares = s.scalars(rows.order_by(Campaign.last_day, Share.id)).all()
    return _measured(s, shares, {share.campaign_id: share.campaign for share in shares}) if shares else []


def behind_with(s: Session, village: Area) -> dict[str, float]:
    """The kinds of families with which a village is behind in a campaign that runs, and how far (`Progress.lag`)."""
    rows = [row for row in running_in(s, village) if row.standing.state(row.span, clock.today()) == BEHIND]
    return {row.share.type: row.lag for row in sorted(rows, key=lambda row: row.lag) if row.share.type != EVERY_FAMILY}


def total(rows: Sequence[Progress]) -> Standing:
    """Shares taken together."""
    return reduce(Standing.__add__, (row.standing for row in rows), Standing(0, 0, 0))


def counts(s: Session, village_ids: Sequence[int], *, kinds: bool) -> Mapping[Key, Count]:
    """What there is now in these villages, for all families and (`kinds`) for each kind: one or two queries."""
    in_scope = sum((getattr(Tally, stage) for stage in LADDER[1:]), getattr(Tally, LADDER[0]))
    tallied = select(Tally.village_id, in_scope, Tally.proficient).where(Tally.village_id.in_(village_ids))
    found = {(id_, EVERY_FAMILY): Count(int(n), int(done)) for id_, n, done in s.execute(tallied)}
    if not kinds:
        return found
    done = func.sum(case((Household.stage == PROFICIENT, 1), else_=0))
    grouped = (
        select(Household.village_id, FamilyType.type, func.count(), done)
        .join(FamilyType, FamilyType.household_id == Household.id)
        .where(Household.village_id.in_(village_ids), Household.merged_into_id.is_(None), Household.stage.in_(LADDER))
        .group_by(Household.village_id, FamilyType.type)
    )
    return found | {(id_, kind): Count(int(n), int(d)) for id_, kind, n, d in s.execute(grouped)}


def villages(s: Session, commune: Area) -> Sequence[Area]:
    """The villages that can take a share."""
    return areas.villages(s, commune)


def _measured(s: Session, shares: Sequence[Share], campaigns: Mapping[int, Campaign]) -> list[Progress]:
    ids = sorted({share.village_id for share in shares})
    kinds = any(share.type != EVERY_FAMILY for share in shares)
    found = counts(s, ids, kinds=kinds)
    spans = {id_: span(campaign) for id_, campaign in campaigns.items()}
    over = {id_: one for id_, one in spans.items() if one.over(clock.today()) and not campaigns[id_].counted_on}
    later = {id_: _since(s, ids, one.closing, kinds=kinds) for id_, one in over.items()}
    rows = []
    for share in shares:
        key = share.village_id, share.type
        now = found.get(key, Count()).proficient - later.get(share.campaign_id, {}).get(key, 0)
        if campaigns[share.campaign_id].counted_on:
            now = share.at_end or 0
        rows.append(Progress(share, Standing(share.at_start, now, share.target), spans[share.campaign_id]))
    return rows


def _since(s: Session, village_ids: Sequence[int], day: date, *, kinds: bool) -> dict[Key, int]:
    """By how much the proficient households changed after a day: all families, and (`kinds`) each kind."""
    moved = select(TallyDay.village_id, func.sum(TallyDay.proficient)).where(
        TallyDay.village_id.in_(village_ids), TallyDay.on > day
    )
    found = {(id_, EVERY_FAMILY): int(n) for id_, n in s.execute(moved.group_by(TallyDay.village_id))}
    if not kinds:
        return found
    changed = (
        select(StageChange.village_id, FamilyType.type, GAINED)
        .join(FamilyType, FamilyType.household_id == StageChange.household_id)
        .where(StageChange.village_id.in_(village_ids), StageChange.on > day)
        .group_by(StageChange.village_id, FamilyType.type)
    )
    return found | {(id_, kind): int(n) for id_, kind, n in s.execute(changed)}
