from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from catalog.domain.pricing.selection import BasePrice, ListPrice, choose_price
from catalog.models import OptionValue
from catalog.queries.offers import find_variant_by_sku, list_offers
from shop.kernel.money import Money
from tests.factories.catalog import make_image, make_product, make_variant

pytestmark = pytest.mark.django_db


def test_offer_tells_names_price_and_picture() -> None:
    product = make_product("Mug", chinese="马克杯", slug="mug")
    variant = make_variant(
        product=product,
        sku="MUG-R",
        price="19.90",
        compare_at="25",
        available=3,
        weight_grams=350,
        options={"Color|颜色": "Red|红"},
    )
    make_image(product, alt="A mug")

    offer = list_offers([variant.pk], currency="EUR")[variant.pk]

    assert offer.sku == "MUG-R"
    assert offer.product_slug == "mug"
    assert offer.product_name == "Mug"
    assert offer.variant_name == "Red"
    assert offer.options == (("Color", "Red"),)
    assert offer.unit_price == Money(Decimal("19.90"), "EUR")
    assert offer.compare_at == Money(Decimal("25.00"), "EUR")
    assert offer.weight_grams == 350
    assert offer.available_quantity == 3
    assert offer.is_sellable
    assert offer.image is not None
    assert offer.image.alt == "A mug"
    assert offer.image.sources[0].type == "image/webp"


def test_the_picture_is_its_own_else_of_its_colour_else_nobody_elses() -> None:
    product = make_product("Notebook")
    names = {"ink-dots": ("Ink", "Dots"), "ink-lines": ("Ink", "Lines"), "fir-dots": ("Fir", "Dots")}
    variants = {
        sku: make_variant(product=product, sku=sku, options={"Colour": colour, "Ruling": ruling})
        for sku, (colour, ruling) in names.items()
    }
    OptionValue.objects.filter(option__name_en="Colour").update(swatch="#223344")
    make_image(product, alt="in ink", variant=variants["ink-dots"], position=0)
    make_image(product, alt="all of them", position=1)
    offers = list_offers([variant.pk for variant in variants.values()], currency="EUR")
    pictures = {offer.sku: offer.image.alt for offer in offers.values() if offer.image}
    assert pictures == {"ink-dots": "in ink", "ink-lines": "in ink", "fir-dots": "all of them"}


def test_offer_speaks_the_active_language() -> None:
    variant = make_variant(product=make_product("Mug", chinese="马克杯"), options={"Color|颜色": "Red|红"})
    with override("zh-hans"):
        offer = list_offers([variant.pk], currency="EUR")[variant.pk]
    assert (offer.product_name, offer.variant_name) == ("马克杯", "红")


def test_without_a_price_in_the_currency_it_is_not_sellable() -> None:
    variant = make_variant(currency="EUR")
    offer = list_offers([variant.pk], currency="CNY")[variant.pk]
    assert offer.unit_price is None
    assert not offer.is_sellable


@pytest.mark.parametrize(("status", "is_active"), [("draft", True), ("published", False)])
def test_hidden_products_and_variants_are_not_sellable(status: str, *, is_active: bool) -> None:
    variant = make_variant(product=make_product(status=status), is_active=is_active)
    assert not list_offers([variant.pk], currency="EUR")[variant.pk].is_sellable


@pytest.mark.parametrize("quantity", [1, 3])
def test_offers_take_one_query(quantity: int, django_assert_num_queries: Any) -> None:
    ids = [make_variant(options={"Size": "S"}).pk for _ in range(quantity)]
    with django_assert_num_queries(1):
        assert len(list_offers(ids, currency="EUR")) == quantity


def test_sku_is_found_whatever_its_case() -> None:
    variant = make_variant(sku="Mug-R")
    assert find_variant_by_sku(" mug-r ") == variant
    assert find_variant_by_sku("mug") is None


def test_only_a_reduction_of_the_base_price_tells_the_lowest_before() -> None:
    base = BasePrice(amount=Decimal(8), compare_at=Decimal(12), lowest_before=Decimal(10))
    step = ListPrice(list_key="gold", priority=1, list_id=1, min_quantity=1, amount=Decimal(7))
    reduced, listed = choose_price(base, []), choose_price(base, [step])
    plain = choose_price(BasePrice(amount=Decimal(8), lowest_before=Decimal(10)), [])
    assert reduced is not None
    assert listed is not None
    assert plain is not None
    assert (reduced.compare_at, reduced.lowest_before) == (Decimal(10), Decimal(10))
    assert (listed.compare_at, listed.lowest_before) == (Decimal(10), None)
    assert plain.lowest_before is None
