"""What the tests of the bag share: phones."""

import pytest

from tests.bag.phone import Phone


@pytest.fixture
def phone(visitor, w):
    """A phone of somebody (Lan, unless said), set up."""

    def make(owner=None, **kw):
        return Phone(visitor, owner or w.lan, **kw)

    return make
