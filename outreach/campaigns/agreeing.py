"""Making a campaign, changing a share, calling it off: each on record, since villages have given their word."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.accounts import audit, receipts
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.campaigns import counting, progress, queries
from outreach.campaigns.models import EVERY_FAMILY, Campaign, Share


@dataclass(frozen=True)
class Plan:
    """What an official plans. `percent`: kind of family ("" for all) → how many of a hundred households it asks for."""

    name: str
    first_day: date
    last_day: date
    percent: Mapping[str, int]


class Over(Exception):
    """The campaign has ended; what it asked for is history."""


class Alike(Exception):
    """A campaign of this name and these days is there already: nobody has said yet that this is another."""

    def __init__(self, there: Campaign) -> None:
        super().__init__(there.id)
        self.there = there


def make_once(s: Session, plan: Plan, by: Account, client_id: str, *, anyway: bool) -> tuple[Campaign, bool]:
    """The campaign of the official's commune that this form makes, and whether it was made just now.

    `anyway`: somebody looked at the one that looks alike. Raises Alike, receipts.OtherContent.
    """
    digest = receipts.mark([*asdict(plan).items(), ("by", by.id)])
    queue.alone(s, f"campaigns of {by.area_id}")
    before = receipts.seen(s, client_id, digest)
    if before is not None:
        return s.get_one(Campaign, before.subject_id), False
    there = queries.alike(s, by.area_id, plan.name, plan.first_day, plan.last_day)
    if there is not None and not anyway:
        raise Alike(there)
    made = make(s, by.area, plan, by)
    receipts.keep(s, client_id, digest, "campaign.create", "campaign", made.id, by)
    return made, True


def make(s: Session, commune: Area, plan: Plan, by: Account) -> Campaign:
    """A campaign with a share proposed for each village, and kind of family, that has such households."""
    made = Campaign(
        commune_id=commune.id, name=plan.name, first_day=plan.first_day, last_day=plan.last_day, made_by_id=by.id,
        made_at=clock.now(),
    )  # fmt: skip
    villages = queries.villages(s, commune)
    there = queries.counts(s, [v.id for v in villages], kinds=any(kind != EVERY_FAMILY for kind in plan.percent))
    for village in villages:
        for kind, percent in plan.percent.items():
            count = there.get((village.id, kind), queries.Count())
            if count.in_scope:
                target = progress.proposed(count.in_scope, count.proficient, percent)
                share = Share(village_id=village.id, type=kind, target=target, at_start=count.proficient)
                made.shares.append(share)
    s.add(made)
    s.flush()
    audit.record(
        s, "campaign.create", "campaign", made.id, area_id=commune.id, actor_id=by.id, shares=len(made.shares)
    )  # fmt: skip
    return made


def change(s: Session, campaign: Campaign, targets: Mapping[int, int], by: Account) -> int:
    """Set targets by share id; how many changed. Each change tells its village, the old target and the new one.

    Raises Over.
    """
    if queries.span(campaign).over(clock.today()):
        raise Over(campaign.id)
    changed = [one for one in campaign.shares if one.id in targets and targets[one.id] != one.target]
    for share in changed:
        audit.record(
            s, "share.update", "campaign", campaign.id, area_id=share.village_id, actor_id=by.id, kind=share.type,
            target=[share.target, targets[share.id]],
        )  # fmt: skip
        share.target = targets[share.id]
    return len(changed)


def end(s: Session, campaign: Campaign, reason: str, by: Account) -> None:
    """Call it off before its last day. Raises Over."""
    if queries.span(campaign).over(clock.today()):
        raise Over(campaign.id)
    campaign.ended_at = clock.now()
    s.flush()
    counting.close(s)
    audit.record(
        s, "campaign.end", "campaign", campaign.id, area_id=campaign.commune_id, actor_id=by.id, note=reason
    )  # fmt: skip
