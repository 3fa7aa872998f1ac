"""The lesson as one file: whole, light, the same every time, and readable by learning platforms."""

import re
import xml.etree.ElementTree as ET
from io import BytesIO
from zipfile import ZipFile

import pytest

from outreach import clock
from outreach.carrying import parcel
from outreach.lessons import content
from outreach.procedures import loading
from outreach.settings import ROOT
from outreach.voices import narration
from outreach.voices.models import Narration
from tests.databases import sqlite_only
from tests.tree import parse
from tests.visitor import Visitor

pytestmark = sqlite_only
LESSONS = content.load_all(ROOT / "lessons")
LESSON = LESSONS["dang-ky-tam-tru"]
CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADLCP = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"


@pytest.fixture(autouse=True)
def _handbook(s, w):
    loading.load(s)
    s.commit()


def fetch(app, slug=LESSON.slug, language="vi"):
    """The ZIP as bytes."""
    return Visitor(app, language).client.get(f"/bai-hoc/{slug}.zip").data


def opened(data):
    """Name → content of a ZIP."""
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def asked_for(page):
    """Every file that a page loads by itself."""
    for element in parse(page.decode()).iter():
        if element.tag != "a":
            yield from (element.get(name) for name in ("src", "href") if element.get(name))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_lesson_is_whole_light_and_asks_nothing_of_the_network(app, language):
    for slug, lesson in LESSONS.items():
        data = fetch(app, slug, language)
        files = opened(data)
        assert len(data) < 100_000, slug
        named = [one.get("href") for one in ET.fromstring(files["imsmanifest.xml"]).iter(f"{CP}file")]
        assert sorted([*named, "imsmanifest.xml"]) == sorted(files), slug
        assert {*asked_for(files["index.html"]), "index.html"} == set(named), slug
        assert not re.search(rb"https?:|url\(|@import", files["lesson.css"] + files["quiz.js"])
        assert all(ET.fromstring(files[name]).tag.endswith("svg") for name in named if name.endswith(".svg")), slug
        assert files["index.html"].count(b"data-step=") == len(lesson.steps)


def test_the_manifest_is_one_that_scorm_1_2_knows(app):
    manifest = ET.fromstring(opened(fetch(app))["imsmanifest.xml"])
    assert manifest.tag == f"{CP}manifest"
    assert re.fullmatch(r"[A-Za-z_][\w.-]*", manifest.get("identifier"))
    assert [one.tag for one in manifest] == [f"{CP}metadata", f"{CP}organizations", f"{CP}resources"]
    assert [one.text for one in manifest.find(f"{CP}metadata")] == ["ADL SCORM", "1.2"]
    course = manifest.find(f"{CP}organizations/{CP}organization")
    assert course.get("identifier") == manifest.find(f"{CP}organizations").get("default")
    item = course.find(f"{CP}item")
    assert [one.tag for one in item] == [f"{CP}title", f"{ADLCP}masteryscore"]
    assert item.findtext(f"{CP}title") == course.findtext(f"{CP}title") == LESSON.words["vi"].title
    resource = manifest.find(f"{CP}resources/{CP}resource")
    assert (resource.get("identifier"), resource.get("type")) == (item.get("identifierref"), "webcontent")
    assert (resource.get(f"{ADLCP}scormtype"), resource.get("href")) == ("sco", "index.html")


def test_a_score_that_is_enough_is_never_below_the_mastery_score():
    for lesson in LESSONS.values():
        enough = round(100 * parcel.needed(lesson) / len(lesson.quiz))
        too_little = round(100 * (parcel.needed(lesson) - 1) / len(lesson.quiz))
        assert too_little < int(100 * lesson.pass_share) <= enough


def test_the_quiz_can_be_read_without_a_script(app):
    page = opened(fetch(app))["index.html"].decode()
    tree = parse(page)
    said = [" ".join("".join(one.itertext()).split()) for one in tree.iter("details")]
    words = LESSON.words["vi"]
    for asked, answer in zip(LESSON.quiz, said, strict=True):
        assert words.question(asked.id).choices[asked.answer].replace("**", "") in answer
    assert [one.get("hidden") for one in tree.iter("details")] == [None] * len(LESSON.quiz)


def test_the_same_lesson_gives_the_same_bytes_and_is_not_sent_twice(app, visitor):
    once = visitor.client.get(f"/bai-hoc/{LESSON.slug}.zip?lang=vi")
    assert once.data == fetch(app)
    assert fetch(app, language="en") != once.data
    again = visitor.client.get(f"/bai-hoc/{LESSON.slug}.zip?lang=vi", headers={"If-None-Match": once.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert once.headers["Content-Disposition"] == f'attachment; filename="{LESSON.slug}.vi.zip"'


def voice(s, w, opus, mp3):
    """An approved voice of the first step."""
    step = LESSON.steps[0]
    mark = narration.words_mark(LESSON, step, "vi")
    s.add(
        Narration(
            lesson=LESSON.slug, key=step.id, language="vi", words=mark, seconds=4, opus=opus, mp3=mp3,
            made_at=clock.now(), made_by_id=w.lan.id, approved=True,
        )
    )  # fmt: skip
    s.commit()
    return f"nghe/{step.id}"


def test_an_approved_voice_travels_along_in_both_forms(app, s, w):
    name = voice(s, w, b"opus", b"mp3")
    files = opened(fetch(app))
    assert (files[f"{name}.opus"], files[f"{name}.mp3"]) == (b"opus", b"mp3")
    assert {f"{name}.opus", f"{name}.mp3"} <= set(asked_for(files["index.html"]))
    assert not any(one.startswith("nghe/") for one in opened(fetch(app, language="en")))


@pytest.mark.parametrize(("opus", "mp3", "kept"), [(4, 6, [".mp3"]), (9, 11, [".opus"]), (11, 12, [])])
def test_voices_that_weigh_too_much_stay_behind(app, s, w, opus, mp3, kept):
    name = voice(s, w, b"o" * opus * 100_000, b"m" * mp3 * 100_000)
    data = fetch(app)
    assert len(data) <= parcel.MOST
    assert [one for one in opened(data) if one.startswith("nghe/")] == [name + form for form in kept]
