"""A step is read aloud on a phone, judged by another person and heard by a learner; or the browser itself reads it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from outreach.lessons.queries import catalogue
from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.browser.story import LESSON, READ
from tests.voices import sounds
from tests.world import World

STEP = catalogue()[READ].steps[0]
ONLY_ENGLISH = pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)
MOVES = "before => document.getElementById('voice').currentTime > before"
AT = "() => document.getElementById('voice').currentTime"

# A browser whose voices come late, and which tells what it was given to say.
STUB = """() => {
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    window.reader = {
        voices: [], said: [], cancelled: 0,
        getVoices() { return this.voices; },
        speak(sentence) { this.now = sentence; this.said.push([sentence.lang, sentence.text]); },
        cancel() { this.cancelled += 1; },
    };
    Object.defineProperty(window, "speechSynthesis", {value: window.reader});
}"""
COME = "langs => { reader.voices = langs.map(lang => ({lang})); reader.onvoiceschanged(); }"
FINISH = "() => reader.now.onend()"


@ONLY_ENGLISH
def test_a_step_read_aloud_on_a_phone_is_heard_by_learners_once_another_person_approved_it(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    sounds.needed()
    house, w = told
    lan, dung, mai = phone(house.address), phone(house.address), phone(house.address)
    for person, account in ((lan, w.lan), (dung, w.dung)):
        person.go(f"/dang-nhap?lang={words.language}")
        person.sign_in(account)
        person.go(f"/loi-doc/{READ}/{words.language}/{STEP.id}")
    lan.button(words("Start recording")).click()
    lan.sees(words("Recording. Read aloud now, then press “Stop recording”."))
    lan.page.wait_for_timeout(1200)  # a recording takes its time
    lan.button(words("Stop recording")).click()
    expect(lan.page.locator("[data-mine]")).to_be_visible()
    lan.page.wait_for_function("() => document.querySelector('[data-mine]').readyState > 0")  # it can be listened to
    lan.button(words("Send the recording")).click()
    lan.sees(words("Somebody else must listen first"))

    dung.page.reload()
    expect(dung.page.locator("audio[src]")).to_be_visible()
    dung.button(words("Yes: let learners hear it")).click()
    dung.sees(words("Learners hear this recording now."))

    mai.go(f"/bai-hoc/{READ}/1?lang={words.language}")
    listen = mai.page.locator(".four-listen")
    mai.page.route("**/nghe/**", lambda asked: asked.abort())
    listen.click()
    expect(listen).to_have_text(words("No sound"))
    mai.page.unroute("**/nghe/**")
    mai.wrong.clear()  # the network was away, as it was meant to be
    listen.click()
    mai.page.wait_for_function(MOVES, arg=0)
    mai.page.evaluate("document.getElementById('voice').loop = true")  # it is but a moment long
    expect(listen).to_have_text(words("Pause"))
    listen.click()
    expect(listen).to_have_text(words("Listen on"))
    assert mai.page.evaluate("document.getElementById('voice').paused")
    listen.press("Space")
    expect(listen).to_have_text(words("Pause"))
    mai.page.wait_for_function(
        "before => document.getElementById('voice').currentTime !== before", arg=mai.page.evaluate(AT)
    )
    mai.button(words("Next")).click()
    expect(mai.page.locator("#voice")).to_have_count(0)


@pytest.fixture
def mai(told: tuple[House, World], phone: Callable[..., Phone], words: Words) -> Phone:
    """A learner before a step that nobody has read aloud."""
    one = phone(told[0].address)
    one.page.add_init_script(f"({STUB})()")
    one.go(f"/bai-hoc/{LESSON}/1?lang={words.language}")
    return one


def box(one: Phone, place: str) -> dict[str, Any] | None:
    """Where it stands on the screen."""
    found: dict[str, Any] | None = one.page.locator(place).bounding_box()
    return found


def test_the_browsers_own_voice_reads_sentence_by_sentence_and_stops_when_the_page_is_left(
    mai: Phone, words: Words
) -> None:
    listen, call = mai.page.locator(".four-listen"), box(mai, ".four-call")
    expect(listen).to_be_hidden()
    own = {"vi": "vi_VN", "en": "en-US"}[words.language]
    mai.page.evaluate(COME, ["fr-FR", own])
    expect(listen).to_be_visible()
    assert box(mai, ".four-call") == call, "the other buttons moved"
    listen.click()
    expect(listen).to_have_text(words("Pause"))
    mai.page.evaluate(FINISH)
    said = mai.page.evaluate("reader.said")
    heading, rest = said[0], said[1]
    step = catalogue()[LESSON].words[words.language].steps[catalogue()[LESSON].steps[0].id]
    assert heading == [own, step.heading]
    assert rest[0] == own
    assert step.body.replace("*", "").startswith(rest[1])
    listen.click()
    expect(listen).to_have_text(words("Listen on"))
    listen.click()
    assert mai.page.evaluate("reader.said.at(-1)") == rest, "it goes on where it was stopped"
    stopped = mai.page.evaluate("reader.cancelled")
    mai.button(words("Next")).click()
    expect(mai.page).to_have_url(f"{mai.page.url.rpartition('/bai-hoc')[0]}/bai-hoc/{LESSON}/2")
    expect(listen).to_have_text(words("Listen"))
    assert mai.page.evaluate("reader.cancelled") == stopped + 1


def test_a_browser_without_a_voice_for_the_language_offers_none(mai: Phone, words: Words) -> None:
    mai.page.evaluate(COME, ["fr-FR", {"vi": "en-US", "en": "vi-VN"}[words.language]])
    expect(mai.page.locator(".four-listen")).to_be_hidden()
