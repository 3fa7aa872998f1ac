"""What columns, reasons and faults of an imported list are called, in the reader's language."""

from flask_babel import lazy_gettext as _l

from outreach.imports import columns
from outreach.imports.rows import Reason
from outreach.imports.sheets import Fault

FIELD_NAMES = {
    columns.SKIP: _l("Not taken"),
    columns.CODE: _l("Household number"),
    columns.HEAD: _l("Name of the household head"),
    columns.NAME: _l("Name of the person"),
    columns.FAMILY: _l("Family and middle name, where the given name has its own column"),
    columns.RELATION: _l("Relation to the head"),
    columns.BIRTH: _l("Day or year of birth"),
    columns.PHONE: _l("Telephone"),
    columns.NUMBER: _l("House number"),
    columns.LANE: _l("Lane"),
    columns.ADDRESS: _l("Address"),
    columns.VILLAGE: _l("Village"),
    columns.LAT: _l("Latitude of the house"),
    columns.LON: _l("Longitude of the house"),
    columns.WALK: _l("Place on the way through the lane"),
    columns.KIND: _l("Kind of family"),
}

REASON_TEXTS = {
    Reason.NO_NAME: _l("There is no name in this row."),
    Reason.TOO_LONG: _l("What is written here is too long. Shorten it."),
    Reason.ID_NUMBER: _l("There was a 12-digit ID number in this row. Take it out; nobody here needs it."),
    Reason.NO_VILLAGE: _l("It is not said which village this household lives in."),
    Reason.UNKNOWN_VILLAGE: _l("The commune has no village of this name. Correct the name, or add it as a new one."),
    Reason.TWICE: _l("This household already stands further up in the file."),
    Reason.CODE_OF_ANOTHER: _l(
        "This household number belongs to another household, and this household is on the list under another number."
    ),
    Reason.NO_HOUSEHOLD: _l("It is not said which household this person belongs to."),
    Reason.WITH_HOUSEHOLD: _l("Another row of the same household must be put right first."),
    Reason.BIRTH: _l("Taken without the year of birth: it could not be read."),
    Reason.PLACE: _l("Taken without the coordinates: they are no place in Vietnam, or one of the two is missing."),
    Reason.WALK: _l("Taken without the place on the way: it is no number from 1 to 9999."),
    Reason.PHONE_NOT_A_NUMBER: _l("Taken without the telephone number: it could not be read."),
    Reason.PHONE_TOO_SHORT: _l("Taken without the telephone number: it is too short."),
    Reason.PHONE_TOO_LONG: _l("Taken without the telephone number: it is too long."),
    Reason.PHONE_OLD: _l(
        "Taken without the telephone number: it is an old 11-digit number. It changed in 2018; ask for the new one."
    ),
    Reason.PHONE_LANDLINE: _l("Taken without the telephone number: it is a landline. Messages need a mobile number."),
    Reason.PHONE_FOREIGN: _l("Taken without the telephone number: it is not a Vietnamese mobile number."),
}

FAULT_TEXTS = {
    Fault.OLD_EXCEL: _l(
        "This is an old Excel file (.xls), or one locked with a password. Open it in Excel, choose “Save as”, "
        "choose the type .xlsx, and upload that file."
    ),
    Fault.NOT_A_LIST: _l(
        "This is not an Excel (.xlsx) or CSV file. Open the list in Excel, choose “Save as”, choose the type .xlsx, "
        "and upload that file."
    ),
    Fault.DAMAGED: _l("The file is damaged. Open it in Excel, save it once more as .xlsx and upload that file."),
    Fault.TOO_LARGE: _l("The list is too large. Split it into files of fewer than 200,000 rows, say by village."),
    Fault.OLD_FONT: _l(
        "The list is written in an old font such as .VnTime (TCVN3). Convert it to Unicode first, for example with the "
        "toolkit of Unikey, and upload it again."
    ),
    Fault.EMPTY: _l("There is nothing in this file."),
}
