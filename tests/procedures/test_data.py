"""The handbook's data file is whole, honest about doubts and free of dead addresses."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import outreach

RAW = (Path(outreach.__file__).parent / "procedures" / "data" / "procedures.json").read_text(encoding="utf-8")
PROCEDURES: list[dict[str, Any]] = json.loads(RAW)


def test_there_are_76_procedures_with_names_of_their_own() -> None:
    assert len(PROCEDURES) == len({procedure["id"] for procedure in PROCEDURES}) == 76
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", procedure["id"]) for procedure in PROCEDURES)


def test_every_procedure_has_every_field_in_the_same_order() -> None:
    assert {tuple(procedure) for procedure in PROCEDURES} == {tuple(PROCEDURES[0])}


def test_the_25_essential_services_are_complete() -> None:
    numbers = [procedure["list_no"] for procedure in PROCEDURES if procedure["list"] == "06"]
    assert sorted(numbers) == list(range(1, 26))


def test_no_national_code_stands_for_two_procedures() -> None:
    codes = [procedure["code"] for procedure in PROCEDURES if procedure["code"]]
    assert len(codes) == len(set(codes)) == 70


@pytest.mark.parametrize("field", ["name_vi", "name_en", "authority", "portal_search", "source_url", "audience"])
def test_what_a_page_always_shows_is_never_empty(field: str) -> None:
    assert [procedure["id"] for procedure in PROCEDURES if not procedure[field]] == []


def test_every_doubt_has_its_reason() -> None:
    doubtful = [procedure for procedure in PROCEDURES if procedure["needs_recheck"]]
    assert len(doubtful) == 45
    assert all(procedure["recheck_reason"]["vi"] and procedure["recheck_reason"]["en"] for procedure in doubtful)


def test_checked_figures_name_the_month_of_their_source() -> None:
    assert all(procedure["snapshot_date"] == "2026-07" for procedure in PROCEDURES if procedure["checked"])


def test_an_online_level_is_a_known_one_and_has_a_source() -> None:
    assert {procedure["online_level"] for procedure in PROCEDURES} == {"toàn trình", "một phần", None}
    assert all(procedure["online_level_source"] for procedure in PROCEDURES if procedure["online_level"])


def test_fees_are_amounts_in_dong_or_unknown() -> None:
    amounts = [procedure[field] for procedure in PROCEDURES for field in ("fee_online_vnd", "fee_direct_vnd")]
    known = [amount for amount in amounts if amount is not None]
    assert all(isinstance(amount, int) and (amount == 0 or amount >= 1000) for amount in known)


def test_the_file_is_plain_text_in_one_form() -> None:
    assert unicodedata.is_normalized("NFC", RAW)
    assert "\r" not in RAW
    assert RAW.endswith("]\n")


def test_no_address_of_the_closed_pages_is_left() -> None:
    assert "/p/home/dvc-" not in RAW
    assert "http://" not in RAW


def test_a_page_on_the_portal_is_the_procedures_page_there() -> None:
    paths = [urlsplit(procedure["portal_path"]) for procedure in PROCEDURES if procedure["portal_path"]]
    assert len(paths) == 69
    assert {path.scheme for path in paths} == {"https"}
    assert {path.netloc.removeprefix("lienthong.") for path in paths} == {"dichvucong.gov.vn"}


def test_a_source_is_an_address_or_words_and_never_half_of_each() -> None:
    sources = [procedure["source_url"] for procedure in PROCEDURES]
    addresses = [source for source in sources if re.fullmatch(r"https://\S+", source)]
    words = [source for source in sources if "://" not in source]
    assert len(words) == 5
    assert len(addresses) + len(words) == 76
