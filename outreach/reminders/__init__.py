"""Reminders a commune switches on: who is told what, when, and why."""
