from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from catalog.models import Listing, Price, Product, SearchDocument
from catalog.services.listings import rebuild_listings, refresh_listings
from catalog.services.products import set_published
from tests.factories.catalog import make_brand, make_category, make_image, make_product, make_variant

pytestmark = pytest.mark.django_db


def test_a_listing_tells_the_lowest_price_and_the_options() -> None:
    product = make_product("Mug", category=make_category("kitchen/cups"), brand=make_brand("Oak & Co"))
    make_variant(product=product, price="12.00", compare_at="15", options={"Color": "Red"})
    make_variant(product=product, price="18.00", options={"Color": "Blue"}, available=0)

    listing = Listing.objects.get(product=product)

    assert (listing.amount, listing.compare_at_amount, listing.highest_amount) == (
        Decimal("12.000"),
        Decimal("15.000"),
        Decimal("18.000"),
    )
    assert listing.category_path == "kitchen/cups/"
    assert listing.brand_name == "Oak & Co"
    assert listing.option_keys == ["color:blue", "color:red"]
    assert listing.in_stock
    assert (listing.variant_count, listing.only_sku) == (2, "")


def test_one_row_per_currency() -> None:
    variant = make_variant(prices={"EUR": "10", "CNY": "80"})
    rows = (
        Listing.objects.filter(product=variant.product).order_by("currency").values_list("currency", "amount")
    )
    assert list(rows) == [("CNY", Decimal("80.000")), ("EUR", Decimal("10.000"))]


def test_a_price_that_goes_takes_its_listing_along() -> None:
    variant = make_variant(prices={"EUR": "10", "CNY": "80"})
    Price.objects.filter(variant=variant, currency="CNY").delete()
    refresh_listings([variant.product_id])
    assert list(Listing.objects.values_list("currency", flat=True)) == ["EUR"]


def test_unpublishing_takes_a_product_out_of_lists_and_search() -> None:
    variant = make_variant()
    assert set_published([variant.product_id], is_published=False, actor="anna@example.com") == 1
    assert not Listing.objects.exists()
    assert not SearchDocument.objects.exists()
    assert set_published([variant.product_id], is_published=True, actor="anna@example.com") == 1
    assert Listing.objects.count() == 1
    assert set_published([variant.product_id], is_published=True, actor="anna@example.com") == 0


def test_rebuilding_changes_nothing_that_was_right() -> None:
    make_variant(options={"Size": "S"})
    make_variant(product=make_product(status=Product.Status.DRAFT))
    before = list(Listing.objects.order_by("pk").values())
    assert list(rebuild_listings()) == [2]
    assert list(Listing.objects.order_by("pk").values()) == before


def test_invariants_hold_and_notice_a_wrong_listing(assert_invariants: Callable[[], None]) -> None:
    make_variant(product=make_product(category=make_category("a/b")))
    assert_invariants()
    Listing.objects.update(in_stock=False)
    with pytest.raises(AssertionError, match="C2"):
        assert_invariants()


def test_a_row_that_says_what_it_said_is_not_written_again() -> None:
    product = make_product("Mug", category=make_category("kitchen/cups"), brand=make_brand("Oak"))
    make_variant(product=product, price="12.00", compare_at="15", options={"Color": "Red"})
    other = make_variant(product=product, price="18.00", options={"Color": "Blue"})
    make_image(product)
    refresh_listings([product.pk])
    before = _list_row_versions()
    refresh_listings([product.pk])
    assert _list_row_versions() == before
    Price.objects.filter(variant=other).update(amount=Decimal(19))
    refresh_listings([product.pk])
    assert _list_row_versions() != before
    assert Listing.objects.get().highest_amount == Decimal(19)


def _list_row_versions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM catalog_listing ORDER BY id")
        return [row[0] for row in cursor.fetchall()]
