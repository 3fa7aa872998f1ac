"""The bag in two tabs of one browser: both want to send the same, and each thing is written down once."""

import pytest
from sqlalchemy import Engine

from outreach.visits.models import Visit
from tests.browser.bag import Bag, last, rows
from tests.browser.house import House
from tests.world import World

english = pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)


@english
def test_two_tabs_that_send_at_the_same_moment_send_everything_once(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    before, sent = last(written, Visit), []
    bag.context.set_offline(True)
    ids = bag.many(afield[1].sens_house.id, 60)
    second = Bag(bag.context, bag.house, bag.words)
    second.page = bag.context.new_page()
    second.open()
    bag.context.on("request", lambda asked: sent.append(asked) if asked.url.endswith("/tui/gui") else None)
    bag.context.set_offline(False)
    for one in (bag, second):
        one.page.evaluate("() => void errand.send()")
    bag.sent()
    assert sorted(one.client_id for one in rows(written, Visit, before)) == sorted(ids)
    bag.until("() => errand.state.busy", False)
    second.until("() => errand.state.busy || errand.state.rows.length", 0)
    carried = [record["client_id"] for asked in sent for record in asked.post_data_json["records"]]
    assert sorted(carried) == sorted(ids), "what one tab sent, the other did not send again"
