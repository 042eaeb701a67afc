"""What a destination costs, and where we deliver at all."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import get_language

from catalog.domain.promotions.delivery_methods import register_delivery_names
from orders.domain.shipping import GoodsValue, RateStep, ShippingOption, find_shipping_price
from orders.models import ShippingMethod, ShippingZone
from orders.queries.taxes import TaxRow
from shop.kernel.money import Money
from shop.kernel.postgres.statements import Statement

# Amounts travel as text, because JSON numbers would become floats.
_DESTINATION = Statement("""
SELECT
    (SELECT json_agg(json_build_array(
            z.countries <> '{}', m.id, m.code, m.name, m.name_zh_hans, m.carrier, m.days_from, m.days_to,
            r.max_weight_grams, r.amount::text, r.free_from_amount::text, r.is_free_by_list
        ) ORDER BY z.position, m.position, m.id, r.max_weight_grams NULLS LAST)
     FROM orders_shippingrate r
     JOIN orders_shippingmethod m ON m.id = r.method_id
     JOIN orders_shippingzone z ON z.id = m.zone_id
     WHERE r.currency = %(currency)s AND m.is_active
        AND (z.countries = '{}' OR z.countries @> ARRAY[%(country)s::varchar])),
    (SELECT json_agg(json_build_array(region, name, percent::text, applies_to_shipping) ORDER BY region)
     FROM orders_taxrate WHERE country = %(country)s::varchar)
""")


@dataclass(frozen=True, kw_only=True)
class Destination:
    """What a country costs in a currency: the rates of delivery and of tax, as they are stored."""

    rates: Sequence[Sequence[Any]] = ()
    taxes: Sequence[TaxRow] = ()


NOWHERE = Destination()


def find_destination(country: str, *, currency: str) -> Destination:
    """Return what delivery to a country may cost and which taxes it has; one query, none for no country."""
    if not country:
        return NOWHERE
    [(rates, taxes)] = _DESTINATION.run(country=country, currency=currency)
    return Destination(rates=rates or (), taxes=taxes or ())


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
    place: Destination, *, currency: str, weight_grams: int, goods: GoodsValue
) -> list[ShippingOption]:
    """Return the methods offered there for this weight and currency, in their order; no query."""
    steps: dict[_Method, list[RateStep]] = defaultdict(list)
    for *method, weight, amount, free_from, is_by_list in _prefer_own_zone(place.rates):
        step = RateStep(
            max_weight_grams=weight,
            price=Money(Decimal(amount), currency),
            free_from=Money(Decimal(free_from), currency) if free_from is not None else None,
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


def _prefer_own_zone(rates: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
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


@register_delivery_names
def list_method_names(codes: Collection[str]) -> dict[str, str]:
    """Return what the ways to deliver with these codes are called, as the first zone that has one calls it; one query."""
    is_chinese = (get_language() or "").startswith("zh")
    methods = ShippingMethod.objects.filter(code__in=codes).order_by("-zone__position", "-position", "-pk")
    return {one.code: (one.name_zh_hans if is_chinese else "") or one.name for one in methods}
