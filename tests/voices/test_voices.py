"""The doors of the voices: staff read aloud and judge, learners listen, and nobody else does either."""

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import func, select

from outreach import web
from outreach.accounts.models import AuditEntry
from outreach.lessons import queries
from outreach.voices import narration, sound
from outreach.voices.models import Narration
from tests.databases import sqlite_only
from tests.learning.test_pages import LESSON, LESSONS, SIGN_IN
from tests.visitor import Visitor
from tests.voices import sounds

pytestmark = sqlite_only
STEP, NEXT = LESSON.steps[:2]
PAGE = f"/bai-hoc/{SIGN_IN}/1"
READ = f"/loi-doc/{SIGN_IN}/vi/{STEP.id}"
NEW = f"/bai-hoc/{SIGN_IN}/nghe/{STEP.id}"
MP3 = bytes(range(256)) * 4


def made(s, by, *, approved=None, language="vi", step=STEP, words=""):
    """A recording that needed no microphone."""
    words = words or narration.words_mark(LESSON, step, language)
    one = Narration(
        lesson=SIGN_IN, key=step.id, language=language, words=words, seconds=4.2, opus=b"OggS" + MP3, mp3=MP3,
        made_at=narration.clock.now(), made_by=by, approved=approved,
    )  # fmt: skip
    s.add(one)
    s.commit()
    return one


def stored(s):
    s.expire_all()
    return s.scalars(select(Narration)).all()


def upload(content=b"xin chao", name="giong-doc.webm"):
    return {"file": (BytesIO(content), name)}


@pytest.fixture
def takes(monkeypatch):
    """Whatever is sent is a recording."""
    monkeypatch.setattr(sound, "make", lambda upload: sound.Sound(b"OggS" + upload, b"ID3" + upload, 4.2))


# ---- recording


def test_a_volunteer_sends_a_recording_which_waits(s, w, visitor, takes):
    lan = visitor.as_(w.lan)
    page = lan.follow(lan.post(READ, upload(b"bai doc")))
    assert "Your recording is kept." in page.words
    assert "Somebody else must listen first" in page.words
    (one,) = stored(s)
    assert (one.made_by_id, one.mp3, one.approved) == (w.lan.id, b"ID3bai doc", None)
    assert visitor.client.get(f"{NEW}.mp3").status_code == 404


def test_a_real_recording_from_a_phone_becomes_sound_that_can_be_fetched(s, w, visitor):
    lan, dung = visitor.as_(w.lan), visitor.as_(w.dung)
    lan.post(READ, upload(sounds.speech("webm"), "ban ghi.webm"))
    (one,) = stored(s)
    assert dung.client.get(f"/loi-doc/ban-ghi/{one.id}.mp3").data[:3] == b"ID3"
    dung.post(f"/loi-doc/ban-ghi/{one.id}/duyet")
    heard = visitor.client.get(f"{NEW}.opus")
    assert (heard.data[:4], heard.headers["Content-Type"]) == (b"OggS", "audio/ogg; codecs=opus")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(lambda: b"Xin chao", "This is no sound recording", id="a text"),
        pytest.param(lambda: b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "This is no sound recording", id="a playlist"),
        pytest.param(lambda: b"", "This is no sound recording", id="an empty file"),
        pytest.param(lambda: sounds.speech("wav", "volume=0"), "Hardly anything can be heard", id="silence"),
    ],
)
def test_what_cannot_be_used_is_told_and_not_kept(s, w, visitor, content, said):
    sounds.needed()
    page = visitor.as_(w.lan).post(READ, upload(content()), status=422)
    assert said in page.words
    assert "Nothing was kept" in page.words
    assert stored(s) == []


def test_eight_megabytes_are_told_as_the_most(s, w, visitor, monkeypatch):
    assert sound.MOST_BYTES == 8 * 1024**2
    monkeypatch.setattr(sound, "MOST_BYTES", 1000)
    assert "larger than 8 MB" in visitor.as_(w.lan).post(READ, upload(bytes(1001)), status=422).words
    assert stored(s) == []


def test_two_minutes_are_told_as_the_most(s, w, visitor, monkeypatch):
    def too_long(_upload):
        raise sound.TooLong

    monkeypatch.setattr(sound, "make", too_long)
    assert "longer than 2 minutes" in visitor.as_(w.lan).post(READ, upload(), status=422).words


def test_sending_nothing_says_what_to_do(s, w, visitor):
    assert "Record something first, or choose a file." in visitor.as_(w.lan).post(READ, {}, status=422).words


def test_a_server_without_ffmpeg_names_the_cure_before_and_after(s, w, visitor, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    lan = visitor.as_(w.lan)
    for page in (lan.get(READ), lan.post(READ, upload(), status=503)):
        assert sound.CURE in page.words
        assert "data-record" not in page.text
    assert stored(s) == []


# ---- who may


DOORS = {"GET": ["/loi-doc", f"/loi-doc/{SIGN_IN}/vi", READ], "POST": [READ]}


def test_strangers_are_led_to_sign_in(s, w, visitor):
    one = made(s, w.lan)
    for address in (*DOORS["GET"], f"/loi-doc/ban-ghi/{one.id}.mp3"):
        assert visitor.get(address, status=303).location.startswith("/dang-nhap")
    for address in (READ, *(f"/loi-doc/ban-ghi/{one.id}/{deed}" for deed in ("duyet", "tu-choi", "rut"))):
        assert visitor.post(address).location.startswith("/dang-nhap")
    assert len(stored(s)) == 1


def test_an_agent_neither_reads_nor_judges(s, w, visitor):
    one, phuc = made(s, w.lan), visitor.as_(w.phuc)
    for address in DOORS["GET"]:
        phuc.get(address, status=403)
    for address in (READ, f"/loi-doc/ban-ghi/{one.id}/duyet"):
        phuc.post(address, status=403)


@pytest.mark.parametrize("who", ["anh", "binh"])
def test_those_above_the_commune_judge_but_do_not_read(s, w, visitor, who, takes):
    one, person = made(s, w.lan), visitor.as_(getattr(w, who))
    assert "data-record" not in person.get(READ).text
    person.post(READ, upload(), status=403)
    person.post(f"/loi-doc/ban-ghi/{one.id}/duyet")
    assert [each.judged_by_id for each in stored(s)] == [getattr(w, who).id]


def test_a_volunteer_does_not_judge_and_hears_only_her_own_and_what_learners_hear(s, w, visitor):
    own, colleagues = made(s, w.lan), made(s, w.minh)
    lan = visitor.as_(w.lan)
    for deed in ("duyet", "tu-choi"):
        lan.post(f"/loi-doc/ban-ghi/{colleagues.id}/{deed}", status=403)
    assert lan.client.get(f"/loi-doc/ban-ghi/{own.id}.mp3").data == MP3
    lan.get(f"/loi-doc/ban-ghi/{colleagues.id}.mp3", status=404)
    assert f"ban-ghi-{colleagues.id}" not in lan.get(READ).text


@pytest.mark.parametrize("deed", ["duyet", "tu-choi"])
def test_nobody_judges_their_own_voice_even_by_typing_the_address(s, w, visitor, deed):
    one, dung = made(s, w.dung), visitor.as_(w.dung)
    assert f"/loi-doc/ban-ghi/{one.id}/{deed}" not in dung.get(READ).text
    dung.post(f"/loi-doc/ban-ghi/{one.id}/{deed}", {f"r{one.id}-reason": "x"}, status=403)
    assert [each.approved for each in stored(s)] == [None]


@pytest.mark.parametrize(
    "address", ["/loi-doc/khong-co/vi", f"/loi-doc/{SIGN_IN}/xx", f"/loi-doc/{SIGN_IN}/vi/khong-co"]
)
def test_there_is_no_page_for_what_is_not_there(s, w, visitor, address):
    visitor.as_(w.lan).get(address, status=404)


def test_there_is_no_judging_what_is_not_there(s, w, visitor):
    for deed in ("duyet", "tu-choi", "rut"):
        visitor.as_(w.dung).post(f"/loi-doc/ban-ghi/9999/{deed}", status=404)


def test_only_the_page_where_one_records_may_use_the_microphone(s, w, visitor):
    lan = visitor.as_(w.lan)
    for page in (lan.get(READ), lan.post(READ, {}, status=422)):
        assert page.headers["Permissions-Policy"] == "geolocation=(), camera=(), microphone=(self)"
        assert "media-src 'self' blob:" in page.headers["Content-Security-Policy"]
    for page in (lan.get("/loi-doc"), lan.get(PAGE), visitor.get(PAGE), visitor.as_(w.anh).get(READ)):
        assert page.headers["Permissions-Policy"] == web.SECURITY["Permissions-Policy"]
        assert "blob:" not in page.headers["Content-Security-Policy"]


# ---- judging


def test_a_leader_refuses_with_a_reason_that_the_volunteer_reads(s, w, visitor):
    one, dung = made(s, w.lan), visitor.as_(w.dung)
    refuse = f"/loi-doc/ban-ghi/{one.id}/tu-choi"
    page = dung.send(dung.get(READ), refuse, status=422)
    assert "Please fill this in." in page.words
    dung.send(page, refuse, **{f"r{one.id}-reason": "tiếng xe máy ở cuối"})
    lan = visitor.as_(w.lan)
    for page in (lan.get("/loi-doc"), lan.get(READ)):
        assert "tiếng xe máy ở cuối" in page.words
    assert "Not used" in lan.get(READ).words


def test_what_waits_stands_on_the_first_page_of_those_who_may_judge_it(s, w, visitor):
    made(s, w.dung)
    assert "Waiting for you to listen" in visitor.as_(w.cuc).get("/loi-doc").words
    for name in ("dung", "lan"):
        assert "Waiting for you to listen" not in visitor.as_(getattr(w, name)).get("/loi-doc").words


def test_a_recording_whose_words_have_changed_is_not_approved_any_more(s, w, visitor):
    one, dung = made(s, w.lan, words="0" * 16), visitor.as_(w.dung)
    page = dung.get(READ)
    assert "The text has changed: record it again" in page.words
    assert f"/loi-doc/ban-ghi/{one.id}/duyet" not in page.text
    page = dung.follow(dung.post(f"/loi-doc/ban-ghi/{one.id}/duyet"))
    assert "It must be recorded again." in page.words
    assert [each.approved for each in stored(s)] == [None]


def test_ones_own_voice_is_taken_back_by_oneself_alone(s, w, app, visitor):
    one, learner = made(s, w.lan, approved=True), Visitor(app, "vi")
    visitor.as_(w.dung).post(f"/loi-doc/ban-ghi/{one.id}/rut", status=403)
    assert 'id="voice"' in learner.get(PAGE).text
    visitor.as_(w.lan).post(f"/loi-doc/ban-ghi/{one.id}/rut")
    assert stored(s) == []
    assert 'id="voice"' not in learner.get(PAGE).text


def test_who_spoke_is_named_to_colleagues_and_placed_for_others(s, w, visitor):
    made(s, w.lan)
    assert "by Trần Thị Lan" in visitor.as_(w.cuc).get(READ).words
    elsewhere = visitor.as_(w.quy).get(READ)
    assert "by somebody in thôn Đông" in elsewhere.words
    assert "Lan" not in elsewhere.words


def test_the_first_page_counts_what_can_be_heard(s, w, visitor):
    made(s, w.lan, approved=True)
    made(s, w.lan, approved=True, words="0" * 16, step=NEXT)
    assert f"1 of {len(LESSON.steps)}" in visitor.as_(w.lan).get("/loi-doc").words


def test_what_was_done_stands_in_the_log(s, w, visitor, takes):
    visitor.as_(w.lan).post(READ, upload())
    visitor.as_(w.dung).post(f"/loi-doc/ban-ghi/{stored(s)[0].id}/duyet")
    assert s.scalar(select(func.count()).where(AuditEntry.act == "narration.judge")) == 1
    log = visitor.as_(w.anh).get("/nhat-ky").words
    assert "Step of a lesson read aloud" in log
    assert "Recording judged" in log


# ---- listening


def test_a_learner_hears_a_recording_from_the_moment_it_is_approved(s, w, app):
    one, learner = made(s, w.lan), Visitor(app, "vi")
    assert 'id="voice"' not in learner.get(PAGE).text
    Visitor(app).as_(w.dung).post(f"/loi-doc/ban-ghi/{one.id}/duyet")
    page = learner.get(PAGE)
    (link,) = [address for address in page.links() if "/nghe/" in address]
    assert f'href="{link.replace("&", "&amp;")}" data-listen="Nghe"' in page.text
    assert learner.client.get(link).data == MP3
    assert 'preload="none" id="voice"' in page.text
    assert 'type="audio/ogg; codecs=opus"' in page.text
    Visitor(app).as_(w.dung).post(f"/loi-doc/ban-ghi/{one.id}/tu-choi", {f"r{one.id}-reason": "nhầm"})
    assert 'id="voice"' not in learner.get(PAGE).text


def test_each_language_of_the_page_has_its_own_voice(s, w, app):
    made(s, w.lan, approved=True)
    assert 'id="voice"' in Visitor(app, "vi").get(PAGE).text
    assert 'id="voice"' not in Visitor(app, "en").get(PAGE).text


def test_a_language_that_no_page_is_written_in_is_heard_on_every_page(s, w, app, monkeypatch):
    spoken = replace(LESSON, words=LESSON.words | {"tyz": replace(LESSON.words["vi"], language="tyz")})
    catalogue = LESSONS | {SIGN_IN: spoken}
    monkeypatch.setattr(queries, "catalogue", lambda: catalogue)
    made(s, w.lan, approved=True, language="tyz", words=narration.words_mark(spoken, STEP, "tyz"))
    page = Visitor(app, "en").get(PAGE)
    assert "Listen in another language: Tày" in page.words
    assert '<audio preload="none" controls aria-label="Tày"' in page.text
    assert Visitor(app).client.get(f"{NEW}.mp3?tieng=tyz").data == MP3
    assert "Step 1 of" in Visitor(app).as_(w.lan).get(f"/loi-doc/{SIGN_IN}/tyz/{STEP.id}").words


def test_where_nobody_has_read_the_place_of_listen_is_kept_for_the_browsers_own_voice(s, w, visitor):
    for address in (PAGE, f"/bai-hoc/{SIGN_IN}/cau-hoi"):
        text = visitor.get(address).text
        assert '<button class="button four-listen" type="button" hidden' in text
        assert "four-wide" not in text


def test_an_address_with_the_recordings_mark_is_kept_for_a_year_and_another_is_asked_for_soon(s, w, visitor):
    one = made(s, w.lan, approved=True)
    named = visitor.client.get(f"{NEW}.mp3?tieng=vi&v={narration.mark(one)}")
    assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in named.headers
    for address in (f"{NEW}.mp3", f"{NEW}.mp3?v=other"):
        assert visitor.client.get(address).headers["Cache-Control"] == "public, max-age=60"
    staff = visitor.as_(w.lan).client.get(f"/loi-doc/ban-ghi/{one.id}.mp3")
    assert staff.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("form", "content_type"), [("mp3", "audio/mpeg"), ("opus", "audio/ogg; codecs=opus")])
def test_a_player_may_ask_for_a_part(s, w, visitor, form, content_type):
    made(s, w.lan, approved=True)
    whole = visitor.client.get(f"{NEW}.{form}")
    assert (whole.status_code, whole.headers["Accept-Ranges"]) == (200, "bytes")
    part = visitor.client.get(f"{NEW}.{form}", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole.data[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.data)}"
    assert part.headers["Content-Type"] == whole.headers["Content-Type"] == content_type
    end = visitor.client.get(f"{NEW}.{form}", headers={"Range": "bytes=1000-"})
    assert end.data == whole.data[1000:]
    beyond = visitor.client.get(f"{NEW}.{form}", headers={"Range": "bytes=99999-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.data)}")


def test_what_the_phone_has_already_is_not_sent_again(s, w, visitor):
    made(s, w.lan, approved=True)
    first = visitor.client.get(f"{NEW}.opus")
    again = visitor.client.get(f"{NEW}.opus", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "address",
    [f"{NEW}.mp3?tieng=en", f"{NEW}.wav", f"/bai-hoc/{SIGN_IN}/nghe/khong-co.mp3", "/bai-hoc/khong-co/nghe/x.mp3"],
)
def test_there_is_nothing_to_hear_where_nothing_was_read(s, w, visitor, address):
    made(s, w.lan, approved=True)
    visitor.get(address, status=404)


@pytest.mark.parametrize("approved", [None, False])
def test_what_nobody_approved_is_heard_by_no_learner(s, w, visitor, approved):
    made(s, w.lan, approved=approved)
    visitor.get(f"{NEW}.mp3", status=404)
