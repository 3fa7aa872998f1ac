"""Turn whatever a phone recorded into what learners hear: one channel, evenly loud, small, without silent ends.

What comes in may come from anybody, so ffmpeg is given nothing but the bytes: it may open no file and no address
(`-protocol_whitelist`), knows only formats and codecs of sound (no playlists, no pictures, no films), reads two minutes
at most, and is held in time and memory.
"""

import re
import resource
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

CURE: Final = "apt-get install -y --no-install-recommends ffmpeg"
MOST_BYTES: Final = 8 * 1024 * 1024
MOST_SECONDS: Final = 120
LOUDNESS: Final = -16.0  # LUFS, what speech is commonly brought to for phones and headphones
UNHEARD: Final = -50.0  # LUFS; below that only the room was recorded, and making it louder would make a roar
RATE: Final = 48_000  # samples a second of what passes between the steps
SAMPLE: Final = 2  # bytes

FORMATS: Final = "ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,wav,w64,mp3,aac,amr,flac,caf,aiff"
CODECS: Final = (
    "opus,libopus,vorbis,libvorbis,aac,aac_latm,mp3,mp3float,flac,alac,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,"
    "pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be"
)
FROM_OUTSIDE: Final = (
    "-protocol_whitelist", "cache,pipe", "-format_whitelist", FORMATS, "-codec_whitelist", CODECS,
    "-read_ahead_limit", "-1",
)  # fmt: skip
ONLY_SOUND: Final = ("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
PLAIN: Final = ("-f", "s16le", "-ar", str(RATE), "-ac", "1")
HEARD: Final = f"aresample={RATE},aformat=channel_layouts=mono,highpass=f=70"
# The room's hush is 42 dB under the voice; a little of it stays at both ends, so that no word is clipped.
TRIMMED: Final = "silenceremove=start_periods=1:start_threshold=-42dB:start_silence={keep}"
OPUS: Final = ("-c:a", "libopus", "-b:a", "16k", "-application", "voip", "-f", "ogg")
MP3: Final = ("-ar", "22050", "-c:a", "libmp3lame", "-b:a", "24k", "-write_xing", "0", "-f", "mp3")
SECONDS_AT_WORK: Final = 60
MEMORY: Final = 3 * 512 * 1024**2  # bytes of addresses; most of them are never used
INTEGRATED: Final = re.compile(rb"\bI:\s+(-?[\d.]+|-inf|nan) LUFS")


class NoFfmpeg(Exception):
    """The program that makes sound small is not on this machine; the text names the cure."""

    def __init__(self) -> None:
        super().__init__(f"Recordings need ffmpeg: {CURE}")


class BadSound(Exception):
    """What was sent cannot be used; nothing of it is kept."""


class NotSound(BadSound):
    """It is empty, broken, or no recording at all."""


class Silent(BadSound):
    """It is a recording, but nobody speaks on it loudly enough to be heard."""


class TooLong(BadSound):
    """It lasts longer than `MOST_SECONDS`."""


class TooBig(BadSound):
    """It is larger than `MOST_BYTES`."""


class Sound(NamedTuple):
    """One recording in the two forms that together every phone can play, and how long it lasts."""

    opus: bytes
    mp3: bytes
    seconds: float


def available() -> bool:
    """Whether recordings can be taken on this machine."""
    return shutil.which("ffmpeg") is not None


def make(upload: bytes) -> Sound:
    """Make it fit to be heard: mono, -16 LUFS, no silent ends. Raises NoFfmpeg, or BadSound with why it is refused."""
    if len(upload) > MOST_BYTES:
        raise TooBig
    samples, loudness = _decode(upload)
    if len(samples) > MOST_SECONDS * RATE * SAMPLE:
        raise TooLong
    if not loudness >= UNHEARD:
        raise Silent
    voice = _even(samples, LOUDNESS - loudness)
    return Sound(_encode(voice, OPUS), _encode(voice, MP3), round(len(voice) / RATE / SAMPLE, 1))


def _decode(upload: bytes) -> tuple[bytes, float]:
    """The samples of the first sound in a file from outside, and how loud the speech in it is (LUFS, EBU R 128)."""
    read = [*FROM_OUTSIDE, "-t", str(MOST_SECONDS + 1), "-i", "cache:pipe:0", *ONLY_SOUND]
    try:
        samples, said = _ffmpeg([*read, "-af", f"{HEARD},ebur128=framelog=verbose", *PLAIN, "pipe:1"], upload)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise NotSound from None
    loudness = INTEGRATED.findall(said)
    if not samples or not loudness:
        raise NotSound
    return samples, float(loudness[-1])


def _even(samples: bytes, gain: float) -> bytes:
    """Louder or softer by `gain` dB, peaks rounded off, silence cut at both ends."""
    turned = "aformat=s16,areverse"  # two minutes in 16 bits are 12 MB, as filters like to have them 46
    ends = f"{TRIMMED.format(keep=0.15)},{turned},{TRIMMED.format(keep=0.3)},{turned}"
    chain = f"volume={gain:.1f}dB,alimiter=limit=0.85:level=disabled,{ends}"
    return _ffmpeg([*PLAIN, "-i", "pipe:0", "-af", chain, *PLAIN, "pipe:1"], samples)[0]


def _encode(samples: bytes, form: Sequence[str]) -> bytes:
    bare = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    return _ffmpeg([*PLAIN, "-i", "pipe:0", *bare, *form, "pipe:1"], samples)[0]


def _ffmpeg(arguments: Sequence[str], given: bytes) -> tuple[bytes, bytes]:
    """Run it on `given`: what it made, and what it said. CalledProcessError and TimeoutExpired where it fails."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise NoFfmpeg
    command = [program, "-nostdin", "-hide_banner", "-nostats", "-threads", "1", "-filter_threads", "1"]
    with subprocess.Popen(  # noqa: S603 (no shell; every argument is ours, the upload comes by the pipe)
        [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        _hold(running.pid)
        try:
            made, said = running.communicate(given, SECONDS_AT_WORK)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, "ffmpeg", stderr=said)
    return made, said


def _hold(pid: int) -> None:
    """Limit what the process may take; from outside, since a threaded server should run no Python while it forks."""
    with suppress(ProcessLookupError):  # it is over already
        resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.prlimit(pid, resource.RLIMIT_CPU, (SECONDS_AT_WORK, SECONDS_AT_WORK))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (2 * MOST_BYTES, 2 * MOST_BYTES))
