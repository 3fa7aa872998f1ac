"""The house stands: it starts, answers, and wrong settings stop it with a sentence."""

import os
import subprocess
import sys
import traceback

import pytest
from sqlalchemy import insert, inspect
from sqlalchemy.exc import IntegrityError

from outreach import clock
from outreach.db import Base
from outreach.households.models import Member
from outreach.settings import ROOT, Settings, SettingsError


def test_every_table_exists_by_the_migrations(connection):
    assert set(Base.metadata.tables) <= set(inspect(connection).get_table_names())


TWILIO = {
    "SMS_GATEWAY": "twilio", "TWILIO_ACCOUNT_SID": "AC", "TWILIO_AUTH_TOKEN": "secret", "TWILIO_SENDER": "XA TAN HUNG"
}  # fmt: skip


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"OUTREACH_ENV": "production"}, "SECRET_KEY must be set"),
        ({"OUTREACH_ENV": "staging"}, "OUTREACH_ENV is 'staging'"),
        ({"OUTREACH_ENV": "development", "DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with"),
        ({"OUTREACH_ENV": "development", "OUTREACH_TIMEZONE": "Mars"}, "OUTREACH_TIMEZONE is 'Mars'"),
        ({"OUTREACH_ENV": "development", "SMS_GATEWAY": "twilio"}, "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN"),
        ({"OUTREACH_ENV": "development", "SMS_DAILY_LIMIT": "many"}, "SMS_DAILY_LIMIT is 'many'"),
        ({"OUTREACH_ENV": "development", "SMS_GATEWAY": "pigeon"}, "must be one of: console, http, twilio"),
        ({"OUTREACH_ENV": "development", "SMS_TRIAL_NUMBERS": "0912345678, 024"}, "SMS_TRIAL_NUMBERS holds '024'"),
        ({"OUTREACH_ENV": "development", "SMS_TWO_WAY": "yes"}, "SMS_TWO_WAY is 'yes'"),
        ({"OUTREACH_ENV": "development", **TWILIO, "TWILIO_MAX_PRICE": "9 cents"}, "TWILIO_MAX_PRICE is '9 cents'"),
        ({"OUTREACH_ENV": "production", "SECRET_KEY": "k" * 32}, "PUBLIC_BASE_URL must be"),
        (
            {"OUTREACH_ENV": "production", "SECRET_KEY": "k" * 32, "PUBLIC_BASE_URL": "http://xa.example"},
            "must begin with https:// in production",
        ),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(env, sentence):
    with pytest.raises(SettingsError, match=sentence):
        Settings.from_env(env)


def test_a_trial_is_for_the_numbers_that_were_named():
    made = Settings.from_env({"OUTREACH_ENV": "development", "SMS_TRIAL_NUMBERS": "0912 345 678, +15005550006,"})
    assert made.sms_trial_numbers == {"+84912345678", "+15005550006"}


def test_a_gateways_own_settings_reach_its_file_by_their_beginning():
    env = {"OUTREACH_ENV": "development", "SMS_GATEWAY": "http", "SMS_HTTP_URL": "https://sms.example", "SMS_X": "1"}
    assert Settings.from_env(env).sms_options == {"URL": "https://sms.example"}


def test_what_an_account_costs_at_most_may_be_set():
    env = {"OUTREACH_ENV": "development", **TWILIO}
    assert Settings.from_env(env).twilio.max_price is None
    assert Settings.from_env(env | {"TWILIO_MAX_PRICE": "0.09"}).twilio.max_price == 0.09


def test_an_unknown_address_is_a_kind_404(visitor):
    assert "1800 1096" in visitor.get("/khong-co", status=404).text


PYTHON = [sys.executable, "-m"]
STARTS = [["gunicorn", "-c", "python:outreach.serving"], ["outreach.worker"], ["outreach.together"]]


@pytest.mark.parametrize("command", STARTS)
def test_web_and_worker_say_in_a_sentence_which_setting_is_wrong(command):
    env = {"PATH": os.environ["PATH"], "OUTREACH_ENV": "production"}
    ended = subprocess.run([*PYTHON, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "Outreach cannot start. SECRET_KEY must be set" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", STARTS)
def test_web_and_worker_say_in_a_sentence_what_a_gateways_own_file_misses(command, tmp_path):
    env = {"PATH": os.environ["PATH"], "OUTREACH_ENV": "development", "SMS_GATEWAY": "http"}
    env |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}"}
    ended = subprocess.run([*PYTHON, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2
    assert "Outreach cannot start. SMS_GATEWAY is http, so SMS_HTTP_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_refused_row_is_told_without_what_stands_in_it(s, w):
    """Such errors go into the log, and a log holds no names."""
    with pytest.raises(IntegrityError) as told, s.begin_nested():
        s.execute(
            insert(Member).values(household_id=w.sens_house.id, name="Trần Văn Dê", folded=None, created_at=clock.now())
        )
    assert "null" in str(told.value).lower()
    for said in (told.value, told.value.orig):
        assert "Trần" not in "".join(traceback.format_exception_only(said))


@pytest.mark.parametrize("name", ["package-lock.json", "requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_names_hashes_and_no_address(name: str) -> None:
    """Where files come from is the next machine's own affair."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "sha" in text
    assert "://" not in text
