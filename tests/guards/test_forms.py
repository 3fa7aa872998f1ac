"""No form of the house takes an ID number: every field that holds free text refuses one, and says why."""

from collections.abc import Iterator

from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.fields.core import UnboundField

from outreach import app, fields
from tests.databases import sqlite_only

ID_NUMBERS = ("001205012345", "001 205 012 345", "Số căn cước: 001205012345.")
FREE = (StringField, TextAreaField)
TYPED_BY_NOBODY = (HiddenField,)
KEPT_AS_A_DIGEST = {  # passwords and one-time codes: what is typed there is never stored as typed
    ("ChangePasswordForm", "new_password"),
    ("InvitationForm", "code"),
    ("InvitationForm", "new_password"),
    ("NewPasswordForm", "new_password"),
}


def forms(base: type) -> Iterator[type]:
    """Every form of the rooms that are wired together."""
    for one in base.__subclasses__():
        if one.__module__.startswith("outreach."):
            yield one
        yield from forms(one)


def free_text() -> list[tuple[str, str, UnboundField]]:
    """(form, field, how it is made) of every field a person may write words into."""
    assert app.ROOMS
    return [
        (f"{form.__module__}.{form.__name__}", name, made)
        for form in sorted(set(forms(fields.Form)), key=lambda f: (f.__module__, f.__name__))
        for name in dir(form)
        if isinstance(made := getattr(form, name), UnboundField)
        and issubclass(made.field_class, FREE)
        and not issubclass(made.field_class, (PasswordField, *TYPED_BY_NOBODY))
        and (form.__name__, name) not in KEPT_AS_A_DIGEST
    ]


@sqlite_only
def test_a_free_text_refuses_an_id_number_and_says_why(one_app):
    with one_app.test_request_context("/?lang=en"):
        for form, name, made in free_text():
            sheet = type("Sheet", (Form,), {name: made})
            for typed in ID_NUMBERS:
                filled = sheet(MultiDict({name: typed}))
                assert not filled.validate(), f"{form}.{name} takes {typed!r}"
                if made.field_class in FREE:
                    assert str(fields.ID_NUMBER) in [str(error) for error in filled[name].errors], f"{form}.{name}"


def test_the_walk_finds_the_fields_people_write_into():
    found = {(form.rsplit(".", 1)[-1], name) for form, name, _made in free_text()}
    assert {("HouseholdForm", "address"), ("MemberForm", "name"), ("ClosureForm", "reason")} <= found
