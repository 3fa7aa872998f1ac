"""The demo commune: a real place, invented people, three plausible months."""
