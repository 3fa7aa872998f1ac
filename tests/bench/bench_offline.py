"""What the heaviest lesson takes up on a phone that keeps it: pages, style, scripts, rehearsal, every step read aloud.

Kept in a real browser by its own button. The voices are stand-ins, as long as an unhurried reader takes for the words
of each step, made small as all recordings are.
"""

import tempfile
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.db import make_engine
from outreach.lessons import content
from outreach.lessons.content import Lesson
from outreach.settings import ROOT
from outreach.voices import narration
from tests import world
from tests.bench import bench_lessons
from tests.browser.house import open_browser
from tests.voices import sounds

MOST = 1024 * 1024  # bytes
SYLLABLES = 3.3  # a second
KEPT_BYTES = """async () => {
    let bytes = 0;
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const key of await cache.keys()) bytes += (await (await cache.match(key)).blob()).size;
    }
    return bytes;
}"""
Figure = tuple[str, float, str, str, bool]


def run() -> list[Figure]:
    """The one figure."""
    return [offline_total()]


def offline_total() -> Figure:
    """Keep the lesson of which most is read aloud, and weigh all that is kept."""
    lesson = max(content.load_all(ROOT / "lessons").values(), key=lambda one: sum(seconds(one).values()))
    with tempfile.TemporaryDirectory() as folder, bench_lessons.house(Path(folder)) as base, open_browser() as browser:
        engine = make_engine(f"sqlite:///{folder}/bench.sqlite")
        with Session(engine) as s:
            speak(s, lesson)
            s.commit()
        engine.dispose()
        page = browser.new_context(base_url=base).new_page()
        page.goto(f"/bai-hoc/{lesson.slug}")
        page.locator("[data-keep] button").first.click()
        page.locator("[data-when=kept]").first.wait_for(timeout=60_000)
        bytes_kept = page.evaluate(KEPT_BYTES)
    return "lesson_offline_total_bytes", bytes_kept, "bytes", f"≤ {MOST}, voices and all", bytes_kept <= MOST


def seconds(lesson: Lesson) -> dict[str, float]:
    """How long the reading of each step takes, by its id; Vietnamese words are syllables."""
    said = lesson.words["vi"]
    return {step.id: len(narration.read_text(said, step).split()) / SYLLABLES for step in lesson.steps}


def speak(s: Session, lesson: Lesson) -> None:
    """Every step is read aloud and approved."""
    w = world.build(s)
    lengths = seconds(lesson)
    for step in lesson.steps:
        sound = sounds.make("ogg", sounds.SPEECH.replace("d=3", f"d={lengths[step.id]:.1f}"))
        narration.approve(s, w.cuc, narration.record(s, w.lan, lesson, step, "vi", sound))
