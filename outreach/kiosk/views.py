"""Doors of shared devices: officials set them up; on one, nothing of anybody stays and nothing leads out."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, request, session, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from outreach import clock, db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL
from outreach.kiosk import fitting, sharing
from outreach.kiosk.forms import DeviceForm
from outreach.learning import device, phone
from outreach.learning.models import Kiosk
from outreach.lib import qr

doors = Blueprint("kiosk", __name__)
KEPT = 400 * 86400  # seconds; no browser keeps a cookie longer. Counted anew each time somebody has gone
ALWAYS_OPEN = {"static", "kiosk.show", "kiosk.open_", "kiosk.time_is_up"}  # also to a device that was ended
HANDED = "device"  # the token just made, in the session until it was shown
# Public doors that are shut on a shared device, besides every door that is not public: whoever comes next would be
# somebody else's learner or colleague; and no file is left there.
CLOSED = {"cards.enter", "cards.look_up", "cards.whose", "cards.join", "learning.leave"}
CLOSED_ROOMS = {"accounts", "offline"}
FILES = (".csv", ".json", ".jwt", ".pdf", ".xlsx", ".zip")


@doors.app_template_global("on_kiosk")
def _on_kiosk() -> str:
    """For every page: "" but on a shared device; there "fresh" while nobody has begun anything, else "used"."""
    if device.current() is None:
        return ""
    return "used" if request.path != url_for("learning.home") or set(request.cookies) - {device.COOKIE} else "fresh"


@doors.before_app_request
def _porter() -> Response | None:
    """On a shared device some doors are shut; one that was ended is told so, once."""
    if not device.told() or request.endpoint is None or request.endpoint in ALWAYS_OPEN:
        return None
    if device.current() is None:
        return web.see_other(url_for("kiosk.time_is_up"))
    if not _shut(request.path, request.method):
        return None
    return web.page("kiosk/closed.html", status=403, card=request.endpoint in CLOSED)


@doors.after_app_request
def _nothing_stays(response: Response) -> Response:
    """Pages of a shared device are kept nowhere, and lead nowhere else."""
    if device.told() and response.mimetype == "text/html" and device.current() and not response.is_streamed:
        response.set_data(fitting.fit(response.get_data(as_text=True), _shut))
        response.headers["Cache-Control"] = "no-store"
    return response


@doors.get("/may-chung")
@web.allow(OFFICIAL)
def index() -> Response:
    """The commune's devices; the one just made shows its address, once."""
    made = session.pop(HANDED, None)
    return _list(DeviceForm(), made)


@doors.post("/may-chung")
@web.allow(OFFICIAL)
def create() -> Response:
    """Set up a device."""
    s, form = db.session(), DeviceForm()
    if not form.validate_on_submit():
        return _list(form, status=422)
    kiosk, token = sharing.set_up(s, form.place.data or "", me())
    s.commit()
    session[HANDED] = [kiosk.id, token]
    return web.see_other(url_for(".index"))


@doors.post("/may-chung/<int:id>/thoi")
@web.allow(OFFICIAL)
def end(id: int) -> Response:
    """End a device, lost or given away."""
    s = db.session()
    kiosk = web.or_404(sharing.find(s, me(), id))
    sharing.end(s, kiosk)
    s.commit()
    flash(_("The device “%(place)s” is a shared device no more.", place=kiosk.place), "success")
    return web.see_other(url_for(".index"))


@doors.get("/may-chung/mo/<token>")
@web.public
def show(token: str) -> Response:
    """What this browser is about to become."""
    kiosk = web.or_404(device.by_token(token))
    return web.page("kiosk/show.html", kiosk=kiosk, token=token)


@doors.post("/may-chung/mo/<token>")
@web.public
def open_(token: str) -> Response:
    """From now on this browser is the device; whoever was signed in or learned on it is not known here any more."""
    s, kiosk = db.session(), web.or_404(device.by_token(token))
    kiosk.seen_at = clock.now()
    s.commit()
    return _anew(kiosk, token)


@doors.post("/may-chung/xoa")
@web.public
@web.same_origin
def forget() -> Response:
    """Whoever was here has gone, or says so: forget all of it. Somebody's own phone forgets nothing."""
    return _forget()


@doors.get("/may-chung/het-gio")
@web.public
@web.writes
def time_is_up() -> Response:
    """The same for a device whose script does not run, or that was ended meanwhile."""
    return _forget()


def _forget() -> Response:
    if not device.told():
        return web.see_other(url_for("learning.home"))
    s, kiosk = db.session(), device.current()
    sharing.forget(s, request.cookies.get(phone.COOKIE))
    if kiosk:
        kiosk.seen_at = clock.now()
    s.commit()
    return _anew(kiosk, request.cookies[device.COOKIE])


def _anew(kiosk: Kiosk | None, token: str) -> Response:
    """To the first page, with nothing but the device's own cookie; where it was ended without that, and with a word."""
    response = web.see_other(url_for("learning.home"))
    session.clear()
    marks: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": current_app.config["SESSION_COOKIE_SECURE"]}
    for name in set(request.cookies) - {current_app.config["SESSION_COOKIE_NAME"], device.COOKIE}:
        response.delete_cookie(name, **marks)
    response.headers["Clear-Site-Data"] = '"storage"'  # what scripts keep; "cookies" would take the device's own
    if kiosk is None:
        response.delete_cookie(device.COOKIE, **marks)
        flash(_("This is not a shared device any more. What was done on it has been forgotten."), "info")
    else:
        response.set_cookie(device.COOKIE, token, max_age=KEPT, **marks)
    return response


def _shut(address: str, method: str = "GET") -> bool:
    """Whether an address of this house is shut on a shared device."""
    path = urlsplit(address).path
    if not path.startswith("/"):
        return False  # this same page, in another language or at another place
    try:
        endpoint, _values = current_app.create_url_adapter(request).match(path, method=method)  # type: ignore[union-attr]
    except HTTPException:
        return False
    sign = getattr(current_app.view_functions[endpoint], "sign", web.PUBLIC)
    shut = endpoint in CLOSED or endpoint.split(".")[0] in CLOSED_ROOMS or path.endswith(FILES)
    return shut or sign != web.PUBLIC


def _list(form: DeviceForm, made: list[Any] | None = None, status: int = 200) -> Response:
    found = sharing.listing(db.session(), me())
    new = next((one for one in found if made and one.id == made[0]), None)
    base: str = current_app.config["SETTINGS"].public_base_url
    address = base + url_for(".show", token=made[1]) if made and new else ""
    return web.page(
        "kiosk/index.html", status=status, form=form, devices=found, new=new, address=address,
        qr=qr.picture(address) if address else "",
    )  # fmt: skip
