"""What the outside world sets: the only room that reads the environment."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.lib import phones

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
CONSOLE, TWILIO, HTTP = "console", "twilio", "http"  # gateways of messages; each but the console has a file of its own
GATEWAYS = (CONSOLE, *sorted(f.name.removesuffix("_gateway.py") for f in ROOT.glob("outreach/sms/*_gateway.py")))
ABROAD = re.compile(r"\+[1-9]\d{6,14}")  # E.164
KEPT_DAYS = 180
OWN_MACHINE = ("localhost", "127.0.0.1", "::1")
DEVELOPMENT_KEY = "development-only-not-for-production"  # refused unless OUTREACH_ENV=development


class SettingsError(Exception):
    """A setting that stops the start; its text is one sentence for the operator."""


@dataclass(frozen=True)
class TwilioSettings:
    """An account at Twilio. `sender` is a registered sender name or a Messaging Service id (MG…)."""

    account_sid: str
    auth_token: str
    sender: str
    base_url: str = ""  # only for tests: a local stand-in instead of Twilio's host
    max_price: float | None = None  # what a message may cost at most, in the account's currency


@dataclass(frozen=True)
class Settings:
    """Everything that may differ from machine to machine."""

    environment: str
    secret_key: str
    database_url: str
    public_base_url: str
    timezone: ZoneInfo
    sms_gateway: str
    twilio: TwilioSettings | None
    support_phone: str
    sms_daily_limit: int
    max_upload_bytes: int
    proxies: int = 0  # how many reverse proxies stand before us and may be believed
    sms_trial_numbers: frozenset[str] = frozenset()  # E.164; while there are any, nobody else gets a message
    sms_two_way: bool = False  # whether people can write back
    kept_days: int = KEPT_DAYS  # how long numbers and words of messages are kept, and what else serves for a while
    webhook_own_hosts: frozenset[str] = frozenset()  # receivers of our own network: may be private, or speak http
    port: int = 8000
    processes: int = 2  # of the web server on this machine
    sms_options: Mapping[str, str] = field(default_factory=dict)  # SMS_HTTP_URL as "URL", for the file of the gateway

    @property
    def development(self) -> bool:
        """Whether this is somebody's desk, not a commune's server."""
        return self.environment == "development"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; a wrong or missing one raises SettingsError with a sentence."""
        env = os.environ if env is None else env
        environment = _one_of(env, "OUTREACH_ENV", ("development", "production"), "production")
        gateway = _one_of(env, "SMS_GATEWAY", GATEWAYS, CONSOLE)
        return cls(
            environment=environment,
            secret_key=_secret_key(env, environment),
            database_url=_database_url(env),
            public_base_url=_base_url(env, environment),
            timezone=_timezone(env.get("OUTREACH_TIMEZONE", "Asia/Ho_Chi_Minh")),
            sms_gateway=gateway,
            twilio=_twilio(env) if gateway == TWILIO else None,
            support_phone=env.get("SUPPORT_PHONE", "1800 1096"),  # the national portal's helpline
            sms_daily_limit=_integer(env, "SMS_DAILY_LIMIT", 3),
            max_upload_bytes=_integer(env, "MAX_UPLOAD_MB", 20) * 1024 * 1024,
            proxies=_integer(env, "PROXIES", 0, least=0),
            sms_trial_numbers=_numbers(env, "SMS_TRIAL_NUMBERS"),
            sms_two_way=_one_of(env, "SMS_TWO_WAY", ("0", "1"), "0") == "1",
            kept_days=_integer(env, "KEPT_DAYS", KEPT_DAYS, least=31),
            webhook_own_hosts=_hosts(env, "WEBHOOK_OWN_HOSTS"),
            port=_integer(env, "PORT", 8000),
            processes=_integer(env, "WEB_CONCURRENCY", 2),
            sms_options=_options(env, f"SMS_{gateway.upper()}_"),
        )


def read_or_leave() -> Settings:
    """The settings of the environment; a wrong one ends the process with its sentence."""
    try:
        return Settings.from_env()
    except SettingsError as fault:
        leave(fault)


def leave(fault: SettingsError) -> NoReturn:
    """End the process with the sentence of a wrong setting."""
    sys.stderr.write(f"Outreach cannot start. {fault}\n")
    sys.exit(2)


def _one_of(env: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    value = env.get(name, default)
    if value not in choices:
        raise SettingsError(f"{name} is {value!r}; it must be one of: {', '.join(choices)}.")
    return value


def _integer(env: Mapping[str, str], name: str, default: int, least: int = 1) -> int:
    value = env.get(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise SettingsError(f"{name} is {value!r}; it must be a whole number, at least {least}.")
    return int(value)


def _secret_key(env: Mapping[str, str], environment: str) -> str:
    key = env.get("SECRET_KEY", DEVELOPMENT_KEY if environment == "development" else "")
    if environment == "production" and (len(key) < 32 or key == DEVELOPMENT_KEY):
        raise SettingsError("SECRET_KEY must be set to at least 32 random characters in production.")
    return key


def _database_url(env: Mapping[str, str]) -> str:
    url = env.get("DATABASE_URL", f"sqlite:///{VAR / 'outreach.sqlite'}")
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    return url


def _base_url(env: Mapping[str, str], environment: str) -> str:
    url = env.get("PUBLIC_BASE_URL", "http://127.0.0.1:8000" if environment == "development" else "")
    if not url.startswith(("http://", "https://")) or url.endswith("/"):
        raise SettingsError("PUBLIC_BASE_URL must be the site's address, https://… without a slash at the end.")
    if environment == "production" and not url.startswith("https://") and urlsplit(url).hostname not in OWN_MACHINE:
        raise SettingsError("PUBLIC_BASE_URL must begin with https:// in production: passwords travel there.")
    return url


def _timezone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(f"OUTREACH_TIMEZONE is {name!r}; it must be a name such as Asia/Ho_Chi_Minh.") from None


def _twilio(env: Mapping[str, str]) -> TwilioSettings:
    missing = [n for n in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_SENDER") if not env.get(n)]
    if missing:
        raise SettingsError(f"SMS_GATEWAY is twilio, so {', '.join(missing)} must be set.")
    return TwilioSettings(
        env["TWILIO_ACCOUNT_SID"], env["TWILIO_AUTH_TOKEN"], env["TWILIO_SENDER"], env.get("TWILIO_BASE_URL", ""),
        _price(env, "TWILIO_MAX_PRICE"),
    )  # fmt: skip


def _price(env: Mapping[str, str], name: str) -> float | None:
    value = env.get(name, "")
    if value and not re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII):
        raise SettingsError(f"{name} is {value!r}; it must be an amount such as 0.09.")
    return float(value) if value else None


def _numbers(env: Mapping[str, str], name: str) -> frozenset[str]:
    """Telephone numbers with commas between them, as E.164."""
    found = set()
    for value in filter(None, (one.strip() for one in env.get(name, "").split(","))):
        try:
            found.add(value if ABROAD.fullmatch(value) else phones.parse(value).e164)
        except phones.BadPhone:
            raise SettingsError(f"{name} holds {value!r}, which is not a mobile number.") from None
    return frozenset(found)


def _hosts(env: Mapping[str, str], name: str) -> frozenset[str]:
    """Names of machines with commas between them."""
    found = frozenset(filter(None, (one.strip().lower() for one in env.get(name, "").split(","))))
    for value in found:
        if re.search(r"[/@ ]|:\d+$", value):
            raise SettingsError(f"{name} holds {value!r}; it must be names of machines, without https:// or a port.")
    return found


def _options(env: Mapping[str, str], prefix: str) -> Mapping[str, str]:
    return {name.removeprefix(prefix): value for name, value in env.items() if name.startswith(prefix)}
