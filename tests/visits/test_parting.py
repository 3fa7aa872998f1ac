"""A merge of two households that was a mistake is undone: what was each one's is each one's again."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock, tables
from outreach.accounts.models import AuditEntry
from outreach.campaigns import agreeing, queries
from outreach.coverage import recounting
from outreach.households import ambassadors, consent, merging, registering, stages
from outreach.households import parting as households
from outreach.households.models import Household, Member, StageChange
from outreach.households.parting import NotApart
from outreach.learning.models import Learner
from outreach.review import ledger
from outreach.visits import care, correcting, parting, recording
from outreach.visits.models import Care, FollowUp, Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world


def visit(s, by, house, outcome="helped", **said):
    """A visit with all that follows."""
    return recording.record(s, by, house, VisitDraft(new_client_id(), outcome, **said)).visit


def ago(days):
    return clock.now() - timedelta(days=days)


def everything(s):
    """Each row that points at a household, and each household, as it stands; but for what only tells history."""
    s.expire_all()
    s.flush()
    found = {}
    for table in tables.METADATA.sorted_tables:
        points = any(key.column.table.name == "household" for key in table.foreign_keys)
        if (points or table.name == "household") and table.name not in ("stage_change", "household_merge"):
            found[table.name] = sorted(map(repr, s.execute(select(table)).mappings()))
    return found


@pytest.fixture
def lived(s, w):
    """Both households have been worked with: visits, promises, types, carers, ambassadors, a yes, a lesson."""
    visit(s, w.lan, w.sens_house, met=(w.hanh.id,), at=ago(9), next_on=clock.today())
    visit(s, w.minh, w.tams_house, met=(w.tam.id,), at=ago(5), next_on=clock.today())
    for house, person, kinds in ((w.sens_house, w.hanh, ["farmers"]), (w.tams_house, w.tam, ["farmers", "women"])):
        registering.retype(house, kinds)
        consent.give(s, person, consent.Given(("registered", "sms"), "oral"), w.lan)
        ambassadors.appoint(s, house, person, w.lan)
    care.give(s, [w.sens_house.id], w.lan, w.dung, area_id=w.dong.id)
    care.give(s, [w.tams_house.id], w.minh, w.dung, area_id=w.dong.id)
    s.add(Learner(token="t" * 43, member_id=w.tam.id, created_at=clock.now()))
    stages.learning(s, w.tam, clock.today())
    w.sens_house.code, w.tams_house.phone, w.tams_house.walk_no = None, "+84977777777", 3
    s.flush()
    s.commit()
    return w


def merged(s, w, keep=None, other=None):
    made = merging.merge(s, keep or w.sens_house, other or w.tams_house, w.cuc)
    s.commit()
    return made


def apart(s, w, merge):
    stay = parting.part(s, merge, w.cuc)
    s.commit()
    assert recounting.differing(s) == []
    return [member.name for member in stay]


@pytest.mark.parametrize(
    "pair", [("sens_house", "tams_house"), ("tams_house", "sens_house"), ("sens_house", "paos_house")]
)
def test_every_row_of_every_table_stands_as_before_the_merge(s, lived, pair):
    keep, other = (getattr(lived, name) for name in pair)
    visit(s, lived.nga, lived.paos_house, "nobody", at=ago(3))
    s.commit()
    before = everything(s)
    merge = merged(s, lived, keep, other)
    assert everything(s) != before
    assert apart(s, lived, merge) == []
    assert everything(s) == before


def test_a_closed_entry_that_the_merge_opened_is_closed_again_if_nobody_was_there_since(s, w):
    stages.close(s, w.sens_house, "vacant", w.lan.id, "x")
    before = everything(s)
    apart(s, w, merged(s, w))
    assert everything(s) == before
    merge = merged(s, w)
    visit(s, w.lan, w.sens_house, "nobody")
    apart(s, w, merge)
    assert w.sens_house.closed_as is None


def test_campaigns_and_the_counts_of_kinds_are_as_before(s, lived):
    days = clock.today() - timedelta(days=9), clock.today() + timedelta(days=9)
    made = agreeing.make(s, lived.tan_hung, agreeing.Plan("Quý IV", *days, {"": 50, "farmers": 50}), lived.cuc)
    lived.tam.proficient_since = clock.today()
    stages.restage(s, lived.tams_house, None)
    s.commit()
    before = [row.standing for row in queries.progress(s, made)]
    apart(s, lived, merged(s, lived))
    s.expire_all()
    assert [row.standing for row in queries.progress(s, made)] == before


def test_the_sheets_count_each_visit_where_they_did(s, lived):
    visit(s, lived.nga, lived.paos_house, "nobody")
    s.commit()
    month = [clock.today().replace(day=1)]

    def sheets():
        s.expire_all()
        found = [sheet for who in (lived.lan, lived.minh, lived.nga) for sheet in ledger.of_person(s, who, month)]
        return [(sheet.village.id, sheet.figures) for sheet in found]

    before = sheets()
    apart(s, lived, merged(s, lived, lived.sens_house, lived.paos_house))
    assert sheets() == before


def test_what_came_since_stays_with_the_household_that_was_kept(s, lived):
    merge = merged(s, lived)
    since = visit(s, lived.lan, lived.sens_house, met=(lived.tam.id,), next_on=clock.today() + timedelta(days=7))
    apart(s, lived, merge)
    s.expire_all()
    assert since.household_id == lived.sens_house.id
    assert lived.sens_house.last_visit_at == since.at
    assert lived.tams_house.last_visit_at < since.at
    assert s.scalars(select(FollowUp.household_id).where(FollowUp.visit_id == since.id)).all() == [lived.sens_house.id]


def test_a_visit_that_was_corrected_since_goes_back_with_what_stands_in_its_place(s, lived):
    wrong = s.scalars(select(Visit).where(Visit.by_id == lived.minh.id)).one()
    merge = merged(s, lived)
    right = VisitDraft(new_client_id(), "nobody", at=wrong.at, next_on=clock.today())
    new = s.get_one(Visit, correcting.correct(s, wrong, lived.minh, "nhầm", right).new_visit_id)
    apart(s, lived, merge)
    s.expire_all()
    assert (wrong.household_id, new.household_id) == (lived.tams_house.id, lived.tams_house.id)
    assert (lived.tams_house.visited_at, lived.tams_house.last_visit_at) == (None, new.at)


def test_what_somebody_wrote_on_the_kept_entry_since_stays(s, lived):
    merge = merged(s, lived)
    lived.sens_house.phone = "+84911111111"
    s.commit()
    apart(s, lived, merge)
    assert (lived.sens_house.phone, lived.tams_house.phone) == ("+84911111111", "+84977777777")


def test_who_took_her_yes_back_since_does_not_stand_again(s, lived):
    merge = merged(s, lived)
    consent.withdraw(s, consent.current(s, lived.tam)["registered"], lived.lan)
    apart(s, lived, merge)
    assert ambassadors.current(s, lived.tams_house) is None


def test_an_ambassador_named_since_goes_with_the_house_she_is_of(s, lived):
    merge = merged(s, lived)
    ambassadors.appoint(s, lived.sens_house, lived.tam, lived.lan, "đổi người")
    apart(s, lived, merge)
    assert ambassadors.current(s, lived.sens_house) is None
    assert ambassadors.current(s, lived.tams_house).member_id == lived.tam.id


@pytest.fixture
def twice(s, lived):
    """Bà Sen stands in both households; Lan met her under each entry."""
    again = world.member(s, lived.tams_house, "Hoang Thi Sen", 1955)
    visit(s, lived.lan, lived.tams_house, met=(again.id,), at=ago(2))
    s.commit()
    return again


@pytest.mark.parametrize("kept", ["of the house that was kept", "of the other"])
def test_a_person_who_was_made_one_since_stays_and_is_named(visitor, s, lived, twice, kept):
    merge = merged(s, lived)
    one, gone = (lived.sen, twice) if kept == "of the house that was kept" else (twice, lived.sen)
    merging.unify(s, one, gone, lived.cuc)
    s.commit()
    cuc = visitor.as_(lived.cuc)
    shown = cuc.get(f"/gop/{merge.id}")
    assert "What is whose can no longer be told" in shown.words
    page = cuc.follow(cuc.send(shown, f"/gop/{merge.id}"))
    assert f"{one.name} stays here: two entries of this person were made one since" in page.words
    s.expire_all()
    assert [m.name for m in s.scalars(select(Member).where(Member.household_id == lived.tams_house.id))] == [
        "Nguyễn Văn Tám"
    ]
    assert one.household_id == lived.sens_house.id
    assert recounting.differing(s) == []


def test_a_person_who_stood_twice_in_the_other_house_and_was_made_one_since_goes_back(s, lived):
    again = world.member(s, lived.tams_house, "Nguyen Van Tam", 1951)
    s.commit()
    merge = merged(s, lived)
    merging.unify(s, lived.tam, again, lived.cuc)
    assert apart(s, lived, merge) == []
    assert lived.tam.household_id == lived.tams_house.id
    assert ambassadors.current(s, lived.tams_house).member_id == lived.tam.id


def test_a_visit_sent_again_after_merging_and_parting_is_known(visitor, s, w):
    lan, address = visitor.as_(w.lan), f"/ho/{w.tams_house.id}/tham"
    filled = lan.get(address).form(address) | {"met": str(w.tam.id), "outcome": "helped"}
    merge = merged(s, w)
    lan.post(address, filled)
    apart(s, w, merge)
    assert "Nothing was added." in lan.follow(lan.post(address, filled)).words
    assert len(s.scalars(select(Visit)).all()) == 1


def test_the_stages_tell_why_they_changed(s, lived):
    apart(s, lived, merged(s, lived))
    history = select(StageChange.new, StageChange.reason).where(StageChange.household_id == lived.tams_house.id)
    assert s.execute(history.order_by(StageChange.id)).all()[-3:] == [
        (None, "merged"),
        ("visited", "parted"),
        ("learning", "parted"),
    ]


def test_the_kept_household_offers_it_to_the_official_for_thirty_days(visitor, s, w):
    merge = merged(s, w)
    address = f"/ho/{w.sens_house.id}"
    assert f"/gop/{merge.id}" in visitor.as_(w.cuc).get(address).links()
    for other in (w.dung, w.lan):
        assert f"/gop/{merge.id}" not in visitor.as_(other).get(address).links()
    with time_machine.travel(clock.now() + timedelta(days=30)):
        assert f"/gop/{merge.id}" in visitor.as_(w.cuc).get(address).links()
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert f"/gop/{merge.id}" not in visitor.as_(w.cuc).get(address).links()
        assert "too long ago" in visitor.as_(w.cuc).get(f"/gop/{merge.id}").words
        with pytest.raises(NotApart):
            parting.part(s, merge, w.cuc)


def test_undone_twice_changes_nothing_and_says_so(visitor, s, w):
    merge = merged(s, w)
    cuc, address = visitor.as_(w.cuc), f"/gop/{merge.id}"
    page = cuc.get(address)
    assert "They are two households again" in cuc.follow(cuc.send(page, address)).words
    before = everything(s)
    assert "This merge has been undone already." in cuc.follow(cuc.send(page, address)).words
    assert everything(s) == before
    cuc.get(f"/ho/{w.tams_house.id}")
    noted = s.scalars(select(AuditEntry).where(AuditEntry.act == "household.part")).all()
    assert [(e.subject_id, e.actor_id, e.details) for e in noted] == [
        (w.sens_house.id, w.cuc.id, {"parted": w.tams_house.id})
    ]


def test_of_two_merges_in_a_row_the_later_one_is_undone_first(s, lived):
    before = everything(s)
    first = merged(s, lived, lived.tams_house, lived.paos_house)
    between = everything(s)
    second = merged(s, lived, lived.sens_house, lived.tams_house)
    with pytest.raises(NotApart, match="merged_since"):
        parting.part(s, first, lived.cuc)
    apart(s, lived, second)
    assert everything(s) == between
    apart(s, lived, first)
    assert everything(s) == before


def test_merged_again_after_parting_it_can_be_undone_again(s, lived):
    before = everything(s)
    for _time in range(2):
        apart(s, lived, merged(s, lived))
    assert everything(s) == before
    assert households.undoable(s, lived.sens_house) == []


def test_who_may_not_merge_may_not_undo_either(visitor, s, w):
    merge = merged(s, w)
    for person in (w.dung, w.lan, w.binh, w.anh, w.phuc):
        visitor.as_(person).get(f"/gop/{merge.id}", status=403)
        visitor.as_(person).post(f"/gop/{merge.id}", status=403)
    visitor.as_(w.quy).get(f"/gop/{merge.id}", status=404)
    visitor.as_(w.quy).post(f"/gop/{merge.id}", status=404)
    assert visitor.get(f"/gop/{merge.id}", status=303).location.startswith("/dang-nhap")
    s.expire_all()
    assert s.get_one(Household, w.tams_house.id).merged_into_id == w.sens_house.id


def test_nobody_looks_after_a_house_twice(s, lived):
    apart(s, lived, merged(s, lived))
    now = s.execute(select(Care.household_id, Care.account_id).where(Care.until.is_(None)).order_by(Care.id)).all()
    assert now == [(lived.sens_house.id, lived.lan.id), (lived.tams_house.id, lived.minh.id)]
