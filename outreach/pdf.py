"""Paper: HTML to PDF with WeasyPrint, tagged for screen readers, in Noto Sans."""

import subprocess
import sys
from ctypes.util import find_library
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

import fontpkg_noto_sans
from flask import Response, render_template

from outreach.lib import words
from outreach.settings import ROOT

CURE = "apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0"
APART = (sys.executable, "-m", "outreach.pdf")
LONGEST = 100  # seconds that a paper may take apart: less than a job is leased for


class PdfUnavailable(Exception):
    """The system's text libraries are not there; the text names the cure."""


@cache
def _weasyprint() -> ModuleType:
    try:
        import weasyprint  # noqa: PLC0415 -- costs a second and needs Pango: only who prints pays
    except OSError:
        raise PdfUnavailable(f"PDF output needs Pango: {CURE}") from None
    return cast(ModuleType, weasyprint)


def installed() -> bool:
    """Whether Pango is on this machine (a quick look, without loading it)."""
    return find_library("pangoft2-1.0") is not None


def available() -> bool:
    """Whether PDFs can be made on this machine."""
    try:
        _weasyprint()
    except PdfUnavailable:
        return False
    return True


def render(html: str) -> bytes:
    """A PDF/UA-1 of a page that stands alone (data: pictures only; nothing is fetched). Raises PdfUnavailable."""
    weasyprint = _weasyprint()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data", "file"})
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheet = weasyprint.CSS(string=_font_face(), font_config=fonts, url_fetcher=fetcher)
    document = weasyprint.HTML(string=words.nfc(html), url_fetcher=fetcher)
    return cast(bytes, document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"))


def render_apart(html: str) -> bytes:
    """The same in a process of its own, which takes its memory along when it ends: for a worker that stays for months.

    Raises PdfUnavailable; RuntimeError with its last words when it broke off; subprocess.TimeoutExpired after LONGEST.
    """
    if not installed():
        raise PdfUnavailable(f"PDF output needs Pango: {CURE}")
    made = subprocess.run(APART, input=html.encode(), capture_output=True, timeout=LONGEST, cwd=ROOT, check=False)  # noqa: S603
    if made.returncode:
        raise RuntimeError(f"no paper was made: {made.stderr.decode(errors='replace')[-1000:]}")
    return made.stdout


def page(template: str, filename: str, **context: object) -> Response:
    """Answer with a template as a PDF to look at."""
    data = render(render_template(template, **context))
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{filename}"'})


def _font_face() -> str:
    """Noto Sans, with letters kept whole: its "ccmp" draws ọ ụ ị as letter and dot, and then "học" is copied and read
    aloud as "hoục". So the text must be in NFC, which `render` sees to.
    """
    font = Path(fontpkg_noto_sans.__file__).parent / "files" / "NotoSans[wdth,wght].ttf"
    face = f'@font-face{{font-family:"Noto Sans";font-weight:100 900;src:url("{font.as_uri()}")}}'
    return face + '*{font-feature-settings:"ccmp" 0!important}@page{font-feature-settings:"ccmp" 0}'


if __name__ == "__main__":
    sys.stdout.buffer.write(render(sys.stdin.buffer.read().decode()))
