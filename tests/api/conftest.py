"""What every test of the API starts from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.queries.categories import forget_category_tree
from shop.web.limits import COUNTER


@pytest.fixture(autouse=True)
def _forget_what_the_process_keeps() -> Iterator[None]:
    """The category tree and the counted calls must not carry over from one test to the next."""
    forget_category_tree()
    COUNTER.forget()
    yield
    forget_category_tree()
    COUNTER.forget()
