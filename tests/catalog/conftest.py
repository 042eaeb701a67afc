"""What the catalogue keeps in its process must not carry from one test into the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.queries.cards import forget_shelf_pictures
from catalog.queries.categories import forget_category_tree
from catalog.queries.facet_counts import forget_sizes
from catalog.queries.facets import forget_labels
from catalog.queries.popular_terms import forget_popular_terms
from catalog.queries.search_rules import forget_search_rules


@pytest.fixture(autouse=True)
def _forget_tree() -> Iterator[None]:
    forget_category_tree()
    forget_labels()
    forget_popular_terms()
    forget_sizes()
    forget_search_rules()
    forget_shelf_pictures()
    yield
    forget_category_tree()
    forget_labels()
    forget_popular_terms()
    forget_sizes()
    forget_search_rules()
    forget_shelf_pictures()
