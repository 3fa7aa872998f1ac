"""A plan ends with a reason that is kept; a commune sets plans for its villages."""

from datetime import date

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.plans import queries
from outreach.plans.models import Plan
from tests.plans import conftest as made

END, HERE = "/ke-hoach/11977/ket-thuc", "/ke-hoach/11977"
TARGET = date(2027, 12, 31)
REASON = "Hai thôn sáp nhập"

pytestmark = pytest.mark.each_kind


@pytest.fixture
def planned(s, w):
    """Tân Hưng wants 60 of a hundred; Hưng Yên wants 90."""
    above = made.plan(s, w.hung_yen, w.binh, TARGET, 90)
    own = made.plan(s, w.tan_hung, w.cuc, TARGET, 60)
    s.commit()
    return own, above


def test_a_plan_is_ended_with_a_reason_and_the_one_above_is_in_force_again(visitor, s, w, planned):
    own, above = planned
    cuc = visitor.as_(w.cuc)
    assert END in cuc.get(HERE).links()
    page = cuc.get(END)
    assert "Then the plan of tỉnh Hưng Yên holds here: 90.0 % by 31/12/2027." in page.words
    after = cuc.follow(cuc.send(page, END, reason=REASON))
    assert "The plan has ended." in after.words
    assert f"in force from 25/11/2026 to 25/11/2026. Ended by Lê Thị Cúc: {REASON}" in after.words
    assert END not in after.links()
    assert queries.standing(s, w.tan_hung).id == above.id
    s.refresh(own)
    assert (own.ended_by_id, own.end_reason) == (w.cuc.id, REASON)
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "plan.end")).one()
    assert (entry.actor_id, entry.area_id, entry.subject_id) == (w.cuc.id, w.tan_hung.id, own.id)


def test_without_a_reason_it_goes_on(visitor, s, w, planned):
    cuc = visitor.as_(w.cuc)
    page = cuc.send(cuc.get(END), END, status=422)
    assert "Please fill this in." in page.words
    assert queries.standing(s, w.tan_hung).id == planned[0].id


def test_where_nothing_is_planned_above_the_page_says_what_holds_then(visitor, s, w):
    made.plan(s, w.country, w.anh, TARGET)
    s.commit()
    page = visitor.as_(w.anh).get("/ke-hoach/VN/ket-thuc")
    assert "Then there is no plan here to compare with, until a new one is set." in page.words


def test_a_plan_that_was_replaced_meanwhile_is_not_ended_in_place_of_the_new_one(visitor, s, w, planned):
    cuc = visitor.as_(w.cuc)
    page = cuc.get(END)
    new = made.plan(s, w.tan_hung, w.cuc, TARGET, 70)
    s.commit()
    assert "That plan had ended already." in cuc.follow(cuc.send(page, END, reason=REASON)).words
    assert queries.standing(s, w.tan_hung).id == new.id
    cuc.send(cuc.get(END), END, reason=REASON)
    assert "That plan had ended already." in cuc.follow(cuc.send(page, END, reason=REASON)).words


def test_only_who_may_set_a_plan_may_end_it(visitor, w, planned):
    for who in (w.binh, w.anh, w.quy):
        visitor.as_(who).get(END, status=404)
        visitor.as_(who).post(END, {"reason": REASON}, status=404)
    for who in (w.dung, w.lan):
        visitor.as_(who).get(END, status=403)


def test_a_commune_sets_a_plan_for_a_village_and_it_counts_there(visitor, s, w, planned):
    cuc = visitor.as_(w.cuc)
    assert "/ke-hoach/11977.1/moi" in cuc.get("/ke-hoach/11977.1").links()
    cuc.send(cuc.get("/ke-hoach/11977.1/moi?target_on=2027-02-28&share=40"), "/ke-hoach/11977.1")
    plan = s.scalars(select(Plan).where(Plan.area_id == w.dong.id)).one()
    assert queries.standing(s, w.dong).id == plan.id
    assert queries.standing(s, w.doai).id == queries.standing(s, w.tan_hung).id == planned[0].id
    page = cuc.get(HERE)
    assert "Villages with a plan of their own Thôn Đông: 40.0 % by 28/02/2027" in " ".join(page.words.split())
    cuc.send(cuc.get("/ke-hoach/11977.1/ket-thuc"), "/ke-hoach/11977.1/ket-thuc", reason=REASON)
    assert queries.standing(s, w.dong).id == planned[0].id


def test_who_is_behind_is_asked_of_communes_and_above_alone(s, w):
    made.plan(s, w.dong, w.cuc, date(2026, 11, 26))
    made.folded(s)
    assert queries.behind(s, TARGET) == {}


def test_a_province_plans_for_no_village(visitor, w):
    visitor.as_(w.binh).get("/ke-hoach/11977.1/moi", status=404)
