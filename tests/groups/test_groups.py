"""Leading a group: who works how much, who has gone silent, which phones hold something back."""

import re
from datetime import timedelta

import pytest

from outreach import clock
from outreach.accounts import registering
from outreach.arrivals.models import OUT_OF_REACH, Late
from outreach.bag.models import Handset
from outreach.campaigns import agreeing
from outreach.checks.models import Doubt
from outreach.groups import figures, queries
from outreach.households import registering as households
from outreach.households.registering import HouseholdFacts
from outreach.review import sheets
from outreach.review.models import APPROVED, DRAFT, TO_MEND, Sheet
from outreach.visits import care, correcting, recording
from outreach.visits.recording import VisitDraft, new_client_id
from tests import counting, world


def visit(s, by, house, days=0, outcome="nobody", **said):
    """A visit some days ago."""
    at = clock.now() - timedelta(days=days)
    return recording.record(s, by, house, VisitDraft(new_client_id(), outcome, at=at, **said)).visit


def joined(s, account, days):
    """The account was made some days ago."""
    account.created_at = clock.now() - timedelta(days=days)
    s.flush()


def handset(s, account, waiting=0, seen=0, sent=None, clock_off=0):
    """A phone with the account's bag, last heard of some days ago."""
    now = clock.now()
    one = Handset(
        mark=new_client_id(), account_id=account.id, secret_digest="x", data_key="x", label="Android, Chrome",
        created_at=now - timedelta(days=30), seen_at=now - timedelta(days=seen), waiting=waiting, clock_off=clock_off,
        sent_at=None if sent is None else now - timedelta(days=sent),
    )  # fmt: skip
    s.add(one)
    s.flush()
    return one


def person(s, area, account):
    """What is known of somebody."""
    everybody = [one for group in queries.groups(s, area) for one in group.people]
    return next(one for one in everybody if one.account.id == account.id)


def group(s, village):
    """The group of a village."""
    return queries.groups(s, village)[0]


def test_visits_are_counted_for_who_made_them_and_corrected_ones_no_more(s, w):
    visit(s, w.lan, w.sens_house)
    wrong = visit(s, w.lan, w.tams_house)
    correcting.correct(s, wrong, w.lan, "nhầm nhà")
    lan = person(s, w.dong, w.lan)
    assert (lan.week, lan.month, lan.days) == (1, 1, 0)
    assert person(s, w.dong, w.minh).month == 0


def test_a_visit_to_somebody_of_elsewhere_counts_for_the_helper(s, w):
    visit(s, w.nga, w.sens_house)
    assert person(s, w.doai, w.nga).week == 1


def test_houses_looked_after_are_counted_and_what_nobody_looks_after_too(s, w):
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    found = group(s, w.dong)
    assert (found.homes, found.cared, found.strays) == (2, 1, 0)
    assert person(s, w.dong, w.lan).cares == 1


def test_houses_of_who_was_suspended_are_named_until_somebody_takes_them(s, w):
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    registering.suspend(s, w.dung, w.lan)
    found = group(s, w.dong)
    assert (found.cared, found.strays) == (0, 1)
    assert w.lan.id in [one.account.id for one in found.people]
    care.give(s, [w.sens_house.id], w.minh, w.dung, area_id=w.dong.id)
    assert w.lan.id not in [one.account.id for one in group(s, w.dong).people]


@pytest.mark.parametrize(("days", "silent"), [(13, False), (14, True)])
def test_after_two_weeks_without_a_visit_somebody_is_silent(s, w, days, silent):
    joined(s, w.lan, 60)
    visit(s, w.lan, w.sens_house, days=days)
    assert person(s, w.dong, w.lan).is_silent is silent


def test_who_has_just_come_is_not_silent_and_who_never_began_is(s, w):
    joined(s, w.lan, 3)
    joined(s, w.minh, 20)
    assert not person(s, w.dong, w.lan).is_silent
    assert person(s, w.dong, w.minh).is_silent


def test_a_village_where_nobody_came_for_two_weeks_is_silent_whoever_came_before(s, w):
    visit(s, w.nga, w.sens_house, days=14)
    assert group(s, w.dong).is_silent
    visit(s, w.nga, w.tams_house, days=1)
    assert not group(s, w.dong).is_silent


def test_an_overdue_promise_belongs_to_who_looks_after_the_house_else_to_who_gave_it(s, w):
    for house in (w.sens_house, w.tams_house):
        visit(s, w.lan, house, days=9, next_on=clock.today() - timedelta(days=2))
    care.give(s, [w.tams_house.id], w.minh, w.dung, area_id=w.dong.id)
    assert person(s, w.dong, w.lan).overdue == 1
    assert person(s, w.dong, w.minh).overdue == 1
    assert group(s, w.dong).overdue == 2


def test_a_phone_that_holds_records_says_since_when_it_has_not_sent(s, w):
    handset(s, w.lan, waiting=4, seen=1, sent=3)
    (phone,) = person(s, w.dong, w.lan).phones
    assert (phone.state.waiting, phone.state.unsent, phone.state.is_well) == (4, 3, False)


def test_two_phones_of_a_person_stand_below_each_other(s, w, visitor):
    """On a small screen a cell shares its line among its pieces: two phones would be two columns of single letters."""
    handset(s, w.lan)
    handset(s, w.lan, waiting=4)
    cells = re.findall(r'<td data-label="Phone">(.*?)</td>', visitor.as_(w.dung).get("/to").text, re.S)
    (both,) = [one for one in cells if one.count("Android, Chrome") == 2]
    assert re.fullmatch(r"<div>(<p>((?!</p>).)*</p>\s*){2}</div>", both, re.S)


def test_a_phone_is_missed_after_a_week_only_if_visits_were_expected(s, w):
    handset(s, w.lan, seen=8)
    assert person(s, w.dong, w.lan).phones[0].state.is_well
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    assert person(s, w.dong, w.lan).phones[0].state.unseen == 8


def test_a_clock_that_is_far_off_is_told_in_minutes(s, w):
    handset(s, w.lan, clock_off=-7200)
    handset(s, w.minh, clock_off=120)
    assert person(s, w.dong, w.lan).phones[0].state.clock_off == -120
    assert person(s, w.dong, w.minh).phones[0].state.is_well


def test_a_month_without_a_sheet_is_missing_and_one_with_visits_is_not_sent(s, w):
    when = figures.periods()
    assert person(s, w.dong, w.lan).sheet == "missing"
    visit(s, w.minh, w.sens_house, days=(clock.today() - when.sheet).days - 10)
    assert person(s, w.dong, w.minh).sheet == "draft"
    s.add(Sheet(account_id=w.lan.id, village_id=w.dong.id, month=when.sheet, state=APPROVED, made_at=clock.now()))
    s.flush()
    assert person(s, w.dong, w.lan).sheet == APPROVED
    assert group(s, w.dong).unreported == 2


@pytest.mark.parametrize("other", [TO_MEND, DRAFT])
def test_of_two_villages_sheets_the_one_with_most_to_do_is_shown_and_leads_there(visitor, s, w, other):
    month = figures.periods().sheet
    said = {"account_id": w.lan.id, "month": month, "made_at": clock.now()}
    s.add(Sheet(village_id=w.dong.id, state=APPROVED, **said))
    if other == DRAFT:
        visit(s, w.lan, w.paos_house, days=(clock.today() - month).days - 10)
    else:
        s.add(Sheet(village_id=w.doai.id, state=other, **said))
    s.commit()
    found = person(s, w.dong, w.lan)
    assert (found.sheet, found.sheet_of) == (other, w.doai.id)
    assert f"thon={w.doai.id}" in visitor.as_(w.cuc).get(f"/to/thon/{w.dong.code}").text


def approved_with_two_visits(s, w):
    """Lan's sheet of the month that is over: she met Sen, and nobody at Tám's; approved by her leader."""
    month = figures.periods().sheet
    ago = (clock.today() - month).days - 10
    for house in (w.sens_house, w.tams_house):
        visit(s, w.lan, house, days=ago)
    sheets.approve(s, sheets.send(s, w.lan, w.dong, month, w.lan), w.dung)
    return ago


def put_right(s, w, house):
    """Somebody notices that the house stands in thôn Đoài."""
    households.correct(s, house, HouseholdFacts(w.doai, house.head_name), w.cuc)
    s.commit()


def test_a_house_put_right_into_another_village_leaves_the_approved_sheet_that_counts_its_visits(visitor, s, w):
    approved_with_two_visits(s, w)
    put_right(s, w, w.sens_house)
    found = person(s, w.dong, w.lan)
    assert (found.sheet, found.sheet_of) == (APPROVED, w.dong.id)
    assert f"thon={w.doai.id}" not in visitor.as_(w.dung).get("/to").text


def test_a_visit_there_that_no_approved_sheet_counts_is_still_a_draft_of_that_village(s, w):
    ago = approved_with_two_visits(s, w)
    put_right(s, w, w.sens_house)
    visit(s, w.lan, w.sens_house, days=ago)
    found = person(s, w.dong, w.lan)
    assert (found.sheet, found.sheet_of) == (DRAFT, w.doai.id)


def test_open_doubts_and_late_records_stand_beside_the_person(s, w):
    doubted = visit(s, w.lan, w.sens_house)
    for reason in ("hour", "note"):
        s.add(Doubt(visit_id=doubted.id, village_id=w.dong.id, reason=reason, found_at=clock.now()))
    s.add(Late(client_id=new_client_id(), digest="x", author_id=w.lan.id, area_id=w.dong.id, why=OUT_OF_REACH,
               url="/ho/1/tham", fields=[], at=clock.now(), received_at=clock.now()))  # fmt: skip
    s.flush()
    lan = person(s, w.dong, w.lan)
    assert (lan.doubts, lan.late) == (1, 1)
    assert group(s, w.dong).late == 1


def test_a_leader_sees_the_own_group_with_words_for_what_is_wrong(visitor, s, w):
    joined(s, w.lan, 60)
    visit(s, w.lan, w.sens_house, days=16)
    handset(s, w.lan, waiting=4, seen=1, sent=3)
    s.commit()
    page = visitor.as_(w.dung).get("/to")
    for words in (
        "Group of thôn Đông",
        "no visit for 16 days",
        "Nobody has visited any household of thôn Đông for 16 days",
        "4 records not sent yet, has not sent for 3 days",
        "1 phone has not sent everything: 4 records",
    ):
        assert words in page.words


def test_an_official_sees_all_groups_the_longest_silent_first(visitor, s, w):
    visit(s, w.lan, w.sens_house, days=1)
    visit(s, w.nga, w.paos_house, days=20)
    s.commit()
    page = visitor.as_(w.cuc).get("/to")
    assert page.words.index("Thôn Đoài") < page.words.index("Thôn Đông")
    by_name = visitor.as_(w.cuc).get("/to?xep=week")
    assert by_name.words.index("Thôn Đoài") < by_name.words.index("Thôn Đông")
    assert "/to/thon/11977.1" in page.links()
    assert "Phạm Văn Dũng" in visitor.as_(w.cuc).get("/to/thon/11977.1").words


def test_a_leader_reads_the_villages_share_of_a_campaign_there(visitor, s, w):
    first, last = clock.today() - timedelta(days=5), clock.today() + timedelta(days=5)
    agreeing.make(s, w.tan_hung, agreeing.Plan("Chín mươi ngày", first, last, {"": 50}), w.cuc)
    s.commit()
    assert "Chín mươi ngày" in visitor.as_(w.dung).get("/to").words


def test_every_number_of_a_person_opens_the_list_it_counts(visitor, s, w):
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    visit(s, w.lan, w.tams_house)
    elsewhere = visit(s, w.lan, w.xas_house)
    s.commit()
    dung = visitor.as_(w.dung)
    homes = dung.get(f"/to/nguoi/{w.lan.id}?xem=ho").words
    assert "Hoàng Thị Sen" in homes
    assert "Nguyễn Văn Tám" not in homes
    made = dung.get(f"/to/nguoi/{w.lan.id}?xem=tuan").words
    assert "Nguyễn Văn Tám" in made
    assert "Somebody of another place" in made
    assert elsewhere.household.head_name not in made
    assert "Promises overdue: 0" in dung.get(f"/to/nguoi/{w.lan.id}?xem=hen").words


def test_a_promise_overdue_is_listed_with_its_day(visitor, s, w):
    visit(s, w.lan, w.sens_house, days=9, next_on=clock.today() - timedelta(days=2))
    s.commit()
    assert "Hoàng Thị Sen" in visitor.as_(w.cuc).get(f"/to/nguoi/{w.lan.id}?xem=hen").words


@pytest.mark.parametrize("path", ["/to", "/to/thon/11977.1", "/to/nguoi/{lan}"])
def test_groups_are_for_leaders_and_officials(visitor, w, path):
    path = path.format(lan=w.lan.id)
    visitor.as_(w.lan).get(path, status=403)
    visitor.as_(w.binh).get(path, status=403)
    assert visitor.get(path, status=303).location.startswith("/dang-nhap")


def test_what_is_out_of_scope_is_not_there(visitor, w):
    dung, quy = visitor.as_(w.dung), visitor.as_(w.quy)
    dung.get("/to/thon/11977.2", status=404)
    dung.get(f"/to/nguoi/{w.nga.id}", status=404)
    quy.get("/to/thon/11977.1", status=404)
    quy.get(f"/to/nguoi/{w.lan.id}", status=404)
    quy.get("/to/thon/33", status=404)
    visitor.as_(w.cuc).get(f"/to/nguoi/{w.phuc.id}", status=404)


def test_a_page_asks_at_most_twelve_questions_however_many_people(visitor, connection, s, w):
    for n in range(20):
        one = world.account(s, f"Người Giúp {n}", f"+8498000{n:04d}", "volunteer", w.dong)
        handset(s, one, waiting=1)
    s.commit()
    for who, path in ((w.cuc, "/to"), (w.dung, "/to"), (w.dung, f"/to/nguoi/{w.lan.id}")):
        reader = visitor.as_(who)
        with counting.statements(connection) as said:
            reader.get(path)
        assert len(said) <= 12, said
