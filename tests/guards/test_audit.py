"""Nothing personal changes and nothing leaves the house without a line in the audit log."""

import pytest
from sqlalchemy import select

from outreach import clock, web
from outreach.accounts import audit
from outreach.accounts.models import AuditEntry
from outreach.households.models import Household, Member
from tests import world
from tests.databases import sqlite_only
from tests.guards import samples
from tests.watching import WatchedSession

pytestmark = sqlite_only


@pytest.fixture
def watched(connection, w):
    with WatchedSession(connection, join_transaction_mode="create_savepoint") as opened:
        yield opened


def house(s, w):
    return s.scalars(select(Household).where(Household.id == w.sens_house.id)).one()


def test_a_changed_person_without_an_entry_is_refused(watched, w):
    house(watched, w).address = "Ngõ 8"
    with pytest.raises(AssertionError, match="changed without an audit entry: Household"):
        watched.commit()


def test_a_new_person_without_an_entry_is_refused_even_when_flushed_before(watched, w):
    world.member(watched, house(watched, w), "Nguyễn Thu Na", 2001)
    with pytest.raises(AssertionError, match="Member"):
        watched.commit()


def test_a_removed_person_without_an_entry_is_refused(watched, w):
    watched.delete(watched.scalars(select(Member).where(Member.id == w.hanh.id)).one())
    with pytest.raises(AssertionError, match="Member"):
        watched.commit()


def test_an_entry_of_an_earlier_deed_does_not_cover_the_next(watched, w):
    house(watched, w).address = "Ngõ 8"
    audit.record(watched, "household.update", "household", w.sens_house.id, actor_id=w.lan.id)
    watched.commit()
    house(watched, w).address = "Ngõ 9"
    with pytest.raises(AssertionError, match="Household"):
        watched.commit()


def test_what_happens_by_the_way_needs_no_entry(watched, w):
    house(watched, w).last_visit_at = clock.now()
    watched.commit()
    assert house(watched, w).last_visit_at is not None


def exports(s):
    return s.scalars(select(AuditEntry).where(AuditEntry.act.endswith("export")).order_by(AuditEntry.id)).all()


def test_every_file_that_leaves_the_house_is_noted_with_who_took_it(app, visitor, s):
    """Whatever is neither page nor voice is a file: tables, reports, lists of rows to mend."""
    furnished = samples.furnish(s)
    left = set()
    for person in (furnished.w.cuc, furnished.w.binh):
        reader = visitor.as_(person)
        for rule in samples.doors(app, "GET"):
            open_to_all = app.view_functions[rule.endpoint].sign == web.PUBLIC  # then nobody takes anything away
            if open_to_all or not samples.may_enter(app, rule, person):
                continue
            for address in samples.addresses(rule, furnished, person):
                before = len(exports(s))
                answer = reader.client.get(address)
                if answer.mimetype in ("text/html", "audio/mpeg"):  # a page is read, a voice is heard
                    assert "Content-Disposition" not in answer.headers, address
                    assert len(exports(s)) == before, address
                    continue
                s.expire_all()
                assert [(e.actor_id, e.area_id is not None) for e in exports(s)[before:]] == [(person.id, True)], (
                    address
                )
                left.add(answer.mimetype)
    assert left == {
        "text/csv",
        "application/json",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
