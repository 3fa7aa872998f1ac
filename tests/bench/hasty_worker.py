"""The real worker in a hurry: python -m tests.bench.hasty_worker. What takes it minutes takes seconds here.

Leases and pauses are ten times shorter and stand to each other as they always do: a lease is far longer than the
gateway's timeout and the settling, and nobody asks before it is over. The night's jobs are left to other benches.
"""

from datetime import timedelta

from outreach import duties, worker
from outreach.settings import Settings
from outreach.sms import sending, settling
from outreach.sms.twilio_gateway import TwilioGateway, receipts_at

TIMEOUT = 1.0  # seconds


def open_gateway(settings: Settings) -> TwilioGateway:
    """Twilio's, with a shorter patience."""
    assert settings.twilio is not None
    return TwilioGateway(
        settings.twilio, settings.sms_daily_limit, timeout=TIMEOUT,
        receipts_at=receipts_at(settings.public_base_url, settings.twilio),
    )  # fmt: skip


if __name__ == "__main__":
    sending.LEASE, sending.ENOUGH = timedelta(seconds=12), timedelta(seconds=7)
    settling.ASK_AFTER, settling.FIRST_RETRY = timedelta(seconds=2), timedelta(seconds=0.5)
    worker.choose = open_gateway  # type: ignore[attr-defined]
    duties.WORK.clear()  # type: ignore[attr-defined]
    worker.main()
