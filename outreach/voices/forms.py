"""What may be sent when lessons are read aloud: a voice, and what is said of it."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from outreach import fields


class RecordingForm(fields.Form):
    """A step read aloud: recorded on this page, or a file from somewhere else."""

    file = FileField(_l("The recording"), [FileRequired(_l("Record something first, or choose a file."))])


class RefusalForm(fields.Form):
    """Why a recording cannot be used."""

    reason = fields.text(_l("Why not?"), most=300)
