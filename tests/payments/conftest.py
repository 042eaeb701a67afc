"""What the tests of payments share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its language active in the thread; the next test's order must not be placed in it."""
    with translation.override("en"):
        yield
