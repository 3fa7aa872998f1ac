"""The words of the house: gathered, complete in Vietnamese, sound in every language."""

import re
import unicodedata
from io import BytesIO

import polib
import pytest
from babel.messages import mofile, pofile

from outreach.i18n import FallbackDomain, in_language
from tools import check_catalogues
from tools.gather_words import CATALOGUES

PATHS = sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))
NAMED = re.compile(r"%\((\w+)\)[sd]")
# Vietnamese texts that are letter by letter the English ones, and rightly.
SAME_IN_BOTH = {
    "%(amount)s đ": "money is written the Vietnamese way in every language",
    "%(came)s, %(left)s: %(change)s.": "nothing but signs",
    "%(field)s: %(name)s": "nothing but signs",
    "%(name)s, %(time)s: %(why)s": "nothing but signs",
    "%(what)s: %(day)s": "nothing but signs",
    "%(kilometres)s km": "the unit is the same",
    "%(metres)s m": "the unit is the same",
}


in_each_language = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parts[-3])


def texts(path):
    """(msgids, what stands for them) of a catalogue; in English an empty text is the msgid itself."""
    for entry in polib.pofile(str(path)):
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            yield f"{entry.msgid}{entry.msgid_plural}", text or entry.msgid


def test_the_catalogues_are_current_complete_and_keep_their_placeholders():
    assert list(check_catalogues.faults()) == []


@in_each_language
def test_a_catalogue_compiles_without_a_complaint(path):
    with path.open("rb") as file:
        catalogue = pofile.read_po(file, locale=path.parts[-3], abort_invalid=True)
    assert [(message.id, error) for message, errors in catalogue.check() for error in errors] == []
    compiled = BytesIO()
    mofile.write_mo(compiled, catalogue)
    assert compiled.getvalue()


@in_each_language
def test_every_text_can_be_filled_in(path):
    """A lone % or a misspelt name in a text stops the page that shows it."""
    for msgids, text in texts(path):
        filled = text % dict.fromkeys([*NAMED.findall(msgids), "num"], 1)
        assert "%(" not in filled, text


@in_each_language
def test_every_text_is_in_composed_letters_without_blanks_at_its_ends(path):
    for msgids, text in texts(path):
        assert msgids == msgids.strip()
        assert text == text.strip(), text
        assert unicodedata.is_normalized("NFC", text), text
        assert "  " not in text, text


def test_no_english_is_left_as_it_was_in_vietnamese():
    same = {msgids for msgids, text in texts(CATALOGUES / "vi" / "LC_MESSAGES" / "messages.po") if text == msgids}
    assert same == set(SAME_IN_BOTH)


def test_the_one_time_code_has_one_name_in_vietnamese():
    """People read the name in one place and must know it again in the next."""
    said = [text for _msgids, text in texts(CATALOGUES / "vi" / "LC_MESSAGES" / "messages.po") if "OTP" in text]
    assert len(said) >= 5
    assert [text for text in said if "mã xác nhận (OTP)" not in text] == []


def test_an_empty_vietnamese_text_is_a_fault():
    overview = polib.POEntry(msgid="Overview", msgstr="")
    assert list(check_catalogues._entry(overview, "vi")) == ["not translated"]
    assert list(check_catalogues._entry(overview, "en")) == []  # the msgid is English


def test_what_a_language_lacks_is_said_in_vietnamese(tmp_path, app):
    """Neither blank nor English: message by message (an empty text counts as none)."""
    folder = tmp_path / "vi@tyz" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue += [polib.POEntry(msgid="Overview", msgstr="Tày"), polib.POEntry(msgid="Households", msgstr="")]
    catalogue.save_as_mofile(str(folder / "messages.mo"))
    domain = FallbackDomain([str(tmp_path), str(CATALOGUES)], "messages")
    with app.test_request_context(), in_language("vi@tyz"):
        assert [domain.gettext(text) for text in ("Overview", "Households", "Staff")] == [
            "Tày",
            "Hộ gia đình",
            "Nhân sự",
        ]
