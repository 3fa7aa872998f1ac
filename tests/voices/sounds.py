"""Small sounds for tests, made by ffmpeg itself: something like speech, and things that are no sound at all."""

import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest

CURE = "no ffmpeg on this machine: apt-get install -y --no-install-recommends ffmpeg"
# Syllables of a deep voice, three seconds of them.
SPEECH = "aevalsrc='0.3*(sin(2*PI*170*t)+0.4*sin(2*PI*510*t)+0.2*sin(2*PI*1700*t))*max(0,sin(2*PI*2.5*t))':d=3"
IN_A_ROOM = "adelay=1500,apad=pad_dur=2"  # silence before and after
FILM = "testsrc=d=1:s=320x240"
FORMS = {
    "wav": ("-f", "wav"),
    "ogg": ("-c:a", "libopus", "-f", "ogg"),
    "webm": ("-c:a", "libopus", "-f", "webm"),
    "mp3": ("-c:a", "libmp3lame", "-f", "mp3"),
    "m4a": ("-c:a", "aac", "-f", "ipod"),
    "flac": ("-f", "flac"),
}


def needed() -> None:
    """Skip where there is no ffmpeg, with the cure; fail where CI says so."""
    if shutil.which("ffmpeg") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(CURE)


@cache
def make(form: str, *sources: str, chain: str = "anull", extra: tuple[str, ...] = ()) -> bytes:
    """A file of this form from lavfi sources (a film: its pictures first), the sound passed through `chain`."""
    needed()
    inputs = [piece for one in sources for piece in ("-f", "lavfi", "-i", one)]
    with tempfile.NamedTemporaryFile() as file:  # some forms cannot be written into a pipe
        ffmpeg(*inputs, "-af", chain, *extra, *FORMS.get(form, ("-f", form)), file.name)
        return Path(file.name).read_bytes()


def speech(form: str = "ogg", chain: str = IN_A_ROOM) -> bytes:
    """Three seconds of it, with silence around."""
    return make(form, SPEECH, chain=chain)


def a_zip() -> bytes:
    """A ZIP with a recording in it."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("a.ogg", speech())
    return held.getvalue()


def ffmpeg(*arguments: str) -> str:
    """Run it; what it said."""
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-y", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


def loudness(path: Path) -> float:
    """LUFS of a whole file (EBU R 128)."""
    said = ffmpeg("-i", str(path), "-af", "ebur128=framelog=verbose", "-f", "null", "-")
    return float(said.rpartition("I:")[2].split()[0])


def facts(path: Path) -> dict[str, object]:
    """What ffprobe says of the file: codec, channels, seconds, tags."""
    asked = "stream=codec_name,codec_type,channels:format=duration:format_tags:stream_tags"
    command = ["ffprobe", "-v", "error", "-show_entries", asked, "-of", "json", str(path)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    (stream,) = told["streams"]
    tags = told["format"].get("tags", {}) | stream.get("tags", {})
    return stream | {"seconds": float(told["format"]["duration"]), "tags": tags}
