"""Which price counts, read in one query for any number of variants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
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
_STEPS = """
SELECT i.variant_id, i.amount, NULL, NULL, i.min_quantity, l.id, l.priority, l.key
FROM catalog_pricelistitem i JOIN catalog_pricelist l ON l.id = i.price_list_id
WHERE {of_variants} AND l.is_active AND l.currency = %(currency)s
    AND (l.tier = '' OR l.tier = %(tier)s) AND (l.channel = '' OR l.channel = %(channel)s)
    AND (l.starts_at IS NULL OR l.starts_at <= %(now)s::timestamptz)
    AND (l.ends_at IS NULL OR l.ends_at > %(now)s::timestamptz)
    AND (l.tier <> '' OR l.channel <> '' OR i.min_quantity >= 2)
"""
_ALL_PRICES = Statement(
    f"{_BASE} UNION ALL {_STEPS.format(of_variants='i.variant_id = ANY(%(variants)s::bigint[])')}"
)


def write_price_columns(*, has_lists: bool) -> str:
    """Return SQL of a column with all prices of the variant `v`: JSON rows that `choose_among` reads, amounts as text."""
    base = (
        "SELECT amount, compare_at_amount, lowest_before_amount, 1, 0::bigint, 0, '' FROM catalog_price"
        " WHERE variant_id = v.id AND currency = %(currency)s"
    )
    steps = _STEPS.format(of_variants="i.variant_id = v.id").replace("i.variant_id, ", "", 1)
    rows = f"{base} UNION ALL {steps}" if has_lists else base
    return (
        "(SELECT json_agg(json_build_array(x.a::text, x.c::text, x.l::text, x.q, x.i, x.r, x.k))"  # noqa: S608  as above
        f" FROM ({rows}) AS x (a, c, l, q, i, r, k))"
    )


def choose_among(rows: Iterable[Sequence[Any]] | None, *, quantity: int = 1) -> ChosenPrice | None:
    """Return the price that counts of one variant's rows: (amount, compare at, lowest before, step, list, rank, key)."""
    base: BasePrice | None = None
    steps: list[ListPrice] = []
    for amount, was, lowest, step, list_pk, rank, source in rows or ():
        if list_pk:
            steps.append(
                ListPrice(
                    list_key=source, priority=rank, list_id=list_pk, min_quantity=step, amount=Decimal(amount)
                )
            )
        else:
            base = BasePrice(
                amount=Decimal(amount), compare_at=_to_decimal(was), lowest_before=_to_decimal(lowest)
            )
    return choose_price(base, steps, quantity=quantity)


def _to_decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def list_prices(
    variant_ids: Collection[int], *, currency: str, facts: PriceFacts | None = None
) -> dict[int, ChosenPrice]:
    """Return the price of each variant that has one: by base price and, with facts, by price list; one query."""
    rows = _list_rows(variant_ids, currency, facts)
    of_variant: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for variant_id, *row in rows:
        of_variant[variant_id].append(tuple(row))
    wanted = facts.quantities if facts else {}
    found = {pk: choose_among(own, quantity=wanted.get(pk, 1)) for pk, own in of_variant.items()}
    return {pk: price for pk, price in found.items() if price is not None}


def _list_rows(
    variant_ids: Collection[int], currency: str, facts: PriceFacts | None
) -> list[tuple[Any, ...]]:
    if facts is None:
        return _BASE_PRICES.run(variants=list(variant_ids), currency=currency)
    return _ALL_PRICES.run(
        variants=list(variant_ids), currency=currency, tier=facts.tier, channel=facts.channel, now=facts.now
    )
