"""Which price counts, read in one query for any number of variants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, IntegerField, Q, Value
from django.db.models.functions import Cast

from catalog.domain.pricing.selection import BasePrice, ChosenPrice, ListPrice, PriceFacts, choose_price
from catalog.models import Price, PriceListItem
from shop.kernel.fields import AmountField

_NO_AMOUNT = Value(None, output_field=AmountField())
_COLUMNS = ("variant_id", "amount", "was", "lowest", "step", "list_pk", "rank", "source")


def list_prices(
    variant_ids: Collection[int], *, currency: str, facts: PriceFacts | None = None
) -> dict[int, ChosenPrice]:
    """Return the price of each variant that has one: by base price and, with facts, by price list; one query."""
    rows = _list_base_rows(variant_ids, currency)
    if facts is not None:
        rows = rows.union(_list_step_rows(variant_ids, currency, facts), all=True)
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


def _list_base_rows(variant_ids: Collection[int], currency: str) -> Any:
    return (
        Price.objects.filter(variant_id__in=variant_ids, currency=currency)
        .order_by()
        .annotate(
            was=F("compare_at_amount"),
            lowest=F("lowest_before_amount"),
            step=Value(1, output_field=IntegerField()),
            list_pk=Value(0, output_field=IntegerField()),
            rank=Value(0, output_field=IntegerField()),
            source=Value("", output_field=CharField()),
        )
        .values_list(*_COLUMNS)
    )


def _list_step_rows(variant_ids: Collection[int], currency: str, facts: PriceFacts) -> Any:
    """Steps of lists that run now and are for this tier and channel; a list for everybody only from two on."""
    is_open = (Q(price_list__starts_at=None) | Q(price_list__starts_at__lte=facts.now)) & (
        Q(price_list__ends_at=None) | Q(price_list__ends_at__gt=facts.now)
    )
    is_special = ~Q(price_list__tier="", price_list__channel="") | Q(min_quantity__gte=2)
    return (
        PriceListItem.objects.filter(
            is_open,
            is_special,
            variant_id__in=variant_ids,
            price_list__is_active=True,
            price_list__currency=currency,
            price_list__tier__in={"", facts.tier},
            price_list__channel__in={"", facts.channel},
        )
        .order_by()
        .annotate(
            was=_NO_AMOUNT,
            lowest=_NO_AMOUNT,
            step=Cast("min_quantity", IntegerField()),
            list_pk=F("price_list_id"),
            rank=Cast("price_list__priority", IntegerField()),
            source=F("price_list__key"),
        )
        .values_list(*_COLUMNS)
    )
