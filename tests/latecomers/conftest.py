"""What the tests of latecomers share: phones."""

from tests.bag.conftest import phone

__all__ = ["phone"]
