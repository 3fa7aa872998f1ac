"""What may be typed to correct a household or a person on the list."""

from wtforms import Field

from outreach.households.forms import HouseholdForm, MemberForm
from outreach.meanwhile import EditForm


class HouseholdEdit(EditForm, HouseholdForm):
    """A household on the list, to be corrected."""


class MemberEdit(EditForm, MemberForm):
    """A person on the list, to be corrected."""

    def edited(self) -> dict[str, Field]:
        """The number that is typed, or the one that is taken from somebody of the house, is one fact."""
        edited = super().edited()
        taken = edited.pop(self.same_phone.name)
        return edited | {self.phone.name: taken} if taken.data else edited
