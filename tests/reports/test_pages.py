"""The pages: what changed, a report to be made, how far it is, its file; how places compare."""

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, pdf
from outreach.accounts.models import AuditEntry
from outreach.jobs.models import FAILED, Job
from outreach.reports import asking, making
from outreach.reports.models import XLSX, Report
from tests import world
from tests.coverage.conftest import spaced
from tests.reports.conftest import made, wish
from tests.visitor import Visitor
from tests.world import World

HERE = "/bao-cao/11977"
ASKED = {"kind": "month", "form": "xlsx", "month": "2026-11", "language": "en"}


def test_the_page_tells_what_changed_and_each_sentence_leads_to_its_numbers(moved: World, visitor: Visitor) -> None:
    page = visitor.as_(moved.cuc).get(HERE)
    assert "Coverage rose from 33 % to 67 %: 2 of 3 households, +1." in page.words
    assert "/do-phu/11977?thang=2026-11&sort=proficient#table" in page.links()


def test_a_past_month_is_told_and_leads_on_to_its_neighbours(moved: World, visitor: Visitor) -> None:
    page = visitor.as_(moved.cuc).get(f"{HERE}?thang=2026-10")
    assert "Coverage rose from 0 % to 33 %" in page.words
    assert {f"{HERE}?thang=2026-09", f"{HERE}?thang=2026-11"} <= set(page.links())
    assert page.form(HERE)["month"] == ["2026-10"]


def test_there_is_no_month_before_the_place_and_none_to_come(w: World, visitor: Visitor) -> None:
    cuc = visitor.as_(w.cuc)
    first = cuc.get(f"{HERE}?thang=2025-07")
    assert f"{HERE}?thang=2025-06" not in first.links()
    for month in ("2025-06", "2026-12", "soon"):
        cuc.get(f"{HERE}?thang={month}", status=404)


def test_the_overview_leads_to_the_reports_of_its_month(w: World, visitor: Visitor) -> None:
    assert f"{HERE}" in visitor.as_(w.cuc).get("/do-phu/11977").links()
    assert f"{HERE}?thang=2026-10" in visitor.as_(w.cuc).get("/do-phu/11977?thang=2026-10").links()
    assert HERE not in visitor.as_(w.lan).get("/do-phu/11977").links()


def test_where_the_report_was_until_now_leads_to_the_reports(w: World, visitor: Visitor) -> None:
    former = "/do-phu/11977.pdf"
    assert visitor.as_(w.cuc).get(former, status=303).location == HERE
    assert visitor.as_(w.binh).get(f"{former}?thang=2026-10", status=303).location == f"{HERE}?thang=2026-10"
    assert visitor.as_(w.lan).get(former, status=303).location == "/do-phu/11977"
    assert (
        visitor.as_(w.dung).get("/do-phu/11977.1.pdf?thang=2026-10", status=303).location
        == "/do-phu/11977.1?thang=2026-10"
    )
    visitor.as_(w.quy).get(former, status=404)


def test_a_report_is_asked_for_made_and_downloaded(s: Session, moved: World, visitor: Visitor) -> None:
    cuc = visitor.as_(moved.cuc)
    shown = cuc.follow(cuc.send(cuc.get(HERE), HERE, **ASKED))
    assert "Waiting for its turn" in shown.words
    report = s.scalars(select(Report)).one()
    cuc.get(f"/bao-cao/ban/{report.id}/tep", status=404)
    list(making.run(s, s.scalars(select(Job).where(Job.kind == "report")).one()))
    s.commit()
    assert f"/bao-cao/ban/{report.id}/tep" in cuc.get(f"/bao-cao/ban/{report.id}").links()
    file = cuc.get(f"/bao-cao/ban/{report.id}/tep")
    assert file.headers["Content-Disposition"] == 'attachment; filename="bao-cao-11977-2026-11.xlsx"'
    assert openpyxl.load_workbook(io.BytesIO(file.answer.get_data())).sheetnames[0] == "Numbers"


def test_progress_is_shown_alone_to_whoever_waits(s: Session, w: World, visitor: Visitor) -> None:
    report = asking.ask(s, w.tan_hung, wish(), w.cuc)
    job = asking.job_of(s, report)
    assert job is not None
    job.done, job.total = 1, 2
    s.commit()
    part = visitor.as_(w.cuc).htmx(f"/bao-cao/ban/{report.id}")
    assert "The report is being made" in part.words
    assert "<h1" not in part.text


def test_a_report_that_was_given_up_can_be_tried_again(s: Session, w: World, visitor: Visitor) -> None:
    report = asking.ask(s, w.tan_hung, wish(), w.cuc)
    job = asking.job_of(s, report)
    assert job is not None
    job.state, job.finished_at = FAILED, clock.now()
    s.commit()
    cuc = visitor.as_(w.cuc)
    again = cuc.send(cuc.get(f"/bao-cao/ban/{report.id}"), HERE)
    assert again.location == f"/bao-cao/ban/{report.id}"
    s.expire_all()
    assert job.state == "queued"


def test_what_was_made_is_listed_the_newest_first(s: Session, moved: World, visitor: Visitor) -> None:
    assert "No report has been made yet" in visitor.as_(moved.cuc).get(HERE).words
    made(s, moved.tan_hung, wish(form=XLSX), moved.cuc)
    asking.ask(s, moved.tan_hung, wish(month=date(2026, 10, 1)), moved.cuc)
    s.commit()
    said = spaced(visitor.as_(moved.cuc).get(HERE))
    assert said.index("Being made") < said.index("Ready")
    job = s.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
    job.state = FAILED
    s.commit()
    assert "Given up" in visitor.as_(moved.cuc).get(HERE).words


@pytest.mark.parametrize("wrong", [{"kind": "poem"}, {"form": "doc"}, {"month": "2031-01"}, {"language": "xx"}])
def test_what_is_not_offered_is_not_made(s: Session, w: World, visitor: Visitor, wrong: dict[str, str]) -> None:
    visitor.as_(w.cuc).post(HERE, ASKED | wrong, status=422)
    assert s.scalars(select(Report)).all() == []


def test_without_pango_only_the_workbook_is_offered_and_the_cure_named(
    w: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "installed", lambda: False)
    cuc = visitor.as_(w.cuc)
    assert pdf.CURE in cuc.get(HERE).words
    cuc.post(HERE, ASKED | {"form": "pdf"}, status=422)
    cuc.post(HERE, ASKED)


@pytest.mark.parametrize(("who", "status"), [("cuc", 200), ("binh", 200), ("anh", 200), ("quy", 404), ("lan", 403)])
def test_a_report_is_for_those_who_see_the_place_s_numbers(
    s: Session, moved: World, visitor: Visitor, who: str, status: int
) -> None:
    report = made(s, moved.tan_hung, wish(form=XLSX), moved.cuc)
    s.commit()
    reader = visitor.as_(getattr(moved, who))
    for address in (HERE, f"{HERE}/so-sanh", f"{HERE}/so-sanh.xlsx", f"/bao-cao/ban/{report.id}",
                    f"/bao-cao/ban/{report.id}/tep"):  # fmt: skip
        reader.get(address, status=status)


def test_nobody_has_a_report_made_of_another_place(s: Session, w: World, visitor: Visitor) -> None:
    visitor.as_(w.quy).post(HERE, ASKED, status=404)
    assert s.scalars(select(Report)).all() == []


def test_a_village_stands_in_its_commune_s_report(w: World, visitor: Visitor) -> None:
    visitor.as_(w.cuc).get("/bao-cao/11977.1", status=404)


def test_a_download_is_written_in_the_audit_log(s: Session, moved: World, visitor: Visitor) -> None:
    report = made(s, moved.tan_hung, wish(form=XLSX), moved.cuc)
    s.commit()
    visitor.as_(moved.binh).get(f"/bao-cao/ban/{report.id}/tep")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "report.export")).one()
    assert (entry.actor_id, entry.area_id, entry.subject_id) == (moved.binh.id, moved.tan_hung.id, report.id)
    assert entry.details == {"format": "xlsx", "month": "2026-11"}


def test_places_are_compared_with_how_sure_that_is(moved: World, visitor: Visitor) -> None:
    page = visitor.as_(moved.cuc).get(f"{HERE}/so-sanh")
    said = spaced(page)
    assert said.index("Thôn Đông") < said.index("Thôn Đoài")
    assert said.count("from 1 to 2") == 2
    assert "34 % – 100 %" in said  # Wilson's interval of 2 of 2
    assert "0 % – 79 %" in said  # and of none of 1


def test_the_comparison_of_a_past_month_shows_that_month(moved: World, visitor: Visitor) -> None:
    said = spaced(visitor.as_(moved.cuc).get(f"{HERE}/so-sanh?thang=2026-10"))
    assert "9 % – 91 %" in said  # of 1 of 2
    assert "Figures of the evening of 31/10/2026" in said


def test_a_province_compares_its_communes_and_the_country_its_provinces(moved: World, visitor: Visitor) -> None:
    anh = visitor.as_(moved.anh)
    assert "Xã Tiên Lữ" in anh.get("/bao-cao/33/so-sanh").words
    assert "Tỉnh Tuyên Quang" in anh.get("/bao-cao/VN/so-sanh").words


def test_a_commune_without_villages_says_so(s: Session, w: World, visitor: Visitor) -> None:
    world.area(s, w.tuyen_quang, "commune", "xã", "02200", "Mới")
    s.commit()
    assert "Nothing stands below this place" in visitor.as_(w.anh).get("/bao-cao/02200/so-sanh").words
    assert "No household is in scope here yet." in visitor.as_(w.anh).get("/bao-cao/02200").words


def test_the_comparison_is_sorted_by_what_one_asks_for(s: Session, moved: World, visitor: Visitor) -> None:
    cuc = visitor.as_(moved.cuc)
    for order, first in (("share", "Đông"), ("name", "Đoài"), ("of", "Đông"), ("moved", "Đông"), ("luck", "Đông")):
        page = cuc.get(f"{HERE}/so-sanh?sort={order}")
        rows = next(table for table in page.tree.iter("table")).iter("th")
        names = ["".join(one.itertext()) for one in rows if one.get("scope") == "row"]
        assert names[0] == f"Thôn {first}", order
