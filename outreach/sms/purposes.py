"""What we write to people for. Each purpose says whom it is for and what its words may name."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MEMBER, STAFF = "member", "staff"


class Purpose(NamedTuple):
    """One kind of message. `placeholders`: name in the words → an example of what stands there (Vietnamese)."""

    name: LazyString
    to: str  # MEMBER or STAFF
    placeholders: Mapping[str, str]


FOLLOW_UP, LESSON_STOPPED, NEXT_LESSON = "follow_up", "lesson_stopped", "next_lesson"
DUE_DATE, RESULT_READY, CLASS, WELCOME = "due_date", "result_ready", "class_meeting", "welcome"
WEEK_LIST, WEEK_SUMMARY = "week_list", "week_summary"

# Every message names the commune and the number to call for "no more": the law's wish, and how one knows it is ours.
EVERY = {"commune": "Xã Tân Hưng", "phone": "0912 345 678"}
PURPOSES: Mapping[str, Purpose] = {
    FOLLOW_UP: Purpose(_l("A promised visit"), MEMBER, EVERY | {"village": "thôn Đông", "day": "25/11"}),
    LESSON_STOPPED: Purpose(
        _l("A lesson stopped half-way"), MEMBER, EVERY | {"name": "Sen", "lesson": "Đăng nhập Cổng Dịch vụ công"}
    ),
    NEXT_LESSON: Purpose(
        _l("The next lesson is ready"), MEMBER, EVERY | {"name": "Sen", "lesson": "Quét mã QR cho đúng"}
    ),
    DUE_DATE: Purpose(
        _l("A day somebody asked to be reminded of"), MEMBER,
        EVERY | {"name": "Sen", "what": "thẻ bảo hiểm y tế hết hạn", "day": "05/12"},
    ),
    RESULT_READY: Purpose(
        _l("A result is ready to collect"), MEMBER, EVERY | {"name": "Sen", "what": "giấy khai sinh", "day": "25/11"}
    ),
    CLASS: Purpose(
        _l("A class in person"), MEMBER, EVERY | {"place": "Nhà văn hóa thôn Đông", "day": "26/11", "hour": "19:00"}
    ),
    WELCOME: Purpose(_l("Welcome, digital ambassador"), MEMBER, EVERY | {"name": "Sen", "village": "thôn Đông"}),
    WEEK_LIST: Purpose(
        _l("A volunteer's list for the week"), STAFF, EVERY | {"name": "Lan", "village": "thôn Đông", "count": "12"}
    ),
    WEEK_SUMMARY: Purpose(
        _l("An official's week in numbers"), STAFF,
        EVERY | {"visits": "84", "proficient": "312", "households": "2650", "village": "thôn Đoài"},
    ),
}  # fmt: skip
