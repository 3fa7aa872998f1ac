"""When places merge or split, their reminders and classes go on in those that took over."""

import pytest
import time_machine

from outreach import reform
from outreach.areas import queries as areas
from outreach.reform import Merge, NewArea, Split
from outreach.reminders import rules
from outreach.sms.purposes import CLASS, FOLLOW_UP, WELCOME
from tests.reminders.cast import DAY, TEN, TODAY, a_class, switch


@pytest.fixture
def merged(s, w):
    """Xã Tân Hưng and xã Tiên Lữ become one."""
    switch(s, w, WELCOME, CLASS)
    rules.switch(s, w.tien_lu, CLASS, to=True, by=w.quy)
    rules.switch(s, w.tien_lu, FOLLOW_UP, to=False, by=w.quy)
    made = a_class(s, w.cuc, TEN + DAY, w.dong), a_class(s, w.cuc, TEN + DAY)
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("11999", "xã", "Tân Lữ"), TODAY))
    s.flush()
    s.expire_all()
    return areas.by_code(s, "11999"), made


def test_a_new_commune_reminds_of_what_each_of_those_before_it_did(s, merged):
    new, _made = merged
    assert rules.on(s, new.id) == {CLASS}


def test_classes_are_held_in_the_new_commune_and_the_new_village(s, merged):
    new, (dongs, whole) = merged
    assert (whole.commune_id, whole.village_id) == (new.id, None)
    assert dongs.commune_id == new.id
    assert dongs.village.name == "Đông"
    assert dongs.village.valid_to is None


def test_of_a_commune_that_splits_each_part_keeps_its_reminders_and_classes_go_with_their_village(s, w):
    switch(s, w, WELCOME)
    doais = a_class(s, w.cuc, TEN + DAY, w.doai)
    parts = {"11977.1": "11998", "11977.2": "11999"}
    new = [NewArea("11998", "xã", "Tân"), NewArea("11999", "xã", "Hưng")]
    with time_machine.travel(TEN):
        reform.carry_out(s, Split("11977", new, parts, TODAY))
    s.flush()
    s.expire_all()
    first, second = (areas.by_code(s, code) for code in ("11998", "11999"))
    assert rules.on(s, first.id) == rules.on(s, second.id) == {FOLLOW_UP, WELCOME}
    assert doais.commune_id == second.id
