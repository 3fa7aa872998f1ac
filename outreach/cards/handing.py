"""Learner cards for a whole village: who is to get one, who has one already, and what the sheet of cards says."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager

from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.cards import codes
from outreach.cards.models import LearnerCard
from outreach.households import queries as households
from outreach.households import stages
from outreach.households.models import Ambassador, Consent, Household, Member
from outreach.lib import words


@dataclass(frozen=True)
class Holder:
    """A member, and the card in use (None: none was made yet)."""

    member: Member
    card: LearnerCard | None


def holders(s: Session, account: Account, village: Area, chosen: Collection[int] = ()) -> list[Holder]:
    """The village's ambassadors, or the members chosen by id, as far as they agreed to be registered.

    Those who left, or whom this account may not see, are left out. By given name; two queries.
    """
    seen = households.visible_to(account).where(Household.village_id == village.id)
    agreed = exists().where(
        Consent.member_id == Member.id, Consent.purpose == "registered", Consent.withdrawn_at.is_(None)
    )
    ambassador = exists().where(Ambassador.member_id == Member.id, Ambassador.until.is_(None))
    wanted = (
        select(Member)
        .join(Member.household)
        .options(contains_eager(Member.household))
        .where(Household.id.in_(seen.with_only_columns(Household.id)), Member.left_on.is_(None), agreed)
        .where(Member.id.in_(chosen) if chosen else ambassador)
    )
    members = sorted(s.scalars(wanted), key=lambda one: (words.given_name_key(one.name), one.id))
    held = _cards(s, [one.id for one in members])
    return [Holder(one, held.get(one.id)) for one in members]


def make(s: Session, by: Account, found: Sequence[Holder]) -> list[Member]:
    """A card for everybody who has none; returns who got one. Two people who do this at once make no card twice."""
    missing = [one.member for one in found if one.card is None]
    stages.lock(s, *(member.household for member in missing))
    since = _cards(s, [member.id for member in missing])
    made = [member for member in missing if member.id not in since]
    for member in made:
        codes.issue(s, member, by)
    return made


def note(s: Session, village: Area, printed: Sequence[Holder]) -> None:
    """The codes leave the house on paper: so many cards of this village."""
    audit.record(s, "card.export", "area", village.id, area_id=village.id, cards=len(printed))


def called(names: Sequence[str]) -> list[str]:
    """What each card calls its holder: the given name, with initials where a village has it twice ("L.T. Hạnh")."""
    given = [words.given_name(name) for name in names]
    often = Counter(given)
    return [one if often[one] == 1 else _initialled(name) for one, name in zip(given, names, strict=True)]


def _initialled(name: str) -> str:
    *before, given = name.split()
    return " ".join(["".join(f"{word[0]}." for word in before), given]).strip()


def _cards(s: Session, member_ids: Collection[int]) -> dict[int, LearnerCard]:
    held = select(LearnerCard).where(LearnerCard.member_id.in_(member_ids), LearnerCard.ended_at.is_(None))
    return {card.member_id: card for card in s.scalars(held.order_by(LearnerCard.id))}
