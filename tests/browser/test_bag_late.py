"""What was kept apart for somebody to decide: the phone tells its author what became of it, until it was read."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.arrivals.models import Late
from outreach.latecomers import late
from tests.browser.bag import LONG, Bag
from tests.browser.house import House
from tests.world import World

# What was sent is kept here for three days; what waits for a decision, until it was read.
LONG_AGO = """async () => {
    const sent = (await sealed.all("sent")).map(one => ({ ...one, when: Date.now() - 4 * 86400000 }));
    await sealed.deal("sent", rows => sent.forEach(one => rows.put(one)));
}"""
pytestmark = pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.browser)], indirect=True)


def test_whoever_sent_a_late_record_reads_on_the_phone_who_set_it_aside_and_why(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    (mark,) = bag.many(afield[1].paos_house.id, 1)
    bag.send()
    bag.sent()
    with Session(written) as s:
        kept = s.scalars(select(Late).where(Late.client_id == mark)).one()
        by = s.scalars(select(Account).where(Account.id != kept.author_id, Account.role == "leader")).first()
        assert by is not None
        late.decide(s, kept, by, written=False, word="Hôm đó tổ chưa đi")
        s.commit()
        said = f"set aside by {by.name}. Hôm đó tổ chưa đi"
    bag.page.evaluate(LONG_AGO)
    for _time in range(2):  # until it was read
        bag.open()
        expect(bag.part("#news")).to_contain_text(said, timeout=LONG)
    bag.part("#news button").click()
    bag.until("async () => (await sealed.all('sent')).filter(({ late }) => late).length", 0)
    expect(bag.part("#news")).not_to_contain_text(said)
