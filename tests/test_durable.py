"""What was answered is on the disk: a phone forgets a record as soon as it is told so."""

from sqlalchemy import text

ASKED = {
    "sqlite": {"pragma journal_mode": "wal", "pragma synchronous": 2},  # 2: FULL, one fsync a commit
    "postgresql": {"show synchronous_commit": "on"},  # fsync is the server's own affair; the tests' does without
}


def test_a_commit_waits_for_the_disk(engine, kind):
    with engine.connect() as connection:
        assert {ask: connection.execute(text(ask)).scalar() for ask in ASKED[kind]} == ASKED[kind]
