"""What phones hand in: each record is judged by itself, once, and gets its own fate."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts import registering
from outreach.arrivals.models import OUT_OF_REACH, SUSPENDED, Late
from outreach.bag.models import Handset
from outreach.coverage import recounting
from outreach.households import consent, merging, queries, stages
from outreach.households.models import Ambassador, Household, Member
from outreach.visits.models import Visit
from tests.bag.phone import ambassador, household, member, visit

pytestmark = pytest.mark.each_kind

SAME_ID = "11111111-2222-4333-8444-555555555555"


def count(s, of):
    s.expire_all()
    return s.scalar(select(func.count()).select_from(of))


def fates(found):
    return [one["fate"] for one in found]


def test_a_visit_recorded_without_network_is_written_in_its_authors_name(phone, s, w):
    lan = phone()
    fate = lan.say(*visit(w.sens_house.id, w.sen.id, "helped", note="Hẹn thứ ba"))
    assert (fate["fate"], fate["url"]) == ("accepted", f"/ho/{w.sens_house.id}")
    made = s.get_one(Visit, fate["id"])
    assert (made.household, made.by, made.outcome, made.note) == (w.sens_house, w.lan, "helped", "Hẹn thứ ba")
    assert lan.waiting == []


def test_what_was_sent_without_an_answer_is_found_again_when_it_is_sent_again(phone, s, w):
    lan = phone()
    for made in (
        visit(w.sens_house.id, w.sen.id), household("Trần Văn Dê"), member(w.tams_house.id, "Nguyễn Thị Út"),
        ambassador(w.sens_house.id, w.hanh.id),
    ):  # fmt: skip
        lan.note(*made)
    batch = list(lan.waiting)
    assert fates(lan.send(batch)) == ["accepted"] * 4
    before = [count(s, table) for table in (Visit, Household, Member, Ambassador)]
    again = lan.send(batch)
    assert fates(again) == ["there"] * 4
    assert [count(s, table) for table in (Visit, Household, Member, Ambassador)] == before


def test_what_she_said_of_vneid_is_dated_with_the_day_it_was_written_on_the_phone(phone, s, w):
    lan = phone()
    with time_machine.travel(clock.now() - timedelta(days=3), tick=False):
        said_on = clock.today()
        lan.note(*member(w.tams_house.id, "Nguyễn Thị Út", vneid="y"))
    assert fates(lan.send()) == ["accepted"]
    assert s.scalars(select(Member).where(Member.name == "Nguyễn Thị Út")).one().vneid_said_on == said_on


def test_a_promise_for_a_day_that_nobody_means_is_refused_in_words_and_leaves_nothing(phone, s, w):
    fate = phone().say(*visit(w.sens_house.id, w.sen.id, again="other", next_on="9999-12-31"))
    assert fate["fate"] == "refused"
    assert fate["errors"]["next_on"] == ["This day is more than a year ahead. Choose a nearer day."]
    assert count(s, Visit) == 0


def test_the_same_id_with_other_content_is_refused_and_shown(phone, s, w):
    lan = phone()
    first = lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.send()
    fate = lan.send([first | {"fields": [["met", str(w.hanh.id)], ["outcome", "shown"]]}])[0]
    assert (fate["fate"], fate["url"]) == ("refused", f"/ho/{w.sens_house.id}")
    assert "other content" in fate["text"]
    assert count(s, Visit) == 1


def test_a_new_household_its_people_and_its_first_visit_go_up_together(phone, s, w):
    lan = phone()
    house = lan.note(*household("Trần Văn Dê", address="Ngõ 9"))["client_id"]
    girl = lan.note(*member(f"~{house}", "Trần Thị Mơ", birth_year="2001"))["client_id"]
    lan.note(*ambassador(f"~{house}", f"~{girl}"))
    lan.note(*visit(f"~{house}", [f"~{girl}", f"~{house}.head"]))
    assert fates(lan.send()) == ["accepted"] * 4
    made = s.scalars(select(Household).where(Household.head_name == "Trần Văn Dê")).one()
    assert queries.ambassador(made).member.name == "Trần Thị Mơ"
    assert {m.name for m in s.scalars(select(Visit)).one().met} == {"Trần Văn Dê", "Trần Thị Mơ"}
    assert recounting.differing(s) == []


def test_what_a_sheet_says_otherwise_of_somebody_on_the_list_is_told_and_waits_for_the_leader(phone, visitor, s, w):
    lan = phone()
    lan.note(
        *member(w.sens_house.id, "Nguyen Thu Hanh", birth_year=w.hanh.birth_year, relation="child", language="tyz")
    )
    batch = list(lan.waiting)
    before = w.hanh.relation, w.hanh.language
    for _time in range(2):  # the answer to the first may have been lost
        (fate,) = lan.send(batch)
        assert (fate["fate"], fate["id"]) == ("there", w.hanh.id)
        assert "on the list already: Grandchild, Vietnamese. You noted: Son or daughter, Tày." in fate["text"]
    s.expire_all()
    assert (w.hanh.relation, w.hanh.language) == before
    dung, sheet = visitor.as_(w.dung), f"/nguoi/{w.hanh.id}/sua"
    assert "Somebody noted this differently" in dung.get(f"/ho/{w.sens_house.id}").words
    assert sheet in dung.get("/den-muon").links()
    page = dung.get(sheet)
    assert "Trần Thị Lan" in page.words
    assert "Son or daughter, Tày" in page.words
    lan.visitor.send(lan.visitor.get(sheet), sheet)
    assert sheet in dung.get("/den-muon").links()  # only who answers for it settles it
    dung.send(page, sheet, language="tyz")
    assert sheet not in dung.get("/den-muon").links()
    s.expire_all()
    assert (w.hanh.relation, w.hanh.language, w.hanh.differs) == (before[0], "tyz", None)


def test_who_chose_no_relation_says_nothing_otherwise(phone, s, w):
    fate = phone().say(*member(w.sens_house.id, "Nguyen Thu Hanh", birth_year=w.hanh.birth_year, relation="other"))
    assert (fate["fate"], fate["text"]) == ("there", "")
    s.expire_all()
    assert w.hanh.differs is None


@pytest.mark.parametrize(("said", "kept"), [({"wording": "2027-03"}, "2027-03"), ({}, "2026-11")])
def test_a_yes_is_kept_with_the_words_that_were_read_from_the_bag(phone, s, w, monkeypatch, said, kept):
    for version in ("2027-03", "2028-01"):
        monkeypatch.setitem(consent.WORDINGS, version, consent.WORDINGS["2026-11"])
    monkeypatch.setattr(consent, "WORDING", "2028-01")
    lan = phone()
    lan.note(*ambassador(w.sens_house.id, w.hanh.id, **said))
    batch = list(lan.waiting)
    assert [fates(lan.send(batch)), fates(lan.send(batch))] == [["accepted"], ["there"]]
    assert [c.wording for c in consent.history(s, w.hanh)] == [kept]


def test_a_yes_to_words_that_nobody_here_knows_is_refused_in_words(phone, s, w):
    fate = phone().say(*ambassador(w.sens_house.id, w.hanh.id, wording="2035-01"))
    assert fate["fate"] == "refused"
    assert "Read today's words aloud" in fate["errors"]["wording"][0]
    assert consent.history(s, w.hanh) == []


def test_what_speaks_of_a_household_that_was_not_taken_in_waits_for_it(phone, s, w):
    lan = phone()
    house = lan.note(*household(""))
    lan.note(*visit(f"~{house['client_id']}"))
    assert fates(lan.send()) == ["refused", "waits"]
    assert len(lan.waiting) == 2
    house["fields"] = [["head_name", "Trần Văn Dê"]]
    assert fates(lan.send()) == ["accepted", "accepted"]


def test_fifty_records_of_all_kinds_are_judged_each_by_itself(phone, s, w):
    lan = phone()
    for n in range(10):
        house = lan.note(*household(f"Nguyễn Văn Số {n}"))["client_id"]
        lan.note(*member(f"~{house}", "" if n % 3 == 0 else "Nguyễn Thị Con"))
        lan.note(*visit(f"~{house}", 0, "nonsense" if n % 4 == 0 else "shown"))
        lan.note(*visit(w.sens_house.id, w.sen.id, note=f"lần {n}"))
        lan.note(*visit(w.sens_house.id, w.tam.id if n % 2 else w.sen.id, note=f"lượt {n}"))
    batch, found = list(lan.waiting), lan.send()
    wanted = [
        fate for n in range(10)
        for fate in ("accepted", "refused" if n % 3 == 0 else "accepted", "refused" if n % 4 == 0 else "accepted",
                     "accepted", "refused" if n % 2 else "accepted")
    ]  # fmt: skip
    assert fates(found) == wanted
    noted = [r["url"].endswith("/tham") for r in batch]
    assert count(s, Visit) == sum(v and f == "accepted" for v, f in zip(noted, wanted, strict=True))
    assert [len(lan.waiting), recounting.differing(s)] == [wanted.count("refused"), []]
    assert all(one["errors"] for one in found if one["fate"] == "refused")


def test_two_volunteers_at_the_same_door_both_count(phone, s, w):
    lan, minh = phone(), phone(w.minh)
    assert lan.say(*visit(w.sens_house.id, w.sen.id))["fate"] == "accepted"
    assert minh.say(*visit(w.sens_house.id, w.sen.id))["fate"] == "accepted"
    assert {v.by_id for v in s.scalars(select(Visit))} == {w.lan.id, w.minh.id}


def test_of_two_ambassadors_the_later_is_asked_about_and_nobody_is_overwritten(phone, s, w):
    lan, minh = phone(), phone(w.minh)
    lan.say(*ambassador(w.sens_house.id, w.hanh.id))
    record = minh.note(*ambassador(w.sens_house.id, w.sen.id))
    fate = minh.send()[0]
    assert (fate["fate"], fate["base"]) == ("asked", w.hanh.id)
    assert w.hanh.name in fate["text"]
    s.expire_all()
    assert queries.ambassador(w.sens_house).member == w.hanh
    record["fields"] = [[k, str(w.hanh.id) if k == "base" else v] for k, v in record["fields"]]
    assert fates(minh.send()) == ["accepted"]
    s.expire_all()
    assert queries.ambassador(w.sens_house).member == w.sen


def test_two_who_noted_the_same_ambassador_agree(phone, s, w):
    lan, minh = phone(), phone(w.minh)
    new = {"name": "Nguyễn Thị Út", "birth_year": "1990"}
    assert lan.say(*ambassador(w.tams_house.id, "new", **new))["fate"] == "accepted"
    assert minh.say(*ambassador(w.tams_house.id, "new", **new))["fate"] == "accepted"
    assert (count(s, Ambassador), count(s, Member)) == (1, 4)


def test_a_household_that_looks_like_one_on_the_list_is_asked_about(phone, s, w):
    lan = phone()
    record = lan.note(*household("Nguyễn Văn Tám"))
    lan.note(*visit(f"~{record['client_id']}"))
    asked, waits = lan.send()
    assert (asked["fate"], waits["fate"]) == ("asked", "waits")
    assert (asked["id"], [house for house, _words in asked["alike"]]) == (w.tams_house.id, [w.tams_house.id])
    assert "Nguyễn Văn Tám · Ngõ 5" in asked["text"]
    record["fields"].append(["same", str(w.tams_house.id)])
    assert fates(lan.send()) == ["there", "accepted"]
    assert s.scalars(select(Visit)).one().household_id == w.tams_house.id


def test_a_household_that_only_looks_alike_is_noted_when_somebody_says_so(phone, s, w):
    lan = phone()
    record = lan.note(*household("Nguyễn Văn Tám"))
    lan.send()
    record["fields"].append(["anyway", "1"])
    assert fates(lan.send()) == ["accepted"]
    assert fates(lan.send([record])) == ["there"]


def test_a_member_whom_another_noted_meanwhile_is_there_once(phone, s, w):
    lan, minh = phone(), phone(w.minh)
    born = {"birth_year": "1990"}
    one = lan.say(*member(w.tams_house.id, "Nguyễn Thị Út", phone="0912 345 678", **born))
    two = minh.say(*(again := member(w.tams_house.id, "Nguyen Thi Ut", **born)), client_id=SAME_ID)
    assert minh.say(*again, client_id=SAME_ID)["fate"] == "there"
    three = minh.say(*member(w.tams_house.id, "Nguyễn Thị Út", phone="0987 654 321", **born))
    assert [(f["fate"], f["id"]) for f in (one, two)] == [("accepted", one["id"]), ("there", one["id"])]
    assert (three["fate"], list(three["errors"])) == ("refused", ["name"])


def test_a_household_that_was_moved_meanwhile_is_kept_for_those_who_answer_for_it(phone, s, w):
    lan = phone()
    record = lan.note(*visit(w.sens_house.id, w.sen.id))
    stages.move(s, w.dong.id, w.doai.id, [w.sens_house.id])
    s.commit()
    assert fates(lan.send()) == ["kept"]
    kept = s.scalars(select(Late)).one()
    assert (kept.why, kept.author, kept.area, kept.client_id) == (OUT_OF_REACH, w.lan, w.doai, record["client_id"])
    assert fates(lan.send([record])) == ["kept"]
    assert (count(s, Late), count(s, Visit)) == (1, 0)


def test_a_household_that_was_merged_meanwhile_takes_the_visit(phone, s, w):
    lan = phone()
    lan.note(*visit(w.tams_house.id, w.tam.id))
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    s.commit()
    assert fates(lan.send()) == ["accepted"]
    assert s.scalars(select(Visit)).one().household_id == w.sens_house.id


def test_a_guessed_number_tells_nobody_in_which_place_that_household_is(phone, s, w):
    lan = phone()
    for number in (w.xas_house.id, 987654):
        record = lan.note(*visit(number))
        told = [lan.send([record])[0]["text"] for _time in range(2)]
        assert told == ["It has arrived. The leader of that place decides whether it is written."] * 2
    assert s.scalars(select(Late.area_id).order_by(Late.id)).all() == [w.xas_house.village_id, w.dong.id]


def test_who_worked_in_a_place_is_told_that_its_leader_decides(phone, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="volunteer", area=w.doai)
    s.commit()
    assert "official of thôn Đông decides" in lan.send()[0]["text"]


def test_what_was_stored_before_the_household_moved_is_there(phone, s, w):
    lan = phone()
    record = lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.send()
    stages.move(s, w.dong.id, w.doai.id, [w.sens_house.id])
    s.commit()
    assert fates(lan.send([record])) == ["there"]
    assert count(s, Late) == 0


def test_a_suspended_volunteers_records_are_kept_for_the_leader(phone, s, w):
    lan = phone()
    house = lan.note(*household("Trần Văn Dê"))["client_id"]
    lan.note(*visit(f"~{house}"))
    lan.note(*visit(w.sens_house.id, w.sen.id))
    registering.suspend(s, w.dung, w.lan)
    s.commit()
    assert fates(lan.send()) == ["kept"] * 3
    assert {(one.why, one.area) for one in s.scalars(select(Late))} == {(SUSPENDED, w.dong)}
    assert count(s, Visit) == 0


def test_what_somebody_of_another_role_still_carries_is_kept_where_it_was_noted_without_signing_in(
    phone, visitor, s, w
):
    lan = phone()
    lan.fill()
    lan.note(*household("Trần Văn Dê"))
    lan.note(*visit(w.sens_house.id, outcome="none of the form's"))
    number = lan.note(*visit(w.sens_house.id, note="CCCD 001199012345"))
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="agent", area=w.tan_hung)
    s.commit()
    told = lan.send()
    assert fates(told) == ["kept", "kept", "refused"]
    assert list(told[2]["errors"]) == ["note"], "an ID number is stored nowhere: it stays on the phone, with the reason"
    assert {(one.why, one.area) for one in s.scalars(select(Late))} == {(OUT_OF_REACH, w.dong)}
    lan.visitor = visitor.as_(w.lan)
    number["fields"] = [pair for pair in number["fields"] if pair[0] != "note"]
    assert fates(lan.send()) == ["kept"]


def test_a_household_noted_before_its_author_was_moved_does_not_land_in_the_new_village(phone, s, w):
    lan = phone()
    lan.fill()
    lan.note(*household("Trần Văn Dê", village=w.dong.id))
    lan.note(*household("Trần Văn Dần"))
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="volunteer", area=w.doai)
    s.commit()
    assert fates(lan.send()) == ["kept", "kept"]
    assert [one.area for one in s.scalars(select(Late))] == [w.dong, w.dong]


def test_it_does_not_either_when_the_bag_is_filled_for_the_new_village_first(phone, s, w):
    lan = phone()
    lan.fill()
    lan.note(*household("Trần Văn Dần"))
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="volunteer", area=w.doai)
    s.commit()
    lan.visitor.as_(w.lan)
    assert lan.fill()["anew"]
    assert fates(lan.send()) == ["kept"]
    lan.fill()
    assert lan.say(*household("Trần Văn Dế"))["fate"] == "accepted"
    s.expire_all()
    assert s.scalars(select(Household).where(Household.head_name == "Trần Văn Dế")).one().village == w.doai


def test_without_a_session_everything_stays_on_the_phone(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.visitor = visitor
    assert lan.send(status=401) == []
    assert len(lan.waiting) == 1
    lan.visitor = visitor.as_(w.lan)
    assert fates(lan.send()) == ["accepted"]


def test_a_handset_of_somebody_else_is_not_known(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.visitor = visitor.as_(w.minh)
    lan.send(status=404)
    lan.visitor, lan.secret = visitor.as_(w.lan), "wrong"
    lan.send(status=404)
    assert count(s, Visit) == 0


def test_what_somebody_else_wrote_on_the_phone_is_not_sent_in_my_name(phone, s, w):
    lan = phone()
    fate = lan.say(*visit(w.sens_house.id, w.sen.id), by=w.minh.id)
    assert fate["fate"] == "refused"
    assert count(s, Visit) == 0


NOON = "2026-11-22 05:00:00+00:00"


@pytest.mark.parametrize(
    ("ahead", "age", "happened"),
    [
        (timedelta(hours=9), None, timedelta(hours=-1)),
        (timedelta(days=-400), None, timedelta(hours=-1)),
        (timedelta(minutes=4), None, timedelta(hours=-1, minutes=4)),  # near enough to be believed
        (timedelta(days=3), 5400, timedelta(seconds=-5400)),
        (timedelta(0), 10, timedelta(seconds=-10)),
    ],
)
def test_a_wrong_clock_is_put_right_and_both_times_are_kept(phone, s, w, ahead, age, happened):
    with time_machine.travel(NOON, tick=False):
        lan, now = phone(), clock.now()
        lan.clock = now + ahead
        recorded = lan.clock - timedelta(hours=1)
        fate = lan.say(*visit(w.sens_house.id, w.sen.id), at=recorded.isoformat(), age=age)
        assert fate["fate"] == "accepted"
    made = s.get_one(Visit, fate["id"])
    assert (made.at, made.said_at) == (now + happened, recorded)
    assert s.scalars(select(Handset.clock_off)).one() == int(ahead.total_seconds())


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("shown", "off", "now_off", "happened", "more"),
    [
        # made an hour ago while the clock was right; then it was set, and another page of the phone sends it
        (-HOUR, timedelta(0), 3 * DAY, -HOUR, {}),
        (-HOUR, timedelta(0), -3 * DAY, -HOUR, {}),
        # made while the clock was wrong; then somebody set it right
        (2 * DAY - HOUR, 2 * DAY, timedelta(0), -HOUR, {}),
        (HOUR / 3 - HOUR, HOUR / 3, timedelta(0), -HOUR, {}),
        # the clock was set before it was made, and is so still
        (2 * DAY - HOUR, timedelta(0), 2 * DAY, -HOUR, {}),
        (-4 * DAY - HOUR, timedelta(0), -4 * DAY, -HOUR, {}),
        (-3 * HOUR, None, -2 * HOUR, -HOUR, {}),  # the phone noticed
        # the clock was wrong only in between: it was not before the house was heard, nor after it was sent
        (-4000 * DAY, timedelta(0), timedelta(0), -8 * HOUR, {}),
        (9 * DAY, timedelta(0), timedelta(0), timedelta(0), {}),
        (9 * DAY, timedelta(0), timedelta(0), -HOUR, {"least": 3600}),
        (-HOUR, timedelta(0), timedelta(0), -HOUR, {"least": 60}),  # the phone slept
    ],
)
def test_a_clock_that_was_set_between_a_visit_and_its_sending_moves_no_visit(
    phone, s, w, shown, off, now_off, happened, more
):
    with time_machine.travel(NOON, tick=False):
        lan, now = phone(), clock.now()
        lan.clock = now + now_off
        clues = {"off": None if off is None else off.total_seconds(), "heard": (now - 8 * HOUR).isoformat()}
        fate = lan.say(*visit(w.sens_house.id, w.sen.id), at=(now + shown).isoformat(), **clues, **more)
        assert fate["fate"] == "accepted"
    made = s.get_one(Visit, fate["id"])
    assert (made.at, made.said_at) == (now + happened, now + shown)


def test_tonights_visit_sent_this_morning_counts_as_of_this_morning(phone, s, w):
    lan = phone()
    ahead = clock.now() + timedelta(hours=20)
    made = s.get_one(Visit, lan.say(*visit(w.sens_house.id, w.sen.id), at=ahead.isoformat())["id"])
    assert (made.at, made.said_at) == (made.received_at, ahead)


def test_a_day_that_has_not_come_is_refused_with_the_reason_and_can_be_sent_without_it(phone, s, w):
    lan = phone()
    far = clock.now() + timedelta(days=9)
    record = lan.note(*visit(w.sens_house.id, w.sen.id), at=far.isoformat())
    fate = lan.send()[0]
    assert (fate["fate"], list(fate["errors"])) == ("refused", ["at"])
    assert fates(lan.send([record | {"at": None}])) == ["accepted"]
    assert s.scalars(select(Visit.at)).one() <= clock.now()


def test_an_id_number_in_a_text_is_refused_as_in_the_form_even_when_it_would_be_kept(phone, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id, note="CCCD 001205012345"))
    lan.note(*visit(w.paos_house.id, 0, note="CCCD 001205012345"))
    for fate in lan.send():
        assert (fate["fate"], list(fate["errors"])) == ("refused", ["note"])
    assert "001205012345" not in str(s.scalars(select(Late.fields)).all())


def test_a_form_that_may_not_be_replayed_is_refused(phone, s, w):
    lan = phone()
    for address in (f"/ho/{w.sens_house.id}/dong", "/can-bo/moi", "//xau.example/ho/moi", "/ho/moi?x=1", ""):
        assert lan.say(address, {"reason": "x"})["fate"] == "refused"


def test_a_household_of_another_village_is_not_written_to_by_guessing(phone, s, w):
    lan = phone()
    assert lan.say(*visit(w.xas_house.id))["fate"] == "kept"
    assert lan.say(*visit(2**31 + 5))["fate"] == "kept"
    assert count(s, Visit) == 0
