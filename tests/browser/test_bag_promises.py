"""What the bag promises for rare days: a question answered, a phone forgotten by the house, time that passes."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.bag.models import Handset
from outreach.households import ambassadors, consent
from outreach.households.models import Household, Member
from outreach.visits.models import Visit
from tests import world
from tests.browser.bag import LONG, OTHER_PIN, PIN, Bag, last, rows
from tests.browser.house import House
from tests.world import World

vietnamese, english = (
    pytest.mark.parametrize("language", [pytest.param(code, marks=pytest.mark.browser)], indirect=True)
    for code in ("vi", "en")
)
STATES = "() => errand.state.rows.map(row => row.state).join()"
BAGS = "async () => (await sealed.all('bags')).length"
# The house takes the next form of this page; its answer gets lost, and so does the network.
LOSE_ANSWER = """() => {
    const { fetch } = window;
    window.fetch = async (...how) => {
        const answer = await fetch(...how);
        sessionStorage.taken = answer.status;
        throw new TypeError("lost");
    };
}"""


def _two_people(engine: Engine, w: World, head: str) -> tuple[int, int, int]:
    """A new household of Lan's village: its id and those of two people in it."""
    with Session(engine) as s:
        village = s.get_one(type(w.dong), w.dong.id)
        house = world.household(s, village, head)
        people = [world.member(s, house, f"{head} {name}", 1970) for name in ("Anh", "Em")]
        s.commit()
        return house.id, people[0].id, people[1].id


def _appoint(engine: Engine, house: int, member: int, by: int) -> None:
    """Somebody else registers this member."""
    with Session(engine) as s:
        found = s.get_one(Member, member)
        ambassadors.appoint(s, s.get_one(Household, house), found, s.get_one(Account, by))
        s.commit()


def _stands(engine: Engine, *houses: int) -> list[int]:
    """Who is ambassador in each of these."""
    with Session(engine) as s:
        found = (ambassadors.current(s, s.get_one(Household, house)) for house in houses)
        return [one.member_id for one in found if one is not None]


def _later(page: Page, **passed: int) -> None:
    """The phone shows a later time; nothing has happened in between."""
    page.clock.set_system_time(datetime.now(UTC) + timedelta(**passed))


@english
def test_where_two_ambassadors_meet_the_person_keeps_the_one_or_puts_her_own(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    kept, kept_other, kept_own = _two_people(written, afield[1], "Phạm Văn Giữ")
    put, put_other, put_own = _two_people(written, afield[1], "Phạm Văn Thay")
    bag.page.evaluate("() => errand.fill(true)")
    bag.context.set_offline(True)
    for house, member in ((kept, kept_own), (put, put_own)):
        bag.go(f"ho/{house}/dai-su")
        bag.choose("who", member)
        bag.choose("purposes", "registered")
        bag.choose("how", "oral")
        bag.put_by()
    read = bag.page.evaluate("() => errand.state.rows.map(row => view.said(row.record, 'wording'))")
    assert read == [consent.WORDING] * 2  # which words were read goes up with the yes
    _appoint(written, kept, kept_other, afield[1].minh.id)
    _appoint(written, put, put_other, afield[1].minh.id)
    bag.context.set_offline(False)
    bag.until(STATES, "asked,asked")
    bag.go("cho-gui")
    bag.part("[data-row=record] a").first.click()
    expect(bag.part("[data-put=word]")).to_contain_text("Phạm Văn Giữ Anh", timeout=LONG)
    bag.part("[data-do=keep]").click()
    bag.until(STATES, "asked")
    bag.part("[data-row=record] a").first.click()
    bag.part("[data-do=change]").click()
    expect(bag.part("[data-put=asked]")).to_contain_text("Phạm Văn Thay Anh", timeout=LONG)
    bag.part("[name=reason]").fill("Đi làm xa")
    bag.put_by()
    bag.sent()
    assert _stands(written, kept, put) == [kept_other, put_own]


@english
def test_a_phone_that_the_house_knows_no_more_is_set_up_anew_and_what_it_sealed_arrives_once(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, w, before = bag.page, afield[1], last(written, Visit)
    bag.context.set_offline(True)
    ids = bag.many(w.sens_house.id, 2)
    bag.go(f"ho/{w.tams_house.id}/tham")
    bag.choose("outcome", "nobody")
    bag.until("async () => (await sealed.all('drafts')).length", 1)
    bag.go("cho-gui")
    with Session(written) as s:
        s.execute(delete(Handset).where(Handset.account_id == w.lan.id))
        s.commit()
    bag.context.set_offline(False)
    bag.until("() => errand.state.fault", "unknown")
    bag.part("[data-when=unknown] button").click()
    bag.set_up(OTHER_PIN)
    bag.sent()
    assert sorted(one.client_id for one in rows(written, Visit, before)) == sorted(ids)
    bag.open(f"ho/{w.tams_house.id}/tham", OTHER_PIN)
    expect(page.locator("[name=outcome][value=nobody]")).to_be_checked(timeout=LONG)


@vietnamese
def test_a_form_of_an_online_page_whose_answer_gets_lost_waits_in_the_bag_and_is_there_once(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, w, before = bag.page, afield[1], last(written, Visit)
    for house, breaks in ((w.sens_house.id, LOSE_ANSWER), (w.tams_house.id, "")):
        page.goto(f"{bag.house.address}/ho/{house}/tham")
        bag.choose("outcome", "nobody")
        if breaks:
            page.evaluate(breaks)
        else:
            bag.context.set_offline(True)
        page.locator(".save-bar button").click()
        page.wait_for_url("**/tui#cho-gui")
    assert page.evaluate("() => sessionStorage.taken") == "204"
    bag.waits(2)
    page.locator("#pin").fill(PIN)
    expect(page.locator("[data-row=record]")).to_have_count(2, timeout=LONG)
    bag.context.set_offline(False)
    bag.sent()
    fates = [bag.words(text) for text in ("Sent and taken", "Was there already")]
    expect(page.locator("[data-row=sent] [data-put=fate]")).to_have_text(fates, timeout=LONG)
    assert [one.household_id for one in rows(written, Visit, before)] == [w.sens_house.id, w.tams_house.id]


@english
def test_seven_days_after_filling_the_households_are_gone_and_what_waits_is_sent(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, before = bag.page, last(written, Visit)
    page.clock.install()
    bag.context.set_offline(True)
    ids = bag.many(afield[1].sens_house.id, 2)
    _later(page, days=6, hours=23)
    page.reload()
    expect(bag.part("#pin")).to_be_visible(timeout=LONG)
    assert page.evaluate(BAGS) == 1
    _later(page, days=7, minutes=1)
    page.reload()
    expect(bag.part("#pin")).to_be_visible(timeout=LONG)
    assert page.evaluate(BAGS) == 0
    bag.part("#pin").fill(PIN)
    bag.is_open()
    bag.go("tim")
    expect(bag.part(".houses li")).to_have_count(0)
    bag.waits(2)
    bag.context.set_offline(False)
    page.clock.fast_forward("00:15")
    bag.waits(0)  # by itself: nobody touches the phone
    assert sorted(one.client_id for one in rows(written, Visit, before)) == sorted(ids)


@english
def test_an_open_bag_locks_itself_fifteen_minutes_after_the_last_touch_and_keeps_what_was_typed(
    bag: Bag, afield: tuple[House, World]
) -> None:
    page, place = bag.page, f"ho/{afield[1].tams_house.id}/tham"
    page.clock.install()
    bag.open(place)
    bag.part("[name=note]").evaluate("note => note.closest('details').open = true")
    page.clock.fast_forward("14:00")
    bag.part("[name=note]").fill("Cháu đưa điện thoại")
    bag.choose("outcome", "shown")
    page.clock.fast_forward("14:30")
    page.clock.run_for(1000)
    assert page.evaluate("() => Boolean(errand.state.keys)")
    page.clock.fast_forward("01:00")
    bag.until("() => errand.state.keys", None)
    expect(bag.part("#pin")).to_be_visible(timeout=LONG)
    bag.part("#pin").fill(PIN)
    expect(bag.part("[name=note]")).to_have_value("Cháu đưa điện thoại", timeout=LONG)
    bag.part("[data-do=afresh]").click()


@english
def test_a_phone_whose_clock_is_more_than_five_minutes_off_says_so_and_its_visits_are_put_right(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, before = bag.page, last(written, Visit)
    page.clock.install()
    _later(page, minutes=4)
    bag.open("hom-nay")
    expect(bag.part("[data-put=filled]").first).to_be_visible(timeout=LONG)
    bag.until("() => Math.round(errand.state.off / 60000)", 4)
    expect(bag.part("[data-put=clock]")).to_be_hidden()
    _later(page, minutes=20)
    bag.open("hom-nay")
    expect(bag.part("[data-put=clock]")).to_contain_text("20 minutes off", timeout=LONG)
    bag.many(afield[1].sens_house.id, 1)
    bag.send()
    bag.sent()
    (visit,) = rows(written, Visit, before)
    assert abs(visit.at - datetime.now(UTC)) < timedelta(minutes=2) < visit.said_at - visit.at


@english
def test_each_opening_asks_the_browser_to_keep_what_is_here_and_says_that_it_opens_without_a_network(bag: Bag) -> None:
    asking = "navigator.storage.persist = async () => { window.asked = true; return true; };"
    bag.page.add_init_script(asking)
    bag.open("cho-gui")
    expect(bag.part("[data-put=ready]")).to_have_text(bag.words("It opens without a network."), timeout=LONG)
    assert bag.page.evaluate("() => window.asked")


@english
def test_what_the_house_lost_after_it_was_sent_is_sent_once_more_from_the_phone(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    before, w = last(written, Visit), afield[1]
    lost, had = bag.many(w.sens_house.id, 1) + bag.many(w.tams_house.id, 1)
    bag.send()
    bag.sent()
    with Session(written) as s:
        s.execute(delete(Visit).where(Visit.client_id == lost))  # a backup of before was put back
        s.commit()
    bag.go("cho-gui")
    bag.part("details:has([data-do=again]) summary").click()
    bag.part("[data-do=again]").click()
    fates = [bag.words(text) for text in ("Sent and taken", "Was there already")]
    expect(bag.part("[data-row=sent] [data-put=fate]").filter(has_text=fates[1])).to_have_count(1, timeout=LONG)
    bag.sent()
    assert sorted(one.client_id for one in rows(written, Visit, before)) == sorted([lost, had])


@english
def test_a_clock_that_is_set_while_a_visit_waits_does_not_move_it(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, before, house = bag.page, last(written, Visit), afield[1].sens_house.id
    page.clock.install()
    _later(page, minutes=0)
    bag.open("hom-nay")
    page.evaluate("() => errand.fill(true)")
    bag.until("() => Math.round(errand.state.off / 60000)", 0)
    bag.context.set_offline(True)
    bag.many(house, 1)
    _later(page, days=2)
    page.reload()
    bag.open("hom-nay")
    bag.many(house, 1)
    _later(page, days=2, hours=-1)
    page.reload()
    bag.open("hom-nay")
    assert page.evaluate("() => errand.clock().off") is None  # it shows less than it did: it was set
    bag.many(house, 1)
    bag.context.set_offline(False)
    bag.sent()
    found = rows(written, Visit, before)
    assert all(abs(visit.at - datetime.now(UTC)) < timedelta(minutes=2) for visit in found)
    assert [round((visit.said_at - visit.at) / timedelta(hours=1)) for visit in found] == [0, 48, 47]


@english
def test_a_record_stays_while_it_is_being_corrected_and_a_correction_that_comes_too_late_is_told(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, before = bag.page, last(written, Visit)
    bag.context.set_offline(True)
    for note, late in (("Hẹn thứ Bảy", False), ("Hẹn Chủ nhật", True)):
        (waiting,) = bag.many(afield[1].sens_house.id, 1)
        bag.go(f"cho-gui/{waiting}")
        bag.part("[data-do=mend]").click()
        page.locator("[name=note]").fill(note)
        if late:
            page.evaluate("() => { errand.state.mended = ''; }")  # another page of this phone knows nothing of it
        bag.context.set_offline(False)
        page.evaluate("() => errand.send()")
        bag.waits(0 if late else 1)
        bag.save()
        bag.sent()
        bag.context.set_offline(True)
    expect(page.locator("[data-when=mended]")).to_be_visible(timeout=LONG)
    expect(page.locator("#news")).not_to_contain_text(bag.words("On this phone, not sent yet"))
    assert page.evaluate("async () => (await sealed.all('drafts')).length") == 0
    assert [one.note for one in rows(written, Visit, before)] == ["Hẹn thứ Bảy", "Lượt 1"]


@english
def test_a_record_of_a_house_that_has_left_the_bag_can_still_be_corrected_without_losing_who_was_met(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    page, w, before = bag.page, afield[1], last(written, Visit)
    bag.context.set_offline(True)
    bag.note_visit(w.sens_house.id, w.sen.id)
    page.evaluate("() => { errand.state.bag.households = []; }")
    bag.go("cho-gui")
    expect(bag.part("[data-row=record] b")).to_have_text(f"Visit: {w.sens_house.head_name}")
    bag.part("[data-row=record] a").click()
    bag.part("[data-do=mend]").click()
    bag.choose("outcome", "alone")
    bag.put_by()
    bag.context.set_offline(False)
    bag.sent()
    with Session(written) as s:
        (visit,) = s.scalars(select(Visit).where(Visit.id > before))
        assert (visit.outcome, [one.id for one in visit.met]) == ("alone", [w.sen.id])


@english
def test_what_hangs_on_a_household_that_is_asked_about_arrives_also_when_its_name_is_corrected(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    bag.context.set_offline(True)
    bag.go("ho/moi")
    bag.part("[name=head_name]").fill("Hoàng Thị Sen")
    bag.put_by()
    (own,) = bag.page.evaluate("() => errand.state.rows.map(({ id }) => id)")
    bag.note_visit(f"~{own}", f"~{own}.head")
    bag.context.set_offline(False)
    bag.until(STATES, "asked,waits")
    bag.go(f"cho-gui/{own}")
    bag.part("[data-do=mend]").click()
    bag.part("[name=head_name]").fill("Hoàng Thị Sen Hai")
    bag.put_by()
    bag.sent()
    (made,) = [one for one in rows(written, Household) if one.head_name == "Hoàng Thị Sen Hai"]
    assert [one.household_id for one in rows(written, Visit)][-1:] == [made.id]
