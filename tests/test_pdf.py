"""A paper made in a process of its own."""

import io
import subprocess
import sys

import pypdf
import pytest

from outreach import pdf

HTML = '<!doctype html><html lang="vi"><head><title>Báo cáo</title></head><body><h1>Học tại xã</h1></body></html>'

pytestmark = pytest.mark.skipif(not pdf.available(), reason=pdf.CURE)


def test_it_is_the_same_paper() -> None:
    here, apart = (pypdf.PdfReader(io.BytesIO(made(HTML))) for made in (pdf.render, pdf.render_apart))
    assert here.pages[0].extract_text() == apart.pages[0].extract_text() == "Học tại xã"
    assert apart.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_what_broke_off_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "APART", (sys.executable, "-c", "raise SystemExit('the letters are gone')"))
    with pytest.raises(RuntimeError, match="the letters are gone"):
        pdf.render_apart(HTML)


def test_what_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "APART", (sys.executable, "-c", "import threading; threading.Event().wait()"))
    monkeypatch.setattr(pdf, "LONGEST", 0.2)
    with pytest.raises(subprocess.TimeoutExpired):
        pdf.render_apart(HTML)


def test_where_it_cannot_be_made_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "installed", lambda: False)
    with pytest.raises(pdf.PdfUnavailable, match="apt-get"):
        pdf.render_apart(HTML)
