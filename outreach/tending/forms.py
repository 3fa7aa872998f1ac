"""What may be typed about an alert."""

from flask_babel import lazy_gettext as _l

from outreach.fields import Form, text


class CloseForm(Form):
    """The word with which an alert is closed."""

    word = text(_l("What came of it?"), most=300)
