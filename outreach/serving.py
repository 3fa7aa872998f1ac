"""What gunicorn asks before it opens the doors: are the settings right? A wrong one stops the start with a sentence."""

from outreach.settings import read_or_leave

forwarder_headers = ""  # else a visitor's SCRIPT_NAME, let through by the proxy, would stand before every address


def on_starting(_arbiter: object) -> None:
    """Called once, before any worker is there."""
    read_or_leave()
