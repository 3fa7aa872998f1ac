"""Communes and villages merge and split; people, staff and history come out right."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from outreach import clock, reform, tables
from outreach.accounts.models import AuditEntry
from outreach.alerts import raising
from outreach.areas import queries
from outreach.areas.models import Area, AreaSuccessor
from outreach.arrivals.models import Late
from outreach.checks.models import Doubt, Sample
from outreach.coverage import recounting
from outreach.households.models import Household, StageChange, Tally, TallyDay
from outreach.reform import Impossible, Merge, NewArea, Split
from outreach.reminders import meetings, rules
from outreach.reminders.models import ReminderRule
from outreach.sms import counts, outbox
from outreach.sms.models import Budget
from outreach.sms.purposes import CLASS
from outreach.visits import recording
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world
from tests.sms.notices import notice

ON = date(2026, 12, 1)
LATE = datetime(2026, 12, 13, tzinfo=UTC)
DONG_DOAI = NewArea("11977.9", "thôn", "Đông Đoài")
# What tells of the time before stays under the old name; of budgets and rules the new place has its own.
STAYS = {
    "area", "area_day", "area_successor", "area_tally", "audit_entry", "budget", "ended_tally", "reminder_rule",
    "stage_change", "tally", "tally_day", "unfolded",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _december():
    with time_machine.travel("2026-12-01 09:00 +0700", tick=False):
        yield


def merge_villages(s):
    report = reform.carry_out(s, Merge(["11977.1", "11977.2"], DONG_DOAI, ON))
    s.flush()
    return report, queries.by_code(s, "11977.9")


def test_a_merge_of_villages_takes_households_and_staff_along(s, w):
    report, new = merge_villages(s)
    s.expire_all()
    assert (report.households, report.accounts) == (3, 4)
    assert {h.head_name for h in s.scalars(select(Household).where(Household.village_id == new.id))} == {
        "Hoàng Thị Sen", "Nguyễn Văn Tám", "Lý Thị Páo",
    }  # fmt: skip
    assert w.dung.area.code == w.nga.area.code == "11977.9"
    assert recounting.differing(s) == []


def test_records_that_wait_for_a_leader_s_word_wait_for_the_heir_s(s, w):
    kept = Late(
        client_id="a", digest="", author_id=w.lan.id, area_id=w.dong.id, why="author_gone", url="/ho/1/tham", fields=[],
        at=clock.now(), received_at=clock.now(),
    )  # fmt: skip
    s.add(kept)
    _report, new = merge_villages(s)
    s.expire_all()
    assert kept.area_id == new.id


def test_what_is_asked_about_visits_and_drawn_for_a_check_is_the_heir_s_to_look_into(s, w):
    made = recording.record(s, w.lan, w.sens_house, VisitDraft(new_client_id(), "nobody")).visit
    about = {"visit_id": made.id, "village_id": w.dong.id}
    asked = Doubt(**about, reason="night", found_at=clock.now())
    drawn = Sample(**about, month=ON, drawn_at=clock.now())
    s.add_all([asked, drawn])
    _report, new = merge_villages(s)
    s.expire_all()
    assert asked.village_id == drawn.village_id == new.id


def test_old_villages_end_but_stay_readable_and_say_who_took_over(s, w):
    _report, new = merge_villages(s)
    s.expire_all()
    assert w.dong.valid_to == ON
    assert [a.code for a in queries.villages(s, w.tan_hung)] == ["11977.9"]
    assert s.get(AreaSuccessor, (w.dong.id, new.id)).on == ON


def test_old_periods_still_report_under_old_names(s, w):
    before = s.scalar(select(func.sum(TallyDay.not_reached)).where(TallyDay.village_id == w.dong.id))
    _report, new = merge_villages(s)
    assert s.scalar(select(func.sum(TallyDay.not_reached)).where(TallyDay.village_id == w.dong.id)) == before == 2
    assert s.scalar(select(func.count()).where(StageChange.village_id == w.dong.id)) == 2
    assert s.get(Tally, new.id).not_reached == 3
    assert s.get(Tally, w.dong.id).not_reached == 0


def test_two_households_number_one_stay_apart_after_a_merge(s, w):
    world.household(s, w.doai, "Vàng A Sinh", code="1")
    _report, new = merge_villages(s)
    codes = s.scalars(select(Household.code).where(Household.village_id == new.id)).all()
    assert sorted(c for c in codes if c) == ["1", "1/2", "2"]


def test_a_merge_of_communes_opens_the_villages_anew_below_the_new_commune(s, w):
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), ON))
    s.expire_all()
    new = queries.by_code(s, "99001")
    assert sorted(a.name for a in queries.villages(s, new)) == ["Hạ", "Đoài", "Đông"]
    assert w.sens_house.village.path.startswith("VN/33/99001/")
    assert w.cuc.area.code == w.quy.area.code == "99001"
    assert s.get(Tally, w.sens_house.village_id).commune_id == new.id
    assert recounting.differing(s) == []


def test_messages_that_wait_go_out_in_the_name_of_the_commune_that_took_over(s, w):
    soon = {"due_at": clock.now(), "not_after": clock.now() + timedelta(days=12)}  # not before it is day, and no Tết
    waiting = outbox.put(s, notice(w.tan_hung.id, due_on=ON, **soon))
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), ON))
    s.expire_all()
    assert waiting.area_id == queries.by_code(s, "99001").id


def test_messages_that_went_or_never_will_are_the_new_communes_as_well(s, w):
    states = ("working", "sent", "accepted", "failed", "cancelled", "unknown")
    put = [outbox.put(s, notice(w.tan_hung.id, f"member:{n}", due_on=ON, due_at=clock.now(), not_after=LATE))
           for n in range(len(states))]  # fmt: skip
    for sms, state in zip(put, states, strict=True):
        sms.state, sms.attempts = state, 1
    s.flush()
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), ON))
    s.expire_all()
    new = queries.by_code(s, "99001")
    assert {one.area_id for one in put} == {new.id}
    assert counts.tally(s, new, ON).of() == len(states)


def test_a_message_that_was_planned_while_the_reform_was_carried_out_goes_along(s, w):
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Hưng"), ON))
    new, soon = queries.by_code(s, "99001"), {"due_on": ON, "due_at": clock.now(), "not_after": LATE}
    written = outbox.put(s, notice(w.tan_hung.id, **soon))
    outbox.put(s, notice(new.id, **soon))
    assert written.area_id == new.id


def test_no_place_that_ended_keeps_what_somebody_still_works_with(s, w):
    rules.switch(s, w.tan_hung, CLASS, to=True, by=w.cuc)
    rules.switch(s, w.tien_lu, CLASS, to=True, by=w.quy)
    meetings.make(s, w.cuc, village_id=w.dong.id, place="Nhà văn hóa", at=LATE)
    s.add(Budget(area_id=w.tan_hung.id, month=ON, dong=1, set_by_id=None, set_at=clock.now()))
    raising.raise_(s, "sms_slow", w.tan_hung.id, waiting=1, minutes=40)
    outbox.put(s, notice(w.tan_hung.id, due_on=ON, due_at=clock.now(), not_after=LATE))
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), ON))
    ended = select(Area.id).where(Area.valid_to.is_not(None))
    left = {
        key.parent.table.name
        for table in tables.METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "area" and s.execute(select(table).where(key.parent.in_(ended))).first()
    }
    assert left == STAYS
    new = queries.by_code(s, "99001").id
    assert {(rule.commune_id, rule.on) for rule in s.scalars(select(ReminderRule)) if rule.commune_id == new} == {
        (new, True)
    }  # fmt: skip


def test_the_alerts_of_communes_that_merge_are_the_new_communes(s, w):
    alerts = [raising.raise_(s, "sms_slow", area.id, waiting=1, minutes=40) for area in (w.tan_hung, w.tien_lu)]
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), ON))
    s.expire_all()
    assert {one.area_id for one in alerts} == {queries.by_code(s, "99001").id}
    assert [one.closed_at is None for one in alerts].count(True) == 1


def test_people_find_the_new_commune_by_its_old_name(s, w):
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), ON))
    assert "99001" in [getattr(found, "area", found).code for found in queries.search(s, "tien lu")]


def test_a_split_sends_each_household_where_it_was_told(s, w):
    plan = Split("11977.1", [NewArea("11977.7", "thôn", "Đông Một"), NewArea("11977.8", "thôn", "Đông Hai")],
                 {"1": "11977.7", "*": "11977.8"}, ON)  # fmt: skip
    reform.carry_out(s, plan)
    s.expire_all()
    assert w.sens_house.village.name == "Đông Một"
    assert w.tams_house.village.name == "Đông Hai"
    assert recounting.differing(s) == []


def test_a_commune_splits_by_its_villages(s, w):
    new = [NewArea("99001", "xã", "Tân Hưng Đông"), NewArea("99002", "phường", "Tân Hưng Đoài")]
    reform.carry_out(s, Split("11977", new, {"11977.1": "99001", "11977.2": "99002"}, ON))
    s.expire_all()
    assert w.sens_house.village.path.startswith("VN/33/99001/")
    assert w.paos_house.village.path.startswith("VN/33/99002/")


def test_each_area_that_ends_leaves_an_audit_row(s, w):
    merge_villages(s)
    ended = s.scalars(select(AuditEntry).where(AuditEntry.act == "area.end")).all()
    assert {entry.subject_id for entry in ended} == {w.dong.id, w.doai.id}


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (Merge(["11977.1", "nowhere"], DONG_DOAI, ON), "living commune or village"),
        (Merge(["11977.1", "12361.1"], DONG_DOAI, ON), "directly below the same area"),
        (Merge(["11977.1", "11977.2"], NewArea("11977", "thôn", "X"), ON), "code 11977 is taken"),
        (Merge(["11977.1", "11977.2"], DONG_DOAI, date(2027, 1, 1)), "on the day"),
        (Split("11977.1", [DONG_DOAI], {"*": "11977.9"}, ON), "at least two new areas"),
        (Split("11977", [DONG_DOAI, NewArea("99002", "xã", "Y")], {"11977.1": "99002"}, ON), "sent nowhere"),
    ],
)
def test_an_impossible_reform_says_why_and_changes_nothing(s, w, plan, why):
    with pytest.raises(Impossible, match=why):
        reform.carry_out(s, plan)
    assert s.scalar(select(func.count()).where(Area.valid_to.is_not(None))) == 0
