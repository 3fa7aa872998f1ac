"""Who works here says whether they want Monday's message on their own phone."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER, Account
from outreach.areas.models import COMMUNE
from outreach.sms import outbox
from outreach.sms.models import OptOut
from outreach.sms.purposes import WEEK_LIST, WEEK_SUMMARY

PURPOSE: Mapping[str, str] = {VOLUNTEER: WEEK_LIST, LEADER: WEEK_LIST, OFFICIAL: WEEK_SUMMARY}


def set_(s: Session, account: Account, *, to: bool) -> None:
    """Switch it on or off; the same again changes nothing.

    Off takes back what waits. On ends an earlier stop of the number: it is the person's own and newer word, and those
    who share the number keep what the stop took from them until they say yes again.
    """
    if (account.sms_since is not None) == to:
        return
    account.sms_since = clock.now() if to else None
    act = "account.weekly_on" if to else "account.weekly_off"
    audit.record(s, act, "account", account.id, area_id=account.area_id, actor_id=account.id)
    stop = s.get(OptOut, account.phone) if to else None
    if stop is not None:
        s.delete(stop)
    if not to:
        for purpose in (WEEK_LIST, WEEK_SUMMARY):
            outbox.cancel(s, f"account:{account.id}", outbox.CONSENT_WITHDRAWN, purpose)
    s.flush()


def commune_id(account: Account) -> int:
    """The commune whose rules hold for the account."""
    area = account.area
    return area.id if area.kind == COMMUNE else area.parent_id or area.id
