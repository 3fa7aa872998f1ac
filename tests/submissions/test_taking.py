"""Submissions of ODK and Kobo become visits: each once, at the household they name, or given back with the reason."""

from datetime import UTC, date, datetime
from io import BytesIO
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import i18n
from outreach.accounts.models import AuditEntry
from outreach.coverage import recounting
from outreach.imports import copying, sheets
from outreach.imports.models import RejectedRow
from outreach.review import exports, ledger, queries
from outreach.submissions import meaning, taking
from outreach.submissions.meaning import CODE, HEAD, INSTANCE, NOTE, NUMBER, OUTCOME, VILLAGE, VISITOR, WHEN
from outreach.visits import recording
from outreach.visits.models import HELPED, NOBODY, Correction
from outreach.visits.names import LETTERED, OUTCOME_NAMES
from outreach.visits.recording import VisitDraft
from tests import world
from tests.submissions.exports import HEADINGS, an_export, mark, reasons, submission, take, upload, visits
from tests.world import World

ODK = "2026-11-20T09:30:00.000+07:00"


def test_the_columns_of_odk_central_are_known_by_their_headings() -> None:
    assert meaning.guess(HEADINGS) == {
        INSTANCE: 11, WHEN: 2, OUTCOME: 6, CODE: 3, HEAD: 4, VILLAGE: 5, VISITOR: 10, NOTE: 7,
    }  # fmt: skip


def test_the_columns_of_kobo_are_known_by_their_headings() -> None:
    headings = (
        "start", "end", "formhub/uuid", "nhom/ma_ho", "nhom/ket_qua", "ghi_chu", "_id", "_uuid", "_submission_time",
        "_submitted_by",
    )  # fmt: skip
    assert meaning.guess(headings) == {INSTANCE: 7, WHEN: 0, OUTCOME: 4, CODE: 3, VISITOR: 9, NOTE: 5}
    assert meaning.guess(("_id", "ngay_tham", "_submission_time")) == {INSTANCE: 0, WHEN: 1}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("hh/ten_chu_ho", HEAD), ("g-thon", VILLAGE), ("a:b:household_id", NUMBER), ("meta/rootUuid", INSTANCE),
        ("instanceID", INSTANCE), ("SubmissionDate", WHEN), ("visit_outcome", OUTCOME), ("username", VISITOR),
    ],
)  # fmt: skip
def test_a_question_is_known_whatever_group_it_stands_in(heading: str, field: str) -> None:
    assert meaning.guess((heading,)) == {field: 0}


@pytest.mark.parametrize("heading", ["g1-so_cccd", "dan_toc", "household_size", "gps-Latitude", "instanceName"])
def test_other_questions_are_not_read(heading: str) -> None:
    assert meaning.guess((heading,)) == {}


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("alone", "alone"), ("Tự làm được", "alone"), ("Tự thực hiện được", "alone"), ("Làm một mình", "alone"),
        ("Không cần ai giúp", "alone"), ("Did it without help", "alone"), ("Can do it independently", "alone"),
        ("helped", "helped"), ("Làm được khi có người giúp", "helped"), ("Được con cháu giúp", "helped"),
        ("with_help", "helped"), ("Làm được khi có hướng dẫn", "helped"),
        ("shown", "shown"), ("Mới xem giới thiệu", "shown"), ("Đã xem hướng dẫn, chưa làm được", "shown"),
        ("Đã hướng dẫn nhưng chưa làm được", "shown"), ("Shown, cannot do it alone yet", ""),
        ("Shown, not able yet", "shown"), ("nobody_home", "nobody"), ("Vắng nhà", "nobody"), ("Vắng", "nobody"),
        ("Không có ai ở nhà", "nobody"), ("Not at home", "nobody"), ("refused", "refused"),
        ("Không tham gia", "refused"), ("Không muốn tham gia", "refused"), ("Từ chối", "refused"),
        ("Chưa tự làm được", ""), ("Không tự làm được", ""), ("Chưa làm được", ""), ("Not alone", ""),
        ("Not yet independent", ""), ("Could not do it alone", ""), ("Couldn't do it, even with help", ""),
        ("Chưa làm được dù có người giúp", ""), ("Không có ai giúp", ""), ("Nobody helped", ""), ("Not helped", ""),
        ("Cần người giúp", ""), ("Needs help", ""), ("Tự làm được một phần", ""), ("Tự làm được, có người giúp", ""),
        ("Đã xem hướng dẫn, đã làm được", ""), ("Chưa xem hướng dẫn", ""), ("Not shown", ""), ("Không từ chối", ""),
        ("Đã hướng dẫn", ""), ("Cần hướng dẫn", ""),
        ("Không gặp khó khăn", ""), ("Vâng", ""), ("Tự làm được?", ""), ("Làm được", ""), ("3", ""), ("ok", ""),
    ],
)  # fmt: skip
def test_an_answer_is_guessed_where_it_is_sure_and_asked_for_where_not(text: str, outcome: str) -> None:
    assert meaning.outcome(text) == outcome


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_words_of_the_app_itself_mean_what_they_say(app: Flask, language: str) -> None:
    with app.test_request_context(), i18n.in_language(language):
        for names in (OUTCOME_NAMES, LETTERED):
            assert {meaning.outcome(str(text)): name for name, text in names.items()} == {n: n for n in names}


@pytest.mark.parametrize(
    ("text", "local"),
    [
        (ODK, "09:30 20/11/2026"), ("2026-11-20T02:30:00Z", "09:30 20/11/2026"),
        ("2026-11-20 09:30:00", "09:30 20/11/2026"), ("20/11/2026 09:30", "09:30 20/11/2026"),
        ("2026-11-20", "12:00 20/11/2026"), ("20/11/2026", "12:00 20/11/2026"), ("2026-11-21", "12:00 21/11/2026"),
    ],
)  # fmt: skip
def test_a_moment_is_read_as_odk_kobo_and_excel_write_it(text: str, local: str) -> None:
    at = meaning.moment(text).astimezone(meaning.clock.place())
    assert f"{at:%H:%M %d/%m/%Y}" == local


def test_a_moment_without_a_zone_is_local_but_the_servers_own_is_in_utc() -> None:
    assert meaning.moment("2026-11-20T09:30:00", in_utc=True) == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert meaning.Reading(["_submission_time"], {WHEN: 0}, {}, 1).in_utc
    assert not meaning.Reading(["start"], {WHEN: 0}, {}, 1).in_utc


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_day"), ("hôm qua", "unreadable_day"), ("31/02/2026", "unreadable_day"),
        ("1999-01-01", "unreadable_day"), ("9999-12-31T23:59:59-12:00", "unreadable_day"), ("2026-11-22", "future"),
        ("2026-11-21T12:00:01+07:00", "future"), ("2027-01-01T00:00:00Z", "future"),
    ],
)  # fmt: skip
def test_a_day_that_is_none_or_still_to_come_is_refused(text: str, reason: str) -> None:
    with pytest.raises(meaning.Unfit) as unfit:
        meaning.moment(text)
    assert unfit.value.why == (reason, WHEN)


def test_the_mark_of_a_submission_is_the_mark_of_the_visit_and_another_mark_gets_one_of_its_own() -> None:
    assert meaning.mark(mark(7), 1) == meaning.mark(mark(7).upper(), 2) == mark(7).removeprefix("uuid:")
    numbered = meaning.mark("4711", 1)
    assert UUID(numbered).version == 5
    assert numbered == meaning.mark(" 4711 ", 1) != meaning.mark("4711", 2)


def test_a_submission_is_a_visit_with_all_that_follows(s: Session, w: World) -> None:
    result, _file = take(s, w, an_export(submission(1, note="Hẹn quay lại")))
    assert result == {"created": 1}
    [visit] = visits(s)
    assert (visit.client_id, visit.household_id, visit.by_id) == (mark(1)[5:], w.sens_house.id, w.lan.id)
    assert (visit.outcome, visit.note, visit.at) == (HELPED, "Hẹn quay lại", datetime(2026, 11, 20, 2, 30, tzinfo=UTC))
    s.refresh(w.sens_house)
    assert (w.sens_house.stage, w.sens_house.last_visit_at) == ("visited", visit.at)
    assert recounting.differing(s) == []


def test_an_export_sent_twice_is_taken_once(s: Session, w: World) -> None:
    export = an_export(submission(1), submission(2, household_code="2", head_name="Nguyễn Văn Tám"), submission(1))
    assert take(s, w, export)[0] == {"created": 2, "there": 1}
    assert take(s, w, export)[0] == {"there": 3}
    assert len(visits(s)) == 2


def test_a_submission_that_was_edited_since_is_given_back_and_changes_nothing(s: Session, w: World) -> None:
    take(s, w, an_export(submission(1)))
    result, file = take(s, w, an_export(submission(1, outcome="alone", instanceID=mark(9))))
    assert (result, reasons(s, file)) == ({"rejected": 1}, {2: "other_content"})
    assert [visit.outcome for visit in visits(s)] == [HELPED]


def test_a_visit_that_was_corrected_here_does_not_come_back(s: Session, w: World) -> None:
    take(s, w, an_export(submission(1)))
    [visit] = visits(s)
    s.add(Correction(visit_id=visit.id, by_id=w.lan.id, at=visit.at, why="Nhầm nhà"))
    assert take(s, w, an_export(submission(1)))[0] == {"there": 1}
    assert len(visits(s)) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"KEY": ""}, "no_mark"),
        ({"visit_date": ""}, "no_day"),
        ({"visit_date": "2026-11-22T08:00:00+07:00"}, "future"),
        ({"outcome": "chưa rõ"}, "unknown_outcome"),
        ({"outcome": ""}, "unknown_outcome"),
        ({"household_code": "", "village": ""}, "no_household"),
        ({"household_code": "99"}, "unknown_household"),
        ({"village": "Thôn Tây"}, "unknown_household"),
        ({"household_code": "", "head_name": "Hoàng Thị Sên"}, "unknown_household"),
        ({"household_code": "2"}, "other_name"),
        ({"SubmitterName": "Người Lạ"}, "unknown_visitor"),
        ({"note": "CCCD 001205012345"}, "id_number"),
        ({"head_name": "001205012345"}, "id_number"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_given_back_with_the_reason_and_the_others_are_in(
    s: Session, w: World, changes: dict[str, str], reason: str
) -> None:
    result, file = take(s, w, an_export(submission(1), submission(2, **changes), submission(3)))
    assert (result, reasons(s, file)) == ({"created": 2, "rejected": 1}, {3: reason})
    assert "001205012345" not in str(s.scalars(select(RejectedRow.cells)).all())


def test_a_household_is_found_by_its_number_here_by_its_code_or_by_name_and_village(s: Session, w: World) -> None:
    headings = ("household_id", "household_code", "head_name", "village", "visit_date", "outcome", "KEY")
    rest = ("2026-11-20", "shown")
    result, file = take(s, w, an_export(
        (str(w.paos_house.id), "", "", "", *rest, mark(1)),
        ("", "2", "", "", *rest, mark(2)),
        ("", "", "hoàng thị sen", "đông", *rest, mark(3)),
        ("", "", "Hoang Thi Sen", "Đông", *rest, mark(4)),  # without its accents it may be another name
        ("12345678901", "", "", "", *rest, mark(5)),
        headings=headings,
    ))  # fmt: skip
    assert (result["created"], reasons(s, file)) == (3, {5: "unknown_household", 6: "unknown_household"})
    assert [v.household_id for v in visits(s)] == [w.paos_house.id, w.tams_house.id, w.sens_house.id]
    assert {visit.by_id for visit in visits(s)} == {w.cuc.id}


@pytest.mark.parametrize(
    ("village", "given_back"), [("Thôn Đoài", True), ("Chợ Lách", True), ("đông", False), ("", False)]
)
def test_a_number_here_whose_row_names_another_village_is_given_back(
    s: Session, w: World, village: str, given_back: bool
) -> None:
    row = (str(w.sens_house.id), village, "2026-11-20", "shown", mark(1))
    headings = ("household_id", "village", "visit_date", "outcome", "KEY")
    _result, file = take(s, w, an_export(row, headings=headings))
    assert reasons(s, file) == ({2: "other_village"} if given_back else {})


def test_a_code_that_two_villages_use_needs_the_village(s: Session, w: World) -> None:
    world.household(s, w.doai, "Trần Văn Dê", code="1")
    headings = ("household_code", "village", "visit_date", "outcome", "KEY")
    rest = ("2026-11-20", "shown")
    export = an_export(("1", "", *rest, mark(1)), ("1", "Thôn Đoài", *rest, mark(2)), headings=headings)
    result, file = take(s, w, export)
    assert (result["created"], reasons(s, file)) == (1, {2: "several_households"})


def test_two_households_of_one_name_are_never_guessed_between(s: Session, w: World) -> None:
    world.household(s, w.dong, "Hoàng Thị Sen", address="Ngõ 9")
    _result, file = take(s, w, an_export(submission(1, household_code="")))
    assert reasons(s, file) == {2: "several_households"}


def test_a_household_of_another_commune_is_unknown_even_by_its_number(s: Session, w: World) -> None:
    export = an_export(
        (str(w.xas_house.id), "2026-11-20", "shown", mark(1)), headings=("household_id", "visit_date", "outcome", "KEY")
    )
    _result, file = take(s, w, export)
    assert reasons(s, file) == {2: "unknown_household"}
    assert visits(s) == []


def test_a_visitor_is_known_by_name_or_telephone_and_only_within_the_commune(s: Session, w: World) -> None:
    rows = [
        submission(1, SubmitterName="tran thi lan"), submission(2, SubmitterName="0912 000 007"),
        submission(3, SubmitterName=""), submission(4, SubmitterName="Đặng Văn Quý"),
    ]  # fmt: skip
    _result, file = take(s, w, an_export(*rows))
    assert [visit.by_id for visit in visits(s)] == [w.lan.id, w.minh.id, w.cuc.id]
    assert reasons(s, file) == {5: "unknown_visitor"}


def test_columns_that_must_not_be_read_are_gone_before_anything_is_stored(s: Session, w: World) -> None:
    headings = (*HEADINGS, "g1-so_cccd", "dan_toc")
    file = upload(s, w, an_export([*submission(1), "001205012345", "Tày"], headings=headings))
    kept = str(list(copying.records(file.content, file.sheet)))
    assert "001205012345" not in kept
    assert "Tày" not in kept


def test_a_mark_of_twelve_digits_in_a_row_is_no_id_number(s: Session, w: World) -> None:
    drawn = "uuid:8f0b1c2d-52aa-4abc-8def-001205012345"
    assert take(s, w, an_export(submission(1, KEY=drawn)))[0] == {"created": 1}


def test_kobo_parts_cells_by_semicolons_and_puts_its_mark_behind_many_questions(s: Session, w: World) -> None:
    many = [f"q{n}" for n in range(100)]
    headings = ("start", "nhom/ma_ho", "nhom/thon", "nhom/ket_qua", *many, "_id", "_uuid", "_submission_time")
    row = ("2026-11-20T09:30:00.000+07:00", "1", "Đông", "shown", *many, "12", mark(1)[5:], "2026-11-20T03:00:00")
    assert take(s, w, an_export(row, headings=headings, delimiter=";"))[0] == {"created": 1}
    assert visits(s)[0].client_id == mark(1)[5:]


def test_what_is_taken_over_is_in_the_log_in_the_name_of_who_ordered_it(s: Session, w: World) -> None:
    take(s, w, an_export(submission(1), submission(2, outcome="?")))
    entries = s.scalars(select(AuditEntry).where(AuditEntry.act == "submissions.finish")).all()
    assert [(entry.actor_id, entry.area_id) for entry in entries] == [(w.cuc.id, w.tan_hung.id)]
    assert entries[0].details == {"counts": {"created": 1, "there": 0, "rejected": 1}}


def test_a_visit_that_an_official_took_over_says_so_on_the_sheet_of_the_one_in_whose_name_it_stands(
    s: Session, w: World
) -> None:
    take(s, w, an_export(submission(1)))
    (taken,) = visits(s)
    noted = recording.record(s, w.lan, w.tams_house, VisitDraft(recording.new_client_id(), NOBODY, at=taken.at)).visit
    (deed,) = s.scalars(select(AuditEntry).where(AuditEntry.act == taking.TAKEN))
    assert (deed.subject_id, deed.actor_id, deed.area_id) == (taken.id, w.cuc.id, w.dong.id)
    (line,) = ledger.of_person(s, w.lan, [date(2026, 11, 1)])
    rows = queries.rows(s, w.dung, line)
    assert {row.visit.id: row.taken_by for row in rows} == {taken.id: w.cuc.name, noted.id: ""}
    book = openpyxl.load_workbook(BytesIO(exports.of_person(line, rows)))
    assert w.cuc.name in [row[5] for row in book.active.values][3]
    take(s, w, an_export(submission(1)))
    assert len(s.scalars(select(AuditEntry).where(AuditEntry.act == taking.TAKEN)).all()) == 1


def test_the_copy_of_an_export_is_gone_when_it_is_taken_over(s: Session, w: World) -> None:
    _result, file = take(s, w, an_export(submission(1)))
    assert file.content == b""


def test_no_more_columns_are_read_than_a_form_can_have() -> None:
    wide = an_export(["x"] * 400, headings=[f"q{n}" for n in range(400)])
    assert {len(row.cells) for row in sheets.read(wide, meaning.WIDTH)} == {meaning.WIDTH}


def test_a_long_note_is_taken_whole_and_one_that_is_too_long_given_back_never_cut(s: Session, w: World) -> None:
    whole, more = "dài " * 249 + "dài.", "dài " * 250 + "."
    _counts, file = take(s, w, an_export(submission(1, note=whole), submission(2, note=more)))
    assert [visit.note for visit in visits(s)] == [whole]
    assert reasons(s, file) == {3: "long_note"}
