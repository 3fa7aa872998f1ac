"""Loading a list: what is new, what is filled in, what stays, and what counts as the same household."""

from sqlalchemy import func, select

from outreach.accounts.models import AuditEntry
from outreach.coverage import recounting
from outreach.households import merging, stages
from outreach.households.models import Household, Member, StageChange, Tally
from outreach.imports import importing
from outreach.imports.models import RejectedRow
from outreach.sms import outbox
from tests.imports.sheets.build import HEADINGS, a_list, heads, house, load, run, upload, xlsx
from tests.sms.rows import message
from tests.world import household

PERSONS = ("Số hộ", "Họ và tên", "Quan hệ với chủ hộ", "Năm sinh", "SĐT", "Địa chỉ", "Thôn")


def everything(s):
    """All that a list can change."""
    tables = (Household, Member, StageChange, Tally)
    return [sorted(map(repr, s.execute(select(*table.__table__.columns)).all())) for table in tables]


def test_the_same_list_twice_changes_nothing(s, w):
    content = a_list(
        ("7", "Trần Văn Dê", 1970, "Ngõ 1", "0912345670", "Đông"),
        (None, "Lê Thị Na", 1971, "Ngõ 2", "0912345671", "Đông"),
        (None, "Vũ Thị Mơ", "1/2/1972", None, "0912345672", "Đoài"),
        (None, "Vũ Thị Mơ", "1973", None, "0912345673", "Đoài"),
        (None, "Hồ Văn Lộc", None, None, None, "Đoài"),
        ("1", "Hoàng Thị Sen", 1955, "Ngõ 3", None, "Đông"),
    )
    first = load(s, w, content)
    before = everything(s)
    second = load(s, w, content)
    assert (first.created, first.unchanged) == (5, 1)
    assert (second.created, second.updated, second.unchanged, second.rejected) == (0, 0, 6, 0)
    assert everything(s) == before


def test_a_new_household_has_its_head_as_its_first_member(s, w):
    load(s, w, a_list(("7", "Trần Văn Dê", 1970, "Ngõ 1", "0912345670", "Đông")))
    [head] = house(s, "Trần Văn Dê").members
    assert (head.name, head.relation, head.birth_year, head.phone) == ("Trần Văn Dê", "head", 1970, "+84912345670")


def test_new_households_are_counted_in_their_village(s, w):
    load(s, w, a_list(("7", "Trần Văn Dê", 1970, "", "", "Đông"), ("8", "Lê Thị Na", 1970, "", "", "Đoài")))
    assert s.get(Tally, w.dong.id, populate_existing=True).not_reached == 3
    assert recounting.differing(s) == []


def test_a_row_fills_in_what_was_not_known(s, w):
    outcome = load(s, w, a_list(("2", "Nguyễn Văn Tám", 1960, "Ngõ 5", "0987654321", "Đông")))
    s.refresh(w.tams_house)
    assert (outcome.updated, w.tams_house.phone) == (1, "+84987654321")


def test_an_empty_cell_erases_nothing_a_volunteer_wrote_down(s, w):
    w.tams_house.phone = "+84987000111"
    load(s, w, a_list(("2", "Nguyễn Văn Tám", None, None, None, "Đông")))
    s.refresh(w.tams_house)
    s.refresh(w.tam)
    assert (w.tams_house.phone, w.tams_house.address, w.tam.birth_year) == ("+84987000111", "Ngõ 5", 1960)


def test_a_household_known_by_its_number_takes_over_new_name_address_and_telephone(s, w):
    load(s, w, a_list(("2", "Nguyễn Thị Chín", 1962, "Ngõ 6", "0912345670", "Đông")))
    s.refresh(w.tams_house)
    told = [(m.name, m.relation) for m in w.tams_house.members]
    assert (w.tams_house.head_name, w.tams_house.address, w.tams_house.phone) == (
        "Nguyễn Thị Chín",
        "Ngõ 6",
        "+84912345670",
    )
    assert told == [("Nguyễn Văn Tám", "other"), ("Nguyễn Thị Chín", "head")]


def test_what_waits_for_the_heads_old_number_is_taken_back_for_a_reason_that_pages_can_tell(s, w):
    w.tam.phone = w.tams_house.phone = "+84987000111"
    waits = message(s, w.tan_hung, recipient=f"member:{w.tam.id}")
    load(s, w, a_list(("2", "Nguyễn Văn Tám", 1960, "Ngõ 5", "0912345670", "Đông")))
    s.refresh(waits)
    assert (waits.state, waits.error) == ("cancelled", outbox.NO_LONGER_DUE)


def test_a_household_known_by_its_name_keeps_the_telephone_that_was_written_down(s, w):
    w.tams_house.phone = "+84987000111"
    load(s, w, a_list((None, "NGUYEN VAN TAM", None, "ngõ 5", "0912345670", "Đông")))
    s.refresh(w.tams_house)
    assert w.tams_house.phone == "+84987000111"


def test_a_stage_is_never_touched(s, w):
    stages.close(s, w.tams_house, "vacant", w.cuc.id, "nobody there")
    load(s, w, a_list(("2", "Nguyễn Văn Tám", 1960, "Ngõ 5", "0912345670", "Đông")))
    s.refresh(w.tams_house)
    assert w.tams_house.stage == "vacant"


def test_the_same_household_twice_in_one_file_comes_back_the_second_time(s, w):
    goat = ("7", "Trần Văn Dê", 1970, "Ngõ 1", "", "Đông")
    na = (None, "Lê Thị Na", 1970, "Ngõ 2", "", "Đông")
    assert load(s, w, a_list(goat, na, goat, na)).reasons == {4: "twice", 5: "twice"}


def test_two_of_one_name_without_address_are_told_apart_by_their_telephones(s, w):
    first = (None, "Trần Văn Dê", None, None, "0912345670", "Đông")
    other = (None, "Trần Văn Dê", None, None, "0912345671", "Đông")
    silent = (None, "Trần Văn Dê", None, None, None, "Đông")
    outcome = load(s, w, a_list(first, other, silent, first))
    assert (outcome.created, outcome.reasons) == (2, {4: "twice", 5: "twice"})


def test_one_name_in_two_villages_is_two_households(s, w):
    rows = [(None, "Trần Văn Dê", None, "Ngõ 1", None, village) for village in ("Đông", "Đoài")]
    assert load(s, w, a_list(*rows)).created == 2


def test_a_corrected_telephone_does_not_make_a_second_household(s, w):
    content = a_list((None, "Trần Văn Dê", None, None, "0912345670", "Đông"))
    load(s, w, content)
    house(s, "Trần Văn Dê").phone = "+84987000111"
    s.commit()
    assert load(s, w, content).created == 0
    assert house(s, "Trần Văn Dê").phone == "+84987000111"


def test_a_list_whose_numbers_were_dealt_out_anew_renames_nobody(s, w):
    swapped = [("1", "Nguyễn Văn Tám", 1960, "Ngõ 5", "", "Đông"), ("2", "Hoàng Thị Sen", 1955, "Ngõ 3", "", "Đông")]
    outcome = load(s, w, a_list(*swapped))
    assert outcome.reasons == {2: "code_of_another", 3: "code_of_another"}
    assert heads(s, w.dong) == ["Hoàng Thị Sen", "Nguyễn Văn Tám"]


def test_a_household_that_was_merged_into_another_does_not_come_back(s, w):
    twin = household(s, w.dong, "Nguyễn Văn Tám", code="22", address="Ngõ 5")
    merging.merge(s, w.tams_house, twin, w.cuc)
    s.commit()
    outcome = load(s, w, a_list(("22", "Nguyễn Văn Tám", 1960, "Ngõ 5", "", "Đông")))
    assert (outcome.created, outcome.unchanged) == (0, 1)


def test_rows_that_name_no_village_go_to_the_chosen_one(s, w):
    rows = [HEADINGS[:5], ("7", "Trần Văn Dê", 1970, "Ngõ 1", "")]
    load(s, w, xlsx(rows), village=w.doai)
    assert house(s, "Trần Văn Dê").village_id == w.doai.id


def test_rows_that_name_no_village_come_back_when_none_is_chosen(s, w):
    rows = [HEADINGS[:5], ("7", "Trần Văn Dê", 1970, "Ngõ 1", "")]
    assert load(s, w, xlsx(rows)).reasons == {2: "no_village"}


def test_an_unknown_village_is_added_only_when_the_official_says_so(s, w):
    content = a_list(("7", "Trần Văn Dê", 1970, "", "", "Thôn Trung"), ("8", "Lê Thị Na", 1970, "", "", "Thôn Thượng"))
    outcome = load(s, w, content, new=["thon trung"])
    assert (outcome.created, outcome.reasons) == (1, {3: "unknown_village"})
    assert house(s, "Trần Văn Dê").village.full_name == "thôn Trung"


def test_a_village_of_another_commune_is_unknown(s, w):
    assert load(s, w, a_list(("7", "Trần Văn Dê", 1970, "", "", "Thôn Hạ"))).reasons == {2: "unknown_village"}


def test_a_row_a_person_becomes_members_of_the_household_with_that_number(s, w):
    rows = [
        PERSONS,
        (7, "Trần Văn Dê", "Chủ hộ", 1970, "0912345670", "Ngõ 1", "Đông"),
        (7, "Lê Thị Na", "Vợ", 1972, "0912345671", None, "Đông"),
        (7, "Trần Thị Mơ", "Con gái", 2001, None, None, "Đông"),
        (8, "Hồ Văn Lộc", "Chủ hộ", 1950, None, "Ngõ 2", "Đông"),
    ]
    outcome = load(s, w, xlsx(rows))
    goats = house(s, "Trần Văn Dê")
    assert (outcome.created, goats.phone) == (2, "+84912345670")
    assert [(m.name, m.relation, m.birth_year) for m in goats.members] == [
        ("Trần Văn Dê", "head", 1970), ("Lê Thị Na", "spouse", 1972), ("Trần Thị Mơ", "child", 2001),
    ]  # fmt: skip


def test_a_list_of_persons_twice_changes_nothing(s, w):
    rows = [
        PERSONS,
        (7, "Trần Văn Dê", "Chủ hộ", 1970, "", "Ngõ 1", "Đông"),
        (None, "Lê Thị Na", "Vợ", 1972, "", "", "Đông"),
    ]
    load(s, w, xlsx(rows))
    before = everything(s)
    assert load(s, w, xlsx(rows)).unchanged == 1
    assert everything(s) == before


def test_without_numbers_each_head_begins_a_household(s, w):
    headings = ("Họ và tên", "Quan hệ", "Thôn")
    rows = [headings, ("Trần Văn Dê", "Chủ hộ", "Đông"), ("Lê Thị Na", "Vợ", None), ("Hồ Văn Lộc", "chủ hộ", None)]
    load(s, w, xlsx(rows, merged=["C2:C4"]))
    assert [m.name for m in house(s, "Trần Văn Dê").members] == ["Trần Văn Dê", "Lê Thị Na"]
    assert [m.name for m in house(s, "Hồ Văn Lộc").members] == ["Hồ Văn Lộc"]


def test_a_column_with_the_head_beside_each_person_makes_the_household(s, w):
    headings = ("Chủ hộ", "Họ và tên", "Thôn")
    rows = [
        headings,
        ("Trần Văn Dê", "Lê Thị Na", "Đông"),
        ("Trần Văn Dê", "Trần Thị Mơ", "Đông"),
        ("Hồ Văn Lộc", "Hồ Văn Lộc", "Đông"),
    ]
    load(s, w, xlsx(rows))
    assert [m.name for m in house(s, "Trần Văn Dê").members] == ["Trần Văn Dê", "Lê Thị Na", "Trần Thị Mơ"]


def test_persons_of_one_number_may_stand_apart(s, w):
    rows = [
        PERSONS, (7, "Trần Văn Dê", "Chủ hộ", 1970, "", "", "Đông"), (8, "Hồ Văn Lộc", "Chủ hộ", 1950, "", "", "Đông"),
        (7, "Lê Thị Na", "Vợ", 1972, "", "", "Đông"),
    ]  # fmt: skip
    assert load(s, w, xlsx(rows)).rejected == 0
    assert [m.name for m in house(s, "Trần Văn Dê").members] == ["Trần Văn Dê", "Lê Thị Na"]


def test_a_household_is_not_taken_by_half(s, w):
    rows = [
        PERSONS,
        (7, "Trần Văn Dê", "Chủ hộ", 1970, "", "", "Đông"),
        (7, "033055001234 Lê Thị Na", "Vợ", 1972, "", "", "Đông"),
    ]
    outcome = load(s, w, xlsx(rows))
    assert (outcome.created, outcome.reasons) == (0, {2: "with_household", 3: "id_number"})


def test_a_person_without_a_household_comes_back(s, w):
    rows = [("Họ và tên", "Quan hệ", "Thôn"), ("Lê Thị Na", "Vợ", "Đông"), ("Hồ Văn Lộc", "Chủ hộ", "Đông")]
    assert load(s, w, xlsx(rows)).reasons == {2: "no_household"}


def test_a_long_list_is_read_in_pieces_and_every_piece_is_in_the_audit_log(s, w):
    outcome = load(
        s, w, a_list(*[(str(n), f"Trần Văn Dê {n}", 1970, f"Ngõ {n}", "", "Đông") for n in range(100, 1300)])
    )
    acts = dict(s.execute(select(AuditEntry.act, func.count()).group_by(AuditEntry.act)).all())
    assert (outcome.created, acts["household.import"], acts["import.finish"]) == (1200, 3, 1)


def test_a_list_broken_off_goes_on_where_it_stopped(s, w):
    rows = [(str(n), f"Trần Văn Dê {n}", 1970, f"Ngõ {n}", "", "Đông") for n in range(100, 1300)]
    file = upload(s, w, a_list(*rows, rows[0]))
    job = importing.start(s, file, w.tan_hung, None, [], w.cuc.id)
    first = next(importing.run(s, job))
    job.done, job.total, job.result = first
    s.commit()
    outcome = run(s, file, job)
    assert (first.result["created"], outcome.created, outcome.reasons) == (500, 1200, {1202: "twice"})


def test_what_was_loaded_is_no_longer_kept(s, w):
    outcome = load(s, w, a_list(("7", "Trần Văn Dê", 1970, "", "", "Đông")))
    s.refresh(outcome.file)
    assert outcome.file.content == b""


def test_a_list_nobody_loads_is_forgotten(s, w):
    from datetime import timedelta

    from outreach import clock

    file = upload(s, w, a_list(("7", "Trần Văn Dê", 1970, "", "", "Đông")))
    assert importing.forget_unstarted(s, clock.now() - timedelta(days=7)) == 0
    assert importing.forget_unstarted(s, file.uploaded_at + timedelta(seconds=1)) == 1


def test_rows_given_back_name_their_village_in_words(s, w):
    rows = [("Mã hộ", "Chủ hộ"), ("Thôn Đông",), ("7", None), ("7", "Trần Văn Dê 033055001234")]
    outcome = load(s, w, xlsx(rows))
    assert (
        s.scalars(select(RejectedRow.cells).where(RejectedRow.import_file_id == outcome.file.id)).one()[-1]
        == "Thôn Đông"
    )
