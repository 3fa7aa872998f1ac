"""After a reform of areas: campaigns go on in the commune that took over; shares of villages that became one add up."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.campaigns.models import Campaign, Share


def hand_over_shares(s: Session, old: Area, heir: Area) -> None:
    """What a village took on, the one that took over takes on; where that has a share already, both together."""
    there = {
        (one.campaign_id, one.type): one for one in s.scalars(select(Share).where(Share.village_id == heir.id))
    }  # fmt: skip
    for share in s.scalars(select(Share).where(Share.village_id == old.id).order_by(Share.id)).all():
        twin = there.get((share.campaign_id, share.type))
        if twin is None:
            share.village_id = heir.id
        else:
            twin.target += share.target
            twin.at_start += share.at_start
            if share.at_end is not None:
                twin.at_end = (twin.at_end or 0) + share.at_end
            s.delete(share)
    s.flush()
    s.expire_all()


def hand_over(s: Session, old: Area, new: Sequence[Area]) -> None:
    """A commune's campaigns are those of the first that took over; each other one takes its villages' shares along."""
    for campaign in s.scalars(select(Campaign).where(Campaign.commune_id == old.id).order_by(Campaign.id)).all():
        campaign.commune_id = new[0].id
        for commune in new[1:]:
            _part(s, campaign, commune)
    s.flush()
    s.expire_all()


def _part(s: Session, campaign: Campaign, commune: Area) -> None:
    villages = select(Area.id).where(Area.parent_id == commune.id)
    theirs = s.scalars(select(Share.id).where(Share.campaign_id == campaign.id, Share.village_id.in_(villages))).all()
    if not theirs:
        return
    again = Campaign(
        commune_id=commune.id, name=campaign.name, first_day=campaign.first_day, last_day=campaign.last_day,
        made_by_id=campaign.made_by_id, made_at=campaign.made_at, ended_at=campaign.ended_at,
        counted_on=campaign.counted_on,
    )  # fmt: skip
    s.add(again)
    s.flush()
    s.execute(update(Share).where(Share.id.in_(theirs)).values(campaign_id=again.id))
