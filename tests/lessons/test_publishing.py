"""What is shown: a lesson that is broken is left out and told; a language that is unfinished waits and is told."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from outreach.lessons import publishing
from outreach.lessons.content import ContentFault, Lesson, faults, load_all, load_sound
from outreach.lessons.publishing import Share, status

SHIPPED = Path(__file__).parents[2] / "lessons"
SLUG, OTHER = "dang-nhap-cong-dich-vu-cong", "dang-ky-khai-sinh-lien-thong"
READ, HEARD = "fr", "tyz"  # a language that need not be heard, and one that must be


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of two good lessons, to be spoilt."""
    shutil.copy(SHIPPED / "standard.toml", tmp_path)
    for slug in (SLUG, OTHER):
        shutil.copytree(SHIPPED / slug, tmp_path / slug)
    return tmp_path


def lesson(root: Path) -> Lesson:
    return load_all(root)[SLUG]


def put(root: Path, name: str, text: str) -> None:
    (root / SLUG / name).write_text(text, encoding="utf-8")


def vietnamese(root: Path) -> str:
    return (root / SLUG / "vi.md").read_text(encoding="utf-8")


def shares(root: Path, language: str, voiced: tuple[str, ...] = ()) -> Mapping[str, bool]:
    found = status(lesson(root), language, voiced)
    return {"text": found.text.whole, "pictures": found.pictures.whole, "published": found.published}


def test_the_lessons_we_ship_are_whole_in_both_languages_of_the_house() -> None:
    found = [status(one, language) for one in load_all(SHIPPED).values() for language in ("vi", "en")]
    assert [one for one in found if not one.published] == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("lesson.toml", 'kind = "basics"', 'kind = "basic"'), ("vi.md", "## thoat-ra: ", "## thoat-nhanh: "),
     ("vi.md", "- tu-go: ", "- tu-viet: "), ("lesson.toml", "order = 50", "order = ")],
)  # fmt: skip
def test_a_broken_lesson_is_left_out_and_told_and_the_others_stay(root: Path, name: str, old: str, new: str) -> None:
    path = root / SLUG / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    lessons, wrong = load_sound(root)
    assert list(lessons) == [OTHER]
    assert {fault.file for fault in wrong} == {path}
    assert all(fault.line >= 1 and fault.message for fault in wrong)
    with pytest.raises(ContentFault):
        load_all(root)


@pytest.mark.parametrize(("old", "new"), [("- tu-go: ", "- tu-viet: "), ("## thoat-ra: ", "## thoat-nhanh: ")])
def test_a_lesson_whose_english_is_broken_is_read_in_vietnamese_and_told(root: Path, old: str, new: str) -> None:
    path = root / SLUG / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    lessons, wrong = load_sound(root)
    assert lessons[SLUG].words_in("en").language == "vi"
    assert {fault.file for fault in wrong} == {path}
    assert not status(lessons[SLUG], "en").published
    with pytest.raises(ContentFault):
        load_all(root)


def test_a_lesson_without_its_machine_file_is_told_too(root: Path) -> None:
    (root / SLUG / "lesson.toml").unlink()
    lessons, wrong = load_sound(root)
    assert list(lessons) == [OTHER]
    assert "the file is missing" in [fault.message for fault in wrong]


def test_a_standard_that_is_wrong_stops_everything(root: Path) -> None:
    (root / "standard.toml").write_text("needed = ", encoding="utf-8")
    with pytest.raises(ContentFault, match=r"standard\.toml"):
        load_sound(root)


def test_sound_lessons_have_nothing_to_tell(root: Path) -> None:
    assert load_sound(root) == (load_all(root), [])


def test_a_language_that_is_being_written_is_no_fault_and_not_shown(root: Path) -> None:
    put(root, "fr.md", "# Se connecter\n\nFor: tous\n\nAfter this lesson: on sait\n\nHave ready:\n- un téléphone\n")
    assert faults(root) == []
    assert shares(root, READ) == {"text": False, "pictures": False, "published": False}
    assert lesson(root).words_in(READ).language == "vi"
    assert publishing.languages(lesson(root)) == ("vi", "en", "fr")


def emptied(line: str) -> str:
    """A line of a word file as a translator finds it on an empty sheet: its marks without its words."""
    mark = re.match(r"#(?!#)|## [a-z0-9-]+:|- [a-z0-9-]+:|(Dành cho|Sau bài|Chuẩn|Bạn sẽ|Cẩn|Hình|Vì sao)[^:]*:", line)
    return mark.group() if mark else ""


def test_a_sheet_with_the_marks_and_no_words_is_no_fault_either(root: Path) -> None:
    put(root, "fr.md", "\n".join(emptied(line) for line in vietnamese(root).splitlines()))
    assert faults(root) == []
    found = status(lesson(root), READ)
    assert (found.text.done, found.pictures.done, found.published) == (0, 0, False)
    assert found.text.of == status(lesson(root), "vi").text.done


def test_a_whole_language_is_shown(root: Path) -> None:
    put(root, "fr.md", vietnamese(root))
    assert shares(root, READ) == {"text": True, "pictures": True, "published": True}
    assert lesson(root).words_in(READ).language == READ


@pytest.mark.parametrize(
    ("missing", "part"),
    [("Bạn sẽ thấy: đủ 12 số", "text"), ("Cẩn thận: **Tên trang", "text"), ("Vì sao: Kẻ gian làm", "text"),
     ("Hình: Ô địa chỉ", "pictures")],
)  # fmt: skip
def test_what_a_language_lacks_is_counted_where_it_belongs(root: Path, missing: str, part: str) -> None:
    lines = vietnamese(root).splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(missing))
    put(root, "fr.md", "\n".join(lines[:at] + lines[at + 1 :]))
    found = shares(root, READ)
    assert not found["published"]
    assert [name for name in ("text", "pictures") if not found[name]] == [part]


def test_a_language_that_must_be_heard_is_shown_once_every_step_can_be(root: Path) -> None:
    put(root, f"{HEARD}.md", vietnamese(root))
    steps = tuple(step.id for step in lesson(root).steps)
    assert not shares(root, HEARD)["published"]
    assert lesson(root).words_in(HEARD).language == "vi"
    assert not shares(root, HEARD, steps[1:])["published"]
    assert shares(root, HEARD, steps)["published"]
    assert status(lesson(root), HEARD, steps[1:]).voice == Share(len(steps) - 1, len(steps))


def test_a_slip_in_a_further_language_costs_that_language_only(root: Path) -> None:
    put(root, "fr.md", vietnamese(root).replace("## thoat-ra: ", "## sortir: "))
    lessons, wrong = load_sound(root)
    assert list(lessons) == [OTHER, SLUG] or list(lessons) == [SLUG, OTHER]
    assert lessons[SLUG].words_in(READ).language == "vi"
    assert {fault.file.name for fault in wrong} == {"fr.md"}


def test_an_unknown_group_is_told_and_none_is_other(root: Path) -> None:
    assert lesson(root).group == "other"
    path = root / SLUG / "lesson.toml"
    path.write_text('group = "ho-hang"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert [fault.message.split("“")[1][:5] for fault in faults(root)] == ["group"]
