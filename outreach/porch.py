"""Before the door: a sign of life for machines and, on a desk only, the style guide."""

from flask import Blueprint, Response, abort, current_app
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import text
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DecimalField, FileField, PasswordField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from outreach import db, fields, web
from outreach.drawing.picture import draw
from outreach.drawing.specimens import SPECIMENS

doors = Blueprint("porch", __name__)


@doors.get("/healthz")
@web.public
def health() -> Response:
    """Whether the house answers and reaches its database."""
    db.session().execute(text("select 1"))
    return Response("ok", mimetype="text/plain")


@doors.get("/styleguide")
@web.public
def styleguide() -> Response:
    """The whole design system on one page; in production there is no such page."""
    if not current_app.config["SETTINGS"].development:
        abort(404)
    form = SampleForm(MultiDict({"met": "sen", "result": "alone", "village": "1"}))
    wrong = SampleForm(MultiDict({"wrong-village": ""}), prefix="wrong-", meta={"csrf": False})
    wrong.validate()
    drawings = [(lines, Markup(draw(lines, lines[0]))) for lines in SPECIMENS]  # noqa: S704 (drawn here, words escaped)
    return web.page("styleguide/index.html", form=form, wrong=wrong, drawings=drawings)


MUST = [InputRequired(_l("Please fill this in."))]
VILLAGES = [SelectChoice("", "…"), SelectChoice("1", "Khau Đấng")]
MET = [SelectChoice("sen", "Bà Sen"), SelectChoice("hanh", "Cháu Hạnh")]
RESULTS = [
    SelectChoice("alone", "Tự làm được"),
    SelectChoice("helped", "Được giúp thì làm được"),
    SelectChoice("not_yet", "Chưa làm được"),
]


class SampleForm(fields.Form):
    """A field of every kind for the style guide; nobody ever sends it."""

    name = fields.text(_l("Full name"))
    note = fields.note(_l("Note"))
    village = SelectField(_l("Village"), MUST, choices=VILLAGES)
    practice = SelectField(_l("Commune"), choices=[SelectChoice("1", "Xã Mẫu")], validate_choice=False)
    day = fields.DayField(_l("Day of the visit"))
    houses = DecimalField(_l("Houses visited"), MUST)
    phone = fields.PhoneField(_l("Telephone number"))
    word = PasswordField(_l("Password"), MUST)
    agree = BooleanField(_l("The head of the household agrees to be reminded by message"))
    sheet = FileField(_l("List of households"))
    met = fields.choices(_l("Whom did you meet?"), MET)
    result = RadioField(_l("How did it go?"), MUST, choices=RESULTS)
