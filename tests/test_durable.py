"""What was answered is on the disk: a phone forgets a record as soon as it is told so."""

import pytest
from sqlalchemy import text

from outreach.db import make_engine

ASKED = {
    "sqlite": {"pragma journal_mode": "wal", "pragma synchronous": 2},  # 2: FULL, one fsync a commit
    "postgresql": {"show synchronous_commit": "on"},  # fsync is the server's own affair; the tests' does without
}


def test_a_commit_waits_for_the_disk(engine, kind):
    with engine.connect() as connection:
        assert {ask: connection.execute(text(ask)).scalar() for ask in ASKED[kind]} == ASKED[kind]


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_lines_that_the_server_hung_up_are_left_for_new_ones(real_db):
    with real_db.connect() as one, real_db.connect() as other:
        left = [line.execute(text("select pg_backend_pid()")).scalar() for line in (one, other)]
    admin = make_engine(real_db.url.render_as_string(hide_password=False))
    with admin.connect() as connection:
        for pid in left:
            assert connection.execute(text("select pg_terminate_backend(:pid, 10000)"), {"pid": pid}).scalar()
    admin.dispose()
    with real_db.connect() as one, real_db.connect() as other:
        found = {line.execute(text("select pg_backend_pid()")).scalar() for line in (one, other)}
    assert found.isdisjoint(left)
