"""A stop ends everything that goes to a number, at once; only a newer yes begins it again."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.households import consent
from outreach.households.models import Member
from outreach.reminders import planning
from outreach.sms.gateway import SendError
from outreach.sms.models import OptOut, Sms
from outreach.sms.purposes import MEMBER, PURPOSES, RESULT_READY
from outreach.stopping import stop
from outreach.worker import Worker
from tests import world
from tests.reminders import cast
from tests.sms.gateways import Refuser


def told(s, purpose):
    """The names of those who may be written to."""
    return sorted(s.scalars(select(Member.name).where(consent.may_text(purpose))))


def test_a_stop_ends_the_yes_of_all_who_share_the_number_and_takes_back_what_waits(s, w, shared, waiting, deeds):
    first, second, other = waiting(w.sen), waiting(w.hanh), waiting(w.tam)
    assert stop.stop_number(s, shared, stop.PHONE, w.phuc.id) == 2
    s.commit()
    assert [first.state, second.state, other.state] == ["cancelled", "cancelled", "queued"]
    for member in (w.sen, w.hanh):
        (given,) = consent.history(s, member)
        assert (given.withdrawn_how, given.withdrawn_by_id) == ("phone", w.phuc.id)
    assert told(s, "follow_up") == []
    assert deeds("sms.stop") == [(w.phuc.id, None, {"how": "phone", "members": [w.sen.id, w.hanh.id]})]


def test_stopping_twice_is_stopping_once(s, w, shared, deeds):
    stop.stop_number(s, shared, stop.PAGE)
    since = s.get_one(OptOut, shared).at
    assert stop.stop_number(s, shared, stop.VOLUNTEER, w.lan.id) == 0
    s.commit()
    kept = s.get_one(OptOut, shared)
    assert (kept.at, kept.how, kept.by_id) == (since, "page", None)
    assert len(deeds("sms.stop")) == 1


def test_a_number_that_nobody_has_yet_is_stopped_for_whoever_gets_it(s, w, yes):
    stop.stop_number(s, "+84987654321", stop.PAGE)
    w.hanh.phone = "+84987654321"
    yes(w.hanh, at=clock.now() - timedelta(days=1))
    assert told(s, "follow_up") == []


def test_a_stop_of_a_colleagues_number_ends_her_weekly_message(s, w):
    w.lan.sms_since = clock.now()
    stop.stop_number(s, w.lan.phone, stop.PAGE)
    s.refresh(w.lan)
    assert w.lan.sms_since is None


def test_a_new_yes_begins_again_for_the_one_who_said_it_alone(s, w, shared, yes, deeds):
    stop.stop_number(s, shared, stop.PAGE)
    yes(w.sen)
    assert s.get(OptOut, shared) is None
    assert told(s, "follow_up") == ["Hoàng Thị Sen"]
    assert deeds("sms.begin") == [(w.lan.id, w.sen.id, {})]


def test_a_yes_that_was_given_before_the_stop_and_comes_in_after_it_begins_nothing(s, w, shared, yes):
    stop.stop_number(s, shared, stop.PAGE)
    yes(w.sen, at=clock.now() - timedelta(hours=3))
    assert s.get(OptOut, shared) is not None
    assert "sms" not in consent.current(s, w.sen)
    assert consent.history(s, w.sen)[0].withdrawn_how == "page"


def test_a_yes_to_the_telephone_alone_begins_no_messages(s, w, shared):
    stop.stop_number(s, shared, stop.PAGE)
    consent.give(s, w.sen, consent.Given(("phone",), "oral"), w.lan)
    assert s.get(OptOut, shared) is not None


@pytest.mark.parametrize("purpose", [name for name, one in PURPOSES.items() if one.to == MEMBER])
def test_todays_words_cover_everything_that_members_are_written_to_for(s, w, yes, purpose):
    yes(w.hanh)
    assert told(s, purpose) == ["Nguyễn Thu Hạnh"]


def test_the_first_words_cover_reminders_of_visits_only(s, w, yes):
    yes(w.hanh, wording="2026-11")
    yes(w.tam)
    assert told(s, "follow_up") == ["Nguyễn Thu Hạnh", "Nguyễn Văn Tám"]
    assert told(s, "class_meeting") == ["Nguyễn Văn Tám"]
    assert told(s, "week_list") == []  # nobody of a household said yes to that
    assert consent.to_ask_again(s, [w.sen, w.hanh, w.tam]) == [w.hanh]


def test_whoever_said_yes_to_both_versions_is_not_asked_again(s, w, yes):
    yes(w.hanh)
    yes(w.hanh, wording="2026-11")  # from an old phone, which sent it late
    assert told(s, "class_meeting") == ["Nguyễn Thu Hạnh"]
    assert consent.to_ask_again(s, [w.hanh]) == []


def test_who_left_has_no_number_or_took_it_back_is_not_written_to(s, w, yes):
    yes(w.hanh, w.tam, w.sen)  # bà Sen has no number of her own
    w.hanh.left_on = clock.today()
    consent.withdraw(s, consent.current(s, w.tam)["sms"], w.lan)
    assert told(s, "follow_up") == []


def test_what_the_phone_company_stopped_ends_the_yeses_at_night(s, w, shared, yes, deeds):
    yes(w.tam)
    s.add(OptOut(phone=shared, at=clock.now(), how="carrier"))
    s.commit()
    assert stop.catch_up(s) == 1
    s.commit()
    assert [consent.history(s, member)[0].withdrawn_how for member in (w.sen, w.hanh)] == ["carrier", "carrier"]
    assert "sms" in consent.current(s, w.tam)
    assert stop.catch_up(s) == 0
    assert len(deeds("sms.stop")) == 1


def test_a_stop_that_the_phone_company_tells_at_sending_ends_the_yes_at_once(real_db):
    with time_machine.travel("2026-11-21 10:00 +0700"):
        with Session(real_db, expire_on_commit=False) as s:
            w = world.build(s)
            cast.agree(s, w, w.hanh)
            cast.switch(s, w, RESULT_READY)
            cast.due(s, w, w.hanh, "result", clock.today(), "giấy khai sinh")
            planning.plan_one(s, RESULT_READY, clock.today(), "1800 1096")
            s.commit()
        Worker(real_db, Refuser(SendError(True, "21610")), support_phone="1800 1096").send()
    with Session(real_db) as s:
        assert consent.current(s, s.get_one(Member, w.hanh.id)) == {}
        assert (s.get_one(OptOut, w.hanh.phone).how, s.scalars(select(Sms.error)).all()) == ("carrier", ["21610"])
