"""An alert in a reader's words: what is wrong, why, what is safe, what to do, who looks after it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from outreach import i18n
from outreach.accounts.models import ADMIN, LEADER, OFFICIAL, PROVINCE, Account, AuditEntry
from outreach.alerts import names, queries
from outreach.alerts.models import Alert
from outreach.areas.models import Area
from outreach.sms import faults
from outreach.sms.purposes import PURPOSES

CHIEFS = (LEADER, OFFICIAL, PROVINCE, ADMIN)  # whose an alert of their village, commune, province or the country is


class Told(NamedTuple):
    """What a page shows of an alert; `why` is "" where the kind says it all, `todo`: what, and an endpoint or "".

    `owner` has taken it up; `chief`: whose it is until somebody has (where a place has nobody, the area above's).
    `late`: nobody acted in time, so that the area above sees it, too.
    """

    alert: Alert
    area: Area
    title: str
    why: str
    means: str
    todo: tuple[tuple[str, str], ...]
    now: bool
    owner: Account | None
    chief: Account | None
    often: str
    late: bool

    @property
    def charge(self) -> Account | None:
        """Whom to ask about it."""
        return self.owner or self.chief


def tell(s: Session, found: Iterable[tuple[Alert, Area]]) -> list[Told]:
    """Put alerts in words; one query for all whose they are."""
    rows = list(found)
    taken = {alert.owner_id for alert, _area in rows if alert.owner_id}
    untaken = [area for alert, area in rows if not alert.owner_id and not alert.closed_at]
    open_in = {place for area in untaken for place in (area.id, area.parent_id) if place}
    chief = Account.area_id.in_(open_in), Account.role.in_(CHIEFS), Account.suspended_at.is_(None)
    query = select(Account).where(or_(Account.id.in_(taken), and_(*chief))).order_by(Account.sort_key.desc())
    people = s.scalars(query).all() if taken or open_in else []
    owners = {one.id: one for one in people}
    chiefs = {one.area_id: one for one in people if one.is_active and one.role in CHIEFS}
    return [_tell(alert, area, owners, chiefs) for alert, area in rows]


def life(s: Session, alert: Alert) -> list[AuditEntry]:
    """Who did what about it, newest first."""
    query = select(AuditEntry).where(AuditEntry.subject == "alert", AuditEntry.subject_id == alert.id)
    return list(s.scalars(query.order_by(AuditEntry.id.desc())))


def _tell(alert: Alert, area: Area, owners: Mapping[int, Account], chiefs: Mapping[int, Account]) -> Told:
    kind, facts = names.KINDS[alert.kind], _in_words(alert.facts)
    return Told(
        alert, area, names.fill(kind.title, facts), str(facts.get("fault", "")), names.fill(kind.means, facts),
        tuple((names.fill(one.words, facts), one.door) for one in kind.todo), kind.now,
        owners.get(alert.owner_id or 0), chiefs.get(area.id) or chiefs.get(area.parent_id or 0), _often(alert),
        alert.closed_at is None and queries.late(alert),
    )  # fmt: skip


def _often(alert: Alert) -> str:
    if alert.times == 1:
        return _("Since %(time)s", time=i18n.show_datetime(alert.opened_at))
    times = ngettext("noticed %(num)s time", "noticed %(num)s times", alert.times)
    last = i18n.show_datetime(alert.last_at)
    return _(
        "Since %(time)s; %(times)s, last at %(last)s",
        time=i18n.show_datetime(alert.opened_at), times=times, last=last,
    )  # fmt: skip


def _in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    """Codes and numbers as people read them."""
    said = {name: i18n.show_number(fact) if isinstance(fact, int) else str(fact) for name, fact in facts.items()}
    if facts.get("purpose") in PURPOSES:
        said["purpose"] = str(PURPOSES[facts["purpose"]].name)
    if facts.get("code"):
        fault = faults.FAULTS.get(str(facts["code"]))
        said["fault"] = str(fault.words if fault else faults.OTHER)
    if facts.get("month"):
        said["month"] = f"{facts['month'][5:7]}/{facts['month'][:4]}"
    return said
