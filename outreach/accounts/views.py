"""Doors everyone passes: signing in and out, a handed-over code, one's own account."""

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts import access, codes, names, sign_in
from outreach.accounts.forms import ChangePasswordForm, InvitationForm, LanguageForm, SignInForm
from outreach.accounts.models import ROLES

doors = Blueprint("accounts", __name__)


@doors.get("/dang-nhap", endpoint="sign_in")
@web.public
def sign_in_page() -> Response:
    """The door of staff; who is in already goes on."""
    if access.me_or_none():
        return web.see_other(_onward())
    return _sign_in_form(SignInForm())


@doors.post("/dang-nhap")
@web.public
def create_session() -> Response:
    """Sign in by phone and password."""
    s, form = db.session(), SignInForm()
    if not form.validate_on_submit():
        return _sign_in_form(form, 422)
    try:
        account = sign_in.with_password(s, form.phone.data or "", form.password.data or "", _network_address())
    except sign_in.Refused as refused:
        s.commit()  # the failure counts
        return _sign_in_form(form, _status(refused), refused)
    sign_in.begin(s, account)
    s.commit()
    return web.see_other(_onward())


@doors.post("/dang-xuat")
@web.public
def sign_out() -> Response:
    """Sign out of this browser."""
    sign_in.end()
    flash(_("You are signed out."), "success")
    return web.see_other(url_for("accounts.sign_in"))


@doors.get("/ma-moi", defaults={"code": ""})
@doors.get("/ma-moi/<code>")
@web.public
def invitation(code: str) -> Response:
    """Exchange a handed-over code for a password; the QR code fills it in. Says nothing of its validity."""
    tidied = codes.tidy(code)
    shown = codes.show(tidied) if len(tidied) == codes.LENGTH else code[:40]
    return _invitation_form(InvitationForm(code=shown))


@doors.post("/ma-moi")
@web.public
def accept_invitation() -> Response:
    """Set the password that the code was handed over for, and sign in."""
    s, form = db.session(), InvitationForm()
    if not form.validate_on_submit():
        return _invitation_form(form, 422)
    typed = form.phone.data or "", form.code.data or "", form.new_password.data or ""
    try:
        account = codes.redeem(s, *typed, address=_network_address(), secret=current_app.config["SECRET_KEY"])
    except sign_in.Refused as refused:
        s.commit()  # the failure counts
        return _invitation_form(form, _status(refused), refused)
    sign_in.begin(s, account)
    s.commit()
    flash(_("Your new password is set. You are signed in."), "success")
    return web.see_other(access.home_address())


@doors.get("/tai-khoan")
@web.allow(*ROLES)
def account() -> Response:
    """One's own account."""
    return _account_page(ChangePasswordForm())


@doors.post("/tai-khoan/mat-khau")
@web.allow(*ROLES)
def update_password() -> Response:
    """Change one's own password; other devices are signed out."""
    s, me, form = db.session(), access.me(), ChangePasswordForm()
    form.own_phone = me.phone
    if not form.validate_on_submit():
        return _account_page(form, 422)
    try:
        mine = sign_in.with_password(s, me.phone, form.password.data or "", _network_address())
    except sign_in.Refused as refused:
        s.commit()  # the failure counts
        return _account_page(form, _status(refused), refused)
    sign_in.set_password(s, mine, form.new_password.data or "")
    sign_in.begin(s, mine)
    s.commit()
    flash(_("Your new password is set. Other devices are signed out."), "success")
    return web.see_other(url_for("accounts.account"))


@doors.post("/tai-khoan/ngon-ngu")
@web.allow(*ROLES)
def update_language() -> Response:
    """Choose the language of one's pages, here and wherever one signs in."""
    form = LanguageForm()
    if not form.validate_on_submit():
        return _account_page(ChangePasswordForm(), 422)
    access.me().language = form.language.data
    db.session().commit()
    return web.see_other(url_for("accounts.account", lang=form.language.data))


@doors.post("/tai-khoan/dang-xuat-moi-noi")
@web.allow(*ROLES)
def sign_out_everywhere() -> Response:
    """End every session of one's own, this one too."""
    s = db.session()
    sign_in.end_everywhere(s, access.me())
    s.commit()
    sign_in.end()
    flash(_("You are signed out on every device."), "success")
    return web.see_other(url_for("accounts.sign_in"))


def _network_address() -> str:
    return request.remote_addr or ""


def _status(refused: sign_in.Refused) -> int:
    return 429 if isinstance(refused, sign_in.Locked) else 422


def _onward() -> str:
    return web.own_address(request.args.get("next")) or access.home_address()


def _sign_in_form(form: SignInForm, status: int = 200, refused: sign_in.Refused | None = None) -> Response:
    onward = web.own_address(request.args.get("next"))
    return web.page("accounts/sign_in.html", "form", status=status, form=form, refused=refused, onward=onward)


def _invitation_form(form: InvitationForm, status: int = 200, refused: sign_in.Refused | None = None) -> Response:
    return web.page("accounts/invitation.html", "form", status=status, form=form, refused=refused)


def _account_page(form: ChangePasswordForm, status: int = 200, refused: sign_in.Refused | None = None) -> Response:
    page = {"form": form, "refused": refused, "tongue": LanguageForm(formdata=None, language=access.me().language)}
    return web.page("accounts/account.html", "main", status=status, names=names, **page)
