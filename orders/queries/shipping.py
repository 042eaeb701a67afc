"""What it costs to deliver to a destination, and where we deliver at all."""

from collections import defaultdict

from django.db.models import Q

from orders.domain.shipping import RateStep, ShippingOption, find_shipping_price
from orders.models import ShippingMethod, ShippingRate, ShippingZone
from shop.kernel.money import Money


def list_shipping_options(
    country: str, *, currency: str, weight_grams: int, subtotal: Money
) -> list[ShippingOption]:
    """Return the methods offered for this country, weight and currency, in their order; one query."""
    if not country:
        return []
    is_reached = Q(method__zone__countries__contains=[country]) | Q(method__zone__countries=[])
    rates = (
        ShippingRate.objects.filter(is_reached, currency=currency, method__is_active=True)
        .select_related("method__zone")
        .order_by("method__zone__position", "method__position", "method_id")
    )
    steps: dict[ShippingMethod, list[RateStep]] = defaultdict(list)
    for rate in _prefer_own_zone(list(rates)):
        steps[rate.method].append(_to_step(rate))
    options = (
        _to_option(
            method,
            find_shipping_price(ladder, weight_grams=weight_grams, subtotal=subtotal),
        )
        for method, ladder in steps.items()
    )
    return [option for option in options if option is not None]


def _prefer_own_zone(rates: list[ShippingRate]) -> list[ShippingRate]:
    """The rest of the world counts only where no zone names the country."""
    return [rate for rate in rates if rate.method.zone.countries] or rates


def _to_step(rate: ShippingRate) -> RateStep:
    free_from = rate.free_from_amount
    return RateStep(
        max_weight_grams=rate.max_weight_grams,
        price=Money(rate.amount, rate.currency),
        free_from=Money(free_from, rate.currency) if free_from is not None else None,
    )


def _to_option(method: ShippingMethod, price: Money | None) -> ShippingOption | None:
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
