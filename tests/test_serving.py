"""Before the first worker parts, the house is woken; whatever happens then, it opens."""

from types import SimpleNamespace

import pytest

from outreach.app import create_app
from tests.conftest import settings


@pytest.fixture
def serving(monkeypatch):
    """What gunicorn reads; it asks for the environment's settings when it is first read."""
    monkeypatch.setenv("OUTREACH_ENV", "development")
    from outreach import serving

    return serving


def wake(serving, app):
    serving.when_ready(SimpleNamespace(app=SimpleNamespace(wsgi=lambda: app)))


@pytest.mark.real_db
def test_no_worker_is_left_a_line_that_was_spoken_over_before(serving, real_db):
    app = create_app(settings(real_db.url.render_as_string(hide_password=False)), real_db)
    assert [app.test_client().get(address).status_code for address in serving.FIRST_PAGES] == [200, 200]
    assert app.test_client().get("/healthz").status_code == 200
    assert real_db.pool.checkedin() == 1
    wake(serving, app)
    assert real_db.pool.checkedin() == 0


def test_the_house_opens_though_its_database_is_away(serving):
    app = create_app(settings("postgresql+psycopg://127.0.0.1:1/nowhere"))
    wake(serving, app)
    assert [app.test_client().get(address).status_code for address in (*serving.FIRST_PAGES, "/healthz")] == [
        200,
        200,
        500,
    ]
