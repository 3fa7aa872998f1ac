"""Whatever has an address of its own is there only for those it concerns: elsewhere it does not exist."""

import pytest

from outreach import web
from outreach.accounts.models import ROLES
from tests.databases import sqlite_only
from tests.guards import samples

pytestmark = sqlite_only


@pytest.fixture
def furnished(s):
    return samples.furnish(s)


def own_doors(app, method):
    """The doors behind which something particular is, and which are not for everybody."""
    signed = (rule for rule in samples.doors(app, method) if app.view_functions[rule.endpoint].sign != web.PUBLIC)
    # A lesson is everybody's, and so is its voice: whoever may judge one may judge all (tests/voices/test_voices.py).
    # What messages say is the same in all places (tests/wordings/test_pages.py).
    return [rule for rule in signed if rule.arguments and not rule.endpoint.startswith(("voices.", "wordings."))]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", ["quy", "nga"])
def test_what_belongs_to_another_place_is_not_found(app, visitor, furnished, who, method):
    """Quý works for another commune, Nga for another village: ids of thôn Đông are nothing to them."""
    outsider, insider = getattr(furnished.w, who), furnished.w.cuc if who == "quy" else furnished.w.lan
    client = visitor.as_(outsider).client
    open_to_role = 0
    for rule in own_doors(app, method):
        may = samples.may_enter(app, rule, outsider)
        open_to_role += may
        if rule.endpoint == "campaigns.show" and who == "nga":
            continue  # a campaign is the whole commune's; which shares a village sees: tests/campaigns
        for address in samples.addresses(rule, furnished, insider):
            assert client.open(address, method=method).status_code == (404 if may else 403), f"{method} {address}"
    assert open_to_role >= 5


@pytest.mark.parametrize("role", ROLES)
def test_no_deed_is_done_for_a_role_that_its_door_keeps_out(app, visitor, furnished, role):
    person = furnished.people[role]
    client = visitor.as_(person).client
    for rule in samples.doors(app, "POST"):
        if not samples.may_enter(app, rule, person):
            for address in samples.addresses(rule, furnished, person):
                assert client.post(address).status_code == 403, address


def test_no_deed_is_done_for_a_stranger(app, visitor, furnished):
    for rule in samples.doors(app, "POST"):
        if not samples.may_enter(app, rule, None):
            for address in samples.addresses(rule, furnished, None):
                answer = visitor.client.post(address)
                assert answer.status_code == 303, address
                assert answer.location.startswith("/dang-nhap"), address
