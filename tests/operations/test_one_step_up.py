"""What is not acted on in time stands with the area above as well, once, until it is closed."""

from datetime import timedelta

from outreach.alerts import raising
from outreach.tending import steps

HERE = "/van-hanh/11977"


def stands(visitor, w, alert):
    """With whom it stands among their own, by name."""
    return {
        who for who, code in (("dung", "11977.1"), ("cuc", "11977"), ("binh", "33"), ("anh", "VN"))
        if f"/canh-bao/{alert.id}" in visitor.as_(getattr(w, who)).get(f"/van-hanh/{code}").links()
    }  # fmt: skip


def test_what_is_not_acted_on_in_time_stands_with_the_area_above_and_goes_no_further(
    w, visitor, quiet_village, clock_at_six
):
    assert stands(visitor, w, quiet_village) == {"dung"}
    clock_at_six.move_to(quiet_village.due_at - timedelta(seconds=1))
    assert stands(visitor, w, quiet_village) == {"dung"}
    clock_at_six.shift(timedelta(seconds=1))
    assert stands(visitor, w, quiet_village) == {"dung", "cuc"}
    clock_at_six.shift(timedelta(days=300))
    assert stands(visitor, w, quiet_village) == {"dung", "cuc"}


def test_what_was_acted_on_in_time_stays_where_it_is(s, w, visitor, quiet_village, clock_at_six):
    clock_at_six.move_to(quiet_village.due_at)
    steps.act(s, quiet_village, w.dung)
    s.commit()
    clock_at_six.shift(timedelta(days=2))
    assert stands(visitor, w, quiet_village) == {"dung"}


def test_what_was_acted_on_too_late_stays_above_until_it_is_closed(s, w, visitor, quiet_village, clock_at_six):
    clock_at_six.move_to(quiet_village.due_at + timedelta(minutes=1))
    steps.act(s, quiet_village, w.dung)
    s.commit()
    assert stands(visitor, w, quiet_village) == {"dung", "cuc"}
    assert "Overdue: the area above sees it, too" in visitor.as_(w.dung).get(f"/canh-bao/{quiet_village.id}").words
    steps.close(s, quiet_village, w.dung, "xong")
    s.commit()
    assert "Nothing needs anybody now" in visitor.as_(w.cuc).get(HERE).words


def test_to_notice_it_again_moves_no_hour(s, w, quiet_village, clock_at_six):
    due = quiet_village.due_at
    clock_at_six.shift(timedelta(days=2))
    raising.exactly(s, "silent", {w.dong.id: {"days": 18}})
    s.refresh(quiet_village)
    assert (quiet_village.due_at, quiet_village.facts) == (due, {"days": 18})
