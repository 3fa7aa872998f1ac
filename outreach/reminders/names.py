"""What reminders, days and states are called, in the reader's language."""

from flask_babel import lazy_gettext as _l

from outreach.sms.purposes import (
    CLASS,
    DUE_DATE,
    FOLLOW_UP,
    LESSON_STOPPED,
    NEXT_LESSON,
    RESULT_READY,
    WEEK_LIST,
    WEEK_SUMMARY,
    WELCOME,
)

# What happens, when and to whom.
HAPPENS = {
    FOLLOW_UP: _l(
        "The day before a visit that was promised (up to three days before, where nothing goes out in between): to the "
        "household's digital ambassador, or else to whoever was met."
    ),
    DUE_DATE: _l(
        "14 days and 2 days before a paper expires, and the day before a case is due: to whoever asked for it at the "
        "door or the desk."
    ),
    RESULT_READY: _l("On the day somebody notes that a result can be collected: to the person it is for."),
    CLASS: _l(
        "The day before a class (or at once, if it was planned late): to those who are learning, and to everybody of a "
        "household in which nobody is proficient yet."
    ),
    LESSON_STOPPED: _l(
        "When somebody has stopped half-way in a lesson and opened none for five days: once for each such stop."
    ),
    NEXT_LESSON: _l(
        "The day after somebody has finished one of the first skills: which one comes next. Not to those who have gone "
        "on already."
    ),
    WELCOME: _l("The day after somebody has become their household's digital ambassador."),
    WEEK_LIST: _l(
        "On Monday at 08:00, to volunteers and group leaders who want it: how many promised visits are due this week."
    ),
    WEEK_SUMMARY: _l(
        "On Monday at 08:00, to commune officials who want it: last week's visits, the proficient households, and the "
        "village that needs help most."
    ),
}
# Rules of a kind stand together, with what is known of whether such messages help.
SECTIONS = (
    (
        _l("Days that were agreed on"),
        _l(
            "These come first because such reminders work: in a clinic in Saudi Arabia (502 people) 26.3 of 100 stayed "
            "away after a text message, 39.8 without one."
        ),
        (FOLLOW_UP, DUE_DATE, RESULT_READY, CLASS),
    ),
    (
        _l("While learning"),
        _l(
            "Messages alone brought no gain in a study of learning at home with 4,500 households in Botswana; together "
            "with a telephone call each week they did. So visit or telephone as well."
        ),
        (LESSON_STOPPED, NEXT_LESSON, WELCOME),
    ),
    (
        _l("For those who work here"),
        _l("Only to those who have switched it on for themselves, under “My account”."),
        (WEEK_LIST, WEEK_SUMMARY),
    ),
)
DUE_NAMES = {
    "passport": _l("Passport expires"),
    "health_insurance": _l("Health insurance card expires"),
    "temporary_residence": _l("Temporary residence registration expires"),
    "case": _l("A case is due"),
    "result": _l("A result can be collected"),
}
WEEKLY = {
    WEEK_LIST: _l("How many households of your village are promised a visit this week."),
    WEEK_SUMMARY: _l("Your commune's week in numbers, and the village that needs help most."),
}
