"""Two officials who set the same figure at the same moment: the later word holds, and nobody is turned away."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outreach.accounts.models import Account, AuditEntry
from outreach.areas.models import Area
from outreach.db import transaction
from outreach.operations import thresholds
from outreach.operations.models import Threshold
from tests import world

pytestmark = pytest.mark.real_db
WAITS = text("select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))")


@pytest.mark.parametrize(
    ("before", "first", "second"),
    [(None, 10, 21), (30, None, 21), (30, 10, None)],
    ids=["two new ones", "taken back, then set", "set, then taken back"],
)
def test_two_officials_save_the_same_figure_at_once(real_db, kind, before, first, second):
    with Session(real_db) as s:
        w = world.build(s)
        commune, cuc, binh = w.tan_hung.id, w.cuc.id, w.binh.id
        thresholds.agree(s, w.tan_hung, {"silent": before}, w.cuc)
        s.commit()

    def agree(s, figure, by):
        return thresholds.agree(s, s.get_one(Area, commune), {"silent": figure}, s.get_one(Account, by))

    def beside():
        with transaction(real_db) as s:
            return agree(s, second, binh)

    with ThreadPoolExecutor(1) as office:
        with transaction(real_db) as s:
            agree(s, first, cuc)
            s.flush()
            other = office.submit(beside)
            while kind == "postgresql" and not s.scalar(WAITS) and not other.done():
                sleep(0.01)
        assert other.result()
    with Session(real_db) as s:
        assert s.scalars(select(Threshold.value)).all() == [figure for figure in (second,) if figure]
        deeds = s.scalars(select(AuditEntry).where(AuditEntry.act == "threshold.set").order_by(AuditEntry.id.desc()))
        assert deeds.first().details == {"figures": {"silent": [first, second]}}
