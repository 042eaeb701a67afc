"""Delivery of one article: what it would cost and when it would come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localtime

from catalog.queries.offers import find_variant_by_sku, list_offers
from orders.domain.shipping import GoodsValue
from orders.queries.shipping import find_destination, list_shipping_options
from shop.kernel.clock import now
from shop.kernel.money import Money

HANDLING_DAYS = 2
"""We promise to ship within 48 hours of payment."""
SATURDAY = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryEstimate:
    """One way of delivery of one article ordered now."""

    name: str
    price: Money
    earliest: date
    latest: date


def list_estimates(sku: str, *, country: str, currency: str) -> list[DeliveryEstimate]:
    """Return the ways an article would be sent; none for an article that is not sold or not sent. Three queries."""
    variant = find_variant_by_sku(sku) if sku else None
    offer = list_offers([variant.pk], currency=currency).get(variant.pk) if variant else None
    if offer is None or offer.unit_price is None or not offer.requires_shipping:
        return []
    goods = GoodsValue(listed=offer.unit_price, paid=offer.unit_price)
    place = find_destination(country, currency=currency)
    options = list_shipping_options(place, currency=currency, weight_grams=offer.weight_grams, goods=goods)
    today = localtime(now()).date()
    return [
        DeliveryEstimate(
            name=option.name,
            price=option.price,
            earliest=add_working_days(today, option.days_from),
            latest=add_working_days(today, HANDLING_DAYS + option.days_to),
        )
        for option in options
    ]


def add_working_days(day: date, count: int) -> date:
    """Return the day that many working days later; parcels do not move on Saturdays and Sundays."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
