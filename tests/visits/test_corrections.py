"""A visit that was noted wrongly: it counts no more, and what followed from it is put right."""

from datetime import timedelta

from outreach import clock
from outreach.visits import planning, queries, recording
from outreach.visits.models import Correction
from outreach.visits.recording import VisitDraft, new_client_id


def visit(s, by, house, outcome="helped", **said):
    """A visit as the verb makes it."""
    return recording.record(s, by, house, VisitDraft(new_client_id(), outcome, **said)).visit


def strike(s, wrong, by, why="nhầm nhà"):
    """Only the row that says so, without what follows."""
    s.add(Correction(visit_id=wrong.id, by_id=by.id, at=clock.now(), why=why))
    s.flush()


def test_the_last_visit_is_the_last_that_stands(s, w):
    first = visit(s, w.lan, w.sens_house, met=(w.sen.id,), at=clock.now() - timedelta(days=2))
    strike(s, visit(s, w.lan, w.sens_house, "refused"), w.lan)
    assert queries.last(s, w.sens_house).id == first.id


def test_a_door_that_was_locked_by_mistake_is_no_reason_to_go_there(s, w):
    strike(s, visit(s, w.lan, w.sens_house, "nobody", at=clock.now() - timedelta(days=3)), w.lan)
    asked = planning.Asked(w.lan, clock.today())
    assert planning.nobody_home(s, asked) == []


def test_the_timeline_strikes_a_corrected_visit_through_and_says_who_and_why(visitor, s, w):
    strike(s, visit(s, w.lan, w.sens_house, "nobody"), w.dung, "ghi nhầm sang nhà bên")
    s.commit()
    page = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}")
    assert "<del>Visit: Nobody was home</del>" in page.text
    assert "Phạm Văn Dũng" in page.words
    assert "ghi nhầm sang nhà bên" in page.words
