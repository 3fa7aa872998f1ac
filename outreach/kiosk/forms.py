"""What may be typed about a shared device."""

from flask_babel import lazy_gettext as _l

from outreach import fields


class DeviceForm(fields.Form):
    """A device that many people share."""

    place = fields.text(_l("Where does it stand?"), most=120)
