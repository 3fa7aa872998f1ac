"""What comes out of a recording, and what is refused: by ffmpeg itself, on small sounds that it makes itself."""

import pytest

from outreach.voices import sound
from tests.voices import sounds


@pytest.fixture(autouse=True)
def _ffmpeg():
    sounds.needed()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A soft recording with a name on it and silence around, as one telephone makes it, made fit to be heard."""
    sounds.needed()
    soft = f"{sounds.IN_A_ROOM},volume=-22dB,pan=stereo|c0=c0|c1=0*c0"
    name = ("-metadata", "title=Nhà bà Sen", "-metadata", "artist=Lan")
    telephones = sounds.make("m4a", sounds.SPEECH, chain=soft, extra=name)
    assert "Nhà bà Sen".encode() in telephones
    return written(tmp_path_factory.mktemp("made"), sound.make(telephones))


def written(folder, made):
    """Both forms as files, and how long they say they are."""
    for kind in ("opus", "mp3"):
        (folder / f"made.{kind}").write_bytes(getattr(made, kind))
    return {"seconds": made.seconds, "opus": folder / "made.opus", "mp3": folder / "made.mp3"}


@pytest.mark.parametrize(("kind", "most"), [("opus", 3_000), ("mp3", 4_000)])
def test_a_recording_becomes_one_small_channel_in_two_forms(made, kind, most):
    facts = sounds.facts(made[kind])
    assert (facts["codec_type"], facts["codec_name"], facts["channels"]) == ("audio", kind, 1)
    assert facts["seconds"] == pytest.approx(made["seconds"], abs=0.2)
    assert 1_000 * made["seconds"] < len(made[kind].read_bytes()) < most * made["seconds"]


@pytest.mark.parametrize("kind", ["opus", "mp3"])
def test_what_a_file_tells_besides_its_sound_is_left_out(made, kind):
    assert not {"title", "artist"} & set(sounds.facts(made[kind])["tags"])
    assert "Nhà bà Sen".encode() not in made[kind].read_bytes()


def test_a_soft_voice_is_heard_as_loud_as_a_loud_one(made, tmp_path):
    loud = written(tmp_path, sound.make(sounds.speech("wav", "volume=8dB")))
    for path in (made["opus"], made["mp3"], loud["opus"], loud["mp3"]):
        assert sounds.loudness(path) == pytest.approx(-16, abs=2)


def test_silence_before_and_after_is_cut(made):
    assert made["seconds"] == pytest.approx(3.2, abs=0.4)


def test_pauses_between_words_stay():
    pause = "aeval='val(0)*(1-between(t,1,2))'"
    assert sound.make(sounds.speech("flac", pause)).seconds == pytest.approx(3, abs=0.4)


def test_of_a_film_only_the_sound_is_taken(tmp_path):
    film = written(tmp_path, sound.make(sounds.make("mp4", sounds.FILM, sounds.SPEECH)))
    assert {sounds.facts(film[kind])["codec_type"] for kind in ("opus", "mp3")} == {"audio"}


def playlist(form, path):
    """A text that asks for another file to be played."""
    if form == "hls":
        return f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{path}\n#EXT-X-ENDLIST\n".encode()
    return f"ffconcat version 1.0\nfile '{path}'\n".encode()


@pytest.mark.parametrize("form", ["hls", "ffconcat"])
@pytest.mark.parametrize("scheme", ["", "file://", "cache:"])
def test_a_playlist_opens_no_file_of_this_machine(tmp_path, form, scheme):
    there = tmp_path / "there.wav"
    there.write_bytes(sounds.speech("wav"))
    for path in (there, "/etc/passwd"):
        with pytest.raises(sound.NotSound):
            sound.make(playlist(form, f"{scheme}{path}"))


@pytest.mark.parametrize("form", ["hls", "concat"])
def test_even_where_a_playlist_were_read_as_one_it_could_open_nothing(tmp_path, form, monkeypatch):
    there = tmp_path / "there.wav"
    there.write_bytes(sounds.speech("wav"))
    assert sound.FROM_OUTSIDE[0] == "-protocol_whitelist"
    careless = ("-f", form, "-safe", "0") if form == "concat" else ("-f", form)
    monkeypatch.setattr(sound, "FROM_OUTSIDE", (*sound.FROM_OUTSIDE[:2], *careless))
    with pytest.raises(sound.NotSound):
        sound.make(playlist("hls" if form == "hls" else "ffconcat", there))


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"Xin chao ba con" * 99, id="a text under another name"),
        pytest.param(sounds.a_zip, id="a ZIP"),
        pytest.param(lambda: sounds.make("image2pipe", "testsrc=s=64x64", extra=("-frames:v", "1", "-c:v", "png"))),
        pytest.param(lambda: sounds.make("mp4", sounds.FILM, extra=("-an",)), id="a film without sound"),
        pytest.param(lambda: sounds.speech("ogg")[:60], id="an Ogg cut off in its head"),
        pytest.param(lambda: sounds.speech("m4a")[:9000], id="an M4A cut off"),
        pytest.param(lambda: b"OggS" + bytes(range(256)) * 200, id="an Ogg of rubbish"),
        pytest.param(lambda: b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(5000), id="a WAV of nothing"),
    ],
)
def test_what_is_no_recording_is_refused(made):
    with pytest.raises(sound.NotSound):
        sound.make(made())


def test_a_recording_cut_off_on_its_way_is_kept_as_far_as_it_came():
    whole = sounds.speech("ogg", "anull")
    assert 0 < sound.make(whole[: len(whole) // 2]).seconds < 2


def test_a_recording_on_which_nobody_speaks_is_refused():
    for chain in ("volume=0", "volume=-60dB"):
        silent = sounds.speech("wav", chain)
        with pytest.raises(sound.Silent):
            sound.make(silent)


def test_nothing_longer_than_the_most_is_taken(monkeypatch):
    assert sound.MOST_SECONDS == 120
    monkeypatch.setattr(sound, "MOST_SECONDS", 3)
    assert sound.make(sounds.speech("webm", "anull")).seconds == pytest.approx(3, abs=0.4)
    with pytest.raises(sound.TooLong):
        sound.make(sounds.speech("webm", "apad=pad_dur=1"))


def test_eight_megabytes_are_the_most():
    with pytest.raises(sound.TooBig):
        sound.make(sounds.speech("wav") + bytes(sound.MOST_BYTES))


def test_what_would_take_more_memory_than_there_is_for_it_is_refused(monkeypatch):
    monkeypatch.setattr(sound, "MEMORY", 32 * 1024**2)
    with pytest.raises(sound.NotSound):
        sound.make(sounds.speech())


def test_where_ffmpeg_is_missing_the_cure_is_named(monkeypatch, tmp_path):
    speech = sounds.speech()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not sound.available()
    with pytest.raises(sound.NoFfmpeg, match="apt-get install -y --no-install-recommends ffmpeg"):
        sound.make(speech)
