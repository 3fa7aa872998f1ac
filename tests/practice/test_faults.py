"""The rehearsals we ship are whole, and a slip in a practice.toml is named by file and line."""

import re
import unicodedata

import pytest

from outreach.lessons.shape import ContentFault
from outreach.practice import portal
from outreach.settings import ROOT
from tests.practice.conftest import SLUG


def test_every_shipped_rehearsal_is_without_fault():
    assert [str(fault) for fault in portal.faults(ROOT / "lessons")] == []


def test_the_small_rehearsal_of_the_tests_is_without_fault(folder):
    assert portal.faults(folder) == []


def spoil(folder, old, new):
    """Change the first `old` of the file; give the line (from 1) where it stood."""
    path = folder / SLUG / "practice.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not there"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


UNUSABLE = [
    ("minutes = 3", 'minutes = "3"', "“minutes” should be a whole number"),
    ("minutes = 3", "minuts = 3", "“minuts” is not a known word here"),
    ('likeness = "vneid"', 'likeness = "zalo"', "“likeness” should be one of portal, vneid"),
    ('  kind = "select"', '  kind = "list"', "“kind” should be one of text, secret"),
    ('    look = "blurred"', '    look = "foggy"', "“look” should be one of clear, blurred"),
    ('coach.en = "Fill in', 'coach.tyz = "Fill in', "“coach.en” is missing"),
    ('    wrong.vi = "Tên cũ', '    wrong.de = "Tên cũ', "“wrong.vi” is missing"),
    ('    text = "Ảnh rõ"\n', "", "“text” is missing"),
    ('  given = "ho-ten"', '  given = "ten"', "“ten” is not on the sample card"),
    ('  to = "to-khai"', '  to = "to-khai-moi"', "“to-khai-moi” is not a screen"),
    ('  to = "xem-lai"', '  to = "dang-nhap"', "a rehearsal must not go in circles"),
    ('    text = "Tại xã"\n    right = true', '    text = "Tại xã"\n    right = false', "right = true for exactly one"),
    ('    id = "xa-moi"', '    id = "xa-cu"', "the id “xa-cu” is used twice"),
    ('  id = "doc-ma"', '  id = "ma"', "the id “ma” is used twice"),
    ('id = "da-nop"', 'id = "xong"', "the id “xong” is taken"),
    ('id = "da-nop"', 'id = "Đã nộp"', "should be small plain letters"),
    ('rows = [["Gửi tới", "0900 000 000"]]', 'rows = [["Gửi tới"]]', "should be a label and a value"),
    ("end.vi =", "cuoi.vi =", "“end.vi” is missing"),
    ("[[given]]", "[[given", "not valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "message"), UNUSABLE)
def test_an_unusable_rehearsal_is_named_and_never_loads(folder, old, new, message):
    spoil(folder, old, new)
    assert [fault for fault in portal.faults(folder) if message in fault.message]
    with pytest.raises(ContentFault, match=r"practice\.toml:\d+: "):
        portal.load_all(folder)


BROKEN = [
    ('skills = ["online_services"]', 'skills = ["baking"]', "“baking” is not a skill of standard.toml"),
    ('mark = "xa"', 'mark = "huyen"', "“huyen” is no field or button of this screen"),
    ('coach.vi = "Điền tờ khai', f'coach.vi = "{"dài " * 31}Điền tờ khai', "; 30 is the most"),
    ('draw = ["sheet", "title', 'draw = ["sheet", "hologram', "“hologram” cannot be drawn"),
    ('text = "Điền đủ', 'text = "Số 001205012345. Điền đủ', "look like an ID number"),
    ('heading = "Tờ khai"', unicodedata.normalize("NFD", 'heading = "Tờ khai"'), "not NFC"),
    ("minutes = 3", "minutes = 0", "“minutes” should be 1 or more"),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_a_broken_rule_is_named_at_its_line_and_does_not_stop_the_house(folder, old, new, message):
    line = spoil(folder, old, new)
    found = [(fault.line, fault.message) for fault in portal.faults(folder) if message in fault.message]
    assert [at for at, _message in found] == [line]
    assert SLUG in portal.load_all(folder)


def test_a_fault_within_a_nested_table_points_at_its_own_line(folder):
    """The third option of the file, not the third line that says “id”; and the table itself where a key is missing."""
    wrong_id = spoil(folder, 'id = "tai-xa"', 'id = "Tại xã"')
    no_words = spoil(folder, '    wrong.vi = "Ảnh mờ', '    wrong.tyz = "Ảnh mờ')
    found = {fault.line: fault.message for fault in portal.faults(folder)}
    assert "should be small plain letters" in found[wrong_id]
    assert "“wrong.vi” is missing" in found[no_words]


def test_a_screen_that_nothing_leads_to_is_named(folder):
    line = spoil(folder, '  to = "xem-lai"', '  to = "da-nop"')
    faults = portal.faults(folder)
    assert [fault.message for fault in faults] == ["no button leads to the screen “xem-lai”"]
    assert faults[0].line > line


def cut(folder, *patterns):
    """Take pieces out of the file."""
    path = folder / SLUG / "practice.toml"
    text = path.read_text(encoding="utf-8")
    for pattern in patterns:
        text, times = re.subn(pattern, "", text)
        assert times, pattern
    path.write_text(text, encoding="utf-8")


def test_a_rehearsal_that_never_ends_is_named(folder):
    cut(folder, r"end\..*\n")
    messages = [fault.message for fault in portal.faults(folder)]
    assert "no button leads on from this screen, and it has no “end”" in messages


def test_a_rehearsal_with_little_to_fall_for_is_named(folder):
    trap = r'  \[\[screens\.buttons\]\]\n  id = "(quen|doc-ma)"\n(  [a-z].*\n)+'
    choice = r'  \[\[screens\.fields\]\]\n  id = "nhan"\n(  .*\n)+?(?=  \[\[screens\.fields\]\]\n)'
    cut(folder, trap, choice)
    messages = [fault.message for fault in portal.faults(folder)]
    assert messages == ["a rehearsal needs 3 wrong turns to learn from, here are 2"]


def test_a_rehearsal_of_too_few_screens_is_named(folder):
    cut(
        folder,
        r'(?s)\[\[screens\]\]\nid = "xem-lai".*?(?=\[\[screens\]\])',
        r'(?s)  \[\[screens.buttons\]\]\n  id = "tiep-tuc"\n[^\[]*?to = "xem-lai"\n',
    )
    messages = [fault.message for fault in portal.faults(folder)]
    assert messages == ["[[screens]] should stand here 5 to 16 times, not 4"]
