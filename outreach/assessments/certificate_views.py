"""The doors of certificates: made by whoever confirms, read by anybody who holds the paper."""

import json
from typing import Any

from flask import Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from outreach import clock, db, pdf, web
from outreach.accounts import attempts
from outreach.accounts.access import me
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, Area
from outreach.assessments import badge, certificates, names, queries
from outreach.assessments.confirming import CONFIRMERS
from outreach.assessments.forms import CertificateForm
from outreach.assessments.models import Certificate, Confirmation
from outreach.assessments.views import doors
from outreach.households import queries as households
from outreach.lib import qr

__all__ = ["doors"]
DOOR = "certificate"
AMBASSADOR, SKILLS = "dai-su", "ky-nang"  # what is achieved, below its issuer's address


@doors.get("/nguoi/<int:id>/chung-nhan")
@web.allow(*CONFIRMERS)
def certificate(id: int) -> Response:
    """The certificate of a confirmed person, or the form that makes it."""
    return _staff_page(_confirmation(id), CertificateForm(formdata=None))


@doors.post("/nguoi/<int:id>/chung-nhan")
@web.allow(*CONFIRMERS)
def issue(id: int) -> Response:
    """Make it, with the name the person agreed to."""
    s, confirmation, form = db.session(), _confirmation(id), CertificateForm()
    form.offer(confirmation.member.name)
    if not form.validate_on_submit():
        return _staff_page(confirmation, form, 422)
    try:
        certificates.issue(s, confirmation, me(), form.called.data)
    except certificates.Withdrawn:
        abort(404)  # meanwhile: there is nothing to certify any more
    s.commit()
    flash(_("The certificate is ready."), "success")
    return web.see_other(url_for(".certificate", id=id))


@doors.get("/chung-nhan")
@web.public
def about() -> Response:
    """What a certificate says and does not say, how to check one, and the key for those who check by machine."""
    secret = current_app.config["SECRET_KEY"]
    typed = request.args.get("ma", "")
    if certificates.plain(typed):
        return web.see_other(url_for(".verify", code=certificates.plain(typed)))
    return web.page("assessments/about_certificates.html", key=badge.public_key(secret), wrong=False)


@doors.get("/chung-nhan/<code>")
@web.public
@web.writes
def verify(code: str) -> Response:
    """Whether this paper is true: for anybody who holds it."""
    found = _found(code)
    if found is None:
        key = badge.public_key(current_app.config["SECRET_KEY"])
        return web.page("assessments/about_certificates.html", status=404, key=key, wrong=True)
    return web.page("assessments/verify.html", **_contents(found))


@doors.get("/chung-nhan/<code>.pdf")
@web.public
@web.writes
def printed(code: str) -> Response:
    """The certificate on A4."""
    found = _in_force(code)
    if not pdf.available():
        return web.page("assessments/verify.html", status=503, no_pdf=pdf.CURE, **_contents(found))
    contents = _contents(found)
    contents["qr"] = qr.picture(contents["address"])
    db.session().commit()  # nobody waits for the database while it is drawn
    return pdf.page("print/certificate.html", f"chung-nhan-{found.code}.pdf", **contents)


@doors.get("/chung-nhan/<code>.jwt")
@web.public
@web.writes
def credential(code: str) -> Response:
    """The same as an Open Badges 3.0 credential."""
    found = _in_force(code)
    base, told, issuer = _base(), _contents(found), _issuer(found.commune)
    number, place = divmod(found.id, badge.LIST)
    token = badge.signed(
        current_app.config["SECRET_KEY"], address=base + url_for(".credential", code=found.code),
        recipient=found.credential, issuer=(issuer, found.commune.title),
        achievement=(f"{issuer}#{AMBASSADOR if told['ambassador'] else SKILLS}", told["title"]),
        meaning=_("Can do without help: %(skills)s", skills=", ".join(told["skills"])),
        how=_("Shown under the standard of the commune and confirmed by somebody other than the teacher."),
        at=found.issued_at, place=place,
        revoked_at=base + url_for(".revoked", code=found.commune.code, number=number),
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="chung-nhan-{found.code}.jwt"'}
    return Response(token, mimetype="application/vc+jwt", headers=headers)


@doors.get("/chung-nhan/noi-cap/<code>")
@web.public
def issuer(code: str) -> Response:
    """Who a commune is, for readers of Open Badges: this address is its name among issuers."""
    commune = _commune(code)
    told = badge.profile(_issuer(commune), commune.title, _base() + url_for(".about"))
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/ld+json")


@doors.get("/chung-nhan/thu-hoi/<int:number>.jwt", defaults={"code": ""})
@doors.get("/chung-nhan/noi-cap/<code>/thu-hoi/<int:number>.jwt")
@web.public
def revoked(code: str, number: int) -> Response:
    """Those of a commune that no longer hold, as a list that readers of Open Badges know: places, nothing of anybody.

    Without a commune: those of all, for credentials handed out before each commune was an issuer of its own.
    """
    first = number * badge.LIST
    if first > web.LARGEST:
        abort(404)
    commune = _commune(code) if code else None
    gone = certificates.withdrawn(db.session(), range(first, first + badge.LIST), commune)
    token = badge.revocations(
        current_app.config["SECRET_KEY"], address=_base() + url_for(".revoked", code=code, number=number),
        issuer=_issuer(commune), gone=(id - first for id in gone), at=clock.now(),
    )  # fmt: skip
    return Response(token, mimetype="application/vc+jwt")


def _confirmation(id: int) -> Confirmation:
    s = db.session()
    member = web.or_404(households.find_member(s, me(), id))
    return web.or_404(queries.confirmation(s, member))


def _staff_page(confirmation: Confirmation, form: CertificateForm, status: int = 200) -> Response:
    held = certificates.current(db.session(), confirmation)
    form.offer(confirmation.member.name)
    more: dict[str, Any] = _contents(held) if held else {"certificate": None}
    return web.page("assessments/certificate.html", status=status, member=confirmation.member, form=form, **more)


def _found(code: str) -> Certificate | None:
    """The certificate of a code; wrong codes are counted, too many close the door for a while."""
    s, plain, address = db.session(), certificates.plain(code), request.remote_addr or ""
    if attempts.locked_until(s, DOOR, plain, address):
        raise TooManyRequests
    found = certificates.find(s, plain)
    if found is None:
        attempts.failed(s, DOOR, plain, address)
        s.commit()
    return found


def _in_force(code: str) -> Certificate:
    found = _found(code)
    return web.or_404(found if found and certificates.holds(found) else None)


def _commune(code: str) -> Area:
    """A commune, also one that has ended: what it certified then still holds."""
    found = areas.by_code(db.session(), code)
    return web.or_404(found if found and found.kind == COMMUNE else None)


def _issuer(commune: Area | None) -> str:
    """A commune's name among issuers of Open Badges: an address. None: the one that all of them shared at first."""
    return _base() + (url_for(".issuer", code=commune.code) if commune else url_for(".about"))


def _base() -> str:
    base: str = current_app.config["SETTINGS"].public_base_url
    return base


def _contents(found: Certificate) -> dict[str, Any]:
    """What the page, the paper and the staff's page say."""
    confirmation, ambassador = found.confirmation, certificates.ambassador(db.session(), found)
    return {
        "title": _("Digital ambassador") if ambassador else _("Basic digital skills"), "ambassador": ambassador,
        "certificate": found, "holds": certificates.holds(found), "commune": found.commune,
        "code": certificates.shown(found.code), "confirmed_at": confirmation.at, "rule": confirmation.standard,
        "skills": [names.by_id(skill) for skill in confirmation.shown],
        "address": _base() + url_for(".verify", code=found.code),
    }  # fmt: skip
