"""The door to the ambassadors of one's area: where each stands, what to teach next."""

from flask import Response, request, url_for

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER
from outreach.areas import queries as areas
from outreach.assessments import names, teaching
from outreach.assessments.certificate_views import doors
from outreach.i18n import chosen
from outreach.learning import queries as learning
from outreach.lessons import queries as lessons
from outreach.web import whole

__all__ = ["doors"]


@doors.get("/dai-su")
@web.allow(OFFICIAL, LEADER, VOLUNTEER, AGENT)
def ambassadors() -> Response:
    """Those who have waited longest come first."""
    s = db.session()
    villages = areas.villages(s, me().area)
    wanted = request.args.get("village", 0, whole)
    village = next((one for one in villages if one.id == wanted), None)
    board = teaching.board(s, me(), village, request.args.get("page", 1, whole))
    return web.page(
        "assessments/ambassadors.html", board=board, villages=villages, village=village, names=names,
        begun=[_begun(one) for one in board.pupils],
        page_address=lambda n: url_for(".ambassadors", village=village.id if village else None, page=n),
    )  # fmt: skip


def _begun(pupil: teaching.Pupil) -> str:
    """The lesson somebody is in, with the step; empty between lessons."""
    now = learning.unfinished(pupil.progress)
    if now is None:
        return ""
    lesson = lessons.catalogue()[now.lesson]
    return names.at_step(lesson.words_in(chosen()).title, now.steps_seen(lesson), len(lesson.steps))
