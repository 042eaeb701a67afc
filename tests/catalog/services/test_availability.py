from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from catalog import locks
from catalog.models import Listing, Product, Variant
from catalog.services import availability
from catalog.services.availability import set_availability
from tests.factories.catalog import make_product, make_variant
from tests.factories.rivals import Meeting


def _in_stock(product: Product) -> bool:
    return Listing.objects.get(product=product, currency="EUR").in_stock


@pytest.mark.django_db
def test_selling_out_and_coming_back_reach_the_listing() -> None:
    variant = make_variant(available=1)
    set_availability({variant.pk: 0})
    assert not _in_stock(variant.product)
    set_availability({variant.pk: 7})
    assert _in_stock(variant.product)
    variant.refresh_from_db()
    assert variant.available_quantity == 7


@pytest.mark.django_db
def test_a_product_stays_in_stock_while_one_variant_is_left() -> None:
    product = make_product()
    first, _second = make_variant(product=product), make_variant(product=product)
    set_availability({first.pk: 0})
    assert _in_stock(product)


@pytest.mark.django_db
def test_below_zero_counts_as_none_and_unknown_variants_are_passed_over() -> None:
    variant = make_variant(available=2)
    set_availability({variant.pk: -4, 999_999: 3})
    variant.refresh_from_db()
    assert variant.available_quantity == 0


@pytest.mark.django_db
def test_saying_the_same_again_writes_nothing(django_assert_num_queries: Any) -> None:
    variant = make_variant(available=2)
    with django_assert_num_queries(5) as queries:  # three, between BEGIN and COMMIT
        set_availability({variant.pk: 2})
    assert not [query for query in queries.captured_queries if query["sql"].startswith("UPDATE")]


def _sell_out_together(product: Product, pause: Callable[[], None]) -> None:
    """Two variants of one product sell out in two transactions that overlap."""
    ids = list(Variant.objects.filter(product=product).values_list("pk", flat=True))
    barrier = threading.Barrier(2, timeout=10)

    def run(pk: int) -> None:
        from shop.kernel.transactions import transaction

        try:
            barrier.wait()
            with transaction():
                set_availability({pk: 0})
                pause()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(pk,)) for pk in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_two_variants_that_sell_out_at_once_leave_the_product_sold_out() -> None:
    product = make_product()
    make_variant(product=product)
    make_variant(product=product)
    _sell_out_together(product, pause=lambda: threading.Event().wait(0.2) and None)
    assert not _in_stock(product)


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_lock_shows_a_product_that_nobody_can_buy(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_products(product_ids: set[int]) -> list[int]:
        return sorted(product_ids)

    monkeypatch.setattr(availability, "lock_products", find_products)
    assert locks.lock_products is not find_products
    product = make_product()
    make_variant(product=product)
    make_variant(product=product)
    _sell_out_together(product, pause=Meeting(2).wait)
    assert _in_stock(product)
    assert sum(product.variants.values_list("available_quantity", flat=True)) == 0
    assert connection.vendor == "postgresql"
