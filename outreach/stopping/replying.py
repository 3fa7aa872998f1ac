"""What somebody means who writes back. Only a plain "stop" is understood; the words themselves are never kept."""

from outreach.lib import words

STOP, OTHER = "stop", "other"
NO = (
    "stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "opt out", "hủy", "dừng", "đừng",
    "ngừng", "ngưng", "thôi", "từ chối",
)  # fmt: skip
WHAT = (
    "", "tin", "tin nhắn", "nhận", "nhận nữa", "nhận tin", "nhận tin nhắn", "gửi", "gửi nữa", "gửi tin",
    "gửi tin nhắn", "đăng ký", "ngay", "đi", "all", "messages",
)  # fmt: skip
PHRASES = frozenset(words.fold(f"{no} {what}") for no in NO for what in WHAT)
NOT_STOP = ("đúng", "dùng", "đụng", "dũng")  # folded, they would be "dung" as well: "right", "to use" …


def meaning(text: str) -> str:
    """STOP where the whole message says so ("STOP", "Hủy", "huy nhan tin", "NGUNG GUI TIN!"), else OTHER."""
    first = words.nfc(text).casefold().split(maxsplit=1)[:1]
    right = bool(first) and first[0].strip(".,!?") in NOT_STOP
    return STOP if words.fold(text) in PHRASES and not right else OTHER
