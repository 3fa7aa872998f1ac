"""What tests put into the outbox."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from outreach.sms.outbox import Notice

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam
TONIGHT = TEN + timedelta(hours=10)
VALUES = {"commune": "Xã Tân Hưng", "village": "thôn Đông", "day": "22/11", "phone": "0912 000 005"}
BODY = (
    "Xa Tan Hung: Ngay 22/11, to cong nghe so thon Dong den nha giup ba con lam thu tuc qua mang. "
    "Doi hen hoac ngung nhan tin: goi 0912 000 005."
)


def notice(area_id: int, recipient: str = "member:1", **changes: Any) -> Notice:
    """A message, by default the reminder of a visit tomorrow, for today, that may go now; `words` change its values."""
    facts: dict[str, Any] = {
        "to": "+84912345678", "purpose": "follow_up", "due_on": date(2026, 11, 22), "due_at": TEN, "not_after": TONIGHT,
        "values": VALUES | changes.pop("words", {}),
    }  # fmt: skip
    return Notice(recipient=recipient, area_id=area_id, **(facts | changes))
