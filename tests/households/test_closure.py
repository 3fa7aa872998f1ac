"""Moved away, vacant, refused: out of the count with a reason, counted apart, and back again."""

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.households import ambassadors, stages
from outreach.households.models import CLOSED, HAS_AMBASSADOR, StageChange, Tally


@pytest.mark.parametrize("closed_as", CLOSED)
def test_a_household_is_closed_with_a_reason_and_counted_apart(visitor, s, w, deeds, closed_as):
    volunteer = visitor.as_(w.lan)
    assert "Nguyễn Văn Tám" in volunteer.get(f"/ho/{w.tams_house.id}/dong").words
    answer = volunteer.post(f"/ho/{w.tams_house.id}/dong", {"closed_as": closed_as, "reason": "Hàng xóm báo"})
    s.expire_all()
    assert answer.location == f"/ho/{w.tams_house.id}"
    assert w.tams_house.stage == closed_as
    row = s.get(Tally, w.dong.id)
    assert (row.not_reached, getattr(row, closed_as)) == (1, 1)
    change = s.scalars(select(StageChange).order_by(StageChange.id.desc())).first()
    assert (change.new, change.reason, change.by_id) == (closed_as, "Hàng xóm báo", w.lan.id)
    assert deeds() == [("household.close", w.tams_house.id)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reason": "Nhà đi vắng"}, "Please choose one"),
        ({"closed_as": "vacant"}, "Please fill this in"),
        ({"closed_as": "sold", "reason": "x"}, "What has happened?"),
        ({"closed_as": "vacant", "reason": "001205012345"}, "12-digit ID number"),
    ],
)
def test_without_a_reason_nothing_is_closed(visitor, s, w, typed, words):
    page = visitor.as_(w.lan).post(f"/ho/{w.tams_house.id}/dong?lang=en", typed, status=422)
    assert words in page.words
    s.expire_all()
    assert w.tams_house.closed_as is None


def test_nobody_of_a_closed_household_gets_another_message(visitor, s, w, waiting):
    mine, others = waiting(w.hanh), waiting(w.tam)
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/dong", {"closed_as": "refused", "reason": "Gia đình từ chối"})
    s.expire_all()
    assert (mine.state, others.state) == ("cancelled", "queued")


def test_a_closed_household_comes_back_to_where_it_stood(visitor, s, w, deeds):
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    stages.close(s, w.sens_house, "moved_away", w.lan.id, "x")
    s.commit()
    volunteer = visitor.as_(w.lan)
    assert "Count it again" in volunteer.get(f"/ho/{w.sens_house.id}/dong?lang=en").words
    volunteer.post(f"/ho/{w.sens_house.id}/mo-lai", {"reason": ""}, status=422)
    volunteer.post(f"/ho/{w.sens_house.id}/mo-lai", {"reason": "Gia đình đã về"})
    s.expire_all()
    assert (w.sens_house.stage, w.sens_house.closed_as) == (HAS_AMBASSADOR, None)
    assert deeds()[-1] == ("household.reopen", w.sens_house.id)


def test_a_closed_household_stays_on_the_list_with_its_tag(visitor, s, w):
    stages.close(s, w.tams_house, "vacant", w.lan.id, "x")
    s.commit()
    volunteer = visitor.as_(w.lan)
    assert "Nguyễn Văn Tám" in volunteer.get("/ho").words
    assert "Hoàng Thị Sen" not in volunteer.get("/ho?stage=vacant").words


def test_closing_keeps_what_was_done(s, w):
    stages.met(s, w.tams_house, clock.now(), w.lan.id)
    before = w.tams_house.visited_at
    stages.close(s, w.tams_house, "vacant", w.lan.id, "x")
    assert w.tams_house.visited_at == before
