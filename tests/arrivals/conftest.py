"""What the tests of arrivals share: phones."""

from tests.bag.conftest import phone

__all__ = ["phone"]
