"""A resident plays a rehearsal screen by screen, without script; nothing that is typed is kept."""

import logging

import pytest
import time_machine
from sqlalchemy import inspect, select, text

from outreach.kiosk import sharing
from outreach.learning import progress
from outreach.practice import portal, queries, running
from outreach.practice.models import Run
from tests.databases import sqlite_only
from tests.practice.conftest import SLUG
from tests.visitor import OWN, Visitor

PLAY = f"/luyen-tap/{SLUG}"
FIRST = f"{PLAY}/dang-nhap"
MARKER = "chuoi-go-thu"
WAY = ("dang-nhap", "tiep-tuc", "nop-luon")  # the shorter of the two right ways, by its buttons


def filled(flow, screen_id, **changes):
    """What a screen's form sends when it is filled in as it wants."""
    return {
        f"o-{field}": value for field, value in (portal.right_values(flow, flow.screen(screen_id)) | changes).items()
    }


def press(visitor, flow, screen_id, button, *, status=303, **changes):
    """Fill in a screen and press one of its buttons."""
    return visitor.post(f"{PLAY}/{screen_id}", filled(flow, screen_id, **changes) | {"nut": button}, status=status)


def play(visitor, flow):
    """From the first screen to the end, the short way."""
    visitor.post(PLAY)
    for screen_id, button in zip(("dang-nhap", "ma-xac-nhan", "to-khai"), WAY, strict=True):
        page = press(visitor, flow, screen_id, button)
    return page


def run(s):
    """The one go there is."""
    s.expire_all()
    return s.scalars(select(Run)).one()


def test_a_resident_plays_to_the_end_and_hears_what_it_is_good_for(s, w, visitor, stage):
    with time_machine.travel("2026-11-21 08:00 +0700", tick=False) as now:
        first = visitor.follow(visitor.post(PLAY))
        assert "Type the sample ID number and the sample password" in first.words
        assert "999 000 111 222" in first.words
        for screen_id, button in zip(("dang-nhap", "ma-xac-nhan", "to-khai"), WAY, strict=True):
            now.shift(60)
            page = press(visitor, stage, screen_id, button)
    end = visitor.follow(page)
    assert "In real life the screen may differ" in end.words
    visitor.send(end, f"{PLAY}/xong", alone="1")
    result = visitor.get(f"{PLAY}/xong").words
    assert "3 minutes" in result
    assert "This counts: alone, from start to end" in result
    kept = run(s)
    assert (kept.hints, kept.wrong, kept.seconds, kept.alone) == (0, 0, 180, True)
    assert (kept.passed, kept.screen) == ("dang-nhap ma-xac-nhan to-khai", "da-nop")
    assert kept.skills == "online_services"
    assert kept.unaided


@sqlite_only
def test_every_screen_of_the_rehearsal_is_well_made_in_both_languages(s, w, visitor, stage):
    visitor.post(PLAY)
    for screen_id, button in (*zip(("dang-nhap", "ma-xac-nhan"), WAY, strict=False), ("to-khai", "tiep-tuc")):
        visitor.get(f"{PLAY}/{screen_id}")
        visitor.get(f"{PLAY}/{screen_id}?lang=vi")
        press(visitor, stage, screen_id, button)
    assert "Xã Mẫu Mới" in visitor.get(f"{PLAY}/xem-lai").words
    for address in ("/luyen-tap", PLAY, f"{PLAY}/tat-ca"):
        visitor.get(f"{address}?lang=en")


@sqlite_only
def test_a_wrong_turn_is_explained_counted_and_stays_here(s, w, visitor, stage):
    visitor.post(PLAY)
    page = press(visitor, stage, "dang-nhap", "quen", status=422)
    assert "Nothing is forgotten: the sample password is on the card." in page.words
    assert run(s).wrong == 1
    assert run(s).screen == "dang-nhap"


@sqlite_only
def test_a_field_that_does_not_fit_is_explained_and_keeps_what_was_typed_but_no_secret(s, w, visitor, stage):
    visitor.post(PLAY)
    changes = {"so-dinh-danh": "999 000", "mat-khau": "SaiRoi@2"}
    page = press(visitor, stage, "dang-nhap", "dang-nhap", status=422, **changes)
    assert "This is not yet the number of the sample card." in page.words
    assert 'value="999 000"' in page.text
    assert "SaiRoi@2" not in page.text
    assert run(s).wrong == 1


@pytest.mark.parametrize("typed", ["001205012345", "123 456 789", "654321"])
@sqlite_only
def test_a_number_that_looks_real_is_refused_and_not_even_shown_again(s, w, visitor, stage, typed):
    visitor.post(PLAY)
    page = press(visitor, stage, "dang-nhap", "dang-nhap", status=422, **{"so-dinh-danh": typed})
    assert "Never type your own numbers or codes here" in page.words
    assert typed not in page.text


@sqlite_only
def test_show_me_is_counted_says_where_and_keeps_what_was_typed(s, w, visitor, stage):
    visitor.post(PLAY)
    page = visitor.post(FIRST, {"o-so-dinh-danh": "999", "o-mat-khau": "MauTap@1", "giup": "1"}, status=200)
    assert "the number begins with 999" in page.words
    assert 'value="999"' in page.text
    assert run(s).hints == 1


@sqlite_only
def test_with_a_hint_or_with_help_it_does_not_count_yet(s, w, visitor, stage):
    visitor.post(PLAY)
    visitor.post(FIRST, {"giup": "1"}, status=200)
    for screen_id, button in zip(("dang-nhap", "ma-xac-nhan", "to-khai"), WAY, strict=True):
        press(visitor, stage, screen_id, button)
    visitor.post(f"{PLAY}/xong", {"alone": "1"})
    assert "This time was for learning." in visitor.get(f"{PLAY}/xong").words
    assert not run(s).unaided


@sqlite_only
def test_what_one_said_at_the_end_stands(s, w, visitor, stage):
    play(visitor, stage)
    visitor.post(f"{PLAY}/xong", {"alone": "0"})
    visitor.post(f"{PLAY}/xong", {"alone": "1"})
    assert run(s).alone is False


@sqlite_only
def test_a_screen_that_was_not_reached_leads_to_where_one_stands(s, w, visitor, stage):
    assert visitor.get(f"{PLAY}/to-khai", status=303).location == PLAY
    visitor.post(PLAY)
    assert visitor.get(f"{PLAY}/to-khai", status=303).location == FIRST
    assert press(visitor, stage, "to-khai", "nop-luon").location == FIRST
    assert visitor.get(f"{PLAY}/xong", status=303).location == FIRST


@sqlite_only
def test_one_may_go_back_and_then_goes_on_from_there(s, w, visitor, stage):
    visitor.post(PLAY)
    press(visitor, stage, "dang-nhap", "dang-nhap")
    press(visitor, stage, "ma-xac-nhan", "tiep-tuc")
    assert FIRST in visitor.get(f"{PLAY}/ma-xac-nhan").links()
    assert press(visitor, stage, "dang-nhap", "dang-nhap").location == f"{PLAY}/ma-xac-nhan"
    assert run(s).passed == "dang-nhap"


def test_a_button_pressed_twice_does_no_harm(s, w, visitor, stage):
    visitor.post(PLAY)
    for _ in range(2):
        assert press(visitor, stage, "dang-nhap", "dang-nhap").location == f"{PLAY}/ma-xac-nhan"
    assert run(s).passed == "dang-nhap"


def test_beginning_anew_takes_the_place_of_a_go_that_was_left(s, w, visitor, stage):
    visitor.post(PLAY)
    press(visitor, stage, "dang-nhap", "quen", status=422)
    assert FIRST in visitor.get(PLAY).links()
    visitor.post(PLAY)
    assert (run(s).wrong, run(s).passed) == (0, "")


def test_playing_again_is_a_new_go_and_the_old_one_stays(s, w, visitor, stage):
    play(visitor, stage)
    visitor.post(f"{PLAY}/xong", {"alone": "1"})
    play(visitor, stage)
    assert [one.alone for one in s.scalars(select(Run).order_by(Run.id))] == [True, None]


@sqlite_only
def test_a_long_pause_is_not_counted_as_play(s, w, visitor, stage):
    with time_machine.travel("2026-11-21 08:00 +0700", tick=False) as now:
        visitor.post(PLAY)
        now.shift(3 * 86400)
        press(visitor, stage, "dang-nhap", "dang-nhap")
    assert run(s).seconds == 600


@sqlite_only
def test_a_go_whose_screens_have_changed_meanwhile_begins_anew(s, w, visitor, stage, folder):
    visitor.post(PLAY)
    path = folder / SLUG / "practice.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"dang-nhap"', '"vao-cong"'), encoding="utf-8")
    page = visitor.get(f"{PLAY}/vao-cong", status=303)
    assert page.location == PLAY
    assert visitor.post(PLAY).location == f"{PLAY}/vao-cong"


@sqlite_only
def test_a_go_left_before_the_screens_changed_does_not_hide_the_next_one(s, w, visitor, stage, folder):
    """What is finished afterwards can be answered for, and counts."""
    visitor.post(PLAY)
    path = folder / SLUG / "practice.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"dang-nhap"', '"vao-cong"'), encoding="utf-8")
    visitor.post(PLAY)
    changed = queries.catalogue()[SLUG]
    for screen_id, button in zip(("vao-cong", "ma-xac-nhan", "to-khai"), ("vao-cong", *WAY[1:]), strict=True):
        page = press(visitor, changed, screen_id, button)
    visitor.send(visitor.follow(page), f"{PLAY}/xong", alone="1")
    assert run(s).unaided


def test_a_press_that_another_tab_has_overtaken_leads_to_where_the_go_stands(s, w, stage):
    """It was read before the other tab began anew, or was done: found out once the go is held."""
    who = progress.begin(s)
    go = running.begin(s, who, stage)
    values = portal.right_values(stage, stage.screen("ma-xac-nhan"))
    with pytest.raises(LookupError):
        running.press(s, go, stage, "ma-xac-nhan", "tiep-tuc", values)
    go.screen, go.passed, go.finished_at = "da-nop", "dang-nhap ma-xac-nhan to-khai", go.started_at
    s.flush()
    with pytest.raises(LookupError):
        running.press(s, go, stage, "ma-xac-nhan", "tiep-tuc", values)
    running.hint(s, go)
    assert (go.passed, go.hints) == ("dang-nhap ma-xac-nhan to-khai", 0)


@sqlite_only
def test_a_browser_without_cookies_is_told_why_it_cannot_go_on_and_what_to_do(s, w, app, stage):
    person = Visitor(app, "")
    person.client = app.test_client(use_cookies=False)
    person.client.environ_base["HTTP_ORIGIN"] = OWN
    assert "cookies" not in person.get(f"{PLAY}?lang=en").words
    back = person.get(person.post(PLAY).location, status=303)
    told = person.get(f"{back.location}&lang=en")
    assert "your browser keeps no cookies" in told.words
    assert f"{PLAY}/tat-ca" in told.links()


@sqlite_only
def test_a_browser_with_cookies_hears_nothing_of_them(s, w, visitor, stage):
    first = visitor.post(PLAY)
    assert "Type the sample ID number" in visitor.follow(first).words
    assert "cookies" not in visitor.get(f"{PLAY}?{first.location.partition('?')[2]}").words
    assert visitor.post(PLAY).location == FIRST


@sqlite_only
def test_who_is_signed_in_on_the_phone_is_noted_with_the_go(s, w, visitor, stage):
    play(visitor.as_(w.lan), stage)
    assert run(s).lent_by_id == w.lan.id


@sqlite_only
def test_who_signs_in_before_the_end_is_noted_as_well(s, w, visitor, stage):
    play(visitor, stage)
    lans = visitor.as_(w.lan)
    lans.client.set_cookie("learner", visitor.client.get_cookie("learner").value)
    lans.post(f"{PLAY}/xong", {"alone": "1"})
    assert run(s).lent_by_id == w.lan.id


@sqlite_only
def test_on_a_shared_device_nothing_is_said_to_count(s, w, visitor, stage):
    _kiosk, token = sharing.set_up(s, "Bưu điện xã Tân Hưng", w.cuc)
    s.commit()
    visitor.post(f"/may-chung/mo/{token}")
    visitor.client.set_cookie("lang", "en")  # opening it forgot the language as well
    assert "What is kept" not in visitor.get(PLAY).words
    visitor.send(visitor.follow(play(visitor, stage)), f"{PLAY}/xong", alone="1")
    for address in (f"{PLAY}/xong", f"{PLAY}/tat-ca"):
        words = visitor.get(address).words
        assert "This shared device keeps no results." in words
        assert "This counts" not in words


@sqlite_only
def test_a_rehearsal_with_a_fault_is_left_out_and_the_house_stays_open(s, w, visitor, stage, folder, caplog):
    path = folder / SLUG / "practice.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('to = "xem-lai"', 'to = "xem"'), encoding="utf-8")
    visitor.get(PLAY, status=404)
    visitor.get(f"/bai-hoc/{SLUG}")
    assert "No rehearsal here yet" in visitor.get("/luyen-tap").words
    assert "“xem” is not a screen" in caplog.text


@sqlite_only
def test_nobody_sees_where_another_phone_stands(s, w, app, visitor, stage):
    visitor.post(PLAY)
    assert Visitor(app).get(FIRST, status=303).location == PLAY


@sqlite_only
def test_a_deed_from_a_foreign_page_is_refused(s, w, visitor, stage):
    for address in (PLAY, FIRST, f"{PLAY}/xong", f"{PLAY}/ket-qua"):
        visitor.post(address, status=400, headers={"Sec-Fetch-Site": "cross-site"})
    assert s.scalars(select(Run)).all() == []


@pytest.mark.parametrize("who", [None, "lan", "cuc", "anh"])
@sqlite_only
def test_the_rehearsals_are_open_to_everybody(s, w, visitor, stage, who):
    person = visitor.as_(getattr(w, who)) if who else visitor
    for address in ("/luyen-tap", PLAY, f"{PLAY}/tat-ca"):
        person.get(address)
    assert person.post(PLAY).location.startswith(FIRST)


@pytest.mark.parametrize("address", ["/luyen-tap/khong-co", f"{PLAY}/khong-co", "/luyen-tap/khong-co/tat-ca"])
@sqlite_only
def test_a_rehearsal_or_screen_that_is_not_there_is_not_found(s, w, visitor, stage, address):
    visitor.get(address, status=404)


@sqlite_only
def test_a_button_that_is_not_there_changes_nothing(s, w, visitor, stage):
    visitor.post(PLAY)
    assert press(visitor, stage, "dang-nhap", "khong-co").location == FIRST
    assert run(s).wrong == 0


@sqlite_only
def test_nothing_typed_is_stored_or_logged(s, w, visitor, stage, caplog):
    caplog.set_level(logging.DEBUG)
    visitor.post(PLAY)
    press(visitor, stage, "dang-nhap", "dang-nhap", status=422, **{"so-dinh-danh": MARKER, "mat-khau": MARKER})
    visitor.post(FIRST, {"o-so-dinh-danh": MARKER, "o-mat-khau": MARKER, "giup": "1"}, status=200)
    play(visitor, stage)
    assert MARKER not in caplog.text
    assert [where for where in everything_stored(s) if MARKER in where] == []
    assert [where for where in everything_stored(s) if "dang-nhap" in where] != []  # the search finds what is there


def everything_stored(s):
    """Every text in every table."""
    tables = inspect(s.connection()).get_table_names()
    for table in tables:
        for row in s.execute(text(f'select * from "{table}"')):
            yield from (str(value) for value in row if isinstance(value, str | bytes))


@sqlite_only
def test_a_rehearsal_counts_as_learning_for_the_member_of_the_phone(s, w, visitor, stage):
    who = progress.begin(s)
    who.member = w.sen
    s.commit()
    visitor.client.set_cookie("learner", who.token)
    visitor.post(PLAY)
    s.expire_all()
    assert w.sen.learning_since is not None


@sqlite_only
def test_a_page_of_a_rehearsal_leads_to_its_lesson_and_the_lesson_to_it(s, w, visitor, stage):
    assert f"/bai-hoc/{SLUG}" in visitor.get(PLAY).links()
    assert PLAY in visitor.get(f"/bai-hoc/{SLUG}").links()
    assert "/luyen-tap" in visitor.get("/").links()
