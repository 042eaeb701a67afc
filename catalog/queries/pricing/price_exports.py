"""Prices as rows of a file, read bit by bit."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from catalog.domain.pricing.list_rows import Bound, ListFacts, ListRow
from catalog.models import Price, PriceList, PriceListItem

CHUNK = 2_000


def read_list_facts(price_list: PriceList) -> ListFacts:
    """Return a price list without its prices."""
    return ListFacts(
        name=price_list.name,
        currency=price_list.currency,
        tier=price_list.tier,
        channel=price_list.channel,
        starts_at=price_list.starts_at or Bound.OPEN,
        ends_at=price_list.ends_at or Bound.OPEN,
        priority=price_list.priority,
        is_active=price_list.is_active,
    )


def iterate_list_rows(price_lists: QuerySet[PriceList]) -> Iterator[ListRow]:
    """Yield the prices of lists, list by list; a list without prices has no row."""
    for price_list in price_lists.order_by("key"):
        facts = read_list_facts(price_list)
        items = PriceListItem.objects.filter(price_list=price_list).select_related("variant")
        for item in items.order_by("variant__sku", "min_quantity").iterator(chunk_size=CHUNK):
            yield ListRow(
                list_key=price_list.key,
                sku=item.variant.sku,
                currency=price_list.currency,
                min_quantity=item.min_quantity,
                amount=item.amount,
                compare_at=None,
                facts=facts,
            )


def iterate_base_rows() -> Iterator[ListRow]:
    """Yield everybody's prices, as rows without a list."""
    prices = Price.objects.select_related("variant").order_by("variant__sku", "currency")
    for price in prices.iterator(chunk_size=CHUNK):
        yield ListRow(
            list_key="",
            sku=price.variant.sku,
            currency=price.currency,
            min_quantity=1,
            amount=price.amount,
            compare_at=price.compare_at_amount,
            facts=ListFacts(currency=price.currency),
        )
