"""Voices: what waits, who judges, which recording is heard, and that changed words silence it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach.accounts.models import AuditEntry
from outreach.lessons import content, queries
from outreach.settings import ROOT
from outreach.voices import narration, sound
from outreach.voices.models import Narration
from tests.counting import statements
from tests.databases import sqlite_only

LESSONS = content.load_all(ROOT / "lessons")
LESSON = LESSONS["dang-nhap-cong-dich-vu-cong"]
STEP, NEXT = LESSON.steps[:2]


@pytest.fixture(autouse=True)
def takes(monkeypatch):
    """What is recorded is taken as it comes; the sound itself has tests of its own."""
    monkeypatch.setattr(sound, "make", lambda upload: sound.Sound(b"opus:" + upload, b"mp3:" + upload, 4.2))


@pytest.fixture
def lessons(monkeypatch):
    """Put a lesson whose first step says something else (in Vietnamese) in its place."""

    def change(**said):
        words = LESSON.words["vi"]
        steps = words.steps | {STEP.id: replace(words.steps[STEP.id], **said)}
        changed = replace(LESSON, words=LESSON.words | {"vi": replace(words, steps=steps)})
        monkeypatch.setattr(queries, "catalogue", lambda: LESSONS | {LESSON.slug: changed})
        return changed

    return change


def read(s, by, step=STEP, language="vi", upload=b"xin chao"):
    return narration.record(s, by, LESSON, step, language, upload)


def heard(s, lesson=LESSON, language="vi"):
    """What learners hear of the first step."""
    one = narration.current(s, lesson, language).get(STEP.id)
    return one.mp3 if one else None


def states(s, lesson=LESSON):
    return narration.states(narration.recordings(s, lesson, "vi").get(STEP.id, []))


def test_a_recording_waits_for_a_second_person_and_is_heard_after_that(s, w):
    one = read(s, w.lan)
    assert (heard(s), states(s)) == (None, ["waiting"])
    narration.approve(s, w.dung, one)
    assert (heard(s), states(s)) == (b"mp3:xin chao", ["heard"])
    assert one.opus == b"opus:xin chao"
    assert (one.judged_by_id, one.seconds) == (w.dung.id, 4.2)


def test_nobody_judges_their_own_voice(s, w):
    one = read(s, w.dung)
    with pytest.raises(narration.OwnVoice):
        narration.approve(s, w.dung, one)
    with pytest.raises(narration.OwnVoice):
        narration.refuse(s, w.dung, one, "nghe không rõ")
    assert (one.approved, states(s)) == (None, ["waiting"])


def test_a_refused_recording_is_not_heard_and_the_one_who_spoke_reads_why(s, w):
    narration.refuse(s, w.dung, read(s, w.lan), "tiếng xe máy ở cuối")
    assert (heard(s), states(s)) == (None, ["refused"])
    assert [one.reason for one in narration.refused(s, w.lan)] == ["tiếng xe máy ở cuối"]
    assert narration.refused(s, w.minh) == []
    read(s, w.lan)
    assert narration.refused(s, w.lan) == []


def test_what_was_approved_by_mistake_is_silenced_again(s, w):
    one = read(s, w.lan)
    narration.approve(s, w.dung, one)
    narration.refuse(s, w.cuc, one, "đọc thiếu một câu")
    assert heard(s) is None


def test_of_two_approved_recordings_the_newer_one_is_heard_whatever_was_judged_last(s, w):
    older, newer = read(s, w.lan, upload=b"cu"), read(s, w.minh, upload=b"moi")
    narration.approve(s, w.dung, newer)
    narration.approve(s, w.dung, older)
    assert heard(s) == b"mp3:moi"
    narration.refuse(s, w.dung, newer, "nhỏ quá")
    assert heard(s) == b"mp3:cu"


def test_a_new_recording_leaves_the_old_one_heard_until_it_is_approved(s, w):
    narration.approve(s, w.dung, read(s, w.lan, upload=b"cu"))
    newer = read(s, w.minh, upload=b"moi")
    assert (heard(s), states(s)) == (b"mp3:cu", ["heard", "waiting"])
    narration.approve(s, w.dung, newer)
    assert heard(s) == b"mp3:moi"


def test_a_second_try_takes_the_place_of_ones_own_that_waits(s, w):
    for by in (w.lan, w.minh, w.lan):
        read(s, by)
    read(s, w.lan, NEXT)
    found = narration.recordings(s, LESSON, "vi")
    assert [one.made_by_id for one in found[STEP.id]] == [w.lan.id, w.minh.id]
    assert len(found[NEXT.id]) == 1


@pytest.mark.parametrize("part", ["heading", "body", "see", "trap"])
def test_changed_words_silence_a_recording_and_ask_for_a_new_one(s, w, lessons, part):
    one = read(s, w.lan)
    narration.approve(s, w.dung, one)
    changed = lessons(**{part: "Bấm nút màu xanh"})
    assert (heard(s, changed), states(s, changed)) == (None, ["changed"])
    assert narration.voiced(s) == {}
    with pytest.raises(narration.WordsChanged):
        narration.approve(s, w.cuc, one)


def test_what_waits_falls_out_of_the_list_when_its_words_change(s, w, lessons):
    read(s, w.lan)
    assert len(narration.waiting(s)) == 1
    lessons(body="Bấm nút màu xanh")
    assert narration.waiting(s) == []


def test_other_marks_on_the_same_words_change_nothing(s, w, lessons):
    narration.approve(s, w.dung, read(s, w.lan))
    body = LESSON.words["vi"].steps[STEP.id].body
    first = body.split()[0]
    assert heard(s, lessons(body=body.replace(first, f"**{first}**"), alt="Một hình khác")) is not None


def test_a_step_that_is_gone_takes_its_voice_along(s, w, monkeypatch):
    narration.approve(s, w.dung, read(s, w.lan))
    monkeypatch.setattr(queries, "catalogue", lambda: LESSONS | {LESSON.slug: replace(LESSON, steps=LESSON.steps[1:])})
    assert narration.voiced(s) == {}


def test_each_language_has_its_own_voice(s, w):
    narration.approve(s, w.dung, read(s, w.lan))
    assert heard(s, language="en") is None
    narration.approve(s, w.dung, read(s, w.lan, language="en"))
    narration.approve(s, w.dung, read(s, w.lan, NEXT))
    assert narration.voiced(s) == {
        (LESSON.slug, "vi"): {STEP.id, NEXT.id},
        (LESSON.slug, "en"): {STEP.id},
    }
    assert set(narration.voices(s, LESSON, STEP)) == {"vi", "en"}


def test_ones_own_voice_can_be_taken_back_even_when_it_is_heard(s, w):
    one = read(s, w.lan)
    narration.approve(s, w.dung, one)
    with pytest.raises(narration.NotOwn):
        narration.take_back(s, w.dung, one)
    narration.take_back(s, w.lan, one)
    assert heard(s) is None
    assert s.scalar(select(func.count()).select_from(Narration)) == 0


def test_a_recording_made_anew_has_another_mark_even_under_the_same_number(s, w):
    one = read(s, w.lan)
    before = narration.mark(one)
    one.made_at += timedelta(days=1)
    assert narration.mark(one) != before


def test_recording_and_judging_are_noted_with_who_did_it(s, w):
    one = read(s, w.lan)
    narration.approve(s, w.dung, one)
    narration.take_back(s, w.lan, one)
    noted = select(AuditEntry).where(AuditEntry.subject == "narration").order_by(AuditEntry.id)
    assert [(entry.act, entry.actor_id, entry.area_id) for entry in s.scalars(noted)] == [
        ("narration.record", w.lan.id, w.dong.id),
        ("narration.judge", w.dung.id, w.dong.id),
        ("narration.withdraw", w.lan.id, w.dong.id),
    ]


def test_what_cannot_be_used_leaves_nothing_behind(s, w, monkeypatch):
    waiting = read(s, w.lan)

    def refuse(_upload):
        raise sound.Silent

    monkeypatch.setattr(sound, "make", refuse)
    with pytest.raises(sound.Silent):
        read(s, w.lan)
    assert s.scalars(select(Narration)).all() == [waiting]


def test_lists_load_no_sound_and_ask_once_however_much_there_is(s, w, connection):
    for step in LESSON.steps:
        narration.approve(s, w.dung, read(s, w.lan, step))
    s.commit()
    for ask in (narration.voiced, lambda s: narration.current(s, LESSON, "vi"), narration.waiting):
        with statements(connection) as said:
            ask(s)
        assert len(said) == 1
        assert "opus" not in said[0]


@sqlite_only
def test_what_is_read_aloud_is_the_step_without_marks_but_with_the_portals_words(kind):
    words = LESSON.words["vi"]
    step = replace(STEP, id="x")
    said = content.StepWords(
        "Bấm “Đăng nhập”", "Gõ **dichvucong.gov.vn**, rồi:\n\n- đợi\n- bấm", "tên *bạn*", "**Sai?** [Xem](https://x.vn).",
        "hình", 1,
    )  # fmt: skip
    text = narration.read_text(replace(words, steps={"x": said}), step)
    assert text.splitlines() == [
        "Bấm “Đăng nhập”",
        "Gõ dichvucong.gov.vn, rồi:",
        "đợi",
        "bấm",
        "Bạn sẽ thấy: tên bạn",
        "Sai? Xem.",
    ]


@sqlite_only
@pytest.mark.parametrize(
    ("code", "name"),
    [("vi", "Tiếng Việt"), ("en", "English"), ("tyz", "Tày"), ("xx", "xx")],
)
def test_a_language_is_called_by_its_name(kind, code, name):
    assert narration.language_name(code) == name
