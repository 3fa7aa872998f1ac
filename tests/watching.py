"""A session that insists on the audit log: a request that changes a person's data without an entry fails its test."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from outreach.accounts.models import Account, AuditEntry
from outreach.households.models import Ambassador, Consent, Household, Member

PERSONAL = (Account, Household, Member, Ambassador, Consent)
# What happens by itself while somebody works is told by its own row (a visit, a stage change, a sign-in).
BY_THE_WAY = {"signed_in_at", "password_hash", "stage", "visited_at", "last_visit_at", "learning_since", "language"}


class WatchedSession(Session):
    """Remembers what was flushed until the commit, and looks for the entry then."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.changed: set[str] = set()
        self.audited = False

    def flush(self, objects: Any = None) -> None:
        """Note which personal rows change."""
        for row in [*self.new, *self.dirty, *self.deleted]:
            self.audited |= isinstance(row, AuditEntry)
            if isinstance(row, PERSONAL) and _really(row, row in self.new or row in self.deleted):
                self.changed.add(type(row).__name__)
        super().flush(objects)

    def commit(self) -> None:
        """Refuse to commit a change of personal data that nobody will be able to trace."""
        self.flush()
        if self.changed and not self.audited:
            raise AssertionError(f"changed without an audit entry: {', '.join(sorted(self.changed))}")
        self.changed, self.audited = set(), False
        super().commit()


def _really(row: Any, whole: bool) -> bool:
    changed = {a.key for a in inspect(row).attrs if a.history.has_changes()}
    return whole or bool(changed - BY_THE_WAY)
