"""Short addresses and small pictures of the lessons, for boards on walls.

A short name that was printed once must lead to the same lesson for as long as the paper hangs: add names, never reuse
one. A lesson without a short name is reached by its slug.
"""

from types import MappingProxyType
from urllib.parse import quote

INDIGO = "#10406f"
SHORT = MappingProxyType({
    "khai-sinh": "dang-ky-khai-sinh-lien-thong", "ban-sao": "ban-sao-trich-luc-ho-tich",
    "hon-nhan": "xac-nhan-tinh-trang-hon-nhan", "ket-hon": "dang-ky-ket-hon", "khai-tu": "dang-ky-khai-tu-lien-thong",
    "thuong-tru": "dang-ky-thuong-tru", "tam-tru": "dang-ky-tam-tru", "luu-tru": "thong-bao-luu-tru",
    "tam-vang": "khai-bao-tam-vang", "can-cuoc": "doi-the-can-cuoc", "ho-chieu": "cap-ho-chieu",
    "ly-lich": "phieu-ly-lich-tu-phap", "lai-xe": "doi-giay-phep-lai-xe", "xe-may": "dang-ky-xe-may",
    "nop-phat": "nop-phat-giao-thong", "bhyt": "gia-han-bhyt-ho-gia-dinh", "bhxh": "bhxh-tu-nguyen",
    "that-nghiep": "tro-cap-that-nghiep", "huu-tri": "tro-cap-huu-tri-xa-hoi", "tro-cap": "tro-cap-xa-hoi-hang-thang",
    "kinh-doanh": "dang-ky-ho-kinh-doanh", "dien-moi": "cap-dien-moi", "ten-dien": "doi-chu-hop-dong-dien",
    "dat-dai": "bien-dong-dat-dai", "thi-thpt": "dang-ky-thi-tot-nghiep-thpt", "dien-thoai": "dien-thoai-va-mang",
    "ma-qr": "quet-ma-qr", "vneid": "cai-dat-vneid", "mat-khau": "passcode-mat-khau-otp",
    "dang-nhap": "dang-nhap-cong-dich-vu-cong", "giay-to": "chup-giay-to-thanh-pdf", "ho-so": "theo-doi-ho-so",
    "tra-tien": "thanh-toan-truc-tuyen", "mua-sam": "mua-sam-tren-mang", "lua-dao": "nhan-biet-lua-dao",
    "bao-hiem": "the-bao-hiem-tren-dien-thoai", "nen-tang": "nen-tang-so-cua-dia-phuong",
})  # fmt: skip
NAMES = MappingProxyType({slug: short for short, slug in SHORT.items()})

HOUSE = '<path d="M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6"/>'
MOBILE = '<rect x="6.5" y="2.5" width="11" height="19" rx="2"/><path d="M11 18.5h2"/>'
SHIELD = '<path d="M12 3l8 3v5.5c0 4.6-3.2 8-8 9.5-4.8-1.5-8-4.9-8-9.5V6zM8.5 12l2.5 2.5 4.5-5"/>'
CARD = (
    '<path d="M3 5.5h18v13H3z"/><circle cx="8.5" cy="10.5" r="2"/><path d="M5.5 16q0-3 3-3t3 3M14.5 10h4M14.5 14h4"/>'
)
HEART = (
    '<path d="M12 20C5 15 3 11.5 3 8.5A4.5 4.5 0 0112 7a4.5 4.5 0 019 1.5c0 3-2 6.5-9 11.5z'
    'M7 12h2.5l1.5-3 2 5 1.5-2H17"/>'
)
PAPER = '<path d="M6 2.5h8l4.5 4.5v14.5H6zM14 2.5V7h4.5M9 12h6.5M9 16h6.5"/>'
COIN = (
    '<circle cx="12" cy="7.5" r="5"/><path d="M12 5.5v4M10 7.5h4M3 15h4l4 2.5h5.5q1.5-2-.5-2.5H12M3 20h5l4 1.5L21 17"/>'
)
SHAPES = {
    "khai-sinh": '<circle cx="12" cy="12.5" r="8.5"/>'
    '<path d="M9 11.5v.1M15 11.5v.1M8.5 15q3.5 3 7 0M12 4q3 1.5 1 4"/>',
    "ban-sao": '<path d="M8 3h8l4 4v10H8zM16 3v4h4M8 7H4v14h12v-4"/>',
    "ket-hon": '<circle cx="8.5" cy="14.5" r="5.5"/><circle cx="15.5" cy="14.5" r="5.5"/>'
    '<path d="M6.5 5.5l2-2.5 2 2.5-2 3z"/>',
    "hon-nhan": PAPER,
    "khai-tu": '<path d="M9 20v-8h6v8M12 12V9M12 3q3 3 0 6q-3-3 0-6M5 20.5h14"/>',
    "thuong-tru": HOUSE,
    "tam-tru": '<path d="M3 11l7-7 5 5M5 9.5V19h6"/><circle cx="17" cy="16" r="5"/><path d="M17 13.5V16l2 1"/>',
    "luu-tru": '<path d="M3 19V6M3 16h18v3M21 16v-3a3 3 0 00-3-3h-8v6"/><circle cx="6.5" cy="12" r="1.8"/>',
    "tam-vang": '<path d="M3.5 8h17v11.5h-17zM9 8V4.5h6V8M8 8v11.5M16 8v11.5"/>',
    "can-cuoc": CARD,
    "ho-chieu": '<path d="M5 2.5h14v19H5z"/><circle cx="12" cy="10" r="4"/>'
    '<path d="M8 10h8M12 6q-3 4 0 8q3-4 0-8M9 18h6"/>',
    "ly-lich": '<path d="M6 2.5h8l4.5 4.5v14.5H6zM14 2.5V7h4.5M9 14l2.2 2.2 4-4.4"/>',
    "lai-xe": '<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="2.5"/>'
    '<path d="M3.5 10q4-2 6.2 1M20.5 10q-4-2-6.2 1M12 14.5V21"/>',
    "xe-may": '<circle cx="5.5" cy="16.5" r="3.5"/><circle cx="18.5" cy="16.5" r="3.5"/>'
    '<path d="M9 16.5h4l3-5.5h-5M16 11l-1.5-4H12M5.5 13q3-1 5.5-2"/>',
    "nop-phat": '<path d="M5 3h14v18l-2.3-2-2.4 2-2.3-2-2.3 2-2.4-2L5 21zM8.5 8h7M8.5 12h7"/>',
    "bhyt": HEART,
    "bao-hiem": HEART,
    "bhxh": '<path d="M3 12a9 9 0 0118 0zM12 12v6.5a2.2 2.2 0 01-4.4 0M12 3V2"/>',
    "that-nghiep": '<path d="M3 8h18v12H3zM8.5 8V5h7v3M3 13h18M12 12v2.5"/>',
    "huu-tri": '<circle cx="10" cy="5" r="2.5"/><path d="M10 8.5V15l-2.5 6M10 15l3 6M10 10.5l5 2.5M15 12v9"/>',
    "tro-cap": COIN,
    "tra-tien": COIN,
    "kinh-doanh": '<path d="M4 9l1.5-5h13L20 9q-2 3-4 0q-2 3-4 0q-2 3-4 0q-2 3-4 0M5.5 11.5V20h13v-8.5M10 20v-5h4v5"/>',
    "dien-moi": '<path d="M13 2L5 13.5h6L10 22l9-12h-6.5z"/>',
    "ten-dien": '<path d="M13 2L5 13.5h6L10 22l9-12h-6.5z"/>',
    "dat-dai": '<path d="M3 7l6-3 6 3 6-3v13l-6 3-6-3-6 3zM9 4v13M15 7v13"/>',
    "thi-thpt": '<path d="M2 9l10-5 10 5-10 5zM6 11v5q6 4 12 0v-5M22 9v6"/>',
    "dien-thoai": MOBILE,
    "ma-qr": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v.1M20 17.5V20h-2.5M14 20v-.1"/>',
    "vneid": CARD,
    "mat-khau": '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V7.5a4 4 0 018 0v3M12 14.5v2"/>',
    "giay-to": '<path d="M3 7.5h4.5l1.5-3h6l1.5 3H21V20H3z"/><circle cx="12" cy="13.5" r="3.5"/>',
    "ho-so": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "mua-sam": '<path d="M2.5 4H6l2.5 11h9l2.5-8H7"/>'
    '<circle cx="9.5" cy="19" r="1.5"/><circle cx="16.5" cy="19" r="1.5"/>',
    "lua-dao": SHIELD,
    # What the board itself needs.
    "hem": '<path d="M6 8l4 4-4 4-4-4z" stroke-width="1.5"/>'
    '<path d="M18 10l2 2-2 2-2-2z" fill="#10406f" stroke="none"/>',
    "camera": '<path d="M3 7.5h4.5l1.5-3h6l1.5 3H21V20H3z"/><circle cx="12" cy="13.5" r="3.5"/>',
    "scan": '<path d="M3 8V3h5M16 3h5v5M21 16v5h-5M8 21H3v-5M7 7h4v4H7zM13.5 7H17v3.5M7 13.5V17h3.5M14 14h3v3"/>',
    "touch": '<path d="M9 13V4.5a1.7 1.7 0 013.4 0V11m0-1a1.6 1.6 0 013.2 0v1.5m0-.5a1.6 1.6 0 013.2 0v4.5'
    'c0 3.5-2.3 6-5.6 6-3 0-4.3-1.2-5.7-3.6L4.7 14c-.9-1.6 1.3-2.9 2.5-1.4L9 15"/>',
    "warning": '<path d="M12 3.5L22 20.5H2zM12 10v4.5M12 17.4v.1"/>',
    "phone": '<path d="M5 3.5h3.2l1.9 4.7-2.4 1.7a12.5 12.5 0 006.4 6.4l1.7-2.4 4.7 1.9V19a2 2 0 01-2.1 2'
    'A17 17 0 013 5.6a2 2 0 012-2.1z"/>',
}  # fmt: skip


def short(slug: str) -> str:
    """What stands behind /b/ for a lesson."""
    return NAMES.get(slug, slug)


def picture(name: str, ink: str = INDIGO) -> str:
    """A sign in lines as an address for a style sheet: by a lesson's short name or the board's own, else a paper.

    A sign only adorns the words beside it: as a background it is nothing that a screen reader stops at.
    """
    lines = SHAPES.get(name, PAPER)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{ink}" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{lines}</svg>'
    )
    return "data:image/svg+xml," + quote(drawn, safe="/:=,;-")
