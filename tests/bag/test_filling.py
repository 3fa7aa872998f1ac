"""The bag holds what its owner may see, small; later only what changed comes."""

import brotli
import pytest
import time_machine

from outreach import clock
from outreach.accounts import audit, registering, sign_in
from outreach.bag import filling
from outreach.households import ambassadors, closing, consent, stages
from outreach.households import registering as people
from outreach.households.models import FamilyType, Household, Member
from outreach.visits import correcting, planning, recording
from outreach.visits.recording import VisitDraft
from tests import counting, world


def visited(s, w, house, outcome="shown", met=(), **kw):
    return recording.record(s, w.lan, house, VisitDraft(recording.new_client_id(), outcome, met=met, **kw)).visit


def entry(got, house):
    return next(one for one in got["households"] if one[0] == house.id)


def test_the_bag_holds_the_households_of_ones_own_village_and_nothing_else(phone, w):
    for who in (w.lan, w.dung):
        assert [one[3] for one in phone(who).fill()["households"]] == ["Hoàng Thị Sen", "Nguyễn Văn Tám"]
    assert [one[3] for one in phone(w.nga).fill()["households"]] == ["Lý Thị Páo"]


def test_an_entry_says_who_lives_there_how_the_last_visit_went_and_when_the_next_is_due(phone, s, w):
    with time_machine.travel("2026-11-20 02:00:00+00:00"):
        consent.give(s, w.hanh, consent.Given(("registered",), "oral"), w.lan)
        ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
        visited(s, w, w.sens_house, "helped", (w.hanh.id,), next_on=clock.today())
        s.add(FamilyType(household_id=w.sens_house.id, type="farmers"))
        w.sens_house.walk_no = 7
        s.commit()
        got = phone().fill()
    found = entry(got, w.sens_house)
    assert found[2:12] == [
        w.dong.id, "Hoàng Thị Sen", "Ngõ 3", None, "has_ambassador", "2026-11-20", "helped", "2026-11-20", 7,
        ["farmers"],
    ]  # fmt: skip
    assert found[12] == [
        [w.sen.id, "Hoàng Thị Sen", 1955, "head", None, ""],
        [w.hanh.id, "Nguyễn Thu Hạnh", 2003, "grandchild", "+84912345678", "a"],
    ]
    assert [[house, why] for house, why in got["today"] if "Promised for" in why] == [
        [w.sens_house.id, "Promised for 20/11/2026"]  # not "today": the bag is read for days
    ]


def test_nobody_is_sent_to_a_closed_house_for_what_was_promised_there(phone, s, w):
    visited(s, w, w.sens_house, next_on=clock.today())
    closing.close(s, w.sens_house, "vacant", "nhà bỏ trống", w.dung)
    s.commit()
    assert entry(phone().fill(), w.sens_house)[9] is None


def test_an_entry_says_who_may_be_asked_once_more_about_messages(phone, s, w):
    consent.give(s, w.hanh, consent.Given(("sms",), "oral", wording="2026-11"), w.lan)
    consent.give(s, w.tam, consent.Given(("sms",), "oral"), w.lan)
    s.commit()
    lan = phone()
    got = lan.fill()
    assert [one[5] for house in (w.sens_house, w.tams_house) for one in entry(got, house)[12]] == ["", "m", ""]
    consent.give(s, w.hanh, consent.Given(("sms",), "oral"), w.lan)
    s.commit()
    assert entry(lan.fill(), w.sens_house)[12][1][5] == ""


def test_notes_and_history_stay_in_the_house(phone, s, w):
    visited(s, w, w.sens_house, met=(w.sen.id,), note="Ông nhà đi viện")
    s.commit()
    assert "viện" not in str(phone().fill())


def test_the_lists_hold_what_the_forms_need_in_the_readers_language(phone, w):
    got = phone().fill()["lists"]
    assert got["villages"] == [[w.dong.id, "thôn Đông"]]
    assert [name for _id, name in got["colleagues"]] == ["Bùi Đức Minh", "Phạm Văn Dũng"]
    assert got["commune"] == "xã Tân Hưng"
    assert got["wording"] == consent.WORDING
    assert set(got["wordings"]) == {"registered", "sms", "phone"}
    assert "xã Tân Hưng asks to note" in got["wordings"]["registered"].replace("People's Committee of ", "")
    assert got["outcomes"]["alone"] == "Did it alone"
    assert got["lessons"]
    assert got["skills"]


def test_later_only_what_changed_comes(phone, s, w):
    lan = phone()
    first = lan.fill()
    assert first["anew"]
    again = lan.fill()
    assert (again["households"], again["gone"], "lists" in again, "anew" in again) == ([], [], False, False)
    w.hanh.name = "Nguyễn Thu Hạnh Nhỏ"
    audit.record(s, "member.update", "member", w.hanh.id)
    s.commit()
    assert [one[0] for one in lan.fill()["households"]] == [w.sens_house.id]
    assert lan.fill()["households"] == []


def somebody_left(s, w):
    people.left(s, w.hanh, clock.today(), w.dung)


CHANGES = {
    "a visit": lambda s, w: visited(s, w, w.sens_house, "nobody"),
    "a promise": lambda s, w: visited(s, w, w.sens_house, "nobody", next_on=clock.today()),
    "a closed house": lambda s, w: closing.close(s, w.sens_house, "vacant", "đi xa", w.dung),
    "somebody left": lambda s, w: somebody_left(s, w),
    "a new member": lambda s, w: world.member(s, w.sens_house, "Nguyễn Thị Út", 1990),
    "somebody learning": lambda s, w: stages.learning(s, w.hanh, clock.today()),
}


@pytest.mark.parametrize("what", CHANGES)
def test_no_kind_of_change_is_missed(phone, s, w, what):
    lan = phone()
    lan.fill()
    CHANGES[what](s, w)
    s.commit()
    assert [one[0] for one in lan.fill()["households"]] == [w.sens_house.id]


def test_a_corrected_visit_is_no_last_visit_any_more(phone, s, w):
    visited(s, w, w.sens_house, "nobody")
    wrong = visited(s, w, w.sens_house, "refused")
    s.commit()
    lan = phone()
    assert entry(lan.fill(), w.sens_house)[8] == "refused"
    correcting.correct(s, wrong, w.lan, "Nhầm nhà", None)
    s.commit()
    assert entry(lan.fill(), w.sens_house)[8] == "nobody"


def test_a_household_that_went_to_another_village_is_taken_out_of_the_bag(phone, s, w):
    lan, nga = phone(), phone(w.nga)
    lan.fill()
    nga.fill()
    stages.move(s, w.dong.id, w.doai.id, [w.sens_house.id])
    s.commit()
    assert lan.fill()["gone"] == [w.sens_house.id]
    assert [one[0] for one in nga.fill()["households"]] == [w.sens_house.id]


def test_another_place_fills_the_bag_anew_and_another_role_may_end_it(phone, visitor, s, w):
    lan = phone()
    lan.fill()
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="volunteer", area=w.doai)
    s.commit()
    got = lan.fill()
    assert (got["anew"], [one[3] for one in got["households"]]) == (True, ["Lý Thị Páo"])
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="agent", area=w.tan_hung)
    s.commit()
    assert lan.fill() == {"wipe": True, "over": True}, "the session ended with the role; nobody need sign in to hear it"
    lan.visitor = visitor.as_(w.lan)
    assert lan.fill() == {"wipe": True, "over": True}


def test_signed_out_everywhere_the_bag_is_another(phone, visitor, s, w):
    lan = phone()
    before = lan.fill()["scope"]
    sign_in.end_everywhere(s, w.lan)
    s.commit()
    assert lan.fill() == {"wipe": True, "over": True}
    lan.send(status=401)
    lan.visitor = visitor.as_(w.minh)
    assert lan.fill() == {"wipe": True, "over": True}, "whoever holds the phone now"
    lan.visitor = visitor.as_(w.lan)
    got = lan.fill()
    assert got["anew"]
    assert got["scope"] != before


def test_the_bag_says_how_many_wait_in_all_although_it_lists_only_the_next(phone, s, w):
    for n in range(filling.SUGGESTIONS):
        world.household(s, w.dong, f"Sơn Văn {n}")
    s.commit()
    got = phone().fill()
    total = planning.plan(s, w.lan).total
    assert (len(got["today"]), got["due"]) == (filling.SUGGESTIONS, total)
    assert total > filling.SUGGESTIONS


def test_filling_asks_the_same_however_many_households_there_are(phone, s, w, connection):
    lan = phone()
    lan.fill()
    with counting.statements(connection) as few:
        lan.fill()
    for n in range(30):
        house = world.household(s, w.dong, f"Sơn Văn {n}")
        person = world.member(s, house, f"Sơn Văn {n}", 1980, "head")
        ambassadors.appoint(s, house, person, w.lan)
        visited(s, w, house, met=(person.id,), next_on=clock.today())
    s.commit()
    with counting.statements(connection) as many:
        assert len(lan.fill()["households"]) == 30
    assert len(many) == len(few)


def test_three_hundred_households_are_few_bytes_on_the_wire(phone, s, w):
    homes = [
        Household(
            village=w.dong, head_name=f"Nguyễn Văn Số {n}", folded="", sort_key="", address=f"Ngõ {n % 17}, số {n}",
            phone=f"+8491{n:07d}", created_at=clock.now(),
            members=[
                Member(name=f"Nguyễn Thị {n * 7 % 91}", folded="", birth_year=1940 + n * k % 70, relation=relation,
                       phone=f"+8498{n * 5 + k:07d}", created_at=clock.now())
                for k, relation in enumerate(("head", "spouse", "child", "parent"))
            ],
        )
        for n in range(298)
    ]  # fmt: skip
    s.add_all(homes)
    s.commit()
    lan = phone()
    said = lan.head() | {"have": {}}
    answer = lan.visitor.client.post("/tui/do", json=said, headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) < 60_000
    assert len(brotli.decompress(answer.data)) > 4 * len(answer.data)
