"""Who says that the basic level of digital skills is confirmed on VNeID: said by adults, dated, taken back, counted."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.households import registering, stages
from outreach.households.models import Member, Tally
from outreach.households.registering import MemberFacts

SHEET = {"relation": "head", "language": "vi", "sms_form": "plain", "phone": ""}
BACH = SHEET | {"name": "Nguyễn Văn Bách", "birth_year": "1979", "relation": "child"}


def counted(s, village):
    s.expire_all()
    return s.scalar(select(Tally.vneid).where(Tally.village_id == village.id))


def says(visitor, w, person, **typed):
    sheet = SHEET | {"name": person.name, "birth_year": str(person.birth_year)} | typed
    return visitor.as_(w.lan).post(f"/nguoi/{person.id}/sua", sheet)


def test_it_is_asked_in_words_that_cannot_be_taken_for_the_level_2_account(visitor, w):
    words = visitor.as_(w.lan).get(f"/nguoi/{w.sen.id}/sua").words
    assert "the basic level of digital skills is confirmed on VNeID" in words
    assert "It is not the level 2 account" in words


def test_the_bag_asks_the_same(visitor, w):
    page = visitor.as_(w.lan).get("/tui")
    box = next(one for one in page.tree.iter("input") if one.get("id") == "member-vneid")
    assert (box.get("type"), box.get("name"), box.get("checked")) == ("checkbox", "vneid", None)


def test_nobody_says_it_unless_she_does(visitor, s, w):
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/nguoi/moi", BACH)
    assert counted(s, w.dong) == 0


def test_what_she_says_is_dated_and_counted(visitor, s, w):
    says(visitor, w, w.sen, vneid="y")
    assert counted(s, w.dong) == 1
    assert w.sen.vneid_said_on == clock.today()
    assert f"Said on {clock.today():%d/%m/%Y}" in visitor.as_(w.lan).get(f"/nguoi/{w.sen.id}/sua").words


def test_who_says_it_again_keeps_the_day_she_said_it_first(visitor, s, w):
    with time_machine.travel(datetime(2026, 10, 5, 3, tzinfo=UTC), tick=False):
        says(visitor, w, w.sen, vneid="y")
    says(visitor, w, w.sen, vneid="y", phone="0977 123 456")
    s.expire_all()
    assert (w.sen.vneid_said_on, counted(s, w.dong)) == (date(2026, 10, 5), 1)


def test_it_is_taken_back(visitor, s, w):
    says(visitor, w, w.sen, vneid="y")
    says(visitor, w, w.sen)
    assert (counted(s, w.dong), w.sen.vneid_said_on) == (0, None)


def test_every_adult_of_a_house_counts(visitor, s, w):
    says(visitor, w, w.sen, vneid="y")
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/nguoi/moi", BACH | {"vneid": "y"})
    assert counted(s, w.dong) == 2


def test_who_leaves_is_counted_no_more_and_who_comes_back_is(visitor, s, w):
    says(visitor, w, w.sen, vneid="y")
    registering.left(s, w.sen, clock.today(), w.lan)
    s.commit()
    assert counted(s, w.dong) == 0
    registering.returned(s, w.sen, w.lan)
    s.commit()
    assert counted(s, w.dong) == 1


def test_a_household_out_of_scope_counts_nobody(visitor, s, w):
    says(visitor, w, w.sen, vneid="y")
    stages.close(s, w.sens_house, "refused", w.cuc.id, "said no")
    s.commit()
    assert counted(s, w.dong) == 0


@pytest.mark.parametrize(("born", "status"), [("2010", 422), ("2009", 422), ("2008", 303), ("", 303)])
def test_only_adults_are_asked(visitor, s, w, born, status):
    with time_machine.travel(datetime(2026, 11, 21, 3, tzinfo=UTC), tick=False):
        sheet = BACH | {"birth_year": born, "vneid": "y"}
        page = visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/nguoi/moi", sheet, status=status)
    assert ("adults only" in page.text) == (status == 422)


def test_an_ambassadors_sheet_does_not_ask_and_changes_nothing(s, w):
    registering.correct_member(s, w.sen, MemberFacts("Hoàng Thị Sen", 1955, "head", vneid=True))
    registering.for_ambassador(s, w.sens_house, w.sen, MemberFacts("Hoàng Thị Sen", 1955, "head"), w.lan)
    s.commit()
    assert s.get(Member, w.sen.id).vneid_said_on == clock.today()


def test_the_log_names_the_fact_and_not_what_was_said(visitor, s, w):
    says(visitor, w, w.sen, vneid="y")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "member.update")).one()
    assert entry.details == {"changed": ["vneid"]}
