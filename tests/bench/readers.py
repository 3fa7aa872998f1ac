"""Who reads the public pages when they are judged, and what each opens, in every language.

A stranger, a learner whom the phone knows, and whoever stands before a shared device.
"""

import http.client
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import Session

from outreach import clock, i18n
from outreach.learning import device, phone, progress
from outreach.learning.models import Learner
from outreach.lessons import queries as lessons
from outreach.lessons.content import Lesson
from outreach.practice import portal, running
from outreach.practice import queries as practice
from outreach.practice.shape import Flow
from outreach.wordings import house
from tests.guards import samples

NOWHERE = "/khong-co-trang-nay"  # the page that says that there is no such page
REFUSED = (NOWHERE, "/the-hoc")  # the second on a shared device: the page that says why no card is taken there
NOT_FOR_RESIDENTS = ("/styleguide",)
ON_A_DEVICE = (
    "/", "/bai-hoc", f"/bai-hoc/{samples.LESSON}", f"/bai-hoc/{samples.LESSON}/1", f"/bai-hoc/{samples.LESSON}/cau-hoi",
    f"/bai-hoc/{samples.LESSON}/xong", "/luyen-tap", f"/luyen-tap/{samples.REHEARSAL}", "/thu-tuc",
    f"/thu-tuc/{samples.PROCEDURE}", "/diem-ho-tro", "/diem-ho-tro/11977", "/the-hoc",
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """A browser: what it tells of itself by cookies, and the pages it opens."""

    cookies: Mapping[str, str]
    paths: Sequence[str]


def furnish(s: Session, app: Flask) -> list[Reader]:
    """Fill an empty database with one of everything; gives those who may read its public pages."""
    house.bring(s)
    furnished = samples.furnish(s)
    who = progress.join(s, None, furnished.w.tam, lessons.catalogue())
    learner = Reader({phone.COOKIE: who.token}, list(_learners_pages(s, who)))
    s.commit()
    with app.test_request_context():
        rules = [rule for rule in samples.doors(app, "GET") if samples.may_enter(app, rule, None)]
        paths = [path for rule in rules for path in samples.addresses(rule, furnished, None)]
    stranger = Reader({}, [*(path for path in dict.fromkeys(paths) if path not in NOT_FOR_RESIDENTS), NOWHERE])
    shared = Reader({device.COOKIE: furnished.token}, ON_A_DEVICE)
    return [
        replace(one, cookies={**one.cookies, i18n.COOKIE: language})
        for language in i18n.LANGUAGES for one in (stranger, learner, shared)
    ]  # fmt: skip


def only_pages(base: str, reader: Reader) -> Reader:
    """The reader with those addresses only that answer with a page: no file, no way to somewhere else."""
    return replace(reader, paths=[path for path in reader.paths if _is_page(base, path, reader.cookies)])


def _is_page(base: str, path: str, cookies: Mapping[str, str]) -> bool:
    wire = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    wire.request("GET", path, headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())})
    answer = wire.getresponse()
    kind, status = answer.headers.get_content_type(), answer.status
    wire.close()
    if status >= 500 or (status >= 400 and path not in REFUSED and status != 404):
        raise RuntimeError(f"{status}: {path}")
    return kind == "text/html" and (status == 200 or path in REFUSED)


def _learners_pages(s: Session, who: Learner) -> Iterator[str]:
    """What looks otherwise for whom this phone knows: a lesson is done, one nearly, a rehearsal half, one whole."""
    done, nearly = list(lessons.catalogue().values())[:2]
    _learn(s, who, done, wrong=0)
    _learn(s, who, nearly, wrong=1)
    flows = sorted(practice.catalogue().values(), key=lambda flow: sum(len(screen.fields) for screen in flow.screens))
    _rehearse(s, who, flows[0])
    yield from ("/", "/bai-hoc", "/the-hoc", f"/bai-hoc/{nearly.slug}", "/luyen-tap", f"/luyen-tap/{flows[-1].slug}")
    yield from (f"/bai-hoc/{one.slug}/xong" for one in (done, nearly))
    yield f"/luyen-tap/{flows[0].slug}/xong"
    yield from (f"/luyen-tap/{flows[-1].slug}/{screen}" for screen in _begin(s, who, flows[-1]))


def _learn(s: Session, who: Learner, lesson: Lesson, wrong: int) -> None:
    for step in lesson.steps:
        progress.see(s, who, lesson, step.id)
    for n, asked in enumerate(lesson.quiz):
        others = [choice for choice in asked.choices if choice != asked.answer]
        progress.answer(s, who, lesson, asked.id, others[0] if n < wrong else asked.answer)


def _begin(s: Session, who: Learner, flow: Flow) -> list[str]:
    """Stand before the last press; gives the screens that one can look at."""
    run, way = running.begin(s, who, flow), [screen.id for screen, _button in portal.ways(flow)[0]]
    run.screen, run.passed = way[-1], " ".join(way[:-1])
    return way


def _rehearse(s: Session, who: Learner, flow: Flow) -> None:
    """Come to the end, where one is asked whether somebody helped."""
    _begin(s, who, flow)
    run = running.begin(s, who, flow)
    run.screen, run.finished_at = next(screen.id for screen in flow.screens if screen.last), clock.now()
