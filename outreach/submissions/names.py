"""What the columns of submissions and the reasons to give one back are called, in the reader's language."""

from flask_babel import lazy_gettext as _l

from outreach.imports.models import RejectedRow
from outreach.submissions import meaning
from outreach.submissions.meaning import Reason

FIELD_NAMES = {
    meaning.SKIP: _l("Not read"),
    meaning.INSTANCE: _l("The submission's own mark (instanceID, _uuid)"),
    meaning.WHEN: _l("Day and time of the visit"),
    meaning.OUTCOME: _l("How it went"),
    meaning.NUMBER: _l("Household number here (household_id)"),
    meaning.CODE: _l("Household code"),
    meaning.HEAD: _l("Head of household"),
    meaning.VILLAGE: _l("Village"),
    meaning.VISITOR: _l("Who made the visit"),
    meaning.NOTE: _l("Note"),
}
REASON_TEXTS = {
    Reason.ID_NUMBER: _l("There was a 12-digit ID number in this row. Take it out; nobody here needs it."),
    Reason.NO_MARK: _l("The submission has no mark of its own, so it could be taken twice."),
    Reason.NO_DAY: _l("It is not said when the visit was."),
    Reason.UNREADABLE_DAY: _l("This is no day that can be read. Write it like 21/11/2026 or 2026-11-21."),
    Reason.FUTURE: _l("This day is still to come."),
    Reason.UNKNOWN_OUTCOME: _l("It is not said what this answer means."),
    Reason.NO_HOUSEHOLD: _l("It is not said which household was visited: its code, or its head and village."),
    Reason.UNKNOWN_HOUSEHOLD: _l("The commune has no such household. Put it on the list first, or correct the row."),
    Reason.SEVERAL_HOUSEHOLDS: _l("Several households are called so. Give the household code."),
    Reason.OTHER_NAME: _l("The household with this code has another head."),
    Reason.OTHER_VILLAGE: _l(
        "The household with this number is in another village. Correct the number or the village."
    ),
    Reason.UNKNOWN_VISITOR: _l("Nobody of the commune's groups has this name or telephone number."),
    Reason.LONG_NOTE: _l(
        "This note is too long: at most 1,000 characters. Shorten the one in your own file; here its end is missing."
    ),
    Reason.OTHER_CONTENT: _l(
        "This submission was taken before and said something else. Correct the visit on the household's page."
    ),
}


def told(reason: Reason, column: str) -> str:
    """A reason as one reads it, with the column it is about."""
    text = str(REASON_TEXTS[reason])
    return f"{FIELD_NAMES[column]}: {text}" if column else text


def why(row: RejectedRow) -> str:
    """The reason of a row given back."""
    return told(Reason(row.reason), row.column)
