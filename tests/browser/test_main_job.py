"""The main job on people's phones, from the commune's list to the percentage that moves, in both languages.

Five people, each with a phone of her or his own and a real sign-in: Cúc loads the list, Lan visits and registers Mai,
Mai learns without an account, ông Dũng confirms, Cúc and anh Bình see it at every level. `make pictures`
keeps a picture of every stop under screenshots/main-job/.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach import db
from outreach.accounts.models import Account
from outreach.coverage import folding
from outreach.lessons.queries import catalogue
from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.browser.story import LESSON, SKILLS

SURNAMES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Mai",
    "Cao", "Tạ", "Hà", "Lương", "Phan",
)  # fmt: skip
GIVEN = (
    "An", "Ánh", "Bắc", "Bảo", "Chiến", "Cường", "Doanh", "Dung", "Đạt", "Đông", "Đức", "Giang", "Hải", "Hạnh", "Hiếu",
    "Hòa", "Hùng", "Khánh", "Kiên", "Lâm", "Lộc", "Lợi", "Long", "Mạnh", "Minh", "Nam", "Nghĩa", "Ngọc", "Oanh",
    "Phong", "Phú", "Quang", "Quý", "Sơn", "Tài", "Tân", "Thành", "Thắng", "Thịnh", "Thu", "Tiến", "Toàn", "Trung",
    "Tú", "Tuấn", "Uy", "Việt", "Vinh", "Xuân", "Yến",
)  # fmt: skip
LEVELS = {"11977.1": 3, "11977": 1004, "33": 1005, "VN": 1005}  # code → households in scope, once the list is loaded


def household_list(folder: Path) -> Path:
    """A list as communes have it: a title above, a number without its 0; one house in Đông, 1000 in Đoài."""
    book = Workbook()
    sheet = book.active
    sheet.append(["UBND XÃ TÂN HƯNG"])
    sheet.append(["DANH SÁCH HỘ GIA ĐÌNH NĂM 2026"])
    sheet.append([])
    sheet.append(["STT", "Họ và tên chủ hộ", "Năm sinh", "Thôn", "Địa chỉ", "SĐT"])
    sheet.append([1, "Vũ Thị Thơm", 1969, "Thôn Đông", "Ngõ 9", 912345677])
    for number, (surname, given) in enumerate(product(SURNAMES, GIVEN), start=2):
        sheet.append([number, f"{surname} Văn {given}", 1950 + number % 50, "Thôn Đoài", f"Ngõ {number}", None])
    book.save(folder / "Danh sách hộ.xlsx")
    return folder / "Danh sách hộ.xlsx"


@pytest.fixture
def people(own_engine: Engine) -> dict[str, Account]:
    """The staff who play, by their given names."""
    with Session(own_engine) as s:
        return {account.name.split()[-1]: account for account in s.scalars(select(Account))}


def test_five_people_play_the_main_job_to_the_moved_percentage(
    own_house: House, own_engine: Engine, people: dict[str, Account], phone: Callable[..., Phone], words: Words,
    tmp_path: Path,
) -> None:  # fmt: skip
    hands = {
        name: phone(own_house.address, folder=f"main-job/{words.language}")
        for name in ("cuc", "lan", "mai", "dung", "binh")
    }
    cuc, lan, mai, dung, binh = hands.values()
    enters(cuc, people["Cúc"], "01-cuc")
    loads_the_list(cuc, own_house, household_list(tmp_path))
    enters(binh, people["Bình"], "09-binh")
    a_minute_goes_by(own_engine)
    for official in (cuc, binh):
        for code, households in LEVELS.items():
            sees_coverage(official, code, 0, households)
    enters(lan, people["Lan"], "10-lan")
    visits_and_registers(lan)
    code = issues_the_card(lan)
    learns(mai)
    joins(mai, code)
    sees_her_do_it_alone(lan)
    enters(dung, people["Dũng"], "60-dung")
    confirms(dung)
    a_minute_goes_by(own_engine)
    for name, official in (("cuc", cuc), ("binh", binh)):
        for number, (code, households) in enumerate(LEVELS.items(), start=70):
            sees_coverage(official, code, 1, households)
            official.stop(f"{number}-{name}-{code}")


def a_minute_goes_by(engine: Engine) -> None:
    """Each minute the worker sums up for provinces and the country; nobody waits for it here."""
    with db.transaction(engine) as s:
        folding.fold(s)


def enters(who: Phone, account: Account, name: str) -> None:
    """From the residents' first page through the staff's door."""
    who.go("/")
    who.choose_language()
    who.link(who.words("For officials and group members: sign in")).click()
    who.stop(f"{name}-door", who.words("Staff sign in"))
    who.sign_in(account)
    who.stop(f"{name}-first-page", account.name)


def loads_the_list(cuc: Phone, house: House, file: Path) -> None:
    """Upload, look, load; the bar moves while the worker works, and the page tells by itself when it is done."""
    say = cuc.words
    cuc.link(say("Households")).click()
    cuc.link(say("Load a household list")).click()
    cuc.field(say("The list (.xlsx or .csv)")).set_input_files(file)
    cuc.stop("02-upload", say("ID numbers and ethnicity are not read"))
    cuc.button(say("Look at the list")).click()
    load = say.many("Load one row", "Load %(rows)s rows", 1001, rows=say.number(1001))
    cuc.stop("03-preview", say("The first rows of the file"), "Vũ Thị Thơm", load)
    cuc.button(load).click()
    cuc.stop("04-in-the-queue", say("Waiting for its turn. It begins in a moment."))
    house.start_worker()
    first_piece_stands(cuc)
    with house.worker_held():
        expect(cuc.page.get_by_role("progressbar")).to_have_attribute("value", "500")
        cuc.stop("05-being-loaded", say("The list is being loaded"), "500", say.number(1001))
    cuc.stop("06-loaded", say("The list is loaded."), say("New households"), say.number(1001))
    cuc.link(say("See the households")).click()
    cuc.field(say("Name, address or telephone")).fill("vu thi thom")
    cuc.stop("07-found", say.many("%(num)s household", "%(num)s households", 1, num=1), "Vũ Thị Thơm")


def first_piece_stands(cuc: Phone) -> None:
    """Ask for the page, beside the open one, until it has a bar: the worker has committed its first 500 rows. It takes
    a second for them, if one leaves it the processor.
    """
    page = ""
    while "<progress" not in page:
        cuc.page.wait_for_timeout(50)
        page = cuc.page.request.get(cuc.page.url).text()
        assert cuc.words("The list is loaded.") not in page, "the list was loaded before anybody could look"


def sees_coverage(official: Phone, code: str, proficient: int, households: int) -> None:
    """The first answer of an area's overview: how many of how many, and the share."""
    say = official.words
    official.go(f"/do-phu/{code}")
    answer = official.page.locator(".number-card").filter(has_text=say("How far are we?"))
    of = say.many("of %(count)s household", "of %(count)s households", households, count=say.number(households))
    expect(answer).to_contain_text(f"{proficient} {of}", use_inner_text=True)
    expect(answer.locator("b.nowrap")).to_have_text(f"{say.number(round(proficient / households * 100, 1), 1)} %")


def visits_and_registers(lan: Phone) -> None:
    """Lan finds the house on Hôm nay, records the visit and registers Mai, who says yes three times."""
    say, page = lan.words, lan.page
    lan.sees(say.many("%(num)s house to visit", "%(num)s houses to visit", 3, num=3))
    page.get_by_role("listitem").filter(has_text="Vũ Thị Thơm").get_by_role("link").first.click()
    lan.stop("11-household", "Ngõ 9", say("Not reached yet"))
    lan.link(say("Record a visit")).click()
    lan.choice("Vũ Thị Thơm").click()
    lan.choice(title(say)).click()
    lan.choice(say("Was shown how, has not done it yet")).click()
    page.locator("#again label.choice").first.click()
    lan.stop("12-visit", say("When will you come again?"))
    lan.button(say("Save the visit")).click()
    lan.stop("13-visited", say("Visited"), say("Went through: %(lesson)s", lesson=title(say)))
    lan.link(say("Register an ambassador")).click()
    lan.choice(say("Somebody not on the list yet")).click()
    lan.field(say("Full name")).fill("Vũ Ngọc Mai")
    lan.field(say("Relation to the head of the household")).select_option("child")
    lan.field(say("Year of birth")).fill("1999")
    lan.field(say("Telephone")).fill("0987 111 222")
    for purpose in ("Being the household's digital ambassador", "Reminders by text message", "Contact by telephone"):
        lan.choice(say(purpose)).click()
    lan.choice(say("Said it aloud")).click()
    lan.stop("14-ambassador", say("Register the digital ambassador"))
    lan.button(say("Register")).click()
    lan.stop("15-registered", say("Has an ambassador"), "Vũ Ngọc Mai")


def issues_the_card(lan: Phone) -> str:
    """The learner card's code, as it stands on the card."""
    lan.link(lan.words("Learner card: %(name)s", name="Vũ Ngọc Mai")).click()
    lan.button(lan.words("Make the card")).click()
    lan.stop("16-card", lan.words("Yes, I am %(name)s", name="Mai"))
    return lan.page.locator(".learner-code").inner_text()


def learns(mai: Phone) -> None:
    """Every step and every question, by the button that always stands in the same place."""
    say, page = mai.words, mai.page
    lesson = catalogue()[LESSON]
    mai.go("/")
    mai.choose_language()
    mai.stop("20-home", say("Learn step by step"))
    page.get_by_role("link").filter(has_text=say("Learn step by step")).click()
    page.get_by_role("link").filter(has_text=title(say)).click()
    mai.stop("21-lesson", say("Have ready"))
    mai.link(say("Begin")).click()
    for number, step in enumerate(lesson.steps, start=1):
        mai.sees(say("Step %(number)s of %(of)s", number=number, of=len(lesson.steps)))
        mai.stop(f"{21 + number}-step-{number}", say("You will see"), say("Call for help"))
        if step.secret:
            mai.sees(say("Never tell anyone your password, OTP or passcode."))
        mai.button(say("Next")).click()
    for number, question in enumerate(lesson.quiz, start=1):
        mai.sees(say("Question %(number)s of %(of)s", number=number, of=len(lesson.quiz)))
        mai.page.locator("label.choice").nth(question.choices.index(question.answer)).click()
        mai.stop(f"{39 + number * 2}-question-{number}")
        mai.button(say("Answer")).click()
        mai.stop(f"{40 + number * 2}-answer-{number}", say("That is right."))
        mai.link(say("Next")).click()
    mai.stop("50-finished", say("Well done: you have finished this lesson!"))


def joins(mai: Phone, code: str) -> None:
    """Mai types the code as people type: small letters, a blank."""
    say = mai.words
    mai.page.get_by_role("link").filter(has_text=say("Enter your learner card")).click()
    mai.field(say("The code on your card")).fill(code.lower().replace("-", " "))
    mai.stop("51-code")
    mai.button(say("Go on")).click()
    mai.stop("52-whose", "Mai")
    mai.button(say("Yes, I am %(name)s", name="Mai")).click()
    mai.stop("53-joined", say("Hello %(name)s! What you learn is now kept for you.", name="Mai"))


def sees_her_do_it_alone(lan: Phone) -> None:
    """The second visit: five skills without help; Lan, who taught, cannot confirm."""
    say, page = lan.words, lan.page
    lan.go("/ho")
    lan.link("Vũ Thị Thơm").click()
    lan.stop("54-learning", say("Learning"))
    lan.link(say("Record a visit")).click()
    lan.choice("Vũ Ngọc Mai").click()
    lan.choice(say("Did it alone")).click()
    page.get_by_text(say("Skills seen, who came along, note")).click()
    for number in range(len(SKILLS)):
        page.locator("#observed label.choice").nth(number).click()
    page.locator("#again label.choice").nth(1).click()
    lan.stop("55-alone", say("Skills you saw them do alone, without help"))
    lan.button(say("Save the visit")).click()
    lan.sees(say("Visit: %(outcome)s", outcome=say("Did it alone")))
    lan.link(say("Skills: %(name)s", name="Vũ Ngọc Mai")).click()
    lan.stop("56-not-the-teacher", say("Enough is shown: somebody else confirms now"), "Phạm Văn Dũng")
    expect(lan.button(say("Confirm as proficient"))).to_have_count(0)


def confirms(dung: Phone) -> None:
    """Ông Dũng looks at what was shown and presses the button."""
    say = dung.words
    dung.link(say("Confirm")).click()
    dung.stop("61-waiting", "Vũ Ngọc Mai")
    dung.link(say("Look and confirm: %(name)s", name="Vũ Ngọc Mai")).click()
    dung.stop("62-look", say("Enough is shown"))
    dung.button(say("Confirm as proficient")).click()
    dung.stop("63-confirmed", say("Confirmed as proficient"))


def title(say: Words) -> str:
    """The lesson's title in the reader's language."""
    return catalogue()[LESSON].words_in(say.language).title
