"""A lot of visits each month: drawn so that nobody can choose, checked by somebody else."""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach import clock
from outreach.checks import checking, lots
from outreach.checks.models import DIFFERENT, TRUE, UNREACHED, Sample
from outreach.households import consent
from outreach.visits import correcting
from tests.checks.work import at, visit
from tests.counting import statements

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel("2026-11-03 09:00+07:00"):
        yield


@pytest.mark.parametrize(("visits", "drawn"), [(0, 0), (1, 1), (2, 2), (30, 2), (60, 3), (399, 20), (4000, 20)])
def test_at_least_two_one_in_twenty_at_most_twenty(visits, drawn):
    assert lots.size(visits) == drawn


@given(st.lists(st.integers(1, 5), max_size=300))
def test_a_lot_is_the_same_every_time_without_doubles_and_fair_to_authors(authors):
    visits = list(enumerate(authors))
    drawn = lots.draw("4f1c", visits)
    assert drawn == lots.draw("4f1c", visits[::-1])
    assert len(drawn) == len(set(drawn)) == lots.size(len(visits))
    taken, there = Counter(authors[id] for id in drawn), Counter(authors)
    for one in there:
        assert taken[one] >= min(there[one], max(taken.values(), default=0) - 1)


def test_another_number_gives_another_lot():
    visits = [(n, 1) for n in range(100)]
    assert len({tuple(lots.draw(str(number), visits)) for number in range(6)}) == 6


def test_nobody_can_foretell_a_lot_as_its_number_is_made_when_it_is_drawn(s, w, many):
    drawn_twice = []
    for _time in range(2):
        with s.begin_nested() as undone:
            checking.draw(s, w.tan_hung, OCTOBER)
            drawn_twice.append(s.scalars(select(Sample.visit_id).order_by(Sample.id)).all())
            undone.rollback()
    assert drawn_twice[0] != drawn_twice[1]


def test_an_auditor_comes_to_the_same_lot_by_the_number_kept_with_it(s, w, many):
    lot = drawn(s, w)
    (number,) = {sample.number for sample in lot}
    assert lots.draw(number, [(one.id, one.by_id) for one in many]) == [sample.visit_id for sample in lot]


@pytest.fixture
def october(s, w):
    """Six visits with somebody met, three each by Lan and Minh."""
    for day in range(5, 8):
        for who in (w.lan, w.minh):
            visit(s, who, w.sens_house, at(date(2026, 10, day)), "helped", met=(w.hanh.id,))
    s.commit()
    return OCTOBER


@pytest.fixture
def many(s, w):
    """Two hundred visits of October, of which ten are drawn: no two draws are the same by chance."""
    hours = [at(OCTOBER, 8 + n % 9, n % 60) for n in range(200)]
    made = [visit(s, w.lan, w.sens_house, hour, "helped", met=(w.hanh.id,)) for hour in hours]
    s.commit()
    return made


def drawn(s, w):
    """The lot of October."""
    checking.draw(s, w.tan_hung, OCTOBER)
    s.commit()
    return s.scalars(select(Sample).order_by(Sample.id)).all()


def test_the_lot_is_drawn_once_and_from_everybody(s, w, october):
    lot = drawn(s, w)
    assert {sample.visit.by_id for sample in lot} == {w.lan.id, w.minh.id}
    visit(s, w.lan, w.tams_house, at(date(2026, 10, 30)), "helped", met=(w.tam.id,))
    assert checking.draw(s, w.tan_hung, OCTOBER) == 0


def test_what_arrives_after_the_lot_was_drawn_is_in_the_next_so_that_nobody_escapes_by_noting_late(s, w, october):
    earlier = [sample.visit_id for sample in drawn(s, w)]
    with time_machine.travel("2026-11-04 09:00+07:00"):
        late = visit(s, w.lan, w.tams_house, at(date(2026, 10, 30)), "helped", met=(w.tam.id,))
    with time_machine.travel("2026-12-01 04:00+07:00"):
        assert checking.draw(s, w.tan_hung, OCTOBER) == 0, "a lot is drawn once"
        assert checking.draw(s, w.tan_hung, date(2026, 11, 1)) == 1
        assert [sample.visit_id for sample in checking.of_month(s, w.cuc, date(2026, 11, 1))] == [late.id]
    with time_machine.travel("2027-01-01 04:00+07:00"):
        visit(s, w.lan, w.sens_house, at(date(2026, 12, 5)), "helped", met=(w.hanh.id,))
        assert checking.draw(s, w.tan_hung, date(2026, 12, 1)) == 1
    assert late.id not in earlier


def test_closed_doors_are_drawn_as_they_are_paid_too(s, w):
    closed = visit(s, w.lan, w.sens_house, at(date(2026, 10, 5)))
    assert [sample.visit_id for sample in drawn(s, w)] == [closed.id]


def test_corrected_visits_are_not_drawn(s, w):
    correcting.correct(s, visit(s, w.lan, w.sens_house, at(date(2026, 10, 6)), "shown", met=(w.sen.id,)), w.lan, "nhầm")
    assert checking.draw(s, w.tan_hung, OCTOBER) == 0


def test_nobody_checks_ones_own_visit_nor_one_on_which_one_came_along(s, w):
    visit(s, w.dung, w.sens_house, at(date(2026, 10, 5)), "helped", met=(w.sen.id,))
    visit(s, w.lan, w.tams_house, at(date(2026, 10, 6)), "helped", met=(w.tam.id,), came=(w.dung.id,))
    assert len(drawn(s, w)) == 2
    assert checking.of_month(s, w.dung, OCTOBER) == []
    assert len(checking.of_month(s, w.cuc, OCTOBER)) == 2
    assert checking.of_month(s, w.quy, OCTOBER) == []


def check(s, sample, by, result, way="visit", word=""):
    """Note what a check found."""
    checking.check(s, sample, by, way=way, result=result, word=word)


def test_the_share_of_true_ones_counts_those_that_were_reached(s, w, october):
    first, second = drawn(s, w)
    check(s, first, w.dung, TRUE)
    check(s, second, w.dung, UNREACHED)
    assert checking.share(s, w.tan_hung, OCTOBER) == (2, 1, 1, 1)
    check(s, second, w.cuc, DIFFERENT, word="không có ai đến")
    assert checking.share(s, w.dong, OCTOBER) == (2, 2, 1, 0)


def test_a_check_with_a_result_is_final(s, w, october):
    sample = drawn(s, w)[0]
    check(s, sample, w.dung, TRUE)
    with pytest.raises(checking.AlreadyChecked):
        check(s, sample, w.cuc, DIFFERENT)


def test_only_who_agreed_is_telephoned(visitor, s, w, october):
    sample = drawn(s, w)[0]
    door, dung = f"/kiem-tra/{sample.id}", visitor.as_(w.dung)
    assert "tel:0912345678" not in dung.get(door).text.replace(" ", "").replace("+84", "0")
    said = {"way": "phone", "result": "true"}
    assert "has agreed to be telephoned" in dung.post(door, said, status=422).words
    consent.give(s, w.hanh, consent.Given(("registered", "phone"), "oral"), w.lan)
    s.commit()
    assert "0912 345 678" in dung.get(door).words
    dung.post(door, said)


def test_what_was_different_is_said_and_leads_to_the_correction(visitor, s, w, october):
    sample = drawn(s, w)[0]
    door, dung = f"/kiem-tra/{sample.id}", visitor.as_(w.dung)
    page = dung.send(dung.get(door), door, status=422, way="visit", result="different")
    assert "what was different" in page.words
    there = dung.send(page, door, way="visit", result="different", word="đến hôm khác").location
    assert there == f"/tham/{sample.visit_id}/sua"
    waiting = dung.get("/kiem-tra?thang=2026-10")
    assert "đến hôm khác" in waiting.words
    assert "Found wrong, not corrected yet" in waiting.words, "whoever leaves the correction for later finds it again"
    assert there in waiting.text
    correcting.correct(s, sample.visit, w.dung, "hôm khác")
    s.commit()
    assert "not corrected yet" not in dung.get("/kiem-tra?thang=2026-10").words


def test_the_page_says_how_many_were_true_of_how_many(visitor, s, w, october):
    first, _second = drawn(s, w)
    check(s, first, w.dung, TRUE)
    s.commit()
    page = visitor.as_(w.cuc).get("/kiem-tra?thang=2026-10")
    assert "100.0 %" in page.words
    assert "1 of 1 visits checked with a result." in page.words


def test_who_comes_second_is_told(visitor, s, w, october):
    sample = drawn(s, w)[0]
    check(s, sample, w.cuc, TRUE)
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.follow(dung.post(f"/kiem-tra/{sample.id}", {"way": "visit", "result": "unreached"}))
    assert "checked this visit meanwhile" in page.words


def test_the_lot_is_for_leaders_and_officials_of_the_place(visitor, s, w, october):
    door = f"/kiem-tra/{drawn(s, w)[0].id}"
    for path in ("/kiem-tra", door):
        visitor.as_(w.lan).get(path, status=403)
        assert visitor.get(path, status=303).location.startswith("/dang-nhap")
    visitor.as_(w.lan).post(door, status=403)
    visitor.as_(w.quy).get(door, status=404)
    visitor.as_(w.quy).post(door, status=404)
    assert visitor.post(door).location.startswith("/dang-nhap")


def test_the_list_asks_the_same_however_long_it_is(visitor, s, w, connection):
    def asked(many):
        for n in range(many):
            when = at(date(2026, 10, 1)) + timedelta(hours=5 * n)
            s.add(Sample(visit_id=visit(s, w.lan, w.sens_house, when, "helped", met=(w.sen.id,)).id,
                         village_id=w.dong.id, month=OCTOBER, drawn_at=clock.now()))  # fmt: skip
        s.commit()
        with statements(connection) as said:
            visitor.as_(w.dung).get("/kiem-tra?thang=2026-10")
        return len(said)

    assert asked(1) == asked(12) <= 12
