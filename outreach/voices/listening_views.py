"""The doors to the sound itself: everybody hears what is approved, staff what they made or judge."""

from io import BytesIO

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from outreach import db, i18n, web
from outreach.accounts.access import me
from outreach.accounts.models import ADMIN, LEADER, OFFICIAL, PROVINCE, VOLUNTEER
from outreach.lessons import queries
from outreach.lessons.content import Lesson, Step
from outreach.voices import narration
from outreach.voices.models import Narration

doors = Blueprint("voices", __name__)
SPEAKERS = (OFFICIAL, LEADER, VOLUNTEER)
JUDGES = (ADMIN, PROVINCE, OFFICIAL, LEADER)
EVERYBODY = (*JUDGES, VOLUNTEER)
YEAR, SOON = 365 * 86400, 60  # seconds
TYPES = {"opus": "audio/ogg; codecs=opus", "mp3": "audio/mpeg"}


@doors.get("/bai-hoc/<slug>/nghe/<key>.<any(opus,mp3):kind>")
@web.public
def listen(slug: str, key: str, kind: str) -> Response:
    """A step read aloud (`?tieng=` the language). Its address bears its mark (`v`), so it is fetched once."""
    lesson = find_lesson(slug)
    found = narration.voices(db.session(), lesson, find_step(lesson, key))
    one = web.or_404(found.get(request.args.get("tieng", i18n.DEFAULT)))
    lasting = request.args.get("v") == narration.mark(one)
    kept = f"public, max-age={YEAR}, immutable" if lasting else f"public, max-age={SOON}"
    return _sound(one, kind, kept)


@doors.get("/loi-doc/ban-ghi/<int:id>.mp3")
@web.allow(*EVERYBODY)
def recording(id: int) -> Response:
    """A recording for those who judge it, and for the one who spoke."""
    return _sound(find_recording(id), "mp3", "no-store")


def find_lesson(slug: str, language: str = "") -> Lesson:
    """The lesson, if there is one with words in this language; else 404."""
    lesson = web.or_404(queries.catalogue().get(slug))
    return web.or_404(lesson if not language or language in lesson.words else None)


def find_step(lesson: Lesson, key: str) -> Step:
    """Its step of this id; else 404."""
    return web.or_404(narration.find_step(lesson, key))


def find_recording(id: int) -> Narration:
    """What this person may hear: their own, and all of them if they judge. What has no lesson any more is not there."""
    one = web.or_404(db.session().get(Narration, id))
    find_step(find_lesson(one.lesson, one.language), one.key)
    return web.or_404(one if me().role in JUDGES or one.made_by_id == me().id or one.approved else None)


def _sound(one: Narration, kind: str, kept: str) -> Response:
    """The bytes, or the part of them a player asks for (206; 416 where there is no such part)."""
    data = one.opus if kind == "opus" else one.mp3
    mark = f"{narration.mark(one)}-{kind}"
    try:
        response = send_file(BytesIO(data), TYPES[kind], conditional=True, etag=mark, last_modified=one.made_at)
    except RequestedRangeNotSatisfiable:
        return Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    response.headers["Cache-Control"] = kept
    return response
