"""Which price counts, read in one query for any number of variants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from catalog.domain.pricing.selection import BasePrice, ChosenPrice, ListPrice, PriceFacts, choose_price
from shop.kernel.postgres.statements import Statement

_COLUMNS = "variant_id, amount, compare_at_amount, lowest_before_amount"
_BASE = f"""
SELECT {_COLUMNS}, 1, 0::bigint, 0, '' FROM catalog_price
WHERE variant_id = ANY(%(variants)s::bigint[]) AND currency = %(currency)s
"""  # noqa: S608  names of columns, from above
_BASE_PRICES = Statement(_BASE)
# Steps of lists that run now and are for this tier and channel; a list for everybody only from two on.
_ALL_PRICES = Statement(
    _BASE
    + """
UNION ALL
SELECT i.variant_id, i.amount, NULL, NULL, i.min_quantity, l.id, l.priority, l.key
FROM catalog_pricelistitem i JOIN catalog_pricelist l ON l.id = i.price_list_id
WHERE i.variant_id = ANY(%(variants)s::bigint[]) AND l.is_active AND l.currency = %(currency)s
    AND (l.tier = '' OR l.tier = %(tier)s) AND (l.channel = '' OR l.channel = %(channel)s)
    AND (l.starts_at IS NULL OR l.starts_at <= %(now)s) AND (l.ends_at IS NULL OR l.ends_at > %(now)s)
    AND (l.tier <> '' OR l.channel <> '' OR i.min_quantity >= 2)
"""
)


def list_prices(
    variant_ids: Collection[int], *, currency: str, facts: PriceFacts | None = None
) -> dict[int, ChosenPrice]:
    """Return the price of each variant that has one: by base price and, with facts, by price list; one query."""
    rows = _list_rows(variant_ids, currency, facts)
    bases: dict[int, BasePrice] = {}
    steps: dict[int, list[ListPrice]] = defaultdict(list)
    for variant_id, amount, was, lowest, step, list_pk, rank, source in rows:
        if list_pk:
            steps[variant_id].append(
                ListPrice(
                    list_key=source, priority=rank, list_id=list_pk, min_quantity=step, amount=Decimal(amount)
                )
            )
        else:
            bases[variant_id] = BasePrice(amount=amount, compare_at=was, lowest_before=lowest)
    wanted = facts.quantities if facts else {}
    found = {
        pk: choose_price(bases.get(pk), steps.get(pk, []), quantity=wanted.get(pk, 1))
        for pk in bases.keys() | steps.keys()
    }
    return {pk: price for pk, price in found.items() if price is not None}


def _list_rows(
    variant_ids: Collection[int], currency: str, facts: PriceFacts | None
) -> list[tuple[Any, ...]]:
    if facts is None:
        return _BASE_PRICES.run(variants=list(variant_ids), currency=currency)
    return _ALL_PRICES.run(
        variants=list(variant_ids), currency=currency, tier=facts.tier, channel=facts.channel, now=facts.now
    )
