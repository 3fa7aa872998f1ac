"""The page of the feed: keys and addresses are made, shown once, and ended, by the officials of their area alone."""

import pytest
from sqlalchemy import select

from outreach import queue
from outreach.accounts.models import AuditEntry
from outreach.feeds import delivering, hooks, keys, names
from outreach.feeds.models import Delivery, FeedKey, Webhook
from outreach.feeds.post import Answer
from outreach.queue import QUEUED, WORKING
from tests import counting

ADDRESS = "https://ioc.hungyen.example/outreach"


@pytest.fixture(autouse=True)
def _november(now):
    return now


def acts(s):
    return s.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()


def a_key(s):
    s.expire_all()
    return s.scalars(select(FeedKey)).one()


def a_hook(s):
    s.expire_all()
    return s.scalars(select(Webhook)).one()


@pytest.mark.each_kind
def test_a_key_is_shown_once_and_kept_as_its_digest(s, w, visitor):
    binh = visitor.as_(w.binh)
    page = binh.follow(binh.send(binh.get("/ioc"), "/ioc/khoa", name="IOC tỉnh Hưng Yên"))
    shown = next(code.text for code in page.tree.iter("code") if (code.text or "").startswith(keys.BEGINNING))
    made = a_key(s)
    assert made.digest == keys.digest(shown)
    assert shown not in (made.name, made.prefix, made.digest)
    assert shown.startswith(made.prefix)
    assert len(shown) > 40
    again = binh.get("/ioc")
    assert shown not in again.text
    assert f"{made.prefix}…" in again.words
    assert "IOC tỉnh Hưng Yên" in again.words
    assert acts(s) == ["feed_key.create"]


def test_an_ended_key_stays_on_the_list_as_ended(s, w, visitor):
    binh = visitor.as_(w.binh)
    binh.post("/ioc/khoa", {"name": "IOC"})
    page = binh.get("/ioc")
    assert "not used yet" in page.words
    page = binh.follow(binh.send(page, f"/ioc/khoa/{a_key(s).id}/thoi"))
    assert "ended" in page.words
    assert a_key(s).ended_at is not None
    binh.post(f"/ioc/khoa/{a_key(s).id}/thoi", status=404)
    assert acts(s) == ["feed_key.create", "feed_key.end"]


def test_the_page_says_when_a_key_was_last_used(s, w, visitor, key, ask):
    ask(key(w.binh), "coverage")
    assert "in use" in (page := visitor.as_(w.binh).get("/ioc")).words
    assert "12:00 21/11/2026" in page.words


def test_a_key_needs_a_name_and_no_id_number(s, w, visitor):
    binh = visitor.as_(w.binh)
    for name in ("", " ", "001205012345", "x" * 81):
        binh.post("/ioc/khoa", {"name": name}, status=422)
    assert s.scalars(select(FeedKey)).all() == []


def test_an_address_is_told_from_now_on_and_its_secret_is_shown_once(s, w, visitor):
    binh = visitor.as_(w.binh)
    page = binh.follow(binh.send(binh.get("/ioc"), "/ioc/dia-chi", address=ADDRESS))
    assert a_hook(s).secret in page.text
    again = binh.get("/ioc")
    assert a_hook(s).secret not in again.text
    assert ADDRESS in again.words
    assert acts(s) == ["webhook.create"]


@pytest.mark.parametrize(
    "address",
    ["", "http://ioc.example.vn/", "ioc.example.vn", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.8/a",
     "https://[::1]/", "https://a:b@ioc.example.vn/", "ftp://ioc.example.vn/", "https://", "https://x:99999999/",
     "https://ioc.example.vn/" + "x" * 300, "javascript:alert(1)", "https://169.254.169.254/latest/meta-data"],
)  # fmt: skip
def test_an_address_that_is_not_open_to_the_internet_by_https_is_refused(s, w, visitor, address):
    page = visitor.as_(w.binh).post("/ioc/dia-chi", {"address": address}, status=422)
    assert "https://" in page.words or "too long" in page.words
    assert s.scalars(select(Webhook)).all() == []


def test_an_area_has_a_handful_of_addresses(s, w, visitor):
    binh = visitor.as_(w.binh)
    for n in range(hooks.MOST):
        binh.post("/ioc/dia-chi", {"address": f"{ADDRESS}/{n}"})
    assert "End one first" in binh.post("/ioc/dia-chi", {"address": ADDRESS}, status=422).words
    binh.post(f"/ioc/dia-chi/{s.scalars(select(Webhook.id).order_by(Webhook.id)).first()}/thoi")
    binh.post("/ioc/dia-chi", {"address": ADDRESS})


def test_what_waits_for_an_ended_address_is_dropped(s, w, visitor):
    hook = hooks.make(s, ADDRESS, w.binh)
    hooks.try_out(s, hook, w.hung_yen)
    s.commit()
    binh = visitor.as_(w.binh)
    page = binh.follow(binh.send(binh.get("/ioc"), f"/ioc/dia-chi/{hook.id}/thoi"))
    assert "dropped" in page.words
    assert a_hook(s).ended_at is not None
    assert s.scalars(select(Delivery.state)).all() == [hooks.DROPPED]


def test_a_test_message_waits_and_its_answer_is_read_on_the_page(s, w, visitor):
    hook = hooks.make(s, ADDRESS, w.binh)
    s.commit()
    binh = visitor.as_(w.binh)
    page = binh.follow(binh.send(binh.get("/ioc"), f"/ioc/dia-chi/{hook.id}/thu"))
    assert "Test message" in page.words
    assert "waits" in page.words
    delivering._note(s, claimed(s), hook, Answer("404"))
    s.commit()
    page = binh.get("/ioc")
    assert "nobody listens at this address" in page.words
    assert "next try: 12:00 21/11/2026" in page.words


def claimed(s):
    (row,) = queue.claim(s, Delivery, limit=1, lease=delivering.LEASE)
    return row


def test_every_state_and_answer_has_words(s, w, visitor):
    row = hooks.try_out(s, hooks.make(s, ADDRESS, w.binh), w.hung_yen)
    binh = visitor.as_(w.binh)
    for state in (QUEUED, WORKING, hooks.DELIVERED, hooks.GIVEN_UP, hooks.DROPPED):
        row.state, row.attempts = state, 2
        s.commit()
        assert str(names.STATES[state][0]) in (page := binh.get("/ioc")).words
        assert "2 tries" in page.words
    for code in ("200", "302", "401", "404", "410", "500", *names.ANSWERS):
        row.answer = code
        s.commit()
        words = binh.get("/ioc").words
        assert str(names.ANSWERS.get(code, code)) in words
        assert f"Status {code}" not in words or code.isdecimal()


@pytest.mark.each_kind
def test_a_message_is_sent_again_with_its_own_number(s, w, visitor):
    row = hooks.try_out(s, hooks.make(s, ADDRESS, w.binh), w.hung_yen)
    row.state, row.attempts, before = hooks.GIVEN_UP, 10, row.key
    s.commit()
    binh = visitor.as_(w.binh)
    binh.send(binh.get("/ioc"), f"/ioc/lan-gui/{row.id}/lai")
    s.expire_all()
    assert (row.state, row.attempts, row.key) == (QUEUED, 0, before)
    assert claimed(s).key == before
    assert acts(s)[-1] == "webhook.again"


def test_nobody_touches_keys_and_addresses_of_another_area(s, w, visitor, key):
    key(w.binh)
    hook = hooks.make(s, ADDRESS, w.binh)
    row = hooks.try_out(s, hook, w.hung_yen)
    s.commit()
    for other in (w.cuc, w.anh):
        stranger = visitor.as_(other)
        assert ADDRESS not in stranger.get("/ioc").text
        for path in (f"khoa/{a_key(s).id}/thoi", f"dia-chi/{hook.id}/thoi", f"dia-chi/{hook.id}/thu",
                     f"lan-gui/{row.id}/lai"):  # fmt: skip
            stranger.post(f"/ioc/{path}", status=404)
    assert a_key(s).ended_at is a_hook(s).ended_at is None


@pytest.mark.parametrize("who", ["dung", "lan", "phuc"])
def test_the_page_is_for_offices(w, visitor, who):
    visitor.as_(getattr(w, who)).get("/ioc", status=403)


def test_the_page_is_reached_from_the_exchange(w, visitor):
    assert "/ioc" in visitor.as_(w.binh).get("/trao-doi").links()


def test_the_page_asks_the_database_the_same_however_much_there_is(s, w, visitor, key, connection):
    binh, figures = visitor.as_(w.binh), []
    for _ in range(2):
        for _ in range(4):
            key(w.binh)
            hook = hooks.make(s, ADDRESS, w.binh)
            for _ in range(8):
                hooks.try_out(s, hook, w.hung_yen)
        s.commit()
        binh.get("/ioc")
        with counting.statements(connection) as said:
            binh.get("/ioc")
        figures.append(len(said))
    assert figures[0] == figures[1] <= 10
