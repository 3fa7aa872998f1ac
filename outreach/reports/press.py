"""Where a worker writes papers: the house's templates and languages, without doors, sessions or a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask, g

from outreach import i18n
from outreach.settings import ROOT


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this, templates are drawn and words are said in a language, whoever asks."""
    with _press().app_context():
        g.language = language
        yield


@cache
def _press() -> Flask:
    app = Flask("outreach", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(TRANSLATIONS=ROOT / "translations")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.init_app(app)
    app.context_processor(lambda: {"lang": i18n.LANGUAGES[i18n.chosen()].html})
    return app
