"""`make catalogues`: gather every msgid of code and templates into translations/, keeping what is translated."""

import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "translations"
MAPPING = """[python: outreach/**.py]
[jinja2: templates/**.html]
silent = false
trimmed = true
[jinja2: templates/**.css]
silent = false
[jinja2: templates/**.txt]
silent = false
trimmed = true
"""


def extract() -> polib.POFile:
    """Every msgid that code and templates use now."""
    with tempfile.TemporaryDirectory() as folder:
        mapping, pot = Path(folder) / "babel.cfg", Path(folder) / "messages.pot"
        mapping.write_text(MAPPING)
        babel = [sys.executable, "-m", "babel.messages.frontend", "-q"]
        command = [*babel, "extract", "-F", str(mapping), "-k", "_l", "--no-location", "--sort-output"]
        subprocess.run([*command, "-o", str(pot), "."], cwd=ROOT, check=True)
        return polib.pofile(str(pot))


def gather(translations: dict[str, str | list[str]] | None = None, language: str = "vi") -> tuple[int, int]:
    """Bring the catalogues up to date; returns (messages, still untranslated in `language`)."""
    pot = extract()
    pot.save(str(CATALOGUES / "messages.pot"))
    for code, plurals in (("vi", "nplurals=1; plural=0;"), ("en", "nplurals=2; plural=(n != 1);")):
        path = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        old = {e.msgid: e for e in polib.pofile(str(path))} if path.exists() else {}
        po = polib.POFile(wrapwidth=110)
        po.metadata = {
            "Language": code,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": plurals,
        }
        for entry in pot:
            po.append(_entry(entry, old.get(entry.msgid), code, (translations or {}) if code == language else {}))
        po.save(str(path))
    vietnamese = polib.pofile(str(CATALOGUES / language / "LC_MESSAGES" / "messages.po"))
    return len(vietnamese), len(vietnamese.untranslated_entries())


def _entry(
    new: polib.POEntry, old: polib.POEntry | None, code: str, given: dict[str, str | list[str]]
) -> polib.POEntry:
    entry = polib.POEntry(msgid=new.msgid, msgid_plural=new.msgid_plural, flags=[f for f in new.flags if f != "fuzzy"])
    text = given.get(new.msgid)
    if new.msgid_plural:
        english = {0: new.msgid, 1: new.msgid_plural}
        kept = dict(old.msgstr_plural) if old and old.msgstr_plural else {0: ""}
        entry.msgstr_plural = english if code == "en" else {0: text[-1]} if isinstance(text, list) else kept
    else:
        entry.msgstr = "" if code == "en" else text if isinstance(text, str) else (old.msgstr if old else "")
    return entry


if __name__ == "__main__":
    total, missing = gather()
    print(f"{total} messages, {missing} still to be put into Vietnamese")
