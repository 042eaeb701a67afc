from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.domain.pricing.selection import PriceFacts
from catalog.models import PriceList, PriceListItem, Variant
from catalog.queries.offers import list_offers
from shop.kernel.clock import now
from tests.factories.catalog import make_variant

pytestmark = pytest.mark.django_db


def make_list(key: str, variant: Variant, steps: dict[int, str], **fields: Any) -> PriceList:
    found = PriceList.objects.create(key=key, name=key, currency=fields.pop("currency", "EUR"), **fields)
    for quantity, amount in steps.items():
        PriceListItem.objects.create(
            price_list=found, variant=variant, min_quantity=quantity, amount=Decimal(amount)
        )
    return found


def ask(variant: Variant, quantity: int = 1, **facts: Any) -> tuple[str, str]:
    asked = PriceFacts(now=now(), quantities={variant.pk: quantity}, **facts)
    offer = list_offers([variant.pk], currency="EUR", facts=asked)[variant.pk]
    return str(offer.unit_price), offer.price_list


def test_tier_channel_quantity_time_and_currency() -> None:
    variant = make_variant(price="10.00")
    make_list("gold", variant, {1: "9.00", 10: "8.00"}, tier="gold")
    make_list("market", variant, {1: "11.00"}, channel="amazon")
    make_list("many", variant, {1: "1.00", 5: "9.50"})
    make_list("later", variant, {1: "2.00"}, tier="gold", priority=1, starts_at=now() + timedelta(days=1))
    make_list("over", variant, {1: "2.00"}, tier="gold", priority=1, ends_at=now())
    make_list("off", variant, {1: "2.00"}, tier="gold", priority=1, is_active=False)
    make_list("dollars", variant, {1: "2.00"}, tier="gold", priority=1, currency="USD")
    assert ask(variant) == ("10.00 EUR", "")  # a list for everybody never changes the price of one
    assert ask(variant, 5) == ("9.50 EUR", "many")
    assert ask(variant, tier="gold") == ("9.00 EUR", "gold")
    assert ask(variant, 10, tier="gold") == ("8.00 EUR", "gold")
    assert ask(variant, channel="amazon") == ("11.00 EUR", "market")
    assert str(list_offers([variant.pk], currency="EUR")[variant.pk].unit_price) == "10.00 EUR"


def test_lists_cost_no_query_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    variants = [make_variant(price="10.00", options={"Size": "L"}) for _ in range(3)]
    make_list("gold", variants[0], {1: "9.00"}, tier="gold")
    for count in (1, 3):
        ids = [variant.pk for variant in variants[:count]]
        with django_assert_num_queries(1):
            list_offers(ids, currency="EUR", facts=PriceFacts(now=now(), tier="gold"))
