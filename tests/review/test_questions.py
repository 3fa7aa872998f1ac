"""What is asked about visits, as the monthly sheets bring it up."""

from datetime import date

import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.checks import finding
from outreach.checks.doubts import NIGHT
from outreach.checks.models import Doubt
from outreach.review import sheets
from tests.checks.work import at, visit

DAY = date(2026, 11, 10)


def test_sending_the_sheet_looks_at_once(s, w):
    with time_machine.travel("2026-12-01 09:00+07:00"):
        visit(s, w.lan, w.sens_house, at(DAY, 23))
        sheets.send(s, w.lan, w.dong, date(2026, 11, 1), w.lan)
        assert s.scalars(select(Doubt.reason)).all() == [NIGHT]


@time_machine.travel("2026-11-12 09:00+07:00")
def test_the_volunteer_sees_that_and_why_her_visit_is_asked_about(visitor, s, w):
    visit(s, w.lan, w.sens_house, at(DAY, 23))
    finding.look(s, w.tan_hung, clock.today())
    s.commit()
    page = visitor.as_(w.lan).get("/so-tham")
    assert "1 of your visits is asked about" in page.words
    assert "when most people sleep" in page.words
    assert "asked about" not in visitor.as_(w.minh).get("/so-tham").words
