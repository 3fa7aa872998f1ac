"""Pictures told in lines: each word draws, nothing written can break out, and what cannot be drawn is named."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from outreach.drawing import picture as drawing
from outreach.drawing.specimens import SPECIMENS
from outreach.drawing.vocabulary import PHONE, SCENE, SHEET, VOCABULARY
from outreach.lessons.content import faults, load_all

SHIPPED = Path(__file__).parents[2] / "lessons"
SLUG = "dang-nhap-cong-dich-vu-cong"
MOST_BYTES = 6 * 1024
TURMERIC = "#FFC83D"


def words(picture: str) -> str:
    """What can be read in a picture."""
    return " ".join(ElementTree.fromstring(picture).itertext())


def first_words(lines: tuple[str, ...]) -> set[tuple[str, str]]:
    """(ground, kind) of each line."""
    ground = lines[0] if lines[0] in (SCENE, SHEET) else PHONE
    return {(ground, re.split(r"[!* ]", line)[0]) for line in lines if line != ground}


def test_the_specimens_show_every_word_there_is() -> None:
    shown = {kind for lines in SPECIMENS for kind in first_words(lines)}
    on_paper_as_on_a_phone = {(SHEET, kind) for kind in VOCABULARY[PHONE] if kind in VOCABULARY[SHEET]}
    assert {(ground, kind) for ground, kinds in VOCABULARY.items() for kind in kinds} <= shown | on_paper_as_on_a_phone


@pytest.mark.parametrize("lines", SPECIMENS, ids=lambda lines: "-".join(line.split()[0] for line in lines))
def test_every_word_draws_a_small_picture_without_fault(lines: tuple[str, ...]) -> None:
    picture = drawing.draw(lines, "Hình")
    root = ElementTree.fromstring(picture)
    assert list(drawing.drawing_faults(lines)) == []
    assert (root.get("viewBox"), root.get("aria-label")) == ("0 0 360 240", "Hình")
    assert len(picture.encode()) < MOST_BYTES


@pytest.mark.parametrize("lines", SPECIMENS, ids=lambda lines: lines[-1])
def test_all_that_is_said_can_be_read(lines: tuple[str, ...]) -> None:
    seen = words(drawing.draw(lines))
    for line in lines:
        if not line.startswith(("code", "stars", "status")):
            said = re.sub(r"^[a-z-]+2?[!*1]*|[|,:=!*]", " ", line)
            assert [word for word in said.split() if word not in seen] == []


@pytest.mark.parametrize("lines", SPECIMENS, ids=lambda lines: lines[0])
def test_no_letter_is_smaller_than_fifteen_pixels(lines: tuple[str, ...]) -> None:
    sizes = re.findall(r'font-size="([\d.]+)"', drawing.draw(lines))
    assert all(float(size) >= 15 for size in sizes)


def test_the_same_lines_give_the_same_picture() -> None:
    lines = SPECIMENS[0]
    first = drawing.draw(list(lines), "Nộp hồ sơ")
    drawing._draw.cache_clear()
    assert drawing.draw(lines, "Nộp hồ sơ") == first


def test_pictures_that_stand_on_one_page_share_no_ids_and_no_styles() -> None:
    page = "".join(drawing.draw(lines) for lines in SPECIMENS)
    assert re.findall(r"\bid=|\bclass=|\bstyle=|<style|<script|href|url\(", page) == []


@pytest.mark.parametrize("line", ["title {}", "field {} = {}", "sms {}: {}", "apps {}, Zalo", "paper {}", "ok {}"])
def test_what_a_writer_types_stays_words(line: str) -> None:
    trick = '<b>&"'
    picture = drawing.draw([line.format(trick, trick)], f'"><script>{trick}')
    assert "<b>" not in picture
    assert "<script>" not in picture
    assert "<b>&" in words(picture)


def test_a_picture_without_a_name_is_silent() -> None:
    assert 'aria-hidden="true"' in drawing.draw(["qr"])


@pytest.mark.parametrize("lines", [lines for lines in SPECIMENS if "!" in "".join(lines)], ids=lambda lines: lines[0])
def test_the_mark_is_drawn_once(lines: tuple[str, ...]) -> None:
    assert drawing.draw(lines).count(TURMERIC) == 1


def test_what_is_not_marked_has_no_ring() -> None:
    assert TURMERIC not in drawing.draw(["title Xong", "button Gửi", "keypad"])


def test_one_may_mark_either_of_two_buttons() -> None:
    rings = [
        re.search(f'<rect x="([\\d.]+)"[^>]*{TURMERIC}', drawing.draw([line]))
        for line in ("pair!1 A | B", "pair! A | B")
    ]
    first, second = (float(ring[1]) for ring in rings if ring)
    assert first < 180 < second


def test_what_cannot_be_drawn_is_left_out_of_the_picture() -> None:
    assert words(drawing.draw(["buton Gửi", "title Còn lại"])).strip() == "Còn lại"


WRONG = [
    (["title A", "buton B"], "draw, line 2: “buton” cannot be drawn on a phone; did you mean “button”?"),
    (["scene", "keypad"], "draw, line 2: “keypad” cannot be drawn in a scene"),
    (["sheet", "qr", "call A"], "draw, line 3: “call” cannot be drawn on a sheet"),
    (["button! A", "row! B"], "draw: 2 places are marked with “!”; a picture has one place to press"),
    (["qr", "scan"], "draw: too much for one picture: its lines are 230 high; 208 is the most"),
    (["scene", "person", "house", "desk", "bank", "bulb"], "draw: too much for one picture: 5 things; 4 is the most"),
    (["button Nộp hồ sơ trực tuyến bây giờ"], "is too long for “button”: 28 letters; 24 is the most"),
    (["ok Đã gửi hồ sơ rồi, mời bà con chờ kết quả ở nhà"], "is too long for “ok”: 46 letters; 2 lines of 18"),
    (["scene", "talk Xin chào"], "draw: “talk” needs a thing before it"),
    (["keypad 123"], "draw, line 1: “keypad” takes no words"),
    (["code 7"], "draw, line 1: “code” should be written like: code 3/6"),
    (["pair A"], "draw, line 1: “pair” needs 2 piece(s) of text, with “|” between them, not 1"),
    (["button* A"], "draw, line 1: “button” cannot have “*” after it"),
    (["apps A!, B!"], "draw, line 1: only one part can have “!” after it"),
    ([], "draw: there is nothing to draw"),
]


@pytest.mark.parametrize(("lines", "message"), WRONG)
def test_what_is_wrong_with_a_picture_is_said_in_words(lines: list[str], message: str) -> None:
    assert any(message in fault for fault in drawing.drawing_faults(lines))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of one good lesson, to be spoilt."""
    shutil.copy(SHIPPED / "standard.toml", tmp_path)
    shutil.copytree(SHIPPED / SLUG, tmp_path / SLUG)
    return tmp_path


def redraw(root: Path, written: str) -> int:
    """Put other words for the second step's picture; give their line."""
    path = root / SLUG / "lesson.toml"
    text = path.read_text(encoding="utf-8")
    old = 'picture = "02-go-dia-chi.svg"'
    path.write_text(text.replace(old, written), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def found(root: Path) -> list[tuple[str, int, str]]:
    return [(fault.file.name, fault.line, fault.message) for fault in faults(root)]


def test_a_step_may_tell_its_picture_in_lines(root: Path) -> None:
    redraw(root, 'draw = ["bar! dichvucong.gov.vn"]')
    assert found(root) == []
    assert load_all(root)[SLUG].steps[1].draw == ("bar! dichvucong.gov.vn",)


def test_a_fault_in_a_drawing_names_file_and_line_and_stops_no_server(root: Path) -> None:
    line = redraw(root, 'draw = ["bra dichvucong.gov.vn", "title A"]')
    assert [(file, at) for file, at, said in found(root) if "did you mean “bar”?" in said] == [("lesson.toml", line)]
    assert SLUG in load_all(root)


def test_a_step_has_one_picture_only(root: Path) -> None:
    line = redraw(root, 'picture = "02-go-dia-chi.svg"\ndraw = ["qr"]')
    assert ("lesson.toml", line + 1, "a step has one picture: either “picture” or “draw”") in found(root)


def test_a_drawn_step_needs_its_picture_in_words_and_one_without_needs_none(root: Path) -> None:
    vi = root / SLUG / "vi.md"
    redraw(root, 'draw = ["qr"]')
    vi.write_text(vi.read_text(encoding="utf-8").replace("Hình: Ô địa chỉ", "Ô địa chỉ"), encoding="utf-8")
    assert any("“hình:” / “picture:” is missing" in said for _, _, said in found(root))
    redraw_none = (root / SLUG / "lesson.toml").read_text(encoding="utf-8").replace('draw = ["qr"]\n', "")
    (root / SLUG / "lesson.toml").write_text(redraw_none, encoding="utf-8")
    assert [file for file, _, said in found(root) if "gives no picture for step" in said] == ["en.md"]


@pytest.mark.parametrize(
    ("old", "new", "key"), [('"2.6", "4.2"', '"2.7", "4.2"', "digcomp"), ('"0.1", ', '"7.1", ', "dlgf")]
)
def test_a_code_no_framework_has_is_reported(root: Path, old: str, new: str, key: str) -> None:
    path = root / SLUG / "lesson.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text.count("\n", 0, text.index(old)) + 1
    code = new.split('"')[1]
    assert found(root) == [("lesson.toml", line, f"“{code}” is not a code of [frameworks] {key} in standard.toml")]


def test_a_clock_shows_the_hour_of_its_label() -> None:
    assert "rotate(225)" in drawing.draw(["scene", "clock 7 giờ 30"])  # the hour hand, halfway from 7 to 8
    assert "rotate(120)" in drawing.draw(["scene", "clock Đợi"])
