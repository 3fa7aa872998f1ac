"""Numbers beside the share: skills alone and with help, visits by outcome, who says to be on VNeID; what each means."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy.orm import Session

from outreach import clock
from outreach.bag import quiet
from outreach.bag.models import Handset
from outreach.campaigns import agreeing
from outreach.coverage import folding
from outreach.households import registering, stages
from outreach.households.registering import MemberFacts
from outreach.visits import correcting, recording
from outreach.visits.models import ALONE, HELPED, NOBODY, SHOWN, Visit
from outreach.visits.recording import VisitDraft
from tests import world
from tests.coverage.conftest import linked_numbers, listed, rows, spaced
from tests.coverage.test_pages import reading
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.each_kind

LEVELS = ("VN", "33", "11977", "11977.1")
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> object:
    with time_machine.travel(NOW, tick=False) as now:
        yield now


def visit(s: Session, w: World, house: world.Household, outcome: str, days: int = 0, by: object = None) -> Visit:
    """A visit some days ago, which nobody has summed up yet."""
    met = () if outcome == NOBODY else (house.members[0].id,)
    draft = VisitDraft(
        client_id=recording.new_client_id(), at=clock.now() - timedelta(days=days), outcome=outcome, met=met
    )
    return recording.record(s, by or w.lan, house, draft).visit


def summed(s: Session) -> None:
    """The worker's minute is over."""
    folding.fold(s)
    s.commit()


def skilled(s: Session, w: World) -> None:
    """Sen shops alone and pays with help, Tám shops with help."""
    stages.weighed(s, {w.sen: (0b00010, 0b00100), w.tam: (0, 0b00010)})
    summed(s)


def saying(s: Session, w: World, *people: world.Member) -> None:
    for one in people:
        registering.correct_member(s, one, MemberFacts(one.name, one.birth_year, vneid=True))
    summed(s)


def test_a_skill_shown_alone_is_told_apart_from_one_shown_with_help(s: Session, w: World, visitor: Visitor) -> None:
    skilled(s, w)
    for code in LEVELS:
        words = spaced(reading(visitor, w.anh).get(f"/do-phu/{code}"))
        assert "Shop online 1 1" in words, code
        assert "Pay online 0 1" in words, code
        assert "Protect oneself in cyberspace 0 0" in words, code


def test_who_says_it_is_told_apart_and_never_in_the_share(s: Session, w: World, visitor: Visitor) -> None:
    saying(s, w, w.sen, w.tam)
    for code in LEVELS:
        words = spaced(reading(visitor, w.anh).get(f"/do-phu/{code}"))
        assert "Adults who say they are confirmed on VNeID 2" in words, code
        assert "nobody has looked" in words, code
        assert "How far are we? 0 of" in words, code


def test_visits_of_the_month_are_told_by_what_came_of_them(s: Session, w: World, visitor: Visitor) -> None:
    visit(s, w, w.sens_house, ALONE)
    visit(s, w, w.sens_house, HELPED, days=1)
    visit(s, w, w.tams_house, SHOWN)
    visit(s, w, w.tams_house, NOBODY, days=2)
    visit(s, w, w.tams_house, ALONE, days=40)
    summed(s)
    for code in LEVELS:
        words = spaced(reading(visitor, w.anh).get(f"/do-phu/{code}"))
        assert "Visits 4 Did it alone 1 Did it with help 1 Was shown how 1 Not met, or refused 1" in words, code


def test_each_of_these_numbers_opens_a_list_of_exactly_that_many(s: Session, w: World, visitor: Visitor) -> None:
    skilled(s, w)
    saying(s, w, w.sen, w.hanh, w.tam)
    for outcome in (ALONE, HELPED, SHOWN, NOBODY):
        visit(s, w, w.tams_house, outcome)
    visit(s, w, w.sens_house, ALONE)
    summed(s)
    cuc, seen = reading(visitor, w.cuc), set()
    for path in ("11977", "11977.1", "11977/bieu-do"):
        for number, address in linked_numbers(cuc.get(f"/do-phu/{path}")):
            assert listed(cuc.get(address)) == number, address
            seen.add(urlsplit(address).path)
    assert {"/ho", "/do-phu/11977/luot-tham", "/do-phu/11977.1/luot-tham", "/do-phu/11977/vneid"} <= seen


def test_a_visit_that_was_taken_back_is_neither_counted_nor_listed(s: Session, w: World, visitor: Visitor) -> None:
    made = visit(s, w, w.sens_house, ALONE)
    summed(s)
    correcting.correct(s, made, w.lan, "the wrong house")
    summed(s)
    page = reading(visitor, w.cuc).get("/do-phu/11977/luot-tham")
    assert "No such visit in this month" in page.words


def test_a_past_month_lists_its_own_visits(s: Session, w: World, visitor: Visitor) -> None:
    visit(s, w, w.sens_house, ALONE, days=30)
    visit(s, w, w.sens_house, ALONE)
    summed(s)
    cuc = reading(visitor, w.cuc)
    assert listed(cuc.get("/do-phu/11977/luot-tham?thang=2026-10")) == 1
    assert listed(cuc.get("/do-phu/11977/luot-tham?thang=2026-11&xem=alone")) == 1


def test_above_a_commune_a_number_leads_to_the_places_below_sorted_by_it(
    s: Session, w: World, visitor: Visitor
) -> None:
    skilled(s, w)
    visit(s, w, w.sens_house, ALONE)
    summed(s)
    binh = reading(visitor, w.binh)
    links = [address for _n, address in linked_numbers(binh.get("/do-phu/33"))]
    skill = next(link for link in links if "sort=alone_shopping" in link)
    assert list(rows(binh.get(skill.split("#")[0])))[0] == "Xã Tân Hưng"
    seen = next(link for link in links if "bieu-do" in link and "sort=visits" in link)
    assert list(rows(binh.get(seen.split("#")[0])).items())[0] == ("Xã Tân Hưng", ["1", "1", "0", "0", "0"])


@pytest.mark.parametrize("door", ["vneid", "luot-tham"])
def test_names_are_only_for_who_may_read_households(w: World, visitor: Visitor, door: str) -> None:
    for who in (w.anh, w.binh):
        visitor.as_(who).get(f"/do-phu/11977/{door}", status=404)
    visitor.as_(w.quy).get(f"/do-phu/11977/{door}", status=404)
    visitor.as_(w.lan).get(f"/do-phu/11977/{door}", status=404)
    visitor.as_(w.lan).get(f"/do-phu/11977.1/{door}")


def test_the_charts_of_every_level_open_with_their_numbers_as_tables(s: Session, w: World, visitor: Visitor) -> None:
    visit(s, w, w.sens_house, SHOWN)
    summed(s)
    for code in LEVELS:
        words = spaced(reading(visitor, w.anh).get(f"/do-phu/{code}/bieu-do"))
        assert "1 visit" in words, code
        assert "Most on 21/11/2026: 1." in words, code
        assert "11/2026 0 0 1 0 0 1 0" in words, code


def test_a_chart_weighs_little(s: Session, w: World, visitor: Visitor) -> None:
    for n in range(30):
        visit(s, w, w.sens_house, ALONE, days=3 * n)
    summed(s)
    page = visitor.as_(w.cuc).client.get("/do-phu/11977/bieu-do", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.data) < 20_000


@pytest.mark.parametrize("path", ["11977", "11977/bieu-do", "11977.1", "33", "11977/vneid", "11977/luot-tham"])
def test_what_a_number_means_is_one_tap_away(w: World, visitor: Visitor, path: str) -> None:
    who = reading(visitor, w.cuc if path.startswith("11977") else w.binh)
    wanted = {
        urlsplit(link).fragment for link in who.get(f"/do-phu/{path}").links() if link.startswith("/do-phu/nghia")
    }
    meanings = who.get("/do-phu/nghia-la")
    there = {element.get("id") for element in meanings.tree.iter()}
    assert wanted
    assert wanted <= there


def test_the_meaning_of_vneid_says_what_it_is_not(w: World, visitor: Visitor) -> None:
    words = reading(visitor, w.lan).get("/do-phu/nghia-la").words
    assert "no official figure" in words
    assert "It is not the level 2 account." in words


def handset(s: Session, who: world.Account, hours: float, waiting: int = 0) -> Handset:
    """A phone last heard of some hours ago."""
    made = Handset(
        mark=f"{who.id}-{hours}", account_id=who.id, secret_digest="x", data_key="x", label="Android",
        created_at=NOW, seen_at=NOW - timedelta(hours=hours), waiting=waiting,
    )  # fmt: skip
    s.add(made)
    s.commit()
    return made


def test_phones_that_may_still_change_a_number_are_told_beside_it(s: Session, w: World, visitor: Visitor) -> None:
    handset(s, w.lan, 1)
    handset(s, w.minh, 30)
    handset(s, w.nga, 2, waiting=3)
    summed(s)
    cuc = reading(visitor, w.cuc)
    assert "2 of 3 volunteers' phones have not sent since 12:00 20/11/2026" in spaced(cuc.get("/do-phu/11977"))
    assert "1 of 2 volunteers' phones" in spaced(cuc.get("/do-phu/11977.1"))
    assert "2 of 3 volunteers' phones" in spaced(reading(visitor, w.anh).get("/do-phu/VN"))
    then = spaced(cuc.get("/do-phu/11977?thang=2026-10"))
    assert "1 of 3 volunteers' phones have not sent since 00:00 01/11/2026" in then


@pytest.mark.parametrize(
    "door", ["/do-phu/11977/bieu-do", "/do-phu/11977/theo-nhom", "/ke-hoach/11977", "/chien-dich/{campaign}"]
)
def test_every_page_of_figures_says_of_when_they_are_and_what_may_still_come(
    s: Session, w: World, visitor: Visitor, door: str
) -> None:
    plan = agreeing.Plan("Quý IV", NOW.date(), NOW.date() + timedelta(days=30), {"": 50})
    made = agreeing.make(s, w.tan_hung, plan, w.cuc)
    handset(s, w.minh, 30)
    summed(s)
    page = spaced(reading(visitor, w.cuc).get(door.format(campaign=made.id)))
    assert "Figures of 12:00 21/11/2026" in page
    assert "1 of 1 volunteer's phone has not sent since 12:00 20/11/2026" in page


def test_a_phone_that_was_wiped_or_whose_owner_works_no_more_is_not_waited_for(s: Session, w: World) -> None:
    handset(s, w.lan, 30).wiped_at = NOW
    handset(s, w.minh, 30)
    w.minh.suspended_at = NOW
    s.commit()
    assert quiet.count(s, w.tan_hung, NOW - timedelta(hours=24)) == quiet.Quiet(0, 0)


def test_what_a_phone_held_is_missing_although_it_was_wiped_and_its_owner_works_no_more(s: Session, w: World) -> None:
    handset(s, w.lan, 30, waiting=5).wiped_at = NOW
    w.lan.suspended_at = NOW
    handset(s, w.minh, 367 * 24, waiting=5).wiped_at = NOW
    s.commit()
    assert quiet.count(s, w.tan_hung, NOW - timedelta(hours=24)) == quiet.Quiet(1, 1)


def test_where_no_phone_carries_a_bag_nothing_is_said_of_phones(w: World, visitor: Visitor) -> None:
    assert "phones have not sent" not in reading(visitor, w.cuc).get("/do-phu/11977").words


def test_phones_of_the_country_are_told_as_of_the_last_minute(
    s: Session, w: World, visitor: Visitor, november: time_machine.Traveller
) -> None:
    handset(s, w.lan, 30)
    summed(s)
    assert "1 of 1 volunteer's phone has not sent" in spaced(reading(visitor, w.anh).get("/do-phu/VN"))
    handset(s, w.minh, 30)
    assert "1 of 1 volunteer's phone has not sent" in spaced(reading(visitor, w.anh).get("/do-phu/VN"))
    november.shift(timedelta(minutes=1, seconds=1))
    summed(s)
    assert "2 of 2 volunteers' phones have not sent" in spaced(reading(visitor, w.anh).get("/do-phu/VN"))
