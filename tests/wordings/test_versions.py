"""A wording is changed only while nothing depends on it; after that a change is the next version."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import db
from outreach.accounts.models import AuditEntry
from outreach.sms import writing
from outreach.sms.models import DRAFT, REGISTERED, SUBMITTED, WITHDRAWN, Sms, Wording
from outreach.wordings import queries, versions
from outreach.wordings.versions import Meanwhile, Words, WrongStep, mark, write
from tests import world
from tests.sms.rows import message

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)
NEW = Words("{commune}: lời mới. Gọi {phone}.", "{commune}: loi moi. Goi {phone}.")
NEWER = Words("{commune}: lời mới hơn. Gọi {phone}.", "{commune}: loi moi hon. Goi {phone}.")


def newest(s, purpose="follow_up", language="vi"):
    return queries.shelf(s, purpose, language).newest


def keep(s, by, words=NEW, language="vi"):
    return write(s, "follow_up", language, words, by, mark(newest(s, language=language)))


def sent(s, wording, where):
    """A message that was made of it."""
    facts = {"to": "+84912345678", "area_id": where.id, "due_at": TEN, "not_after": TEN, "created_at": TEN}
    words = {"body": "Mai den nha.", "encoding": "GSM-7", "segments": 1}
    s.add(
        Sms(key=f"member:1/{wording.id}", recipient="member:1", purpose="follow_up", wording=wording, **facts, **words)
    )
    s.flush()


def deeds(s):
    return [
        (one.act, one.actor_id, one.details["version"])
        for one in s.scalars(select(AuditEntry).where(AuditEntry.subject == "wording").order_by(AuditEntry.id))
    ]


def test_what_waited_for_these_words_goes_when_they_are_registered(s, w):
    first, other = keep(s, w.anh), keep(s, w.anh, language="en")
    with time_machine.travel(TEN, tick=False):
        later = {"due_at": TEN + timedelta(minutes=30)}
        mine = message(s, w.tan_hung, wording_id=first.id, held="not_registered", **later)
        poor = message(s, w.tan_hung, wording_id=first.id, held="budget", **later)
        others = message(s, w.tan_hung, wording_id=other.id, held="not_registered", **later)
        versions.submit(s, first, w.anh)
        versions.register(s, first, "HX1", w.anh)
    s.expire_all()
    assert (mine.held, mine.due_at) == ("", TEN)
    assert {poor.due_at, others.due_at} == {TEN + timedelta(minutes=30)}


def test_a_draft_of_which_nothing_was_made_is_changed_in_place(s, w):
    kept = keep(s, w.anh)
    assert (kept.version, kept.full, kept.state_by_id) == (1, NEW.full, w.anh.id)
    assert deeds(s) == [("wording.update", w.anh.id, 1)]


def test_a_draft_of_which_a_message_was_made_stays_as_it_is(s, w):
    first = newest(s)
    words = first.full
    sent(s, first, w.tan_hung)
    kept = keep(s, w.anh)
    assert (kept.version, kept.state, kept.made_by_id) == (2, DRAFT, w.anh.id)
    assert first.full == words
    assert deeds(s) == [("wording.create", w.anh.id, 2)]


@pytest.mark.parametrize("step", ["submit", "withdraw"])
def test_what_left_draft_is_never_changed_again(s, w, step):
    first = newest(s)
    words = first.full
    getattr(versions, step)(s, first, w.anh)
    assert keep(s, w.anh).version == 2
    assert first.full == words


def test_the_same_words_again_change_nothing_and_are_not_noted_twice(s, w):
    keep(s, w.anh)
    seen = mark(newest(s))
    assert write(s, "follow_up", "vi", NEW, w.anh, "an old mark").version == 1
    assert mark(newest(s)) == seen
    assert len(deeds(s)) == 1


def test_the_words_of_a_withdrawn_version_can_be_used_again_as_the_next_one(s, w):
    kept = keep(s, w.anh)
    versions.withdraw(s, kept, w.anh)
    assert keep(s, w.anh, NEW).version == 2


def test_a_language_that_nobody_wrote_yet_begins_with_version_one(s, w):
    assert keep(s, w.anh, language="tyz").version == 1


def test_whoever_writes_over_words_she_has_not_seen_is_told(s, w):
    seen = mark(newest(s))
    write(s, "follow_up", "vi", NEW, w.anh, seen)
    with pytest.raises(Meanwhile):
        write(s, "follow_up", "vi", NEWER, w.anh, seen)
    assert newest(s).full == NEW.full


def test_a_version_is_led_through_registration_step_by_step(s, w):
    one = newest(s)
    versions.submit(s, one, w.anh)
    assert one.state == SUBMITTED
    versions.register(s, one, "VN-7781", w.anh)
    assert (one.state, one.reference, one.state_by_id) == (REGISTERED, "VN-7781", w.anh.id)
    versions.withdraw(s, one, w.anh)
    assert one.state == WITHDRAWN
    assert [act for act, _who, _version in deeds(s)] == ["wording.submit", "wording.register", "wording.withdraw"]


def test_a_step_taken_twice_is_taken_and_noted_once(s, w):
    one = newest(s)
    for _ in range(2):
        versions.submit(s, one, w.anh)
    for _ in range(2):
        versions.register(s, one, "VN-7781", w.anh)
    for _ in range(2):
        versions.withdraw(s, one, w.anh)
    assert len(deeds(s)) == 3


def test_a_reference_typed_wrongly_is_put_right(s, w):
    one = newest(s)
    versions.submit(s, one, w.anh)
    versions.register(s, one, "VN-7718", w.anh)
    versions.register(s, one, "VN-7781", w.anh)
    assert one.reference == "VN-7781"
    assert len(deeds(s)) == 3


def test_nothing_is_registered_that_was_not_handed_in(s, w):
    with pytest.raises(WrongStep):
        versions.register(s, newest(s), "VN-7781", w.anh)


def test_there_is_no_way_back_from_withdrawn(s, w):
    one = newest(s)
    versions.withdraw(s, one, w.anh)
    for step in (lambda: versions.submit(s, one, w.anh), lambda: versions.register(s, one, "VN-7781", w.anh)):
        with pytest.raises(WrongStep):
            step()


def registered(s, wording, by):
    versions.submit(s, wording, by)
    versions.register(s, wording, "VN-1", by)


CHANGES = {
    "a draft": [],
    "a newer draft": [lambda s, by: sent_and_kept(s, by)],
    "registered, then a newer draft": [lambda s, by: registered(s, newest(s), by), lambda s, by: keep(s, by)],
    "withdrawn": [lambda s, by: versions.withdraw(s, newest(s), by)],
    "a newer one withdrawn": [
        lambda s, by: registered(s, newest(s), by),
        lambda s, by: versions.withdraw(s, keep(s, by), by),
    ],
    "in Vietnamese only": [lambda s, by: versions.withdraw(s, newest(s, language="en"), by)],
    "Vietnamese registered": [lambda s, by: registered(s, newest(s), by)],
}


def sent_and_kept(s, by):
    sent(s, newest(s), by.area)
    keep(s, by)


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("language", ["vi", "en", "tyz"])
def test_the_version_that_a_page_says_counts_is_the_one_that_messages_are_made_of(s, w, changes, language):
    for change in changes:
        change(s, w.anh)
    s.flush()
    counts = queries.shelf(s, "follow_up", language).counts
    on_the_list = {one.language: one.counts for one in queries.everything(s)["follow_up"]}
    try:
        made_of = writing.current(s, "follow_up", language)
    except writing.NoWording:
        made_of = None
    assert counts == made_of
    assert on_the_list.get(language, counts) == made_of


def test_two_who_write_at_once_make_one_version_and_the_other_is_told(real_db):
    """Whichever is quicker; nothing of the other's is kept, and no number is given twice."""
    with db.transaction(real_db) as s:
        country = world.area(s, None, "country", "nước", "VN", "Việt Nam")
        admin = world.account(s, "Vũ Ngọc Ánh", "+84912000001", "admin", country)
        versions.submit(s, newest(s), admin)
    with Session(real_db) as s:
        seen = mark(newest(s))

    def save(words):
        try:
            with db.transaction(real_db) as s:
                return write(s, "follow_up", "vi", words, admin, seen).full
        except Meanwhile:
            return "meanwhile"

    with ThreadPoolExecutor(2) as both:
        said = list(both.map(save, (NEW, NEWER)))
    with Session(real_db) as s:
        made = s.scalars(select(Wording).where(Wording.purpose == "follow_up", Wording.language == "vi")).all()
        assert [one.version for one in made] == [1, 2]
        assert sorted(said) == sorted([made[-1].full, "meanwhile"])
