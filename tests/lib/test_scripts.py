"""Our scripts go to phones without what only people read, and do the same."""

import subprocess
from pathlib import Path

import pytest

from outreach.lib import scripts
from outreach.settings import ROOT
from tests.databases import sqlite_only

OURS = sorted((ROOT / "outreach" / "static").glob("*.js"))

TALKATIVE = """\
// Why this is so.
{
  /* Two lines
     of it. */
  const address = "https://example.vn//x", words = `a // b
  c`; // here too
  const found = /[/]\\/\\*/.test(address) || 6 / 2 / 1;
  console.log(address, words, found);
}
"""


def said(script: Path) -> str:
    return subprocess.run(["node", script], check=True, capture_output=True, text=True).stdout


def test_comments_and_indents_stay_here_and_what_looks_like_one_goes_along(tmp_path: Path) -> None:
    file, slim = tmp_path / "talkative.js", tmp_path / "slim.js"
    file.write_text(TALKATIVE, encoding="utf-8")
    slim.write_bytes(scripts.slim(file))
    text = slim.read_text(encoding="utf-8")
    assert "Why" not in text
    assert "Two lines" not in text
    assert "here too" not in text
    assert said(slim) == said(file) != ""


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_each_of_our_scripts_still_is_one(file: Path, tmp_path: Path) -> None:
    slim = tmp_path / file.name
    slim.write_bytes(scripts.slim(file))
    assert subprocess.run(["node", "--check", slim], check=False).returncode == 0
    assert len(slim.read_bytes()) < len(file.read_bytes())


@sqlite_only
def test_a_phone_gets_them_slim_and_what_we_did_not_write_as_it_came(visitor) -> None:
    def got(name: str) -> bytes:
        with visitor.client.get(name) as answer:
            return answer.data

    static = ROOT / "outreach" / "static"
    assert got("/static/bag.js") == scripts.slim(static / "bag.js")
    assert got("/static/app.css") == (static / "app.css").read_bytes()
    assert got("/sw.js") == scripts.slim(static / "sw.js")
    assert got("/static/vendor/htmx.min.js") == (static / "vendor" / "htmx.min.js").read_bytes()
