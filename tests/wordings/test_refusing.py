"""Words that a message of ours never has, and the many honest ones that look like them."""

import pytest

from outreach.lib import sms_text
from outreach.wordings import refusing
from outreach.wordings.refusing import CODE, INSTALL, PAY, requests, requests_of_plain

ASKS = [
    ("Mời bà con cài đặt ứng dụng VNeID", INSTALL, "cài đặt"),
    ("Moi ba con cai dat ung dung", INSTALL, "cai dat"),
    ("Tải về máy để xem", INSTALL, "Tải về"),
    ("Tai ve may de xem", INSTALL, "Tai ve"),
    ("Bà con tải bài học nhé", INSTALL, "tải"),
    ("TẢI APP NGAY", INSTALL, "TẢI APP"),
    ("Please install our app", INSTALL, "install"),
    ("Download it today", INSTALL, "Download"),
    ("Hãy chuyển khoản lệ phí", PAY, "chuyển khoản"),
    ("Hay chuyen khoan le phi", PAY, "chuyen khoan"),
    ("Mời đến nộp tiền", PAY, "nộp tiền"),
    ("Moi den nop tien", PAY, "nop tien"),
    ("Nộp lệ phí trước thứ Sáu", PAY, "Nộp lệ phí"),
    ("Thanh toán trực tuyến", PAY, "Thanh toán"),
    ("Cho xin số tài khoản", PAY, "số tài khoản"),
    ("Pay the fee by Friday", PAY, "Pay"),
    ("Transfer the money", PAY, "Transfer"),
    ("Đọc mã OTP cho cán bộ", CODE, "Đọc mã"),
    ("ma otp la gi", CODE, "otp"),
    ("Nhập mã xác nhận", CODE, "Nhập mã"),
    ("Gửi lại mật khẩu", CODE, "mật khẩu"),
    ("Gui lai mat khau", CODE, "mat khau"),
    ("Không ai hỏi mã PIN của bà con", CODE, "mã PIN"),
    ("Your one-time code", CODE, "one-time code"),
    ("Send us the code", CODE, "Send us the code"),
    ("Your password, please", CODE, "password"),
    ("Mang theo số căn cước", CODE, "số căn cước"),
    ("ｉｎｓｔａｌｌ it", INSTALL, "install"),
    ("Hãy chuyển\u00a0khoản", PAY, "chuyển khoản"),
]
HONEST = [
    "Bà con mở tài khoản dịch vụ công tại xã",
    "Tai khoan dich vu cong, tai xa, tai sao",
    "Mời đến tại nhà văn hóa",
    "Hôm qua đường truyền quá tải",
    "Xe tải không vào được ngõ",
    "Lớp học về đồng tiền số",
    "Thôn Đồng Tiến họp tối nay",
    "Mạ xanh, mà xác nhận lại sau",
    "Mã hồ sơ ở trên giấy hẹn",
    "Quét mã QR trên bảng",
    "Cài cửa cẩn thận, đặt ghế vào trong",
    "Pin điện thoại yếu thì sạc trước",
    "Mật ong, khẩu trang",
    "The group will pay your house a visit",
    "Please pay attention to the hour",
    "Your house, your paper, a transferable skill, installed last year",
    "Nộp hồ sơ qua mạng",
    "Nộp {what} tiền sử",
]


@pytest.mark.parametrize(("text", "kind", "said"), ASKS)
def test_a_request_is_found_and_shown_as_it_was_written(text, kind, said):
    assert requests(text)[0] == (kind, said)


@pytest.mark.parametrize("text", HONEST)
def test_honest_words_are_let_through(text):
    assert requests(text) == []


@pytest.mark.parametrize("tone", ["hóa", "hoá"])
def test_it_does_not_matter_where_a_tone_was_put(tone):
    assert requests(f"Nhà văn {tone}") == []
    assert refusing._word(refusing.TOKEN.match(tone)) == refusing._word(refusing.TOKEN.match("hóa"))


@pytest.mark.parametrize("phrase", [one for kind in refusing.REFUSED.values() for one in kind if " " in one])
def test_every_refused_phrase_is_found_with_accents_without_and_in_capitals(phrase):
    for text in (phrase, sms_text.plain(phrase), phrase.upper()):
        assert requests(f"Mai {text} nhe")


def test_the_full_form_says_what_an_unaccented_word_means():
    assert requests_of_plain("Thon Dong Tien hop", "Thôn Đồng Tiến họp") == []
    assert requests_of_plain("Den dong tien hoc", "Đến đóng tiền học") == [(PAY, "dong tien")]


def test_what_only_the_plain_form_says_is_not_excused():
    assert requests_of_plain("Den dong tien hoc", "Đến học") == [(PAY, "dong tien")]


def test_a_good_word_beside_a_bad_one_excuses_nothing():
    assert requests_of_plain("Thon Dong Tien dong tien", "Thôn Đồng Tiến đóng tiền") != []
