"""What is typed about keys and addresses of the feed."""

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError

from outreach import fields
from outreach.feeds import addresses


class KeyForm(fields.Form):
    """Who gets a key."""

    name = fields.text(_l("Who gets the key?"), most=80)


class WebhookForm(fields.Form):
    """Where messages go."""

    address = fields.text(_l("Address of the receiver"), most=addresses.LONGEST)

    def validate_address(self, field: StringField) -> None:
        """An https address that is not within the house's own network."""
        try:
            addresses.read(field.data or "", current_app.config["SETTINGS"].webhook_own_hosts)
        except addresses.NotAllowed:
            raise ValidationError(
                _("Please type a whole address that begins with https:// and is open to the internet.")
            ) from None
