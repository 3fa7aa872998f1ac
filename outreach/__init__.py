"""Outreach: every household with one digitally proficient person."""
