"""The carried lesson in a real browser: from a phone's files, inside a learning platform, and without a script."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Frame, Page, Route, expect

from outreach.lessons.queries import catalogue
from tests.browser.phone import PHONE
from tests.browser.story import LESSON
from tests.databases import sqlite_only
from tests.visitor import Visitor

pytestmark = [pytest.mark.browser, sqlite_only]
TAUGHT = catalogue()[LESSON]
PLATFORM = "http://lms.test/"
PARENT = """<!doctype html><title>LMS</title><script>
    window.calls = []; window.kept = {};
    const note = (name, answer) => (...told) => { calls.push([name, ...told]); return answer(...told); };
    window.API = {
        LMSInitialize: note("LMSInitialize", () => "true"), LMSCommit: note("LMSCommit", () => "true"),
        LMSFinish: note("LMSFinish", () => "true"), LMSGetValue: note("LMSGetValue", name => kept[name] || ""),
        LMSSetValue: note("LMSSetValue", (name, value) => { kept[name] = value; return "true"; }),
    };
</script><iframe name="lesson" src="lesson/index.html" width="360" height="640"></iframe>"""


@pytest.fixture
def files(visitor: Visitor) -> dict[str, bytes]:
    """What is in the ZIP."""
    with ZipFile(BytesIO(visitor.client.get(f"/bai-hoc/{LESSON}.zip?lang=en").data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def unpacked(files: dict[str, bytes], tmp_path: Path) -> str:
    """The address of the lesson as a file manager opens it."""
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return (tmp_path / "index.html").as_uri()


def answer(place: Page | Frame, *, wrong: int) -> None:
    """Answer every question, so many of them wrong."""
    for number, asked in enumerate(TAUGHT.quiz):
        other = next(choice for choice in asked.choices if choice != asked.answer)
        place.check(f"input[name='{asked.id}'][value='{other if number < wrong else asked.answer}']")


def read_on(place: Page | Frame) -> None:
    """Scroll past every step."""
    place.evaluate("window.scrollTo(0, document.body.scrollHeight)")


def test_it_opens_from_a_phones_files_marks_the_quiz_and_fetches_nothing(browser: Browser, unpacked: str) -> None:
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(unpacked)
    first = page.locator("fieldset").first
    expect(first.locator("details")).to_be_hidden()
    answer(page, wrong=2)
    expect(first.get_by_text("Not quite, and that is no harm.")).to_be_visible()
    page.check(f"input[name='{TAUGHT.quiz[0].id}'][value='{TAUGHT.quiz[0].answer}']")
    expect(first.get_by_text("That is right.")).to_be_visible()
    expect(first.locator("details")).to_have_attribute("open", "")
    read_on(page)
    expect(page.get_by_text("Well done: you have finished this lesson!")).to_be_visible()
    page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert {one.partition("://")[0] for one in fetched} == {"file"}
    page.reload()
    expect(page.get_by_text("Well done: you have finished this lesson!")).to_be_visible()
    page.close()


def test_without_a_script_the_answers_can_be_opened(browser: Browser, unpacked: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(unpacked)
    page.locator("summary").first.click()
    expect(page.locator("details").first).to_contain_text(
        TAUGHT.words["en"].question(TAUGHT.quiz[0].id).why.split(".")[0]
    )
    page.close()


def lesson_in(page: Page, files: dict[str, bytes]) -> Frame:
    """The lesson in the frame of a learning platform."""

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(PLATFORM)
        kind = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}.get(name.rpartition(".")[2])
        body = files[name.removeprefix("lesson/")] if name else PARENT
        route.fulfill(body=body, content_type=kind or "text/html; charset=utf-8")

    page.route(f"{PLATFORM}**", serve)
    page.goto(PLATFORM)
    frame = page.frame("lesson")
    assert frame is not None
    frame.wait_for_load_state()
    return frame


def test_a_learning_platform_is_told_what_was_reached(browser: Browser, files: dict[str, bytes]) -> None:
    page = browser.new_page()
    lesson = lesson_in(page, files)
    assert page.evaluate("calls[0]") == ["LMSInitialize", ""]
    assert page.evaluate("kept['cmi.core.lesson_status']") == "incomplete"
    assert page.evaluate("'cmi.core.score.raw' in kept") is False
    answer(lesson, wrong=2)
    assert page.evaluate("kept['cmi.core.score.raw']") == "50"
    read_on(lesson)
    page.wait_for_function("many => JSON.parse(kept['cmi.suspend_data']).seen.length == many", arg=len(TAUGHT.steps))
    assert page.evaluate("kept['cmi.core.lesson_status']") == "incomplete"
    answer(lesson, wrong=0)
    assert page.evaluate("kept['cmi.core.score.raw']") == "100"
    assert page.evaluate("kept['cmi.core.lesson_status']") == "completed"
    assert page.evaluate("calls.at(-1)") == ["LMSCommit", ""]
    page.evaluate("document.querySelector('iframe').src = 'about:blank'")
    page.wait_for_function("calls.at(-1)[0] == 'LMSFinish'")
    assert page.evaluate("calls.filter(([name]) => name == 'LMSFinish').length") == 1
    page.close()
