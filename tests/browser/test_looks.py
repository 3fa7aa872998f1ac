"""Every kind of page in both languages: no finding of axe on a phone or at a desk, and nothing beyond the screen.

A page must also hold on a screen of 320 px and, on a phone, with letters twice as large. Pictures of the style guide
are kept under screenshots/styleguide/ by `make pictures`.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize

from outreach import clock
from tests.browser.house import ROOT, House
from tests.browser.phone import BEYOND, DESK, PHONE, Phone, Words
from tests.browser.story import LESSON, READ
from tests.world import World

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What stands half under a bar that sticks to the screen's edge seems too small: it is judged again where one scrolls it
RUN_AXE = """async tags => {
    const scrolledTo = async (violation, node) => {
        if (violation.id !== "target-size") return true;
        const control = document.querySelector(node.target[0]);
        control.scrollIntoView({block: "center"});
        const again = await axe.run(control, {runOnly: ["target-size"]});
        return again.violations.length > 0;
    };
    const found = await axe.run(document, {
        runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: {assets: ["media"]},
    });
    const told = [];
    for (const violation of found.violations)
        for (const node of violation.nodes)
            if (await scrolledTo(violation, node)) told.push(violation.id + ": " + node.target.join(" "));
    window.scrollTo(0, 0);
    return told;
}"""
# What a thumb presses that does not stand within a sentence and is lower (a lone figure: narrower) than 44 px.
LOW = """() => [...document.querySelectorAll(
        "main :is(.button, .quiet, .choice, summary, .links a, tbody th > a, td > a, dd > a, .figure > a)")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
    .map(e => `${Math.round(e.getBoundingClientRect().height)} px high: ${e.textContent.trim().slice(0, 40)}`)
    .concat([...document.querySelectorAll("main :is(.as-cards:not(.as-lines) td > a, dd > a)")]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().width < 43.5)
        .map(e => `${Math.round(e.getBoundingClientRect().width)} px wide: ${e.textContent.trim().slice(0, 40)}`))"""
BEYOND_AT = f"size => {{ document.documentElement.style.fontSize = size; return ({BEYOND})(); }}"
SMALLEST: ViewportSize = {"width": 320, "height": 640}

PROCEDURE = "dang-ky-khai-sinh"
NEXT_YEAR = clock.today().year + 1
PAGES = {
    "": ("/", "/bai-hoc", f"/bai-hoc/{LESSON}", f"/bai-hoc/{LESSON}/5", f"/bai-hoc/{LESSON}/cau-hoi",
         f"/bai-hoc/{LESSON}/xong", f"/bai-hoc/{LESSON}/to-roi", "/luyen-tap", f"/luyen-tap/{LESSON}",
         f"/luyen-tap/{LESSON}/tat-ca", "/the-hoc",
         "/thu-tuc", f"/thu-tuc/{PROCEDURE}", "/diem-ho-tro", "/diem-ho-tro/11977", "/dang-nhap", "/ma-moi", "/tui",
         "/ngung-nhan-tin", "/ngung-nhan-tin/xong", "/du-lieu-mo", "/du-lieu-mo/do-phu-xa"),
    "lan": ("/so-tham", "/so-tham/{lan}", "/tham/1/sua", "/den-muon/cua-toi",
            "/hom-nay", "/ho/{sen}", "/ho/{sen}/tham", "/ho/{tam}/dai-su", "/nguoi/{hanh}/the-hoc",
            "/the-hoc/to/11977.1", "/nguoi/{hanh}/dong-y", "/nguoi/{hanh}/sua", "/to-di-duong/nhap",
            "/ho/{sen}/hen-nhac", "/nguoi/{hanh}/tin-nhan", "/lop-hoc", "/lop-hoc/1", "/danh-sach-goi", "/tai-khoan"),
    "dung": ("/so-tham", "/so-tham/{lan}", "/nghi-van", "/kiem-tra", "/ke-hoach/11977.1",
             "/xac-nhan", "/nguoi/{hanh}/xac-nhan", "/do-phu/11977.1", "/ho/{sen}/dai-su", "/ho/{tam}/dong",
             "/phu-trach", "/thu-tu-di", "/ho/{sen}/phu-trach",
             "/to", "/to/nguoi/{lan}?xem=ho", "/to/{lan}/ban-giao",
             "/den-muon", "/may", "/tui/tep"),
    "cuc": ("/so-tham", "/so-tham/khoa", "/muc-ho-tro",
            "/do-phu/nghia-la", "/do-phu/11977/bieu-do", "/do-phu/11977/theo-nhom", "/do-phu/11977/vneid",
            "/do-phu/11977/luot-tham",
            "/do-phu/11977", "/do-phu/11977/chuyen-bien", "/ho", "/ho/moi", "/ho/nhap", "/can-bo", "/can-bo/moi",
            "/can-bo/{lan}", "/loi-doc", f"/loi-doc/{READ}/vi/xem-ma-o-dau",
            "/tin-nhan", "/tin-nhan/1", "/tin-nhan/chi-phi", "/tin-nhan/ngay-nghi", "/canh-bao", "/canh-bao/1",
            "/mau-tin", "/mau-tin/follow_up/vi", "/nhac", "/lop-hoc", "/lop-hoc/moi", "/lop-hoc/1", "/lop-hoc/1/sua",
            "/danh-sach-goi", "/danh-sach-goi?thon=11977.1", "/nguoi/{hanh}/tin-nhan", "/ngung-nhan-tin/qua-dien-thoai",
            "/tieu-chuan", "/ho/{sen}/gop", "/khu-vuc/tim",
            "/diem-ho-tro/moi", "/bang-ma",
            "/may-chung", "/chien-dich/moi", "/chien-dich/{campaign}", "/chien-dich/{campaign}/phan-bo",
            "/ho/{pao}", "/gop/{merge}",
            "/trao-doi", "/trao-doi/tu-dien", "/trao-doi/odk", "/to", "/to/ranh-gioi", "/giup",
            "/van-hanh/11977", "/van-hanh/11977?man-hinh=tuong", "/van-hanh/11977/ban-tin", "/van-hanh/11977/nguong",
            "/bao-cao/11977", "/bao-cao/11977/so-sanh",
            "/ke-hoach/11977", f"/ke-hoach/11977/moi?target_on={NEXT_YEAR}-12-31&share=90", "/ho-ngheo"),
    "binh": ("/do-phu/33", "/do-phu/33/bieu-do", "/do-phu/33?so-do=o", "/ke-hoach/33", "/tai-khoan", "/nhac"),
    "anh": ("/do-phu/VN", "/do-phu/VN?so-do=o", "/nhat-ky", "/tin-nhan/chi-phi", "/tin-nhan/gia", "/tin-nhan/ngay-nghi",
            "/canh-bao", "/mau-tin", "/mau-tin/follow_up/vi", "/mau-tin/follow_up/vi/1", "/nhac"),
}  # fmt: skip


def faults(page: Page, size: ViewportSize) -> list[str]:
    """What axe finds at this size."""
    page.set_viewport_size(size)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [f"{size['width']} px: {fault}" for fault in page.evaluate(RUN_AXE, TAGS)]


def too_wide(phone: Phone) -> list[str]:
    """What stands beyond a screen of 320 px, and beyond a phone's with letters twice as large."""
    found = []
    for size, letters in ((DESK, "100%"), (SMALLEST, "100%"), (PHONE, "200%")):
        phone.page.set_viewport_size(size)
        found += [f"{size['width']} px at {letters}: {one}" for one in phone.page.evaluate(BEYOND_AT, letters)]
    return found


def looked_at(phone: Phone, path: str) -> list[str]:
    """All that is wrong with how a page looks."""
    phone.page.set_viewport_size(PHONE)
    phone.go(path)
    low: list[str] = phone.page.evaluate(LOW)
    size = PHONE if phone.words.language == "vi" else DESK  # both layouts are judged, and both languages
    found = low + faults(phone.page, size) + too_wide(phone)
    return [f"{path} {one}" for one in found]


@pytest.mark.parametrize("who", PAGES)
def test_the_pages_of_each_role_have_no_fault_that_axe_knows_and_fit_every_screen(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words, who: str
) -> None:
    house, w = told
    one = phone(house.address)
    one.page.add_init_script(path=AXE)  # half a megabyte, which need not travel to each page anew
    one.go("/dang-nhap" if who else "/")
    one.choose_language()
    if who:
        one.sign_in(getattr(w, who))
    ids = {"sen": w.sens_house.id, "tam": w.tams_house.id, "hanh": w.hanh.id, "lan": w.lan.id, "campaign": 1}
    ids |= {"pao": w.paos_house.id, "merge": 1}
    found = [fault for path in PAGES[who] for fault in looked_at(one, path.format(**ids))]
    assert not found, "\n".join(found)


def test_the_officials_table_of_groups_stands_within_its_card_at_a_desk(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    one = phone(told[0].address)
    one.go("/dang-nhap")
    one.choose_language()
    one.sign_in(told[1].cuc)
    one.page.set_viewport_size(DESK)
    one.go("/to")
    assert one.page.evaluate(
        "[...document.querySelectorAll('.table-wrap')].map(e => e.scrollWidth - e.clientWidth)"
    ) == [0]


def test_the_style_guide_has_no_fault_that_axe_knows_and_fits_every_screen(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    one = phone(told[0].address, folder="styleguide")
    one.go("/")
    one.choose_language()
    for size in (PHONE, DESK):
        one.page.set_viewport_size(size)
        one.go("/styleguide")
        one.keep(f"{words.language}-{size['width']}")
    found = looked_at(one, "/styleguide")
    assert not found, "\n".join(found)
