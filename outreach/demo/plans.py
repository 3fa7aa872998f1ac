"""What the demo's group plans by: kinds of families, the order of the houses, who looks after which, a campaign."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import insert, select, update

from outreach import clock
from outreach.accounts.models import OFFICIAL, Account
from outreach.areas.models import Area
from outreach.campaigns import agreeing, queries
from outreach.campaigns.models import Campaign
from outreach.demo.theatre import Theatre
from outreach.households.models import FAMILY_TYPES, FamilyType, Household, TallyDay
from outreach.visits import walking
from outreach.visits.models import Care

LIKELY: Final = dict(zip(FAMILY_TYPES, (0.06, 0.18, 0.38, 0.42, 0.55), strict=True))  # so often a family is of a kind
ASKED: Final = {"": 45, "official": 90, "pupil": 60, "farmers": 40}  # of a hundred households, as a commune may ask
GONE, LEFT = timedelta(days=45), timedelta(days=44)  # of the campaign
HOUSE_EVERY, LANE_EVERY = 0.00016, 0.0007  # degrees: some 17 m along a lane, 75 m from lane to lane
NEAR = 4  # so many villages have their houses on the map


def lay(theatre: Theatre, commune: Area, villages: Sequence[Area]) -> None:
    """Everything, for households that are there already."""
    dice = random.Random(len(villages))  # dice of its own, so that the stories stay as they are
    for number, village in enumerate(villages):
        rows = select(Household.id, Household.address).where(Household.village_id == village.id)
        houses = [(id_, walking.spot(address)) for id_, address in theatre.s.execute(rows.order_by(Household.id))]
        _kinds(theatre, dice, [id_ for id_, _spot in houses])
        _care(theatre, village, houses)
        if number < NEAR:
            _places(theatre, commune, number, houses)
    _campaign(theatre, commune)


def _kinds(theatre: Theatre, dice: random.Random, ids: Sequence[int]) -> None:
    rows = [
        {"household_id": id_, "type": kind} for id_ in ids for kind, likely in LIKELY.items() if dice.random() < likely
    ]
    if rows:
        theatre.s.execute(insert(FamilyType), rows)


def _care(theatre: Theatre, village: Area, houses: Sequence[tuple[int, walking.Spot]]) -> None:
    """Lane by lane in turn, volunteers first; where there are several lanes, nobody has taken the last one yet."""
    group = theatre.groups[village.id]
    lanes = list(dict.fromkeys(spot.key for _id, spot in houses))
    turn = {lane: group[n % len(group)] for n, lane in enumerate(lanes[:-1] or lanes, 1)}
    since = clock.day_start(theatre.today - timedelta(days=60))
    rows = [
        {"household_id": id_, "account_id": turn[spot.key].id, "since": since, "by_id": group[0].id}
        for id_, spot in houses
        if spot.key in turn
    ]
    if rows:
        theatre.s.execute(insert(Care), rows)


def _places(theatre: Theatre, commune: Area, number: int, houses: Sequence[tuple[int, walking.Spot]]) -> None:
    """A number along the lane for each house; where the commune's middle is known, invented coordinates around it."""
    at: dict[str, int] = {}
    rows = []
    for id_, spot in houses:
        at[spot.key] = at.get(spot.key, 0) + 1
        north = (number - 1) * 0.012 + list(at).index(spot.key) * LANE_EVERY
        east = at[spot.key] * HOUSE_EVERY
        lat = commune.lat + north if commune.lat is not None else None
        lon = commune.lon + east if commune.lon is not None else None
        rows.append({"id": id_, "walk_no": at[spot.key], "lat": lat, "lon": lon})
    if rows:
        theatre.s.execute(update(Household), rows)


def _campaign(theatre: Theatre, commune: Area) -> None:
    s, today = theatre.s, theatre.today
    official = s.scalars(select(Account).where(Account.role == OFFICIAL, Account.area_id == commune.id)).one()
    plan = agreeing.Plan("90 ngày: mỗi nhà một người thành thạo", today - GONE, today + LEFT, ASKED)
    _as_it_began(theatre, agreeing.make(s, commune, plan, official))


def _as_it_began(theatre: Theatre, campaign: Campaign) -> None:
    """It was planned forty-five days ago: what was reached since then is progress."""
    ids = [share.village_id for share in campaign.shares]
    since = select(TallyDay).where(TallyDay.village_id.in_(ids), TallyDay.on >= campaign.first_day)
    moved: dict[int, int] = {}
    for day in theatre.s.scalars(since):
        moved[day.village_id] = moved.get(day.village_id, 0) + day.proficient
    there = queries.counts(theatre.s, ids, kinds=False)
    campaign.made_at = clock.day_start(campaign.first_day)
    for share in campaign.shares:
        now, gained = there[share.village_id, ""].proficient, moved.get(share.village_id, 0)
        share.at_start = round(share.at_start * (now - gained) / now) if now else 0
