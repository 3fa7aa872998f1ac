"""The list of households: who sees what, found however it is typed, in Vietnamese order."""

import pytest
from sqlalchemy import event, update

from outreach import clock
from outreach.households import ambassadors, merging, queries, registering, stages
from outreach.households.models import Household
from outreach.households.registering import MemberFacts
from tests import world


def heads(found):
    return [house.head_name for house in found.rows]


def test_a_volunteer_sees_only_her_own_village(s, w):
    assert heads(queries.listing(s, w.lan)) == ["Hoàng Thị Sen", "Nguyễn Văn Tám"]
    assert queries.find(s, w.lan, w.paos_house.id) is None
    assert queries.find_member(s, w.nga, w.sen.id) is None


def test_an_official_and_a_help_point_see_their_commune(s, w):
    for account in (w.cuc, w.phuc):
        assert heads(queries.listing(s, account)) == ["Lý Thị Páo", "Hoàng Thị Sen", "Nguyễn Văn Tám"]
        assert queries.find(s, account, w.xas_house.id) is None


def test_the_country_and_the_province_see_no_family(s, w):
    for account in (w.anh, w.binh):
        assert queries.listing(s, account).total == 0
        assert queries.find(s, account, w.sens_house.id) is None
        assert queries.find_member(s, account, w.sen.id) is None


def test_a_merged_household_is_found_only_as_what_it_became(s, w):
    merging.merge(s, w.sens_house, w.tams_house, w.cuc)
    assert queries.find(s, w.lan, w.tams_house.id) is None
    assert queries.became(s, w.lan, w.tams_house.id) is w.sens_house
    assert queries.became(s, w.nga, w.tams_house.id) is None
    assert queries.became(s, w.lan, w.sens_house.id) is None


@pytest.mark.parametrize(
    "typed",
    ["hoang thi sen", "SEN", "Hoàng  Sen", "sen hoang", "ngo 3", "hanh", "0912 345 678", "345678", "+84912345678"],
)
def test_a_household_is_found_however_it_is_typed(s, w, typed):
    assert heads(queries.listing(s, w.lan, typed)) == ["Hoàng Thị Sen"]


def test_the_commune_s_own_number_finds_its_household(s, w):
    assert "Nguyễn Văn Tám" in heads(queries.listing(s, w.cuc, "2"))


def test_who_has_left_finds_no_household(s, w):
    w.hanh.left_on = clock.today()
    assert heads(queries.listing(s, w.lan, "hanh")) == []


def test_every_word_must_be_found(s, w):
    assert heads(queries.listing(s, w.lan, "sen tam")) == []


def test_the_list_is_narrowed_by_village_and_stage(s, w):
    stages.met(s, w.tams_house, clock.now(), w.lan.id)
    assert heads(queries.listing(s, w.cuc, village=w.doai.id)) == ["Lý Thị Páo"]
    assert heads(queries.listing(s, w.cuc, stage="visited")) == ["Nguyễn Văn Tám"]
    assert heads(queries.listing(s, w.cuc, stage="nonsense")) == heads(queries.listing(s, w.cuc))
    assert heads(queries.listing(s, w.cuc, village=w.ha.id)) == []


def test_stages_that_are_counted_together_are_listed_together(s, w):
    stages.met(s, w.tams_house, clock.now(), w.lan.id)
    stages.close(s, w.paos_house, "vacant", w.nga.id, "x")
    assert heads(queries.listing(s, w.cuc, stage="reached")) == ["Nguyễn Văn Tám"]
    assert heads(queries.listing(s, w.cuc, stage="closed")) == ["Lý Thị Páo"]
    assert heads(queries.listing(s, w.cuc, stage="in_scope")) == ["Hoàng Thị Sen", "Nguyễn Văn Tám"]


def test_names_stand_in_vietnamese_order_by_given_name(s, w):
    for name in ("Nguyễn Thị Đào", "Trần Văn Dũng", "Nguyễn Văn An", "Lê Thị Ân", "Bùi Thị Ánh"):
        world.household(s, w.ha, name)
    assert heads(queries.listing(s, w.quy)) == [
        "Nguyễn Văn An",
        "Bùi Thị Ánh",
        "Lê Thị Ân",
        "Trần Văn Dũng",
        "Nguyễn Thị Đào",
        "Mai Văn Xa",
    ]


def test_by_last_visit_who_was_never_visited_comes_first(s, w):
    w.sens_house.last_visit_at = clock.now()
    assert heads(queries.listing(s, w.lan, sort="visit")) == ["Nguyễn Văn Tám", "Hoàng Thị Sen"]


def test_a_page_holds_fifty_and_a_page_too_far_is_the_last(s, w):
    for number in range(60):
        world.household(s, w.ha, f"Mai Văn {number}")
    first, last = queries.listing(s, w.quy), queries.listing(s, w.quy, page=99)
    assert (len(first.rows), first.number, first.pages, first.total) == (50, 1, 2, 61)
    assert (len(last.rows), last.number) == (11, 2)
    assert queries.listing(s, w.quy, page=-3).number == 1


def test_a_longer_list_asks_the_database_no_more_often(s, w, connection):
    def questions():
        asked = []
        note = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(connection, "before_cursor_execute", note)
        s.expire_all()
        for house in queries.listing(s, w.quy).rows:
            _read = house.village.full_name, queries.ambassador(house) and queries.ambassador(house).member.name
        event.remove(connection, "before_cursor_execute", note)
        return len(asked)

    few = questions()
    for number in range(20):
        house = world.household(s, w.ha, f"Mai Văn {number}")
        ambassadors.appoint(s, house, world.member(s, house, house.head_name, 1980), w.quy)
    s.flush()
    assert questions() <= few + 1  # the members of those ambassadors, all at once


def test_the_page_shows_each_household_with_its_stage_and_last_visit(visitor, w, s):
    w.sens_house.last_visit_at = clock.now()
    s.commit()
    page = visitor.as_(w.cuc).get("/ho")
    assert f"/ho/{w.sens_house.id}" in page.links()
    assert "Hoàng Thị Sen" in page.words
    assert f"{clock.today():%d/%m/%Y}" in page.words
    assert "thôn Đoài" in page.words
    assert "/ho/moi" in page.links()


def test_a_volunteer_is_not_asked_for_a_village(visitor, w):
    page = visitor.as_(w.lan).get("/ho")
    assert 'name="village"' not in page.text
    assert "Lý Thị Páo" not in page.words


def test_a_help_point_looks_but_does_not_register(visitor, w):
    page = visitor.as_(w.phuc).get("/ho")
    assert "Hoàng Thị Sen" in page.words
    assert "/ho/moi" not in page.links()


def test_htmx_gets_the_list_alone(visitor, w):
    fragment = visitor.as_(w.cuc).htmx("/ho?q=tam")
    assert "<html" not in fragment.text
    assert "Nguyễn Văn Tám" in fragment.words
    assert "Hoàng Thị Sen" not in fragment.words


def test_a_search_without_result_says_what_to_try(visitor, w):
    page = visitor.as_(w.lan).get("/ho?q=khong+co+ai&lang=en")
    assert "No household matches" in page.words
    assert "/ho" in page.links()


def test_an_empty_list_says_what_to_do_first(visitor, w, s):
    s.execute(update(Household).where(Household.village_id == w.doai.id).values(village_id=w.ha.id))
    s.commit()
    page = visitor.as_(w.nga).get("/ho?lang=en")
    assert "There is no household on the list yet" in page.words
    assert "/ho/moi" in page.links()


def test_a_nonsense_address_shows_the_list_all_the_same(visitor, w):
    assert "Nguyễn Văn Tám" in visitor.as_(w.lan).get("/ho?page=abc&village=x&stage=%27&sort=9").words


def test_the_pages_of_the_list_keep_what_was_asked(visitor, w, s):
    for number in range(60):
        world.household(s, w.ha, f"Mai Văn {number}")
    s.commit()
    links = visitor.as_(w.quy).get("/ho?q=mai&stage=not_reached").links()
    assert "/ho?q=mai&stage=not_reached&page=2" in links


def test_the_list_is_narrowed_to_who_has_shown_a_skill_alone_or_with_help(s, w, visitor):
    stages.weighed(s, {w.sen: (0b00010, 0b10000), w.tam: (0, 0b00010)})
    s.commit()
    assert heads(queries.listing(s, w.lan, shown="alone_shopping")) == ["Hoàng Thị Sen"]
    assert heads(queries.listing(s, w.lan, shown="helped_shopping")) == ["Nguyễn Văn Tám"]
    assert heads(queries.listing(s, w.lan, shown="helped_local_platform")) == ["Hoàng Thị Sen"]
    assert heads(queries.listing(s, w.lan, shown="alone_safety")) == []
    page = visitor.as_(w.lan).get("/ho?shown=alone_shopping")
    assert "Hoàng Thị Sen" in page.words
    assert "Nguyễn Văn Tám" not in page.words


def test_a_skill_of_a_household_out_of_scope_is_not_listed_as_it_is_not_counted(s, w):
    stages.weighed(s, {w.sen: (0b00010, 0)})
    stages.close(s, w.sens_house, "moved_away", w.cuc.id, "sold the house")
    s.commit()
    assert heads(queries.listing(s, w.lan, shown="alone_shopping")) == []


def test_those_who_say_they_are_confirmed_on_vneid_are_listed_as_they_are_counted(s, w):
    for person in (w.sen, w.hanh, w.tam):
        registering.correct_member(s, person, MemberFacts(person.name, 1960, vneid=True))
    registering.left(s, w.hanh, clock.today(), w.lan)
    stages.close(s, w.tams_house, "refused", w.cuc.id, "said no")
    s.commit()
    assert [one.name for one in queries.sayers(s, w.cuc, w.tan_hung).rows] == ["Hoàng Thị Sen"]
    assert queries.sayers(s, w.cuc, w.doai).total == 0
    assert queries.sayers(s, w.nga, w.tan_hung).total == 0
