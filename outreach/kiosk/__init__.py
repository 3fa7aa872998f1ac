"""Devices that many people share, in the commune hall or the post office: nothing of anybody stays on them."""
