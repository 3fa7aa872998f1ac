"""Small signs: the apps of a phone and the places of a menu, drawn plainly; nobody's trade mark."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from outreach.drawing.ink import EDGE, INDIGO, INK, PALE, RED, WHITE, Box, circle, moved, path, rect, text

# Lines of each sign round its middle, some 24 px wide.
HOUSE = "M-11 0L0-10 11 0M-8-2V10H8V-2M-3 10V3h6v7"
PERSON = "M-5-5a5 5 0 1 0 10 0a5 5 0 1 0-10 0M-10 11c0-8 5-9 10-9s10 1 10 9"
GLOBE = "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0-22 0zM-11 0h22M0-11c-7 6-7 16 0 22c7-6 7-16 0-22"
CARD = "M-12-8h24v16h-24zM-8 4c0-5 7-5 7 0M-6.500-2.500a2 2 0 1 0 4 0a2 2 0 1 0-4 0M3-3h5M3 2h5"
BELL = "M-9 6c3-3 2-7 3-10a6 6 0 0 1 12 0c1 3 0 7 3 10zM-2.500 10h5"
MAGNIFIER = "M-9-2a7 7 0 1 0 14 0a7 7 0 1 0-14 0M4 4l6 6"
SIGNS: Final = {
    "Trình duyệt": GLOBE,
    "CH Play": "M-8-11v22L11 0z",
    "App Store": "M-9 9L2-11M9 9L-2-11M-11 4h14M7 4h4",
    "VNeID": CARD,
    "VssID": "M0-12c4 3 7 3 10 3c0 10-3 17-10 21c-7-4-10-11-10-21c3 0 6 0 10-3zM-4 0l3 4 6-7",
    "Máy ảnh": "M-12-6h6l2-4h8l2 4h6v15h-24zM-5 1a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
    "Tin nhắn": "M-11-9h22v15h-12l-6 5v-5h-4zM-6-2h1M0-2h1M6-2h1",
    "Điện thoại": "M-10-8q0 14 18 18l3-6-6-4-3 3q-4-2-6-7l3-3-3-6z",
    "Cài đặt": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0M0-11v4M0 7v4M-11 0h4M7 0h4M-8-8l3 3M5 5l3 3M-8 8l3-3M5-5l3-3",
    "Zalo": "M-11-9h22v16h-12l-6 4v-4h-4zM-4-5h8l-8 8h8",
    "Ngân hàng": "M-11-4L0-11 11-4zM-8-1V7M-3-1V7M3-1V7M8-1V7M-11 10h22",
    "Tệp": "M-11-8h8l3 3h11v14h-22z",
    "Mua sắm": "M-9-4h18l2 14h-22zM-4-1v-5a4 4 0 0 1 8 0v5",
    "Ảnh": "M-11-9h22v18h-22zM-10 7l6-8 5 6 3-4 6 6",
    "Bản đồ": "M0 11c-5-6-8-9-8-14a8 8 0 0 1 16 0c0 5-3 8-8 14zM-2.500-3a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0",
    "Trang chủ": HOUSE,
    "Cá nhân": PERSON,
    "Tài khoản": PERSON,
    "Thông báo": BELL,
    "Ví giấy tờ": CARD,
    "Giấy tờ": CARD,
    "Danh bạ": PERSON,
    "Tìm": MAGNIFIER,
    "Tìm kiếm": MAGNIFIER,
    "Quét": "M-10-5v-5h5M5-10h5v5M10 5v5h-5M-5 10h-5v-5M-8 0h16",
    "Quét mã": "M-10-5v-5h5M5-10h5v5M10 5v5h-5M-5 10h-5v-5M-8 0h16",
    "Khác": "M-9 0h.1M0 0h.1M9 0h.1",
    "Thêm": "M-9 0h.1M0 0h.1M9 0h.1",
}
FINDERS = ((0, 0), (14, 0), (0, 14))
QR_SIDE = 21


def sign(name: str, x: float, y: float, scale: float = 1, ink: str = INDIGO) -> str:
    """The sign of an app or place; one that is not known gets its first letter."""
    if name in SIGNS:
        return moved(path(SIGNS[name], ink, 2.2), x, y, scale)
    return text(x, y + 7 * scale, name[:1].upper(), 20 * scale, bold=True, fill=ink, anchor="middle")


def app_icon(name: str, box: Box) -> str:
    """An app's sign on its square."""
    return rect(box, PALE, r=box.w / 4) + sign(name, box.x + box.w / 2, box.y + box.h / 2, box.w / 40)


def backspace(x: float, y: float) -> str:
    """The key that takes back the last number."""
    return moved(path("M-9 0l6-7h12v14h-12zM0-3l5 6M5-3l-5 6", EDGE, 1.8), x, y)


def done(x: float, y: float, r: float) -> str:
    """A tick in a circle: it went well."""
    pieces = circle(x, y, r, PALE, edge=INDIGO, thick=2.5)
    return pieces + path(f"M{x - r * 0.45} {y}l{r * 0.32} {r * 0.36} {r * 0.58}-{r * 0.7}", INDIGO, max(2.5, r / 6))


def warning(x: float, y: float, r: float) -> str:
    """A triangle with an exclamation mark."""
    pieces = path(f"M{x} {y - r}L{x + r * 1.1} {y + r * 0.85}H{x - r * 1.1}z", RED, 3, fill=WHITE)
    return pieces + path(f"M{x} {y - r * 0.3}v{r * 0.5}M{x} {y + r * 0.55}h.1", RED, max(3, r / 6))


def refused(x: float, y: float, r: float, edge: str = "") -> str:
    """A cross in a circle: not like this."""
    arm = r * 0.4
    cross = f"M{x - arm} {y - arm}l{2 * arm} {2 * arm}M{x + arm} {y - arm}l-{2 * arm} {2 * arm}"
    return circle(x, y, r, RED, edge=edge, thick=3) + path(cross, WHITE, r / 4)


def handset(x: float, y: float, turn: float = 0) -> str:
    """The handset on the buttons of a call; turned it lies down: hang up."""
    return moved(path("M-10-8q0 14 18 18l3-6-6-4-3 3q-4-2-6-7l3-3-3-6z", "", fill=WHITE), x, y, 1.15, turn)


def qr(x: float, y: float, side: float) -> str:
    """What a QR code looks like; it leads nowhere, and no phone can read it."""
    unit = side / QR_SIDE
    dots = "".join(f"M{start} {row}.5h{length}" for row in range(QR_SIDE) for start, length in _dark(row))
    corners = "".join(f"M{left}.5 {top}.5h6v6h-6z" for left, top in FINDERS)
    eyes = "".join(f"M{left + 2} {top + 3}.5h3" for left, top in FINDERS)
    square = 'stroke-linecap="butt" stroke-linejoin="miter"'
    drawn = f'<path d="{dots}{corners}" fill="none"/><path d="{eyes}" stroke-width="3"/>'
    return moved(f'<g stroke="{INK}" {square}>{drawn}</g>', x, y, unit)


def _dark(row: int) -> Iterator[tuple[int, int]]:
    """Where dark squares of a row begin, and how many there are; none near the three corners."""
    dark = [_is_dark(column, row) for column in range(QR_SIDE)]
    column = 0
    for black, group in groupby(dark):
        length = len(list(group))
        if black:
            yield column, length
        column += length


def _is_dark(column: int, row: int) -> bool:
    in_corner = (row < 8 and (column < 8 or column > 12)) or (row > 12 and column < 8)
    return not in_corner and (column * column * 3 + row * row * 5 + column * row * 7 + column // 3 + row // 2) % 5 < 2


def portrait(box: Box, ink: str = INDIGO) -> str:
    """Head and shoulders in a frame."""
    return moved(path(PERSON, ink, 2), box.x + box.w / 2, box.y + box.h / 2 + 1, box.w / 26)
