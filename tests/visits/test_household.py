"""A household's page: who lives there, what can be done, and all that happened, newest first."""

from datetime import timedelta

from sqlalchemy import event

from outreach import clock
from outreach.households import differing, stages
from outreach.households.models import REFUSED as CLOSED_AS_REFUSED
from outreach.visits import recording, timeline
from outreach.visits.recording import VisitDraft, new_client_id


def visit(s, by, house, outcome="helped", **said):
    """A visit as the verb makes it."""
    return recording.record(s, by, house, VisitDraft(new_client_id(), outcome, **said)).visit


def test_a_volunteer_sees_the_household_with_its_people_and_the_button_to_record(visitor, w):
    page = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}")
    assert "Hoàng Thị Sen" in page.words
    assert "Nguyễn Thu Hạnh" in page.words
    assert f"/ho/{w.sens_house.id}/tham" in page.links()


def test_an_agent_reads_the_page_but_records_no_visits(visitor, w):
    assert f"/ho/{w.sens_house.id}/tham" not in visitor.as_(w.phuc).get(f"/ho/{w.sens_house.id}").links()


def test_two_daily_links_stand_beside_a_person_and_the_rare_ones_are_folded_away(visitor, s, w):
    def links(tree):
        return [a.get("href").split("/")[-1] for a in tree.iter("a") if "/nguoi/" in a.get("href")]

    def person(who):
        tree = visitor.as_(who).get(f"/ho/{w.sens_house.id}").tree
        return next(one for one in tree.iter("div") if one.get("class") == "person")

    (folded,) = person(w.lan).iter("details")
    assert links(folded) == ["sua", "dong-y", "tin-nhan"]
    assert len(links(person(w.lan))) == 5
    assert folded.get("open") is None
    assert list(person(w.phuc).iter("details")) == []  # the desk has but two
    differing.note(s, w.sen, {"birth_year": 1951}, w.minh)
    s.commit()
    assert next(person(w.lan).iter("details")).get("open") is not None


def test_a_province_official_does_not_open_a_family(visitor, w):
    visitor.as_(w.binh).get(f"/ho/{w.sens_house.id}", status=403)


def test_a_household_of_another_village_is_not_there_for_a_volunteer(visitor, w):
    visitor.as_(w.lan).get(f"/ho/{w.paos_house.id}", status=404)


def test_a_stranger_is_asked_to_sign_in_before_a_household(visitor, w):
    assert visitor.get(f"/ho/{w.sens_house.id}", status=303).location.startswith("/dang-nhap")


def test_the_timeline_tells_visits_and_stages_newest_first(visitor, s, w):
    visit(s, w.lan, w.sens_house, "nobody", note="Cửa khóa", at=clock.now() - timedelta(days=2))
    visit(s, w.minh, w.sens_house, met=(w.sen.id,), taught=("dang-nhap-cong-dich-vu-cong",), note="Bà nhớ nhanh")
    s.commit()
    told = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}?lang=en").words
    assert told.index("Now: Visited") < told.index("Bà nhớ nhanh") < told.index("Cửa khóa")
    assert "Met: Hoàng Thị Sen" in told


def test_the_name_of_what_was_taught_is_in_the_readers_language(visitor, s, w):
    visit(s, w.lan, w.sens_house, met=(w.sen.id,), taught=("dang-nhap-cong-dich-vu-cong",))
    s.commit()
    vietnamese = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}?lang=vi").words
    english = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}?lang=en").words
    assert "Đăng nhập" in vietnamese
    assert "Sign in" in english or "sign in" in english


def test_a_long_history_is_read_page_by_page_and_nothing_is_told_twice(s, w):
    for day in range(25):
        visit(s, w.lan, w.sens_house, "nobody", at=clock.now() - timedelta(days=day + 1))
    first, second = (timeline.page(s, w.sens_house, n) for n in (1, 2))
    ids = [m.visit.id for m in (*first.moments, *second.moments) if m.visit]
    assert first.pages == 2
    assert len(ids) == len(set(ids)) == 25


def test_a_page_beyond_the_last_is_the_last(s, w):
    assert timeline.page(s, w.sens_house, 99).number == 1


def test_ten_times_the_history_takes_no_more_queries(s, w):
    few = _queries(s, w)
    for day in range(10):
        visit(s, w.lan, w.sens_house, met=(w.sen.id,), came=(w.minh.id,), at=clock.now() - timedelta(days=day + 1))
    many = _queries(s, w)
    for day in range(10):
        visit(s, w.minh, w.sens_house, met=(w.sen.id, w.hanh.id), at=clock.now() - timedelta(days=day + 1))
    assert _queries(s, w) == many
    assert few <= many


def _queries(s, w):
    s.commit()
    counted = []
    count = lambda *args: counted.append(args[2])  # noqa: E731
    event.listen(s.connection(), "before_cursor_execute", count)
    home = s.merge(w.sens_house)
    for moment in timeline.page(s, home).moments:
        if moment.visit:
            _said = [moment.visit.by.name, *(a.name for a in moment.visit.came), *(m.name for m in moment.visit.met)]
    event.remove(s.connection(), "before_cursor_execute", count)
    return len(counted)


def test_after_a_refusal_the_page_offers_to_close_the_household(visitor, s, w):
    visit(s, w.lan, w.sens_house, "refused")
    s.commit()
    page = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}?lang=en")
    assert "did not wish to take part" in page.words


def test_a_household_closed_as_refused_is_not_asked_again(visitor, s, w):
    visit(s, w.lan, w.sens_house, "refused")
    stages.close(s, w.sens_house, CLOSED_AS_REFUSED, w.dung.id, "không muốn")
    s.commit()
    assert "did not wish to take part" not in visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}?lang=en").words


def test_the_old_address_of_a_merged_household_leads_to_the_one_it_lives_on_in(visitor, s, w):
    w.tams_house.merged_into_id = w.sens_house.id
    s.commit()
    moved = visitor.as_(w.lan).get(f"/ho/{w.tams_house.id}", status=303)
    assert moved.location == f"/ho/{w.sens_house.id}"
