"""From which figure on something is an alert: one's own, the one from above, the house's; within bounds."""

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.alerts.names import KINDS
from outreach.operations import thresholds
from outreach.operations.models import Threshold
from outreach.operations.thresholds import LINES, Figures
from tests.databases import sqlite_only

HERE = "/van-hanh/11977/nguong"
USUAL = dict.fromkeys(LINES, "")


def test_without_a_word_the_houses_figure_holds(s, w):
    assert Figures(s, "silent").at(w.dong.path) == 14
    assert thresholds.holding(s, w.dong)["silent"] == (14, None)


def test_the_nearest_figure_above_holds_until_it_is_taken_back(s, w):
    thresholds.agree(s, w.country, {"silent": 40}, w.anh)
    thresholds.agree(s, w.hung_yen, {"silent": 30}, w.binh)
    thresholds.agree(s, w.tan_hung, {"silent": 10}, w.cuc)
    s.flush()
    figures = Figures(s, "silent")
    asked = (w.dong, w.tan_hung, w.ha, w.hung_yen, w.tuyen_quang, w.country)
    assert [figures.at(one.path) for one in asked] == [10, 10, 30, 30, 40, 40]
    assert [thresholds.holding(s, one)["silent"].value for one in asked] == [10, 10, 30, 30, 40, 40]
    assert Figures(s, "doubts").at(w.dong.path) == 7
    thresholds.agree(s, w.tan_hung, {"silent": None}, w.cuc)
    s.flush()
    assert Figures(s, "silent").at(w.dong.path) == 30


def test_an_official_sets_a_figure_and_sees_where_each_is_from(s, w, visitor):
    thresholds.agree(s, w.hung_yen, {"doubts": 5}, w.binh)
    s.commit()
    cuc = visitor.as_(w.cuc)
    page = cuc.get(HERE)
    assert "Now 14, the usual figure. From 7 to 60." in page.words
    assert "Now 5, set for tỉnh Hưng Yên. From 2 to 30." in page.words
    page = cuc.follow(cuc.send(page, HERE, silent="10"))
    assert "Saved." in page.words
    assert "Now 10, set here." in page.words
    assert page.form(HERE)["silent"] == ["10"]
    row = s.scalars(select(Threshold).where(Threshold.area_id == w.tan_hung.id)).one()
    assert (row.kind, row.value, row.set_by_id) == ("silent", 10, w.cuc.id)
    noted = select(AuditEntry).where(AuditEntry.act == "threshold.set").order_by(AuditEntry.id.desc())
    entry = s.scalars(noted).first()
    assert (entry.actor_id, entry.area_id) == (w.cuc.id, w.tan_hung.id)
    assert entry.details == {"figures": {"silent": [None, 10]}}


def test_an_empty_field_takes_the_figure_back(s, w, visitor):
    thresholds.agree(s, w.tan_hung, {"silent": 10, "doubts": 5}, w.cuc)
    s.commit()
    cuc = visitor.as_(w.cuc)
    cuc.send(cuc.get(HERE), HERE, silent="")
    left = s.execute(select(Threshold.kind, Threshold.value).where(Threshold.area_id == w.tan_hung.id)).all()
    assert [tuple(row) for row in left] == [("doubts", 5)]


def test_to_save_what_is_there_already_changes_nothing(s, w, visitor):
    cuc = visitor.as_(w.cuc)
    assert "Nothing was changed." in cuc.follow(cuc.send(cuc.get(HERE), HERE)).words
    assert s.scalars(select(AuditEntry).where(AuditEntry.act == "threshold.set")).all() == []


TOO_MUCH = [(one, str(figure)) for one, line in LINES.items() for figure in (line.least - 1, line.most + 1)]


@sqlite_only
@pytest.mark.parametrize(("figure", "typed"), [*TOO_MUCH, ("silent", "x"), ("silent", "-8")])
def test_a_figure_out_of_bounds_is_refused_and_stays_to_be_mended(s, w, visitor, figure, typed):
    page = visitor.as_(w.cuc).post(HERE, USUAL | {figure: typed}, status=422)
    assert page.form(HERE)[figure] == [typed]
    assert s.scalars(select(Threshold)).all() == []


@sqlite_only
def test_a_province_sets_a_communes_figure_but_no_village_has_its_own(w, visitor):
    visitor.as_(w.binh).post(HERE, USUAL | {"silent": "21"})
    visitor.as_(w.cuc).get("/van-hanh/11977.1/nguong", status=404)
    visitor.as_(w.cuc).post("/van-hanh/11977.1/nguong", USUAL, status=404)
    visitor.as_(w.cuc).post("/van-hanh/12361/nguong", USUAL, status=404)


def test_every_figure_belongs_to_an_alert_and_lies_within_its_bounds():
    assert set(LINES) <= set(KINDS)
    assert [kind for kind, line in LINES.items() if not line.least <= line.usual <= line.most] == []
