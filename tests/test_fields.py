"""What forms say when something is wrong, in the reader's language."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from outreach import fields
from tests.databases import sqlite_only


class Sheet(fields.TokenlessForm):
    """One of each kind that WTForms judges by itself."""

    name = fields.text("Name", most=5)
    kind = SelectField("Kind", choices=[SelectChoice("a", "A")])
    village = SelectField("Village", coerce=int, choices=[SelectChoice(1, "A")])
    many = fields.choices("Many", [SelectChoice("a", "A")])
    count = fields.WholeField("Count", [InputRequired(), NumberRange(1, 3)])


WRONG = MultiDict({"name": "Nguyễn", "kind": "z", "village": "x", "many": "z", "count": "7"})


def said(app, language):
    with app.test_request_context(f"/?tieng={language}", headers={"Accept-Language": language}):
        sheet = Sheet(WRONG)
        assert not sheet.validate()
        return {str(fault) for faults in sheet.errors.values() for fault in faults}


@sqlite_only
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_the_forms_library_says_is_in_the_readers_language(app, language):
    here, there = said(app, language), said(app, "en" if language == "vi" else "vi")
    assert len(here) >= 4
    assert here & there == set()
    assert any("%" not in fault and "5" in fault for fault in here)
