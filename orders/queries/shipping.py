"""What it costs to deliver to a destination, and where we deliver at all."""

from collections import defaultdict
from typing import Any, NamedTuple

from django.utils.translation import get_language

from orders.domain.shipping import GoodsValue, RateStep, ShippingOption, find_shipping_price
from orders.models import ShippingZone
from shop.kernel.money import Money
from shop.kernel.postgres.statements import Statement

_RATES = Statement("""
SELECT z.countries <> '{}', m.id, m.code, m.name, m.name_zh_hans, m.carrier, m.days_from, m.days_to,
    r.max_weight_grams, r.amount, r.free_from_amount, r.is_free_by_list
FROM orders_shippingrate r
JOIN orders_shippingmethod m ON m.id = r.method_id
JOIN orders_shippingzone z ON z.id = m.zone_id
WHERE r.currency = %(currency)s AND m.is_active AND (z.countries = '{}' OR z.countries @> ARRAY[%(country)s::varchar])
ORDER BY z.position, m.position, m.id, r.max_weight_grams NULLS LAST
""")


class _Method(NamedTuple):
    is_own_zone: bool
    id: int
    code: str
    name: str
    name_zh_hans: str
    carrier: str
    days_from: int
    days_to: int

    @property
    def label(self) -> str:
        """The name in the active language, as the model has it."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name_zh_hans if is_chinese and self.name_zh_hans else self.name


def list_shipping_options(
    country: str, *, currency: str, weight_grams: int, goods: GoodsValue
) -> list[ShippingOption]:
    """Return the methods offered for this country, weight and currency, in their order; one query."""
    if not country:
        return []
    steps: dict[_Method, list[RateStep]] = defaultdict(list)
    for *method, weight, amount, free_from, is_by_list in _prefer_own_zone(
        _RATES.run(country=country, currency=currency)
    ):
        step = RateStep(
            max_weight_grams=weight,
            price=Money(amount, currency),
            free_from=Money(free_from, currency) if free_from is not None else None,
            is_free_by_list=is_by_list,
        )
        steps[_Method(*method)].append(step)
    options = (
        _to_option(
            method,
            find_shipping_price(ladder, weight_grams=weight_grams, goods=goods),
        )
        for method, ladder in steps.items()
    )
    return [option for option in options if option is not None]


def _prefer_own_zone(rates: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rest of the world counts only where no zone names the country."""
    return [rate for rate in rates if rate[0]] or rates


def _to_option(method: _Method, price: Money | None) -> ShippingOption | None:
    if price is None:
        return None
    return ShippingOption(
        code=method.code,
        name=method.label,
        carrier=method.carrier,
        price=price,
        days_from=method.days_from,
        days_to=method.days_to,
    )


def list_delivery_countries() -> tuple[str, ...]:
    """Return the countries that we deliver to; empty means everywhere."""
    zones = list(
        ShippingZone.objects.filter(methods__is_active=True).distinct().values_list("countries", flat=True)
    )
    if any(not countries for countries in zones):
        return ()
    return tuple(sorted({country for countries in zones for country in countries}))
