"""The pages on which an admin writes, tries out and registers what messages say, and others read it."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from outreach.sms.models import REGISTERED, SUBMITTED, WITHDRAWN, SmsPrice
from outreach.wordings import names, queries, versions
from tests import counting
from tests.databases import sqlite_only
from tests.wordings.test_versions import NEW, keep, newest, registered, sent

pytestmark = sqlite_only
TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)
PAGE = "/mau-tin/follow_up/vi"
FULL = "{commune}: Ngày mai {day} tổ công nghệ số {village} đến nhà. Không muốn nhận: gọi {phone}."
PLAIN = "{commune}: Ngay mai {day} to cong nghe so {village} den nha. Khong muon nhan: goi {phone}."


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(TEN):
        yield


@pytest.fixture
def admin(w, visitor):
    return visitor.as_(w.anh)


def still_there(page, name="full"):
    """What stands in a field; a browser leaves out the line end after <textarea>."""
    (text,) = page.form(PAGE)[name]
    return text.removeprefix("\r\n")


def write(admin, **changes):
    return admin.send(admin.get(PAGE), PAGE, **({"full": FULL, "plain": PLAIN} | changes))


@pytest.mark.parametrize("who", ["anh", "binh", "cuc"])
def test_the_office_sees_every_kind_of_message_in_each_language(w, visitor, who):
    page = visitor.as_(getattr(w, who)).get("/mau-tin")
    groups = [one for one in page.tree.iter("details") if one.find("ul[@class='links']") is not None]
    assert [len(list(one.iter("a"))) for one in groups] == [2] * 9
    assert [one for one in groups if "open" in one.attrib] == []
    assert "A promised visit" in page.words
    assert "Draft" in page.words
    assert "must be registered" in page.words


def test_a_kind_of_message_says_folded_whether_it_goes_out(s, w, admin):
    def says(strict):
        with admin.app.test_request_context("/?lang=en"):
            return names.going_out(queries.shelf(s, "follow_up", "vi"), strict=strict)[0]

    assert says(strict=True) == "Nothing before registration: messages wait"
    registered(s, newest(s), w.anh)
    assert (says(strict=True), says(strict=False)) == ("Registered", "Registered")
    versions.withdraw(s, newest(s), w.anh)
    s.commit()
    assert says(strict=False) == "Nothing: no message goes out"
    summary = " ".join(next(admin.get("/mau-tin").tree.iter("summary")).itertext())
    assert summary.split() == ["A", "promised", "visit", *says(strict=False).split(), "Draft"]


@pytest.mark.parametrize("who", ["dung", "lan", "phuc"])
def test_those_who_go_from_door_to_door_need_not_see_them(w, visitor, who):
    for address in ("/mau-tin", PAGE, f"{PAGE}/1"):
        visitor.as_(getattr(w, who)).get(address, status=403)


@pytest.mark.parametrize("who", ["binh", "cuc"])
def test_province_and_commune_look_and_change_nothing(w, visitor, who):
    reader = visitor.as_(getattr(w, who))
    assert "<textarea" not in reader.get(PAGE).text
    assert f'action="{PAGE}' not in reader.get(f"{PAGE}/1").text
    reader.post(PAGE, {"full": FULL, "plain": PLAIN}, status=403)


@pytest.mark.parametrize(
    "address", ["/mau-tin/tombola/vi", "/mau-tin/follow_up/xx", f"{PAGE}/9", "/mau-tin/welcome/xx/1"]
)
def test_what_there_is_not_is_not_found(admin, address):
    admin.get(address, status=404)


def test_an_admin_changes_the_words_and_is_led_to_what_was_kept(s, w, admin):
    page = write(admin)
    assert page.location == f"{PAGE}/1"
    assert (newest(s).full, newest(s).plain) == (FULL, PLAIN)
    assert "Version 1 is kept." in admin.follow(page).words


def test_words_of_which_a_message_was_made_become_the_next_version(s, w, admin):
    sent(s, newest(s), w.tan_hung)
    s.commit()
    assert "Saving makes a new version" in admin.get(PAGE).words
    assert write(admin).location == f"{PAGE}/2"


ASKS = FULL.replace("nhà", "nhà cài đặt ứng dụng, đọc mã OTP, xem bit.ly/3x")
TORN = FULL.replace("{commune}: ", "").replace("{phone}", "1022").replace("{day}", "{salary} {{7*7}}")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"full": "", "plain": ""}, ["Nothing is written here yet."]),
        (
            {"full": TORN},
            ["{commune} is missing", "{phone} is missing", "nothing to put in for {salary}", "“{{” cannot be read"],
        ),
        (
            {"full": ASKS},
            ["something like a link", "“cài đặt”: our messages never ask", "“OTP”: our wordings never speak"],
        ),
        ({"full": FULL.upper()}, ["like shouting"]),
        (
            {"plain": FULL.replace("nhà", "nhà, chuyển khoản").replace("{day}", "25/11")},
            [
                "expensive: ổ, ô, ệ",
                "“chuyển khoản”: our wordings never speak of paying",
                "{day} stands only in the other",
            ],
        ),
        ({"full": FULL + "ă" * 2000}, ["This would take 32 parts"]),
        ({"full": FULL + "ă" * 6000, "plain": PLAIN + " 001205012345"}, ["at most 5000 characters", "12-digit"]),
    ],
    ids=["empty", "torn", "asks", "shouts", "plain", "too long", "far too long"],
)
def test_what_is_refused_is_told_and_nothing_typed_is_lost(s, w, admin, changes, said):
    before = newest(s).full
    typed = {"full": FULL, "plain": PLAIN} | changes
    page = admin.send(admin.get(PAGE), PAGE, status=422, **typed)
    assert [one for one in said if one not in page.words] == []
    assert {name: still_there(page, name) for name in typed} == typed
    s.expire_all()
    assert newest(s).full == before


def test_somebody_elses_words_are_shown_beside_ones_own_and_nothing_is_kept(s, w, admin):
    opened = admin.get(PAGE)
    keep(s, w.anh)
    s.commit()
    page = admin.send(opened, PAGE, status=409, full=FULL, plain=PLAIN)
    assert "Somebody else has changed this meanwhile" in page.words
    assert NEW.full in page.words
    assert still_there(page) == FULL
    s.expire_all()
    assert newest(s).full == NEW.full
    admin.send(page, PAGE)
    s.expire_all()
    assert newest(s).full == FULL


def try_out(admin, **changes):
    return admin.htmx(f"{PAGE}/xem-thu", data={"full": FULL, "plain": PLAIN} | changes)


def test_while_one_types_a_fragment_shows_how_it_reads_for_a_real_place(s, w, admin):
    page = try_out(admin, commune="tan hung")
    assert (
        "Xã Tân Hưng: Ngày mai 22/11 tổ công nghệ số thôn Đông đến nhà. Không muốn nhận: gọi 0912 000 005."
        in page.words
    )
    assert (
        "Xa Tan Hung: Ngay mai 22/11 to cong nghe so thon Dong den nha. Khong muon nhan: goi 0912 000 005."
        in page.words
    )
    assert "<html" not in page.text


def test_it_shows_which_letters_cost_how_many_parts_and_what_it_costs(s, w, admin):
    s.add(SmsPrice(prefix="+84", since=date(2026, 1, 1), dong=800, by_id=w.anh.id))
    s.commit()
    page = try_out(admin)
    assert "2 parts: paid 2 times" in page.words
    assert "UCS-2: 70 in one part" in page.words
    assert "ã, â, ư" in page.words
    assert "the whole message travels as UCS-2" in page.words
    assert "1,600 đ" in page.words
    assert "1 part" in page.words
    assert "800 đ" in page.words


def test_letters_that_count_twice_are_named(admin):
    page = try_out(admin, plain=PLAIN.replace("nha", "nha [1]"))
    assert "[, ] → each counts as two characters" in page.words


def test_while_nobody_has_said_what_a_part_costs_none_is_invented(admin):
    page = try_out(admin)
    assert page.words.count("no price has been set yet") == 2
    assert "đ" not in page.words.rsplit("Price", 1)[1]


def test_without_a_script_a_button_shows_the_same_and_keeps_nothing(s, w, admin):
    before = newest(s).full
    page = admin.post(f"{PAGE}/xem-thu", admin.get(PAGE).form(PAGE) | {"full": FULL, "plain": ""}, status=200)
    assert "tổ công nghệ số thôn Đông đến nhà" in page.words
    assert "Proposed without accents" in page.words
    assert PLAIN in page.words
    assert still_there(page) == FULL
    s.expire_all()
    assert newest(s).full == before


def test_a_button_writes_the_proposed_form_into_its_field(admin):
    page = admin.post(f"{PAGE}/xem-thu", {"full": FULL, "plain": "", "propose": "1"}, status=200)
    assert still_there(page, "plain") == PLAIN


def test_faulty_words_are_shown_as_far_as_they_can_be_with_what_is_wrong(admin):
    page = try_out(admin, full="{commune} {oops} {", plain="")
    assert "Xã Tân Hưng {oops} {" in page.words
    assert "nothing to put in for {oops}" in page.words


def test_a_commune_nobody_knows_is_told(admin):
    page = try_out(admin, commune="khong co dau")
    assert "No commune of this name was found" in page.words


def test_an_official_sees_the_words_as_her_own_people_get_them(w, visitor):
    page = visitor.as_(w.quy).get(PAGE)
    assert "Xã Tiên Lữ:" in page.words
    assert "thôn Hạ" in page.words
    assert "1800 1096" in page.words  # no group leader there yet


def test_a_version_is_registered_by_hand_step_by_step(s, w, admin):
    page = admin.follow(admin.send(admin.get(f"{PAGE}/1"), f"{PAGE}/1/nop"))
    assert "Handed to the SMS provider" in page.words
    refused = admin.send(page, f"{PAGE}/1/dang-ky", status=422, reference="")
    assert "Please fill this in." in refused.words
    page = admin.follow(admin.send(page, f"{PAGE}/1/dang-ky", reference="VN-7781"))
    assert "VN-7781" in page.words
    assert "Vũ Ngọc Ánh" in page.words
    s.expire_all()
    assert newest(s).state == REGISTERED
    admin.send(page, f"{PAGE}/1/rut")
    s.expire_all()
    assert newest(s).state == WITHDRAWN


def test_an_older_version_that_is_registered_late_does_not_count(s, w, admin):
    first = newest(s)
    versions.submit(s, first, w.anh)
    registered(s, keep(s, w.anh), w.anh)
    s.commit()
    page = admin.send(admin.get(f"{PAGE}/1"), f"{PAGE}/1/dang-ky", reference="VN-1")
    assert "New messages are made of a newer version." in admin.follow(page).words


def test_an_old_page_cannot_take_a_step_that_is_no_longer_there(s, w, admin):
    versions.submit(s, newest(s), w.anh)
    s.commit()
    old = admin.get(f"{PAGE}/1")
    versions.withdraw(s, newest(s), w.anh)
    s.commit()
    page = admin.follow(admin.send(old, f"{PAGE}/1/dang-ky", reference="VN-7781"))
    assert "Nothing was changed: this version is “Withdrawn”." in page.words


def test_handing_in_twice_is_once(s, w, admin):
    page = admin.get(f"{PAGE}/1")
    for _ in range(2):
        admin.send(page, f"{PAGE}/1/nop")
    s.expire_all()
    assert newest(s).state == SUBMITTED
    assert len(queries.history(s, newest(s))) == 1


def test_the_text_for_the_providers_form_names_what_changes_in_plain_words(admin):
    page = admin.get(f"{PAGE}/1")
    assert "[ten xa]: Ngày [ngay], tổ công nghệ số [ten thon]" in page.words
    assert "goi [so dien thoai]." in page.words
    assert "Xa Tan Hung: Ngay 25/11, to cong nghe so thon Dong" in page.words


def test_what_came_with_the_house_says_so(admin):
    assert "It came with the system" in admin.get(f"{PAGE}/1").words


def test_more_versions_ask_no_more_of_the_database(s, w, admin, connection):
    def asked(address):
        admin.get(address)
        with counting.statements(connection) as said:
            admin.get(address)
        return len(said)

    addresses = ("/mau-tin", PAGE, f"{PAGE}/1")
    few = [asked(address) for address in addresses]
    for n in range(6):
        versions.submit(s, newest(s), w.anh)
        keep(s, w.anh, NEW._replace(full=NEW.full + str(n)))
    s.commit()
    assert [asked(address) for address in addresses] == few
    assert max(few) <= 12
