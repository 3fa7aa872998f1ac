"""The lessons we ship are whole, and a slip in a lesson folder is named by file and line."""

import re
import shutil
import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest

from outreach.lessons.content import ContentFault, Kind, Lesson, faults, load_all

SHIPPED = Path(__file__).parents[2] / "lessons"
SLUG = "dang-nhap-cong-dich-vu-cong"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of one good lesson, to be spoilt."""
    shutil.copy(SHIPPED / "standard.toml", tmp_path)
    shutil.copytree(SHIPPED / SLUG, tmp_path / SLUG)
    return tmp_path


@pytest.fixture
def lesson() -> Lesson:
    return load_all(SHIPPED)[SLUG]


def spoil(root: Path, name: str, old: str, new: str) -> int:
    """Change the first `old` in a file of the lesson; give the line (from 1) where it stood."""
    path = root / SLUG / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def found(root: Path) -> list[tuple[str, int, str]]:
    return [(fault.file.name, fault.line, fault.message) for fault in faults(root)]


def test_every_shipped_lesson_is_without_fault() -> None:
    assert [str(fault) for fault in faults(SHIPPED)] == []


def test_lessons_come_in_their_order_each_with_vietnamese_and_english() -> None:
    lessons = list(load_all(SHIPPED).values())
    assert [lesson.order for lesson in lessons] == sorted(lesson.order for lesson in lessons)
    assert all({"vi", "en"} <= set(lesson.words) for lesson in lessons)


def test_a_lesson_carries_what_its_files_say(lesson: Lesson) -> None:
    assert lesson.kind is Kind.BASICS
    assert lesson.skills == ("online_services", "safety")
    assert lesson.pass_share == Fraction(2, 3)
    assert lesson.checked.isoformat() == "2026-11-21"
    assert [step.id for step in lesson.steps][2] == "bam-dang-nhap"
    step = lesson.words["vi"].step("bam-dang-nhap")
    assert step.heading == "Bấm “Đăng nhập”"
    assert step.body.startswith("Tìm chữ “Đăng nhập” ở góc trên bên phải.")
    assert step.body.endswith("đừng bấm nhiều lần.")
    assert "1800 1096" in step.trap
    assert "vòng vàng" in step.alt


def test_choices_keep_the_order_of_the_machine_file(lesson: Lesson) -> None:
    for asked in lesson.quiz:
        for words in lesson.words.values():
            assert tuple(words.question(asked.id).choices) == asked.choices


def test_a_procedure_lesson_names_its_procedure() -> None:
    assert load_all(SHIPPED)["dang-ky-khai-sinh-lien-thong"].procedure == "lien-thong-khai-sinh"


def test_no_lesson_repeats_a_fee_or_a_time_of_the_handbook() -> None:
    """One correction there must correct the lesson. (What a citizen must do in time may be told: it is the warning.)"""
    figure = re.compile(r"\d+ (?:ngày làm việc|working days?)\b|\d{3} ?(?:đ|đồng|nghìn|VND)\b", re.IGNORECASE)
    for lesson in load_all(SHIPPED).values():
        for words in lesson.words.values():
            found = figure.findall(words.file.read_text(encoding="utf-8"))
            assert not (lesson.procedure and found), f"{words.file}: {found}"


def test_steps_where_secrets_are_typed_are_marked(lesson: Lesson) -> None:
    secret = {step.id for step in lesson.steps if step.secret}
    assert {"nhap-mat-khau", "nhap-ma-xac-nhan", "nhap-passcode"} <= secret


def test_a_language_that_is_missing_falls_back_to_vietnamese(lesson: Lesson) -> None:
    assert lesson.words_in("en").language == "en"
    assert lesson.words_in("tyz").language == "vi"


def test_a_step_without_words_is_a_content_fault_not_a_key_error(lesson: Lesson) -> None:
    with pytest.raises(ContentFault, match=r"vi\.md:1: no words for step “khong-co”"):
        lesson.words["vi"].step("khong-co")


BROKEN = [
    ("vi.md", "## thoat-ra: ", "## thoat-nhanh: ", "“thoat-nhanh” is not in lesson.toml"),
    ("vi.md", "## thoat-ra: ", "## Thoát ra", "a heading should look like"),
    ("vi.md", "## thoat-ra: ", "## go-dia-chi: ", "“go-dia-chi” has words twice"),
    ("en.md", "- tu-go: ", "- tu-viet: ", "the choices should be bam-link, tu-go, hoi-nguoi-la"),
    ("en.md", "- tu-go: ", "", "under a question stand only its choices"),
    ("vi.md", "Hình: Ô địa chỉ", "Ô địa chỉ", "“picture:” is missing under this heading"),
    ("vi.md", "Bạn sẽ thấy: đủ 12 số", "Đủ 12 số", "“you will see:” is missing under this heading"),
    ("vi.md", "Vì sao: Kẻ gian làm", "Kẻ gian làm", "“why:” is missing under this heading"),
    ("vi.md", "Dành cho: ", "", "“for:” is missing under this heading"),
    ("vi.md", "- Điện thoại có mạng", "Điện thoại có mạng", "should be a list of “- ” lines"),
    ("vi.md", "Cẩn thận: **Tên trang", "Vì sao: **Tên trang", "do not belong under this heading"),
    ("vi.md", "Cẩn thận: **Tên trang", "Hình: **Tên trang", "this label stands here twice"),
    ("lesson.toml", 'answer = "tu-go"', 'answer = "go"', "the answer “go” is not among the choices"),
    ("lesson.toml", "order = 50", 'order = "50"', "“order” should be a whole number"),
    ("lesson.toml", "minutes = 20", "minuts = 20", "“minutes” is missing"),
    ("lesson.toml", 'kind = "basics"', 'kind = "basic"', "“kind” should be one of basics, procedure, team"),
    ("lesson.toml", "checked = 2026-11-21", 'checked = "hôm nay"', "“checked” should be a date"),
    ("lesson.toml", 'skills = ["online', 'skills = [1, "online', "should hold words in quotes only"),
    ("lesson.toml", 'id = "go-dia-chi"', 'id = "bam-dang-nhap"', "the id “bam-dang-nhap” is used twice"),
    ("lesson.toml", 'id = "go-dia-chi"', 'id = "end"', "it names a page of every lesson"),
    ("lesson.toml", 'id = "go-dia-chi"', 'id = "Gõ địa chỉ"', "should be small plain letters"),
    ("lesson.toml", "published = 2026-07-18", "publishd = 2026-07-18", "“publishd” is not a known word here"),
    ("lesson.toml", 'url = "https://vneid', 'url = "vneid', "“url” should be a web address"),
    ("lesson.toml", "order = 50", "order = ", "not valid TOML"),
    ("lesson.toml", "[[steps]]", "[[stepz]]", "“stepz” is not a known word here"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN)
def test_an_unusable_lesson_is_named_and_never_loads(root: Path, name: str, old: str, new: str, message: str) -> None:
    spoil(root, name, old, new)
    assert any(file == name and message in said for file, _, said in found(root))
    with pytest.raises(ContentFault, match=name):
        load_all(root)


EXACT = [
    ("vi.md", "## thoat-ra: ", "## thoat-nhanh: ", "“thoat-nhanh” is not"),
    ("vi.md", "Cẩn thận: **Tên trang", "Vì sao: **Tên trang", "do not belong"),
    ("vi.md", "Chạm vào ô đầu tiên.", "Chạm " * 61, "is the most"),
    ("vi.md", "Bạn sẽ thấy: đủ 12 số", "Bạn sẽ thấy: 001 234 567 890", "twelve digits"),
    ("en.md", "Take your time.", "Take your time, 001234567890.", "twelve digits"),
    ("lesson.toml", 'answer = "tu-go"', 'answer = "go"', "not among the choices"),
    ("lesson.toml", "checked = 2026-11-21", "checked = 2026", "should be a date"),
    ("lesson.toml", "order = 50", "order = ", "not valid TOML"),
    ("lesson.toml", '"safety"]', '"magic"]', "“magic” is not a skill of standard.toml"),
    ("lesson.toml", "02-go-dia-chi.svg", "02.svg", "there is no picture media/02.svg"),
    ("lesson.toml", "02-go-dia-chi.svg", "../vi.md", "there is no picture"),
    ("lesson.toml", "minutes = 20", "minutes = 0", "should be 1 or more"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), EXACT)
def test_a_fault_points_at_its_line(root: Path, name: str, old: str, new: str, message: str) -> None:
    line = spoil(root, name, old, new)
    [(file, at, said)] = [fault for fault in found(root) if message in fault[2]]
    heading = 2 if "the most" in said else 0  # too many words: the step's heading is named
    assert (file, at) == (name, line - heading)


def test_words_missing_for_a_step_name_the_language_that_lacks_them(root: Path) -> None:
    path = root / SLUG / "en.md"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("## thoat-ra"), text.index("## vao-cong")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    assert found(root) == [("en.md", 1, "“thoat-ra” of lesson.toml has no words here")]


def test_a_house_rule_broken_is_reported_but_does_not_stop_a_running_server(root: Path) -> None:
    spoil(root, "vi.md", "Chạm vào ô đầu tiên.", "Chạm " * 61)
    assert any("60 is the most" in message for _, _, message in found(root))
    assert SLUG in load_all(root)


def test_decomposed_vietnamese_is_reported(root: Path) -> None:
    line = spoil(root, "vi.md", "Tự tay gõ", unicodedata.normalize("NFD", "Tự tay gõ"))
    assert [(file, at) for file, at, said in found(root) if "NFC" in said] == [("vi.md", line)]


def test_both_house_languages_are_needed(root: Path) -> None:
    (root / SLUG / "en.md").unlink()
    assert found(root) == [("en.md", 1, "the file is missing")]


def test_a_stray_text_file_is_not_taken_for_a_language(root: Path) -> None:
    (root / SLUG / "ghi chú.md").write_text("nháp", encoding="utf-8")
    assert found(root) == [("ghi chú.md", 1, "the file's name should be a language, such as vi.md")]


def test_too_few_steps_and_too_many_questions_are_reported(root: Path) -> None:
    path = root / SLUG / "lesson.toml"
    text = path.read_text(encoding="utf-8")
    first, quiz = text.index("[[steps]]"), text.index("[[quiz]]")
    more = "".join(f'\n[[quiz]]\nid = "q{n}"\nchoices = ["a", "b"]\nanswer = "a"\n' for n in range(2))
    path.write_text(
        text[:first] + '[[steps]]\nid = "go-dia-chi"\npicture = ""\n' + text[quiz:] + more, encoding="utf-8"
    )
    messages = [said for _, _, said in found(root)]
    assert "[[steps]] should stand here 4 to 12 times, not 1" in messages
    assert "[[quiz]] should stand here 3 to 5 times, not 6" in messages
    assert any(said.startswith("lesson.toml gives no picture for step") for said in messages)


def test_an_open_doubt_needs_a_reason_in_both_languages(root: Path) -> None:
    spoil(root, "lesson.toml", 'en = "The steps', 'de = "The steps')
    assert "say in [recheck_reason] en why a check is needed" in [said for _, _, said in found(root)]


def test_two_lessons_in_the_same_place_are_reported(root: Path) -> None:
    shutil.copytree(root / SLUG, root / "ban-sao")
    assert ("lesson.toml", 3, "“order” 50 is taken by ban-sao") in found(root)


def test_a_procedure_lesson_without_a_procedure_is_reported(root: Path) -> None:
    spoil(root, "lesson.toml", 'kind = "basics"', 'kind = "procedure"')
    assert any("should name it in “procedure”" in said for _, _, said in found(root))


PICTURE = "media/02-go-dia-chi.svg"
TRICKS = [
    ("<script>alert(1)</script></svg>", "not allowed in a picture: <script"),
    ("<image/></svg>", "not allowed in a picture: <image"),
    ('<a href="https://example.org"><path d="M0 0"/></a></svg>', "not allowed in a picture"),
    ('<path onload="alert(1)" d="M0 0"/></svg>', "not allowed in a picture: onload"),
    ('<path fill="url(https://example.org/#a)" d="M0 0"/></svg>', "not allowed in a picture"),
    ("<foreignObject/></svg>", "not allowed in a picture"),
    ("<text>001 234 567 890</text></svg>", "twelve digits"),
    ("<g></svg>", "not a readable SVG"),
    (f"<desc>{'x' * 8192}</desc></svg>", "8192 is the most"),
]


@pytest.mark.parametrize(("end", "message"), TRICKS)
def test_a_picture_may_neither_run_nor_fetch_nor_weigh(root: Path, end: str, message: str) -> None:
    spoil(root, PICTURE, "</svg>", end)
    assert [(file, message in said) for file, _, said in found(root)] == [("02-go-dia-chi.svg", True)]


def test_a_picture_of_another_shape_is_reported(root: Path) -> None:
    spoil(root, PICTURE, "0 0 360 240", "0 0 100 100")
    assert [(file, line) for file, line, _ in found(root)] == [("02-go-dia-chi.svg", 1)]


@pytest.mark.parametrize("share", ["hai phần ba", "3/2", "0", "1/0"])
def test_a_share_that_makes_no_sense_is_reported(root: Path, share: str) -> None:
    path = root / "standard.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"2/3"', f'"{share}"'), encoding="utf-8")
    with pytest.raises(ContentFault, match="pass_share"):
        load_all(root)
