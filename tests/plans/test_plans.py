"""Who is behind which plan, and what communes note of poverty."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach import clock, reform
from outreach.accounts.models import AuditEntry
from outreach.areas import queries as areas
from outreach.plans import poverty, queries
from outreach.plans.models import VillageFact
from outreach.plans.poverty import Fact
from outreach.plans.queries import Hardship
from tests import counting, world
from tests.plans import conftest as made

TODAY = date(2026, 11, 25)


@pytest.fixture
def planned(s, w):
    """Hưng Yên wants all by the end of 2027; ten weeks ago it set out. Tân Hưng has 10 of 103."""
    with made.on(date(2026, 6, 1)):
        homes = made.houses(s, w.dong, 100)
    for home in (*homes[:10], w.xas_house):
        made.proficient(s, home, TODAY - timedelta(days=3))
    s.commit()
    made.folded(s)
    return made.plan(s, w.hung_yen, w.binh, date(2027, 12, 31), made_on=TODAY - timedelta(days=70))


def test_who_is_behind_a_plan_is_told_with_what_is_missing(s, w, planned):
    planned.milestones.clear()
    s.commit()
    start = 11 / 104  # where Hưng Yên stood
    wanted = start + (1 - start) * 70 / 472  # after 70 of 472 days
    found = queries.behind(s, TODAY)
    assert found == {
        w.hung_yen.id: {"share": 10, "wanted": round(100 * wanted), "short": int(wanted * 104) - 11},
        w.tan_hung.id: {"share": 9, "wanted": round(100 * wanted), "short": int(wanted * 103) - 10},
    }


def test_the_nearest_plan_counts_and_one_that_ended_does_not(s, w, planned):
    made.plan(s, w.tan_hung, w.cuc, date(2029, 12, 31), 20)
    s.commit()
    assert w.tan_hung.id not in queries.behind(s, TODAY)
    made.plan(s, w.hung_yen, w.binh, date(2029, 12, 31), 20)
    s.commit()
    assert queries.behind(s, TODAY) == {}


def test_nobody_is_behind_where_nothing_is_planned(s, w):
    made.folded(s)
    assert queries.behind(s, TODAY) == {}


def test_who_is_behind_is_asked_in_three_statements_however_many_there_are(connection, s, w, planned):
    for n in range(10):
        made.plan(s, world.area(s, w.hung_yen, "commune", "xã", f"4{n:04}", f"Mới {n}"), w.binh, date(2027, 12, 31))
    s.commit()
    s.expire_all()
    with counting.statements(connection) as said:
        queries.behind(s, TODAY)
    assert len(said) <= 3, said


def noted(s, w, as_of, *facts):
    poverty.note(s, w.tan_hung, [Fact(village.id, *rest) for village, *rest in facts], as_of, "", w.cuc)
    s.commit()


def test_the_latest_review_of_each_village_counts(s, w):
    noted(s, w, date(2024, 11, 30), (w.dong, 9, 4, False), (w.doai, 5, 2, True))
    noted(s, w, date(2025, 11, 30), (w.dong, 7, 3, False))
    assert queries.hardship(s, w.tan_hung) == {
        w.dong.id: Hardship(7, 3, 0, 1, date(2025, 11, 30)),
        w.doai.id: Hardship(5, 2, 1, 1, date(2024, 11, 30)),
    }
    assert queries.hardship(s, w.doai) == {w.doai.id: Hardship(5, 2, 1, 1, date(2024, 11, 30))}


def test_above_a_commune_the_counts_add_up_and_what_is_not_known_is_not_zero(s, w):
    noted(s, w, date(2025, 11, 30), (w.dong, 7, None, True), (w.doai, 5, 2, True))
    told = Hardship(12, 2, 2, 2, date(2025, 11, 30))
    assert queries.hardship(s, w.hung_yen) == {w.tan_hung.id: told}
    assert queries.hardship(s, w.country) == {w.hung_yen.id: told}
    assert queries.hardship(s, w.tien_lu) == {}


def test_the_same_day_again_corrects_and_an_empty_row_takes_back(s, w):
    day = date(2025, 11, 30)
    noted(s, w, day, (w.dong, 7, 3, False), (w.doai, 5, 2, True))
    noted(s, w, day, (w.dong, 8, 3, False), (w.doai, None, None, False))
    assert queries.hardship(s, w.tan_hung) == {w.dong.id: Hardship(8, 3, 0, 1, day)}


def test_a_village_that_is_no_more_is_not_counted(s, w):
    noted(s, w, date(2025, 11, 30), (w.dong, 7, 3, False), (w.doai, 5, 2, True))
    w.doai.valid_to = TODAY
    s.commit()
    assert list(queries.hardship(s, w.tan_hung)) == [w.dong.id]


POOR = "/ho-ngheo"


def rows(s):
    s.expire_all()
    found = s.scalars(select(VillageFact).order_by(VillageFact.village_id))
    return {(one.village_id, one.as_of): (one.poor, one.near_poor, one.hardship, one.source) for one in found}


def test_an_official_notes_all_villages_on_one_page(visitor, s, w):
    cuc = visitor.as_(w.cuc)
    page = cuc.get(POOR)
    assert page.form(POOR)["village-0"] == [str(w.doai.id)]  # in Vietnamese order: Đoài, Đông
    typed = {"as_of": "2025-11-30", "source": "Quyết định 12/QĐ-UBND", "poor-1": "2", "near_poor-1": "0"}
    cuc.send(page, POOR, **typed, hardship=str(w.doai.id))
    day = date(2025, 11, 30)
    assert rows(s) == {
        (w.dong.id, day): (2, 0, False, "Quyết định 12/QĐ-UBND"),
        (w.doai.id, day): (None, None, True, "Quyết định 12/QĐ-UBND"),
    }
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "village_fact.set")).one()
    assert (entry.actor_id, entry.area_id, entry.details) == (
        w.cuc.id,
        w.tan_hung.id,
        {"as_of": "2025-11-30", "villages": 2},
    )
    again = cuc.get(POOR).form(POOR)
    assert (again["poor-1"], again["near_poor-1"], again["hardship"]) == (["2"], ["0"], [str(w.doai.id)])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"poor-0": "hai"}, "Not a valid integer value."),
        ({"poor-0": "-2"}, "between 0 and"),
        ({"near_poor-1": "9" * 30}, "Not a valid integer value."),
        ({"poor-1": "2", "near_poor-1": "2"}, "The list has 2 households in this village. Please look at the"),
        ({"as_of": ""}, "Please fill this in."),
        ({"as_of": "hôm qua"}, "This is not a day"),
        ({"as_of": "2026-12-01"}, "This day has not come yet."),
        ({"source": "theo 001205012345"}, "Please take out the 12-digit ID number."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_it_and_nothing_is_lost(visitor, s, w, typed, said):
    cuc = visitor.as_(w.cuc)
    told = {"as_of": "2025-11-30", "poor-0": "1", "poor-1": "1", "hardship": str(w.dong.id)} | typed
    page = cuc.send(cuc.get(POOR), POOR, status=422, **told)
    assert said in page.words
    sent = page.form(POOR)
    assert {name: sent[name] for name in told} == {name: [value] for name, value in told.items()}
    assert rows(s) == {}


def test_a_village_of_another_commune_cannot_be_slipped_in(visitor, s, w):
    cuc = visitor.as_(w.cuc)
    sent = {"as_of": "2025-11-30", "village-0": str(w.ha.id), "poor-0": "1", "village-1": str(w.dong.id), "poor-1": "2"}
    cuc.post(POOR, sent)
    assert rows(s) == {(w.dong.id, date(2025, 11, 30)): (2, None, False, "")}
    cuc.post(POOR, {"as_of": "2025-11-30", "hardship": str(w.ha.id)}, status=422)


def test_only_the_communes_own_official_notes_it(visitor, w):
    for who in (w.anh, w.binh, w.dung, w.lan):
        visitor.as_(who).get(POOR, status=403)
        visitor.as_(who).post(POOR, status=403)
    assert clock.today() == TODAY


def test_villages_that_become_one_add_up_and_keep_their_own_history(s, w):
    noted(s, w, date(2025, 11, 30), (w.dong, 7, 3, False), (w.doai, 5, None, True))
    noted(s, w, date(2026, 6, 1), (w.dong, 6, 2, False))
    new = reform.NewArea("11977.3", "thôn", "Đông Đoài")
    reform.carry_out(s, reform.Merge(["11977.1", "11977.2"], new, TODAY))
    s.commit()
    (merged,) = queries.hardship(s, w.tan_hung)
    found = {key: row[:3] for key, row in rows(s).items()}
    assert found[merged, date(2025, 11, 30)] == (12, None, True)
    assert found[merged, date(2026, 6, 1)] == (6, 2, False)
    assert found[w.dong.id, date(2025, 11, 30)] == (7, 3, False)


def test_of_a_village_that_is_parted_nobody_knows_where_the_poor_live(s, w):
    noted(s, w, date(2025, 11, 30), (w.dong, 7, 3, False))
    parts = [reform.NewArea(f"11977.{n}", "thôn", f"Đông {n}") for n in (3, 4)]
    reform.carry_out(s, reform.Split("11977.1", parts, {"1": "11977.3", "*": "11977.4"}, TODAY))
    s.commit()
    assert queries.hardship(s, w.tan_hung) == {}


def test_a_commune_that_is_new_takes_the_plan_above(s, w):
    made.plan(s, w.hung_yen, w.binh, date(2028, 12, 31))
    made.plan(s, w.tan_hung, w.cuc, date(2027, 12, 31))
    new = reform.NewArea("12999", "xã", "Tân Lữ")
    reform.carry_out(s, reform.Merge(["11977", "12361"], new, TODAY))
    s.commit()
    commune = areas.by_code(s, "12999")
    assert queries.standing(s, commune).area_id == w.hung_yen.id
    assert queries.standing(s, w.tan_hung).area_id == w.tan_hung.id
