"""The handbook's pages: found however it is typed, every fact with its date and its doubts, nothing made up."""

import json

import pytest
from sqlalchemy import event

from outreach.procedures import loading, queries

ENTRIES = json.loads(loading.DATA.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def handbook(s, w):
    """The real handbook."""
    loading.load(s)
    s.commit()


def found(s, typed):
    return [one.id for one in queries.listing(s, typed)]


@pytest.mark.parametrize("typed", ["Đăng ký khai sinh", "dang ky khai sinh", "SINH khai", "birth", "1.001193"])
def test_a_procedure_is_found_however_it_is_typed(s, typed):
    assert "dang-ky-khai-sinh" in found(s, typed)


def test_a_code_finds_its_procedure_alone(s):
    assert found(s, "1.001193") == ["dang-ky-khai-sinh"]


@pytest.mark.parametrize("typed", ["%", "_", "khong co gi nhu the"])
def test_what_matches_nothing_finds_nothing_and_says_what_to_do(s, visitor, typed):
    if typed not in "%_":
        assert found(s, typed) == []
        page = visitor.get(f"/thu-tuc?lang=en&q={typed}")
        assert f"Nothing found for “{typed}”." in page.words
        assert "/thu-tuc" in page.links()
    assert visitor.get("/thu-tuc", query_string={"q": typed}).status == 200


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_procedure_has_a_page_with_its_papers_amounts_and_doubts(visitor, lang):
    for entry in ENTRIES:
        words = visitor.get(f"/thu-tuc/{entry['id']}?lang={lang}").words
        assert entry["name_vi"] in words
        assert (entry["name_en"] in words) == (lang == "en")
        assert all(" ".join(paper.split()) in words for paper in entry["documents"])
        for amount in filter(None, (entry["fee_online_vnd"], entry["fee_direct_vnd"])):
            assert f"{amount:,} đ".replace(",", "." if lang == "vi" else ",") in words
        if entry["needs_recheck"]:
            assert entry["recheck_reason"][lang].partition("(https")[0].strip() in words


def test_an_unknown_fee_is_said_to_be_unknown(visitor):
    entry = next(entry for entry in ENTRIES if entry["fee"] is None)
    text = visitor.get(f"/thu-tuc/{entry['id']}?lang=en").text
    assert "<dt>Fee</dt><dd>Not known yet. Ask the commune office.</dd>" in text
    assert " đ<" not in text


def test_where_the_province_sets_the_fee_no_amount_is_shown(visitor):
    words = visitor.get("/thu-tuc/dang-ky-lai-khai-sinh?lang=en").words
    assert "Do HĐND tỉnh quy định" in words
    assert "When filed online" not in words


def test_what_is_not_in_doubt_has_no_banner(visitor):
    sure = next(entry for entry in ENTRIES if not entry["needs_recheck"])
    assert "Please have this checked" not in visitor.get(f"/thu-tuc/{sure['id']}?lang=en").words


def test_the_month_of_the_figures_is_shown(visitor):
    assert "07/2026" in visitor.get("/thu-tuc/dang-ky-khai-sinh").words
    assert "Not in the copy" in visitor.get("/thu-tuc/nop-phat-giao-thong?lang=en").words


def test_a_source_in_words_is_text_and_not_a_link(visitor):
    for entry in (entry for entry in ENTRIES if not entry["source_url"].startswith("https://")):
        page = visitor.get(f"/thu-tuc/{entry['id']}")
        assert " ".join(entry["source_url"].split()) in page.words
        assert not any(entry["source_url"] in link for link in page.links())


def test_what_officials_wrote_is_marked_as_vietnamese(visitor):
    text = visitor.get("/thu-tuc/dang-ky-khai-sinh?lang=en").text
    assert '<h1 lang="vi">Đăng ký khai sinh</h1>' in text
    assert '<span lang="vi">“Đăng ký khai sinh”</span>' in text


def test_a_procedure_with_a_lesson_leads_to_it_and_back(visitor):
    lesson = "/bai-hoc/dang-ky-khai-sinh-lien-thong"
    assert lesson in visitor.get("/thu-tuc/lien-thong-khai-sinh").links()
    assert "/thu-tuc/lien-thong-khai-sinh" in visitor.get(lesson).links()
    assert not any(link.startswith("/bai-hoc/") for link in visitor.get("/thu-tuc/xac-nhan-so-cmnd").links())


def test_a_procedure_nobody_knows_is_not_found(visitor):
    visitor.get("/thu-tuc/khong-co", status=404)


def test_the_list_takes_one_query(visitor, connection):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    visitor.get("/thu-tuc")
    event.remove(connection, "before_cursor_execute", note)
    assert sum(statement.startswith("SELECT") for statement in seen) == 1
