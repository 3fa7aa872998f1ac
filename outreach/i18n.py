"""Languages: which one this reader gets, and how dates and numbers look in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, request, session
from flask_babel import Babel, Domain, format_date, get_translations, refresh
from flask_login import current_user
from markupsafe import Markup
from werkzeug.utils import cached_property

from outreach import clock
from outreach.lib import phones


class Language(NamedTuple):
    """A language one can choose: what it calls itself, and its tag for `<html lang>`."""

    endonym: str
    html: str


LANGUAGES = {"vi": Language("Tiếng Việt", "vi"), "en": Language("English", "en")}
DEFAULT = "vi"
COOKIE = "lang"
ONCE = "tieng"  # in an address: this page alone in that language; `lang` is a choice, and remembered


class FallbackDomain(Domain):
    """A minority catalogue such as vi@tyz falls back to Vietnamese message by message, then to the msgid."""

    def get_translations(self) -> NullTranslations:
        """The chain of catalogues for what is being written, read once a process."""
        language = spoken()
        if language not in self.cache:
            self.cache[language] = self._read(language)
        catalogue: NullTranslations = self.cache[language]
        return catalogue

    def _read(self, language: str) -> NullTranslations:
        names = dict.fromkeys((language, language.partition("@")[0]))
        loaded = [
            Translations.load(folder, [n], self.domain[0]) for n in names for folder in self.translation_directories
        ]
        chain: list[NullTranslations] = [c for c in loaded if isinstance(c, Translations)] or [NullTranslations()]
        for further in chain[1:]:
            chain[0].add_fallback(further)
        return chain[0]


class HouseBabel(Babel):
    """Flask-Babel with our fallback; one domain and cache an app."""

    @cached_property
    def domain_instance(self) -> Domain:
        """The domain whose catalogues fall back message by message."""
        return FallbackDomain(domain=self.domain)


class Sayings:
    """`_` and its like in templates: a page says hundreds of words, so each is looked up once a process.

    They are HTML, as templates are: what is filled in is escaped.
    """

    def __init__(self) -> None:
        self.known: dict[tuple[str, str, bool], Markup] = {}

    def say(self, message: str, /, **named: object) -> Markup:
        """The words in the language that is being written."""
        key = spoken(), message, bool(named)
        if key not in self.known:
            text = Markup(get_translations().ugettext(message))  # noqa: S704 (the catalogue's)
            self.known[key] = text if named else text % {}  # a percent sign is written twice
        return self.known[key] % named if named else self.known[key]

    def count(self, one: str, many: str, num: int, /, **named: object) -> Markup:
        """The words for so many."""
        text = get_translations().ungettext(one, many, num)
        return Markup(text) % {"num": num, **named}  # noqa: S704 (the catalogue's)


def chosen() -> str:
    """This reader's language: asked for now, else remembered, else the account's, else Vietnamese."""
    if "language" not in g:
        g.language = next((code for code in _wishes() if code in LANGUAGES), DEFAULT)
    language: str = g.language
    return language


def spoken() -> str:
    """The language of what is being written: the reader's, or that of a text for others; Vietnamese for nobody."""
    try:
        here = g._get_current_object()  # asked a thousand times a page
    except RuntimeError:
        return DEFAULT
    return here.get("language") or chosen()


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Within this, words are said in a language, whoever asks."""
    before, g.language = chosen(), code
    refresh()
    try:
        yield
    finally:
        g.language = before
        refresh()


def _wishes() -> Iterator[str | None]:
    """One after the other: most readers need not be looked up among the accounts."""
    if request:
        yield request.args.get("lang")
        yield request.args.get(ONCE)
        yield request.cookies.get(COOKIE)
        if "_user_id" in session:
            yield getattr(current_user, "language", None)


def init_app(app: Flask) -> None:
    """Give the app its languages, its filters for dates and numbers, and `canonical` for its pages."""
    HouseBabel(app, locale_selector=chosen, default_translation_directories=str(app.config["TRANSLATIONS"]))
    app.after_request(_remember)
    sayings = Sayings()
    app.jinja_env.globals.update(canonical=canonical, _=sayings.say, gettext=sayings.say, ngettext=sayings.count)
    filters: dict[str, Callable[..., str]] = {
        "date": show_date, "datetime": show_datetime, "weekday": show_weekday, "number": show_number,
        "dong": show_dong, "percent": show_percent, "phone": show_phone, "dial": dial,
    }  # fmt: skip
    app.jinja_env.filters.update(filters)


def canonical(path: str = "") -> str:
    """The one address of this page in this reader's language, for search engines.

    `path`: where the page stands, if that is not where it was asked for: what a form's answer draws is kept for others.
    """
    base = current_app.config["SETTINGS"].public_base_url
    told = "" if chosen() == DEFAULT else f"?{ONCE}={chosen()}"
    return f"{base}{path or request.path}{told}"


def _remember(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, chosen(), max_age=365 * 86400, samesite="Lax", secure=request.is_secure)
    return response


def show_date(day: date | None) -> str:
    """21/11/2026, in every language; a moment is shown by its local day."""
    if isinstance(day, datetime):
        day = clock.local(day).date()
    return f"{day:%d/%m/%Y}" if day else "–"


def show_datetime(moment: datetime | None) -> str:
    """07:30 21/11/2026, local."""
    return f"{clock.local(moment):%H:%M %d/%m/%Y}" if moment else "–"


def show_weekday(day: date) -> str:
    """A day as one says it: Saturday, 21/11/2026."""
    name = str(format_date(day, "EEEE"))
    return f"{name[:1].upper()}{name[1:]}, {show_date(day)}"


def show_number(value: float) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English."""
    return _decimal(value, spoken())


@lru_cache(maxsize=8192)  # a page of a large province has a thousand numbers, and the next reader the same
def _decimal(value: float, language: str) -> str:
    return str(format_decimal(value, locale=language))


def show_dong(amount: int | None) -> str:
    """An amount of money: 10.000 đ in Vietnamese, 10,000 đ in English, kept on one line; None is a dash."""
    return "–" if amount is None else f"{show_number(amount)}\u00a0đ"


def show_phone(number: str | None) -> str:
    """A telephone number as one reads it aloud, kept on one line: 0912 345 678; "" where there is none."""
    return phones.show(number).replace(" ", "\u00a0") if number else ""


def dial(number: str) -> str:
    """A number, however it is shown, as a link telephones it."""
    return "".join(number.split())


def show_percent(ratio: float | None) -> str:
    """A ratio from 0 to 1 with one decimal: 60,0 %; None (nothing to divide by) is a dash."""
    if ratio is None:
        return "–"
    return _percent(ratio, spoken())


@lru_cache(maxsize=8192)
def _percent(ratio: float, language: str) -> str:
    return str(format_percent(ratio, "#,##0.0 %", locale=language))
