"""The house's own wordings come with it, once, and are never put over what somebody wrote since."""

import pytest
from sqlalchemy import delete, select

from outreach.lib import sms_text
from outreach.sms.models import DRAFT, Wording
from outreach.sms.purposes import PURPOSES
from outreach.wordings import house
from tests.databases import sqlite_only

WORDS = [pytest.param(one, id=f"{one.purpose}-{one.language}") for one in house.own()]


def everything(s):
    return s.scalars(select(Wording).order_by(Wording.purpose, Wording.language, Wording.version)).all()


@pytest.fixture
def bare(s):
    """A database in which nobody has written anything yet."""
    s.execute(delete(Wording))
    return s


def test_a_new_house_has_every_purpose_in_both_languages(bare):
    assert house.bring(bare) == 2 * len(PURPOSES)
    assert {(one.purpose, one.language, one.version, one.state) for one in everything(bare)} == {
        (purpose, language, 1, DRAFT) for purpose in PURPOSES for language in ("vi", "en")
    }


def test_what_is_there_is_not_brought_again(bare):
    house.bring(bare)
    assert house.bring(bare) == 0
    assert len(everything(bare)) == 2 * len(PURPOSES)


def test_what_somebody_wrote_since_stays(bare):
    house.bring(bare)
    mine = bare.scalars(select(Wording).where(Wording.purpose == "class_meeting", Wording.language == "vi")).one()
    mine.full, mine.version = "{commune}: lớp học. {phone}", 2
    bare.flush()
    assert house.bring(bare) == 0
    assert [one.full for one in everything(bare) if one.purpose == "class_meeting" and one.language == "vi"] == [
        "{commune}: lớp học. {phone}"
    ]


@sqlite_only
def test_the_tests_have_them_from_the_start(s):
    assert len(everything(s)) == 2 * len(PURPOSES)


@pytest.mark.parametrize("own", WORDS)
def test_the_plain_form_of_our_own_words_is_one_part_with_room_to_spare(own):
    values = {name: sms_text.plain(value) for name, value in PURPOSES[own.purpose].placeholders.items()}
    measured = sms_text.measure(sms_text.fill(own.plain, values))
    assert (measured.encoding, measured.segments) == ("GSM-7", 1)
    assert measured.per_segment_left >= 5


@pytest.mark.parametrize("own", WORDS)
def test_our_own_words_say_how_to_get_no_more(own):
    stops = {"vi": "ngừng nhận tin: gọi {phone}.", "en": "no more messages: call {phone}."}
    assert own.full.casefold().endswith(stops[own.language])
    assert own.plain.casefold().endswith(sms_text.plain(stops[own.language]))
