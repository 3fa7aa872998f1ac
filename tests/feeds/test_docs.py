"""docs/ioc.md is true: its code checks a signature, its tables name what is told."""

import re

from outreach import clock
from outreach.feeds import delivering, hooks, keys, reading
from outreach.households.models import COUNTED, SKILLS, STAGES
from outreach.settings import ROOT

TEXT = (ROOT / "docs" / "ioc.md").read_text(encoding="utf-8")
BODY = {"type": hooks.CHANGED, "timestamp": "2026-11-21T12:00:00+07:00", "data": {"area": "33", "name": "Hưng Yên"}}


def example():
    (code,) = re.findall(r"(?s)```python\n(.+?)```", TEXT)
    names = {}
    exec(compile(code, "docs/ioc.md", "exec"), names)
    return names["is_ours"]


def test_the_code_for_receivers_tells_our_messages_from_others(s, w, now):
    hook = hooks.make(s, "https://ioc.example.vn/", w.binh)
    body = delivering.written(BODY)
    sent = delivering.headers("msg_1", hook.secret, body, clock.now())
    is_ours = example()
    assert is_ours(hook.secret, sent, body)
    assert not is_ours(hook.secret, sent, body.replace(b"33", b"34"))
    assert not is_ours(hook.secret, sent | {"webhook-id": "msg_2"}, body)
    assert not is_ours(hooks.make(s, "https://ioc.example.vn/", w.binh).secret, sent, body)
    now.shift(301)
    assert not is_ours(hook.secret, sent, body)


def test_every_field_of_households_is_explained():
    for name in (*reading.SUMS, *STAGES, "vneid", *SKILLS):
        assert f"`{name}`" in TEXT, name
    assert set(COUNTED) == {*STAGES, "vneid", *(f"{way}_{skill}" for way in ("alone", "helped") for skill in SKILLS)}


def test_every_list_is_named():
    assert set(re.findall(r"`/ioc/v1/(\w+)`", TEXT)) == {*reading.LISTS, reading.SETS}


def test_the_pauses_are_those_that_are_kept():
    told = "10 seconds, 1, 5 and 15 minutes, 1, 2, 4, 8 and 8 hours"
    assert told in " ".join(TEXT.split())
    minutes = [pause.total_seconds() / 60 for pause in delivering.PAUSES]
    assert minutes == [10 / 60, 1, 5, 15, 60, 120, 240, 480, 480]


def test_it_says_how_often_one_may_ask():
    assert f"after more than {keys.PER_MINUTE} requests" in TEXT
