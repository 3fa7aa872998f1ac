"""What happened between a record and its arrival: consent taken back, entries merged, files handed in days later."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import clock, reform
from outreach.accounts import registering as accounts
from outreach.areas import queries as areas
from outreach.arrivals.models import Late
from outreach.households import consent, merging, stages
from outreach.households.models import Ambassador, Consent, Household, Member
from outreach.visits.models import Visit, VisitMet
from tests import world
from tests.bag.phone import ambassador, hand_in, household, member, sealed, visit

NOWHERE = "9999-12-31T23:59:59+00:00"  # no place east of Greenwich has a local time for it


def ago(**kw):
    return (clock.now() - timedelta(**kw)).isoformat()


def standing(s):
    s.expire_all()
    return [one.member_id for one in s.scalars(select(Ambassador).where(Ambassador.until.is_(None)))]


def took_back(s, w, person, at):
    (given,) = consent.give(s, person, consent.Given(("registered",), "oral"), w.lan, clock.now() - timedelta(days=5))
    consent.withdraw(s, given, w.dung)
    s.execute(update(Consent).values(withdrawn_at=at))
    s.commit()


def test_a_yes_is_noted_for_the_moment_it_was_given(phone, s, w):
    lan = phone()
    lan.say(*ambassador(w.sens_house.id, w.sen.id, birth_year=1960), at=ago(days=3))
    given = s.scalars(select(Consent)).one()
    assert abs(given.given_at - (clock.now() - timedelta(days=3))) < timedelta(minutes=1)


def test_a_yes_that_was_taken_back_before_it_arrived_is_not_given_again(phone, s, w):
    lan = phone()
    took_back(s, w, w.sen, clock.now() - timedelta(days=1))
    late = lan.note(*ambassador(w.sens_house.id, w.sen.id, birth_year=1960), at=ago(days=2))
    fate = lan.send()[0]
    assert (fate["fate"], list(fate["errors"])) == ("refused", ["at"])
    assert "took the consent back" in fate["errors"]["at"][0]
    assert standing(s) == []
    assert lan.send([late | {"at": None}])[0]["fate"] == "accepted", "asked once more, she said yes"
    assert standing(s) == [w.sen.id]


def test_a_yes_that_was_given_after_an_older_one_was_taken_back_counts(phone, s, w):
    lan = phone()
    took_back(s, w, w.sen, clock.now() - timedelta(days=3))
    assert lan.say(*ambassador(w.sens_house.id, w.sen.id, birth_year=1960), at=ago(days=1))["fate"] == "accepted"


def test_whoever_is_taken_for_new_but_is_on_the_list_loses_nothing_there(phone, s, w):
    lan = phone()
    facts = {"birth_year": 1990, "phone": "0912345678", "language": "en", "relation": "spouse"}
    lan.say(*member(w.tams_house.id, "Nguyễn Thị Út", **facts))
    known = s.scalars(select(Member).where(Member.name == "Nguyễn Thị Út")).one()
    lan.say(*ambassador(w.tams_house.id, "new", name="Nguyen Thi Ut", birth_year=1990))
    assert standing(s) == [known.id]
    assert (known.name, known.phone, known.language, known.relation) == (
        "Nguyễn Thị Út", "+84912345678", "en", "spouse"
    )  # fmt: skip


def test_what_the_ambassadors_sheet_says_otherwise_is_told_and_waits_for_the_leader(phone, visitor, s, w):
    lan = phone()
    lan.note(*ambassador(w.sens_house.id, w.hanh.id, name="Nguyễn Thị Hằng", birth_year=1966, relation="child"))
    batch = list(lan.waiting)
    for fate in ("accepted", "there"):  # the answer to the first may have been lost
        (found,) = lan.send(batch)
        assert (found["fate"], found["id"]) == (fate, w.hanh.id)
        assert (
            "already: Nguyễn Thu Hạnh, born 2003, Grandchild. You noted: Nguyễn Thị Hằng, born 1966, Son or"
            in (found["text"])
        )
    s.expire_all()
    assert (w.hanh.name, w.hanh.birth_year, w.hanh.relation, len(w.hanh.differs)) == (
        "Nguyễn Thu Hạnh", 2003, "grandchild", 1
    )  # fmt: skip
    page = visitor.as_(w.dung).get(f"/nguoi/{w.hanh.id}/sua")
    assert "Nguyễn Thị Hằng, born 1966, Son or daughter" in page.words


def test_whoever_registers_the_ambassador_as_the_list_has_her_says_nothing_otherwise(phone, s, w):
    said = {"name": "hoang thi sen", "birth_year": 1955, "relation": "other"}
    fate = phone().say(*ambassador(w.sens_house.id, "new", **said))
    s.expire_all()
    assert (fate["id"], fate["text"], w.sen.differs) == (w.sen.id, "", None)


def test_a_person_noted_before_the_household_was_merged_is_there(phone, s, w):
    lan = phone()
    record = lan.note(*member(w.sens_house.id, "Nguyễn Thị Út"))
    lan.send()
    merging.merge(s, w.tams_house, w.sens_house, w.dung)
    s.commit()
    assert lan.send([record])[0]["fate"] == "there"


def test_what_was_stored_before_the_household_moved_is_there_but_not_with_other_words(phone, s, w):
    lan = phone()
    record = lan.note(*member(w.sens_house.id, "Nguyễn Thị Út"))
    lan.send()
    stages.correct_village(s, w.sens_house, w.doai.id)
    w.sens_house.village = w.doai
    s.commit()
    assert lan.send([record])[0]["fate"] == "there"
    other = record | {"fields": [["name", "Trần Văn Khác"], ["relation", "child"], ["language", "vi"]]}
    assert lan.send([other])[0]["fate"] == "kept"
    assert ["name", "Trần Văn Khác"] in s.scalars(select(Late)).one().fields


def test_a_file_handed_in_days_later_says_when_it_was_recorded(phone, visitor, s, w):
    lan = phone()
    record = lan.note(*visit(w.sens_house.id, w.sen.id), at=ago(days=4), age=30)
    hand_in(visitor.as_(w.lan), sealed(lan, [record]))
    made = s.scalars(select(Visit)).one()
    assert abs(made.at - (clock.now() - timedelta(days=4))) < timedelta(minutes=1)


@pytest.mark.parametrize("at", [NOWHERE, "0001-01-01T00:00:00+00:00", "2999-01-01T00:00:00+07:00"])
def test_a_moment_that_cannot_be_stops_nobody_from_reading_or_writing_a_late_record(phone, visitor, s, w, at):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id), at=at)
    accounts.suspend(s, w.cuc, w.lan)
    s.commit()
    lan.send()
    late = s.scalars(select(Late)).one()
    dung = visitor.as_(w.dung)
    dung.get("/den-muon")
    dung.get(f"/den-muon/{late.id}")
    dung.post(f"/den-muon/{late.id}")
    assert abs(s.scalars(select(Visit)).one().at - clock.now()) < timedelta(minutes=1)


def test_a_person_of_the_house_is_not_taken_for_a_house(phone, s, w):
    lan = phone()
    person = lan.note(*member(w.sens_house.id, "Nguyễn Thị Út"))
    lan.send()
    fate = lan.say(*visit(f"~{person['client_id']}", outcome="nobody"))
    assert fate["fate"] == "refused"
    assert not s.scalars(select(Visit)).all()
    assert not s.scalars(select(Late)).all()


def test_what_no_household_can_be_called_is_passed_over_when_a_bag_is_filled(phone, w):
    lan = phone()
    lan.fill()
    lan.have |= {"1" * 5000: "x", "²": "y", "12": None}
    asked = {"scope": lan.bag["scope"], "lists": "", "have": lan.have}
    assert lan.post("/tui/do", lan.head() | asked)["gone"] in ([12], [])


def test_a_person_noted_before_two_entries_of_her_became_one_is_there(phone, s, w):
    lan = phone()
    record = lan.note(*member(w.sens_house.id, "Nguyễn Thị Út"))
    noted = s.get_one(Member, lan.send([record])[0]["id"])
    merging.unify(s, w.hanh, noted, w.dung)
    s.commit()
    fate = lan.send([record])[0]
    assert (fate["fate"], fate["id"]) == ("there", w.hanh.id)
    assert lan.say(*visit(w.sens_house.id, f"~{record['client_id']}"))["fate"] == "accepted"


def merged(s, *olds, code="11977.9"):
    """Places become one while a phone is away; the one that takes over."""
    kind = "thôn" if "." in code else "xã"
    reform.carry_out(s, reform.Merge(olds, reform.NewArea(code, kind, "Tân Lữ"), clock.today()))
    s.commit()
    s.expire_all()
    return areas.by_code(s, code)


@pytest.mark.parametrize("village", [True, False])
def test_a_household_noted_before_a_reform_is_on_the_list_of_the_place_that_took_over(phone, s, w, village):
    lan = phone()
    lan.fill()
    noted = {"village": w.dong.id} if village else {}
    lan.note(*household("Trần Văn Dê", **noted))
    new = merged(s, "11977.1", "11977.2")
    assert [one["fate"] for one in lan.send()] == ["accepted"]
    assert s.scalars(select(Household.village_id).where(Household.head_name == "Trần Văn Dê")).one() == new.id


def test_what_waits_for_a_word_about_a_place_that_ended_is_the_heirs_to_see_and_to_write(phone, visitor, s, w):
    lan = phone()
    lan.fill()
    lan.note(*household("Trần Văn Dê", village=w.dong.id))
    accounts.suspend(s, w.cuc, w.lan)
    new = merged(s, "11977", "12361", code="99001")
    assert [one["fate"] for one in lan.send()] == ["kept"]
    (late,) = s.scalars(select(Late))
    assert late.area.parent_id == new.id
    visitor.as_(w.dung).post(f"/den-muon/{late.id}")
    s.expire_all()
    made = s.scalars(select(Household).where(Household.head_name == "Trần Văn Dê")).one()
    assert (late.written, made.village.path) == (True, w.dung.area.path)


def test_who_was_met_under_an_entry_that_became_one_with_another_meanwhile_was_met(phone, s, w):
    lan = phone()
    twice = world.member(s, w.sens_house, "Hoàng Thị Sẻn", 1960)
    s.commit()
    before = lan.note(*visit(w.sens_house.id, twice.id), at=ago(days=1))
    lan.send([before])
    waits = lan.note(*visit(w.sens_house.id, [twice.id, w.sen.id], "alone", observed_of=twice.id), at=ago(hours=2))
    named = lan.note(*ambassador(w.sens_house.id, twice.id, birth_year=1960), at=ago(hours=1))
    merging.unify(s, w.sen, twice, w.dung)
    s.commit()
    assert [one["fate"] for one in lan.send([before, waits, named])] == ["there", "accepted", "accepted"]
    assert standing(s) == [w.sen.id]
    assert [one["fate"] for one in lan.send([before, waits, named])] == ["there", "there", "there"]
    assert [one.member_id for one in s.scalars(select(VisitMet))] == [w.sen.id, w.sen.id]


@pytest.mark.parametrize("since", ["suspended", "works in another village"])
def test_so_was_whoever_has_left_the_house_and_whoever_came_along(phone, s, w, since):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.hanh.id, came=w.dung.id), at=ago(days=1))
    w.hanh.left_on = clock.today()
    if since == "suspended":
        w.dung.suspended_at = clock.now()
    else:
        w.dung.area = w.doai
    s.commit()
    assert [one["fate"] for one in lan.send()] == ["accepted"]
    assert [one.member_id for one in s.scalars(select(VisitMet))] == [w.hanh.id]
