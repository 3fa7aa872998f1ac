"""Months of work for the tests of the visit log."""

from datetime import datetime

from outreach import clock
from outreach.visits import recording
from outreach.visits.recording import VisitDraft, new_client_id


def at(day, hour=9, minute=0):
    """A local moment; `day` is a date."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.place())


def visit(s, by, house, when, outcome="nobody", **said):
    """A visit as the verb makes it."""
    return recording.record(s, by, house, VisitDraft(new_client_id(), outcome, at=when, **said)).visit
