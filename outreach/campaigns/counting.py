"""What a campaign reached is written down once it is over, so that whatever moves later changes nothing of it.

While it runs, households that go to another village, or are put right into it, take along what was counted of them at
the start.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from outreach import clock
from outreach.campaigns import queries
from outreach.campaigns.models import EVERY_FAMILY, Campaign, Share
from outreach.households.models import FamilyType, StageChange


def close(s: Session) -> int:
    """Write down the result of every campaign that is over and has none yet; how many. Twice is the same as once.

    Each night; when one is called off; and before households move in a way that leaves no trace in the days.
    """
    today = clock.today()
    over = select(Campaign).where(
        Campaign.counted_on.is_(None), or_(Campaign.last_day < today, Campaign.ended_at.is_not(None))
    )
    ended = s.scalars(over.options(selectinload(Campaign.shares)).order_by(Campaign.id)).all()
    for campaign in ended:
        for row in queries.progress(s, campaign):
            row.share.at_end = row.standing.now
        campaign.counted_on = today
    s.flush()
    return len(ended)


def go_along(s: Session, old_id: int, new_id: int, household_ids: Sequence[int]) -> None:
    """These households stand in another village from now on: of campaigns that are not over, those of them that were
    proficient when it was planned were there at the start in the new village. The targets stay as they were agreed."""
    rows = select(Share).join(Share.campaign).where(Share.village_id.in_((old_id, new_id)))
    found: dict[Campaign, list[Share]] = {}
    for share in s.scalars(rows.where(Campaign.counted_on.is_(None)).order_by(Share.id)):
        found.setdefault(share.campaign, []).append(share)
    for campaign, shares in found.items():
        were = _proficient(s, household_ids, campaign.made_at)
        for share in shares:
            share.at_start = max(0, share.at_start + were[share.type] * (1 if share.village_id == new_id else -1))
    s.flush()


def _proficient(s: Session, household_ids: Sequence[int], by: datetime) -> Counter[str]:
    """How many of these households were proficient at a moment: all of them, and those of each kind."""
    theirs = (StageChange.household_id.in_(household_ids), StageChange.at <= by)
    kinds = select(FamilyType.type, queries.GAINED).where(*theirs).group_by(FamilyType.type)
    joined = kinds.join(StageChange, FamilyType.household_id == StageChange.household_id)
    were = Counter({kind: int(n) for kind, n in s.execute(joined)})
    were[EVERY_FAMILY] = int(s.scalar(select(queries.GAINED).where(*theirs)) or 0)
    return were
