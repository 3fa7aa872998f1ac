"""Today: families of a kind that a campaign is behind with come before others that wait for the same."""

from datetime import timedelta

import pytest

from outreach import clock
from outreach.bag import filling
from outreach.bag.filling import Holds
from outreach.campaigns.models import Campaign, Share
from outreach.households import registering, stages
from outreach.visits import planning, recording
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world
from tests.counting import statements

ANEW = Holds("", "", {})
SAID = "The campaign is short of such families: Family with Farmers' Union members"


@pytest.fixture
def houses(s, w):
    """Three houses of one lane where nobody ever came, the last one farmers'; no other house waits."""
    for one in (w.sens_house, w.tams_house):
        stages.close(s, one, "vacant", w.dung.id, "để riêng")
    made = [world.household(s, w.dong, f"Lê Văn {name}", address="Ngõ 1") for name in ("An", "Ba", "Út")]
    registering.retype(made[-1], ["farmers"])
    s.flush()
    return made


def campaign(s, w, *, began=20, kind="farmers", **said):
    """One that is half over this morning, of which thôn Đông has done nothing."""
    first, last = clock.today() - timedelta(days=began), clock.today() + timedelta(days=19)
    running = Campaign(
        commune_id=w.tan_hung.id, name="Quý IV", first_day=first, last_day=last, made_by_id=w.cuc.id,
        made_at=clock.now(), **said,
    )  # fmt: skip
    s.add(running)
    s.flush()
    s.add(Share(campaign_id=running.id, village_id=w.dong.id, type=kind, target=4, at_start=0))
    s.flush()


def heads(s, account):
    """Who is to be visited, in order."""
    return [one.household.head_name.split()[-1] for one in planning.plan(s, account).suggestions]


def test_a_family_of_a_kind_that_the_campaign_is_behind_with_comes_first_and_is_told_why(s, w, houses, visitor):
    assert heads(s, w.lan) == ["An", "Ba", "Út"]
    campaign(s, w)
    s.commit()
    assert heads(s, w.lan) == ["Út", "An", "Ba"]
    page = visitor.as_(w.lan).get("/hom-nay?lang=en").words
    assert f"Nobody has come here yet. {SAID}" in page
    assert page.count(SAID) == 1


def test_the_bag_lists_them_in_the_same_order_and_says_the_same(app, s, w, houses):
    campaign(s, w)
    with app.test_request_context("/"):
        told = filling.fill(s, w.lan, ANEW, "")["today"]
    assert [id_ for id_, _ in told] == [one.household.id for one in planning.plan(s, w.lan, 60).suggestions]
    assert told[0][0] == houses[-1].id
    assert [id_ for id_, why in told if "Hộ hội viên nông dân" in why] == [houses[-1].id]


@pytest.mark.parametrize("other", [{"began": 0}, {"kind": ""}, {"kind": "youth"}, {"ended_at": clock.now}])
def test_a_campaign_that_is_not_behind_with_them_or_is_over_moves_nobody(s, w, houses, other):
    campaign(s, w, **{name: value() if callable(value) else value for name, value in other.items()})
    assert heads(s, w.lan) == ["An", "Ba", "Út"]


def test_a_promise_is_kept_before_what_a_campaign_wishes(s, w, houses):
    campaign(s, w)
    draft = VisitDraft(new_client_id(), "shown", at=clock.now() - timedelta(days=3), next_on=clock.today())
    recording.record(s, w.lan, houses[0], draft)
    assert heads(s, w.lan)[:2] == ["An", "Út"]


def test_the_more_a_campaign_is_behind_the_farther_one_walks_for_it(s, w, houses):
    campaign(s, w)
    asked = planning.Asked(w.lan, clock.today(), planning._homes(s, w.lan), planning._wished(s, w.lan))
    (why,) = (one for one in planning.never_visited(s, asked) if one.household_id == houses[-1].id)
    reason = next(one for one in planning.REASONS if one.name == "never_visited")
    assert planning._house(asked, reason, why).worth == pytest.approx(reason.worth * 1.5)  # 2 of 4 are missing


def test_it_asks_the_database_no_more_with_more_families(s, w, houses):
    campaign(s, w)
    asked = []
    planning.plan(s, w.lan)  # now the session knows who asks
    for many in (1, 12):
        for n in range(many):
            registering.retype(world.household(s, w.dong, f"Lê Văn {many} {n}"), ["farmers", "women"])
        s.flush()
        with statements(s.connection()) as said:
            planning.plan(s, w.lan)
        asked.append(len(said))
    assert asked[0] == asked[1]
