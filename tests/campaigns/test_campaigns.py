"""A commune plans a quarter: shares are proposed, changed on record, and shown with how far they are."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock, reform
from outreach.accounts.models import AuditEntry
from outreach.areas import queries as areas
from outreach.campaigns import agreeing, queries
from outreach.campaigns.models import Campaign, Share
from outreach.households import registering, stages
from tests import counting, world

PLAN = {"name": "Quý IV/2026", "every": "50"}


def days(first=-10, last=20):
    today = clock.today()
    return {
        "first_day": (today + timedelta(days=first)).isoformat(),
        "last_day": (today + timedelta(days=last)).isoformat(),
    }


def proficient(s, house, name="Em Giỏi"):
    """Somebody of the house knows how."""
    world.member(s, house, name, 1990).proficient_since = clock.today()
    s.flush()
    stages.restage(s, house, None)


@pytest.fixture
def village(s, w):
    """Thôn Đông with ten more houses, four of farmers, of which one has a proficient person."""
    houses = [world.household(s, w.dong, f"Lê Văn {n}") for n in range(10)]
    for house in houses[:4]:
        registering.retype(house, ["farmers"])
    proficient(s, houses[0])
    s.commit()
    return houses


def planned(s, w, **percent):
    """A campaign that runs now, made by Cúc."""
    told = days()
    first, last = (clock.today().fromisoformat(told[name]) for name in ("first_day", "last_day"))
    made = agreeing.make(s, w.tan_hung, agreeing.Plan("Quý IV", first, last, percent or {"": 50}), w.cuc)
    s.commit()
    return made


def shares(campaign):
    return {(share.village.name, share.type): (share.at_start, share.target) for share in campaign.shares}


def test_an_official_plans_and_a_share_is_proposed_for_each_village(visitor, s, w, village):
    answer = visitor.as_(w.cuc).post("/chien-dich/moi", PLAN | days() | {"farmers": "70"})
    made = s.scalars(select(Campaign)).one()
    assert answer.location == f"/chien-dich/{made.id}/phan-bo"
    assert shares(made) == {("Đông", ""): (1, 6), ("Đông", "farmers"): (1, 3), ("Đoài", ""): (0, 1)}


def test_closed_households_are_nobodys_share(s, w, village):
    stages.close(s, village[3], "vacant", w.dung.id, "bỏ trống")
    assert shares(planned(s, w, farmers=100)) == {("Đông", "farmers"): (1, 3)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"every": ""}, "Say for at least one kind of family"),
        ({"every": "0"}, "between 1 and 100"),
        ({"every": "101"}, "between 1 and 100"),
        ({"name": ""}, "Please fill this in"),
        (days(5, 4), "The last day comes after the first"),
        (days(0, 400), "within a year"),
        (days(-30, -1), "This day has passed"),
        ({"first_day": "mai"}, "This is not a day"),
        ({"first_day": "0001-01-01", "last_day": "9999-12-31"}, "within a year"),
    ],
)
def test_a_plan_that_cannot_be_is_shown_again_with_what_was_typed(visitor, s, w, typed, said):
    page = visitor.as_(w.cuc).post("/chien-dich/moi", PLAN | days() | typed, status=422)
    assert said in page.words
    assert page.form("/chien-dich/moi")["name"] == [typed.get("name", "Quý IV/2026")]
    assert s.scalars(select(Campaign)).all() == []


def test_a_share_is_changed_and_the_change_is_on_record_for_its_village(visitor, s, w, village):
    made = planned(s, w)
    official, address = visitor.as_(w.cuc), f"/chien-dich/{made.id}/phan-bo"
    number = next(n for n, share in enumerate(made.shares) if share.village_id == w.dong.id)
    official.send(official.get(address), address, **{f"target-{number}": "9"})
    s.expire_all()
    assert shares(made)["Đông", ""] == (1, 9)
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "share.update")).one()
    assert (entry.area_id, entry.details["target"]) == (w.dong.id, [6, 9])


def test_a_share_that_is_no_number_is_named_and_nothing_is_lost(visitor, s, w, village):
    made = planned(s, w)
    official, address = visitor.as_(w.cuc), f"/chien-dich/{made.id}/phan-bo"
    page = official.send(official.get(address), address, status=422, **{"target-0": "nhiều", "target-1": "8"})
    assert page.form(address)["target-1"] == ["8"]
    assert s.scalars(select(AuditEntry).where(AuditEntry.act == "share.update")).all() == []


def test_the_last_day_of_the_calendar_is_a_day_like_any_other(visitor, s, w):
    visitor.as_(w.cuc).post("/chien-dich/moi", PLAN | {"first_day": "9999-12-31", "last_day": "9999-12-31"})
    assert len(s.scalars(select(Campaign)).all()) == 1


def test_rows_that_came_without_the_others_are_shown_among_them(visitor, s, w, village):
    made = planned(s, w)
    official, address = visitor.as_(w.cuc), f"/chien-dich/{made.id}/phan-bo"
    last = made.shares[-1]
    sent = {"share-0": str(last.id), "target-0": "nhiều"}
    page = official.post(address, sent, status=422)
    assert page.form(address)[f"target-{len(made.shares) - 1}"] == ["nhiều"]
    assert page.form(address)["target-0"] == [str(made.shares[0].target)]


def test_what_is_reached_is_shown_beside_the_target(visitor, s, w, village):
    made = planned(s, w, **{"": 50, "farmers": 100})
    for house in village[1:3]:
        proficient(s, house)
    s.commit()
    rows = {(r.share.village.name, r.share.type): r.standing for r in queries.progress(s, made)}
    assert (rows["Đông", ""].now, rows["Đông", "farmers"].now, rows["Đoài", ""].now) == (3, 3, 0)
    page = visitor.as_(w.cuc).get(f"/chien-dich/{made.id}")
    assert "3 of 7 households" in page.words
    assert "3 of 4 households" in page.words
    assert "All families: the villages furthest behind first" in page.words
    kind = visitor.as_(w.cuc).get(f"/chien-dich/{made.id}?loai=farmers")
    assert "Family with Farmers' Union members: the villages furthest behind first" in kind.words
    visitor.as_(w.cuc).get(f"/chien-dich/{made.id}?loai=khong-co")


def test_after_its_last_day_a_campaign_counts_what_was_reached_until_then(s, w, village):
    made = planned(s, w)
    made.first_day, made.last_day = (clock.today() - timedelta(days=n) for n in (30, 1))
    proficient(s, village[5])
    s.commit()
    (row,) = queries.progress(s, made, w.dong.id)
    assert row.standing.now == 0  # all that was reached was reached today
    assert row.standing.state(row.span, clock.today()) == "missed"


def test_the_village_sees_its_share_on_today_and_no_others(visitor, s, w, village):
    made = planned(s, w)
    lan = visitor.as_(w.lan)
    page = lan.get("/hom-nay")
    assert "Quý IV, until" in page.words
    assert "1 of 6 households" in page.words
    assert f"/chien-dich/{made.id}" in page.links()
    shown = lan.get(f"/chien-dich/{made.id}")
    assert "Thôn Đông" in shown.words
    assert "Thôn Đoài" not in shown.words


@pytest.mark.parametrize("moved", [(1, 20), (-20, -1)])
def test_before_and_after_its_days_a_campaign_is_not_on_today(visitor, s, w, village, moved):
    made = planned(s, w)
    made.first_day, made.last_day = (clock.today() + timedelta(days=n) for n in moved)
    s.commit()
    assert "Quý IV" not in visitor.as_(w.lan).get("/hom-nay").words


def test_called_off_it_asks_for_nothing_more_and_takes_no_changes(visitor, s, w, village):
    made = planned(s, w)
    official = visitor.as_(w.cuc)
    official.post(f"/chien-dich/{made.id}/ket-thuc", {"reason": ""}, status=422)
    official.post(f"/chien-dich/{made.id}/ket-thuc", {"reason": "Bão lụt"})
    assert "Called off" in official.get("/chien-dich").words
    assert "Quý IV" not in visitor.as_(w.lan).get("/hom-nay").words
    before = [share.target for share in made.shares]
    official.post(f"/chien-dich/{made.id}/phan-bo", {"share-0": str(made.shares[0].id), "target-0": "1",
                  "share-1": str(made.shares[1].id), "target-1": "1"})  # fmt: skip
    official.post(f"/chien-dich/{made.id}/ket-thuc", {"reason": "nữa"})
    s.expire_all()
    assert [share.target for share in made.shares] == before
    assert [e.note for e in s.scalars(select(AuditEntry).where(AuditEntry.act == "campaign.end"))] == ["Bão lụt"]


def test_more_villages_need_no_more_queries(visitor, s, w, connection, village):
    asked = []
    for many in (0, 20):
        for n in range(many):
            place = world.area(s, w.tan_hung, "village", "thôn", f"11977.{50 + n}", f"Mới {n}")
            registering.retype(world.household(s, place, f"Vũ {n}"), ["farmers"])
        made = planned(s, w, **{"": 50, "farmers": 90})
        official = visitor.as_(w.cuc)
        for path in (f"/chien-dich/{made.id}", f"/chien-dich/{made.id}/phan-bo"):
            with counting.statements(connection) as said:
                official.get(path)
            asked.append((path.rsplit("/", 1)[-1] == "phan-bo", len(said)))
    assert asked[0] == asked[2]
    assert asked[1] == asked[3]
    assert max(count for _edit, count in asked) <= 12


@pytest.mark.parametrize("who", ["dung", "lan"])
def test_a_village_looks_and_does_not_plan(visitor, s, w, village, who):
    made, person = planned(s, w), visitor.as_(getattr(w, who))
    assert "Plan a campaign" not in person.get("/chien-dich").words
    for path in ("/chien-dich/moi", f"/chien-dich/{made.id}/phan-bo"):
        person.get(path, status=403)
        person.post(path, status=403)
    person.post(f"/chien-dich/{made.id}/ket-thuc", {"reason": "x"}, status=403)


@pytest.mark.parametrize("path", ["", "/phan-bo"])
def test_another_communes_campaign_is_not_found(visitor, s, w, village, path):
    visitor.as_(w.quy).get(f"/chien-dich/{planned(s, w).id}{path}", status=404)


def test_a_province_and_an_agent_have_no_campaigns_here(visitor, w):
    for who in (w.binh, w.phuc, w.anh):
        visitor.as_(who).get("/chien-dich", status=403)


@pytest.mark.parametrize("path", ["/chien-dich", "/chien-dich/moi", "/chien-dich/1"])
def test_a_stranger_is_asked_to_sign_in(visitor, w, path):
    assert visitor.get(path, status=303).location.startswith("/dang-nhap")


def test_an_empty_plan_offers_the_quarter(visitor, w):
    page = visitor.as_(w.cuc).get("/chien-dich/moi")
    assert page.form("/chien-dich/moi")["name"][0].startswith("Quarter ")


def test_after_a_reform_the_campaign_is_the_new_communes(visitor, s, w, village):
    made = planned(s, w)
    reform.carry_out(s, reform.Merge(["11977", "12361"], reform.NewArea("99001", "xã", "Tân Lữ"), clock.today()))
    s.commit()
    s.expire_all()
    assert "Quý IV" in visitor.as_(w.cuc).get(f"/chien-dich/{made.id}").text
    assert {row.standing.now for row in queries.progress(s, made)} == {0, 1}


def test_of_villages_that_become_one_the_shares_add_up(s, w, village):
    made = planned(s, w)
    before = list(shares(made).values())
    merged = reform.NewArea("11977.9", "thôn", "Đông Đoài")
    reform.carry_out(s, reform.Merge(["11977.1", "11977.2"], merged, clock.today()))
    s.expire_all()
    assert shares(made) == {("Đông Đoài", ""): tuple(map(sum, zip(*before, strict=True)))}
    assert queries.progress(s, made)[0].standing.now == 1


def test_a_village_that_goes_to_another_commune_takes_its_share_along(s, w, village):
    made = planned(s, w)
    new = [reform.NewArea("99001", "xã", "Tân Lữ"), reform.NewArea("99002", "xã", "Tân Tiến")]
    reform.carry_out(s, reform.Split("11977", new, {"11977.1": "99001", "*": "99002"}, clock.today()))
    s.expire_all()
    found = {share.village.code: share.campaign.commune_id for share in s.scalars(select(Share))}
    assert [areas.by_code(s, code.split(".")[0]).id for code in found] == list(found.values())
    assert len(found) == 2
    assert made.commune_id in found.values()


def test_a_share_that_somebody_else_set_meanwhile_is_not_put_back(visitor, s, w, village):
    made = planned(s, w, **{"": 50, "farmers": 100})
    official, address = visitor.as_(w.cuc), f"/chien-dich/{made.id}/phan-bo"
    older = official.get(address)
    official.send(official.get(address), address, **{"target-0": "9"})
    official.send(older, address, **{"target-1": "2"})
    s.expire_all()
    assert [share.target for share in made.shares][:2] == [9, 2]


def test_of_two_targets_for_one_share_both_are_shown(visitor, s, w, village):
    made = planned(s, w)
    official, address = visitor.as_(w.cuc), f"/chien-dich/{made.id}/phan-bo"
    older = official.get(address)
    official.send(official.get(address), address, **{"target-0": "9"})
    page = official.send(older, address, status=409, **{"target-0": "7"})
    assert "<td>9</td><td>7</td>" in page.text
    assert f"Target of {made.shares[0].village.full_name}: All families" in page.words
    s.expire_all()
    assert made.shares[0].target == 9
    official.send(page, address)
    s.expire_all()
    assert made.shares[0].target == 7


def test_a_campaign_sent_twice_is_there_once(visitor, s, w):
    official = visitor.as_(w.cuc)
    page = official.get("/chien-dich/moi")
    answers = [official.send(page, "/chien-dich/moi", every="50") for _time in range(2)]
    made = s.scalars(select(Campaign)).one()
    assert [answer.location for answer in answers] == [f"/chien-dich/{made.id}/phan-bo"] * 2
    assert "Nothing was added" in official.follow(answers[1]).words


def test_a_campaign_of_the_same_name_and_days_is_asked_about(visitor, s, w):
    official = visitor.as_(w.cuc)
    official.post("/chien-dich/moi", PLAN | days())
    page = official.post("/chien-dich/moi", PLAN | days() | {"name": "quy IV/2026"}, status=409)
    made = s.scalars(select(Campaign)).one()
    assert f"/chien-dich/{made.id}" in page.links()
    assert page.form("/chien-dich/moi")["name"] == ["quy IV/2026"]
    official.send(page, "/chien-dich/moi", anyway="1")
    assert len(s.scalars(select(Campaign)).all()) == 2


def test_a_form_that_has_made_a_campaign_and_comes_back_changed_is_asked_about(visitor, s, w):
    official = visitor.as_(w.cuc)
    page = official.get("/chien-dich/moi")
    official.send(page, "/chien-dich/moi", every="50")
    asked = official.send(page, "/chien-dich/moi", every="60", status=409)
    assert len(s.scalars(select(Campaign)).all()) == 1
    official.send(asked, "/chien-dich/moi", anyway="1")
    assert len(s.scalars(select(Campaign)).all()) == 2


def test_a_campaign_that_was_called_off_may_be_planned_again(visitor, s, w):
    official = visitor.as_(w.cuc)
    official.post("/chien-dich/moi", PLAN | days())
    made = s.scalars(select(Campaign)).one()
    agreeing.end(s, made, "đổi kế hoạch", w.cuc)
    s.commit()
    official.post("/chien-dich/moi", PLAN | days())
