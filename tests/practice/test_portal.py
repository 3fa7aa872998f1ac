"""The rehearsal portal: every way of every flow ends, every wrong turn is explained, no real number is taken."""

import pytest

from outreach.practice import portal
from outreach.practice.portal import Onward, Reason, Stay, advance, looks_real, plain, right_values
from outreach.practice.shape import CHOSEN, TYPED, Kind
from outreach.settings import ROOT

SHIPPED = portal.load_all(ROOT / "lessons")
REAL = (
    "001205012345",
    "001 205 012 345",
    "cccd 0012 0501 2345",
    "123456789",
    "123 456",
    "９８７６５４",
    "1234 5678 9012 3456",
)
HARMLESS = ("", "12345", "Ngõ 12, thôn 3", "01/01/2026", "50.000", "999 000 111", "222 222", "222")


@pytest.fixture(params=["small", *SHIPPED])
def any_flow(request, flow):
    """The tests' own rehearsal, and each one we ship."""
    return flow if request.param == "small" else SHIPPED[request.param]


def screens(flow):
    """Each screen that is not the last, with the first right button."""
    return [(screen, next(screen.ways_on())) for screen in flow.screens if not screen.last]


def said(words):
    """Whether something is said in both house languages."""
    return bool(words.get("vi") and words.get("en"))


def test_every_right_way_of_every_rehearsal_comes_to_its_end(any_flow):
    ways = portal.ways(any_flow)
    assert ways
    for way in ways:
        here = any_flow.start.id
        for screen, button in way:
            assert screen.id == here
            outcome = advance(any_flow, screen.id, button.id, right_values(any_flow, screen))
            assert isinstance(outcome, Onward), screen.id
            here = outcome.to
        assert any_flow.screen(here).last
        assert portal.is_way(any_flow, [*(screen.id for screen, _button in way), here])


def test_every_trap_says_why_and_stays(any_flow):
    traps = [(screen, button) for screen in any_flow.screens for button in screen.buttons if not button.to]
    assert traps
    for screen, button in traps:
        outcome = advance(any_flow, screen.id, button.id, {})
        assert isinstance(outcome, Stay)
        assert said(outcome.trap), button.id


def test_every_wrong_choice_says_why_and_stays(any_flow):
    for screen, button in screens(any_flow):
        for field in (one for one in screen.fields if one.kind in CHOSEN):
            for option in (one for one in field.options if not one.right):
                outcome = advance(
                    any_flow, screen.id, button.id, right_values(any_flow, screen) | {field.id: option.id}
                )
                assert list(outcome.slips) == [field.id]
                assert said(outcome.slips[field.id].said), f"{screen.id}: {option.id}"


def test_what_is_left_empty_or_mistyped_says_so_and_stays(any_flow):
    for screen, button in screens(any_flow):
        for field in screen.fields:
            outcome = advance(any_flow, screen.id, button.id, right_values(any_flow, screen) | {field.id: ""})
            assert list(outcome.slips) == [field.id]
            slip = outcome.slips[field.id]
            assert slip.reason is (Reason.EMPTY if field.kind in CHOSEN else Reason.WRONG)
            assert said(slip.said) is (field.kind not in CHOSEN)


@pytest.mark.parametrize("typed", REAL)
def test_a_number_that_looks_real_is_refused_in_every_typed_field_whatever_the_button(any_flow, typed):
    for screen, _button in screens(any_flow):
        for field in (one for one in screen.fields if one.kind in TYPED):
            for button in screen.buttons:
                values = right_values(any_flow, screen) | {field.id: typed}
                outcome = advance(any_flow, screen.id, button.id, values)
                assert outcome.slips[field.id].reason is Reason.REAL, f"{screen.id}: {field.id}"


@pytest.mark.parametrize("typed", REAL)
def test_what_looks_real_is_told(flow, typed):
    assert looks_real(flow, typed)


@pytest.mark.parametrize("typed", HARMLESS)
def test_samples_and_everyday_numbers_are_not_taken_for_real_ones(flow, typed):
    assert not looks_real(flow, typed)


@pytest.mark.parametrize("typed", ["999000111222", "999 000 111 222", " 999-000-111-222 ", "９９９000111222"])
def test_a_sample_may_be_typed_with_or_without_its_blanks(flow, typed):
    values = {"so-dinh-danh": typed, "mat-khau": "mautap@1 "}
    assert advance(flow, "dang-nhap", "dang-nhap", values) == Onward("ma-xac-nhan")


def test_accents_and_case_do_not_matter_but_a_secret_keeps_its_signs():
    assert plain(Kind.TEXT, "lê thị mẫu.") == plain(Kind.TEXT, "Le Thi Mau")
    assert plain(Kind.SECRET, "MAUTAP@1") == plain(Kind.SECRET, "MauTap@1")
    assert plain(Kind.SECRET, "MauTap1") != plain(Kind.SECRET, "MauTap@1")


def test_a_trap_is_told_even_when_the_fields_are_filled_in_well(flow):
    screen = flow.screen("dang-nhap")
    outcome = advance(flow, "dang-nhap", "quen", right_values(flow, screen))
    assert outcome == Stay({}, screen.button("quen").wrong)


def test_two_right_buttons_lead_two_ways(flow):
    values = right_values(flow, flow.screen("to-khai"))
    assert advance(flow, "to-khai", "tiep-tuc", values) == Onward("xem-lai")
    assert advance(flow, "to-khai", "nop-luon", values) == Onward("da-nop")
    assert len(portal.ways(flow)) == 2


@pytest.mark.parametrize(("screen", "button"), [("khong-co", "dang-nhap"), ("dang-nhap", "khong-co")])
def test_what_is_not_there_cannot_be_pressed(flow, screen, button):
    with pytest.raises(LookupError):
        advance(flow, screen, button, {})


@pytest.mark.parametrize(
    "path",
    ["", "da-nop", "dang-nhap da-nop", "dang-nhap ma-xac-nhan to-khai", "ma-xac-nhan to-khai da-nop", "dang-nhap x"],
)
def test_a_path_with_a_gap_or_without_an_end_is_no_way(flow, path):
    assert not portal.is_way(flow, path.split())
