"""What a wording must be before it is kept. The house's own words pass, and `make check` asks them the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.lib.sms_text import measure
from outreach.sms.models import FULL, PLAIN
from outreach.sms.purposes import PURPOSES
from outreach.wordings import checking, house, names
from outreach.wordings.checking import faults
from tools import check_content

VISIT = PURPOSES["follow_up"]
GOOD = "{commune}: Ngày mai {day} tổ công nghệ số đến nhà. Không muốn nhận: gọi {phone}."
GOOD_PLAIN = "{commune}: Ngay mai {day} to cong nghe so den nha. Khong muon nhan: goi {phone}."


def told(full=GOOD, plain=GOOD_PLAIN):
    return [(fault.form, fault.kind, fault.what) for fault in faults(VISIT, full, plain)]


def test_a_good_wording_has_no_fault():
    assert told() == []


def test_a_plain_form_may_be_worded_otherwise():
    assert told(plain="{commune}: to cong nghe so hen {day}. Khong muon nhan: goi {phone}.") == []


@pytest.mark.parametrize("own", [pytest.param(one, id=f"{one.purpose}-{one.language}") for one in house.own()])
def test_the_houses_own_words_pass(own):
    assert faults(PURPOSES[own.purpose], own.full, own.plain) == []


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("", "empty", ""),
        ("   ", "empty", ""),
        (GOOD.replace("{commune}: ", ""), "missing", "commune"),
        (GOOD.replace(" gọi {phone}", ""), "missing", "phone"),
        (GOOD.replace("{day}", "{day} {salary}"), "stranger", "salary"),
        (GOOD.replace("{day}", "{lesson} {day}"), "stranger", "lesson"),
        (GOOD.replace("{day}", "{day} {"), "brace", "{ tổ công nghệ số đến nhà. Không muốn nhận: gọi ."),
        (GOOD.replace("{day}", "{day} {Day}"), "brace", "{Day}"),
        (GOOD.replace("{day}", "{day} {day.__class__}"), "brace", "{day.__class__}"),
        (GOOD.replace("{day}", "{day} {0}"), "brace", "{0}"),
        (GOOD.replace("{day}", "{day} {day!r:>9999}"), "brace", "{day!r:>9999}"),
        (GOOD.replace("nhà", "nhà, xem xã.vn"), "link", ""),
        (GOOD.replace("nhà", "nhà https://bit.ly/3x"), "link", ""),
        (GOOD.replace("nhà", "nhà, chuyển khoản trước"), "pay", "chuyển khoản"),
        ("{commune}: NGÀY MAI {day} TỔ CÔNG NGHỆ SỐ ĐẾN. GỌI {phone}.", "shouting", ""),
    ],
)
def test_what_is_wrong_with_a_full_form_is_told(text, kind, what):
    assert (FULL, kind, what) in told(full=text)


def test_a_short_official_name_in_capitals_is_no_shouting():
    assert told("UBND {commune}: {day}. Gọi {phone}.", "UBND {commune}: {day}. Goi {phone}.") == []


def test_a_plain_form_with_accents_is_refused_with_the_letters_that_cost():
    assert told(plain=GOOD_PLAIN.replace("nha", "nhạ “so”")) == [(PLAIN, "letters", "ạ, “, ”")]


def test_letters_of_a_phones_old_table_are_allowed_in_the_plain_form():
    assert told(plain=GOOD_PLAIN.replace("nha", "nha [à] {phone}")) == []


def test_three_parts_are_allowed_and_four_are_not():
    at_most = GOOD + "ă" * (3 * 67 - len(checking.read(GOOD, FULL, VISIT.placeholders)))
    assert checking.measured(VISIT, FULL, at_most).segments == 3
    assert told(full=at_most) == []
    assert told(full=at_most + "ă") == [(FULL, "too_long", "4")]


def test_a_body_of_two_thousand_characters_is_refused_in_words():
    (fault,) = faults(VISIT, GOOD + "ă" * 2000, GOOD_PLAIN)
    assert names.sentence(fault).startswith("This would take 32 parts")


def test_both_forms_name_the_same():
    assert told(plain=GOOD_PLAIN.replace(" {day}", "")) == [(PLAIN, "other_names", "day")]
    assert told(full=GOOD.replace(" {day}", "")) == [(FULL, "other_names", "day")]


def test_the_proposed_plain_form_has_no_letter_that_costs():
    assert checking.propose("{commune}: “Đăng nhập” – gọi {phone}…") == '{commune}: "Dang nhap" - goi {phone}...'
    assert told(full=GOOD, plain=checking.propose(GOOD)) == []


def test_what_stands_in_for_a_placeholder_is_never_read_as_one():
    assert checking.read("{commune} {day}", FULL, {"commune": "{day}", "day": "25/11"}) == "{day} 25/11"


def test_a_plain_messages_names_lose_their_accents():
    assert checking.read("{village}: {other}", PLAIN, {"village": "thôn Đông"}) == "thon Dong: {other}"


@settings(max_examples=40)
@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_can_be_judged_and_read(full, plain):
    for fault in faults(VISIT, full, plain):
        assert names.sentence(fault)
    assert measure(checking.read(full, FULL, VISIT.placeholders)).segments >= 0


def test_make_check_finds_nothing_in_the_files(capsys):
    assert check_content.wordings() == []


def test_make_check_names_file_and_line_of_a_wording_that_asks_for_money(tmp_path):
    for form, text in ((FULL, GOOD), (PLAIN, GOOD_PLAIN)):
        (tmp_path / f"follow_up.vi.{form}.txt").write_text(text.replace("nha", "nha\nnop tien"), "utf-8")
    found = check_content.wordings(tmp_path)
    assert found == [
        "follow_up.vi.plain.txt:2: “nop tien”: our wordings never speak of paying or transferring money, as "
        "fraudsters do. Please write it without these words."
    ]


def test_make_check_misses_a_form_that_nobody_wrote_and_a_purpose_that_is_none(tmp_path):
    (tmp_path / "follow_up.vi.full.txt").write_text(GOOD, "utf-8")
    (tmp_path / "tombola.vi.plain.txt").write_text(GOOD_PLAIN, "utf-8")
    found = check_content.wordings(tmp_path)
    assert "follow_up.vi.plain.txt:1: there is no such file" in found
    assert "tombola.vi.plain.txt:1: there is no such purpose" in found
