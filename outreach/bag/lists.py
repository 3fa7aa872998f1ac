"""What a bag holds beside households: the words and names that its forms need, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import FIELD, Account
from outreach.areas.models import Area
from outreach.assessments import queries as assessments
from outreach.helpdesk import queries as helpdesk
from outreach.households import consent
from outreach.households import queries as households
from outreach.households.names import LESSON_LANGUAGES, PURPOSE_NAMES, RELATION_NAMES, STAGE_NAMES
from outreach.i18n import chosen
from outreach.lessons.content import Kind
from outreach.lessons.queries import catalogue
from outreach.visits.names import OUTCOME_NAMES


def of(s: Session, account: Account, support_phone: str) -> dict[str, Any]:
    """The lists for somebody's bag; what they hold is told in ROOMS3's protocol."""
    villages = households.villages(s, account) or [account.area]
    commune = helpdesk.commune_of(account.area) or account.area
    return {
        "villages": [[one.id, one.full_name] for one in villages],
        "colleagues": _colleagues(s, account),
        "lessons": _lessons(),
        "skills": _skills(),
        "points": _points(s, commune),
        "wording": consent.WORDING,
        "wordings": {purpose: consent.wording(purpose, commune) for purpose in PURPOSE_NAMES},
        "commune": commune.full_name,
        "help": support_phone,
        "relations": _words(RELATION_NAMES),
        "languages": _words(LESSON_LANGUAGES),
        "stages": _words(STAGE_NAMES),
        "outcomes": _words(OUTCOME_NAMES),
    }


def _colleagues(s: Session, account: Account) -> list[list[Any]]:
    """Who may have come along: the group of the village."""
    group = select(Account.id, Account.name).where(
        Account.area_id == account.area_id, Account.role.in_(FIELD), Account.suspended_at.is_(None),
        Account.id != account.id,
    )  # fmt: skip
    return [list(row) for row in s.execute(group.order_by(Account.folded, Account.id))]


def _lessons() -> list[list[str]]:
    taught = (one for one in catalogue().values() if one.kind is not Kind.TEAM)
    return [[one.slug, one.words_in(chosen()).title] for one in taught]


def _skills() -> list[list[str]]:
    language = chosen()
    return [[k.id, k.name.get(language) or k.name["vi"]] for k in assessments.default().skills if k.observed]


def _points(s: Session, commune: Area) -> list[list[str]]:
    return [[one.name, one.address, one.phone, one.hours] for one in helpdesk.points(s, commune)]


def _words(names: Mapping[str, Any]) -> dict[str, str]:
    return {value: str(text) for value, text in names.items()}
