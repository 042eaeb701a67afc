"""What a shop needs before it can sell: zones, shipping prices and taxes of the demo."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from orders.models import ShippingMethod, ShippingRate, ShippingZone, TaxRate
from shop.kernel.transactions import transactional

EUROPE = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
ASIA = ("CN", "HK", "MO", "TW", "JP", "KR", "SG")


@dataclass(frozen=True)
class Method:
    """One way to send: prices up to ``HEAVY_GRAMS`` by currency, and the subtotal from which it is free."""

    code: str
    name: str
    chinese: str
    days: tuple[int, int]
    prices: dict[str, str]
    free_from: dict[str, str] = field(default_factory=dict)


ZONES: tuple[tuple[str, tuple[str, ...], tuple[Method, ...]], ...] = (
    (
        "Europe",
        EUROPE,
        (
            Method(
                "standard", "Standard", "标准配送", (2, 4),
                {"EUR": "4.90", "USD": "5.50", "CNY": "39"}, {"EUR": "75", "USD": "85", "CNY": "600"},
            ),
            Method("express", "Express", "特快配送", (1, 1), {"EUR": "12.90", "USD": "14.50", "CNY": "99"}),
        ),
    ),
    (
        "East Asia",
        ASIA,
        (
            Method(
                "standard", "Standard", "标准配送", (2, 5),
                {"EUR": "3.90", "USD": "4.50", "CNY": "15"}, {"EUR": "50", "USD": "55", "CNY": "299"},
            ),
            Method("express", "Express", "特快配送", (1, 2), {"EUR": "8.90", "USD": "9.90", "CNY": "28"}),
        ),
    ),
    (
        "Rest of the world",
        (),
        (
            Method(
                "standard", "International", "国际配送", (6, 12),
                {"EUR": "14.90", "USD": "16.50", "CNY": "119"}, {"EUR": "180", "USD": "200", "CNY": "1400"},
            ),
        ),
    ),
)  # fmt: skip
HEAVY_GRAMS = 5000
HEAVY_FACTOR = Decimal(2)

VAT = {
    "AT": "20", "BE": "21", "DE": "19", "DK": "25", "ES": "21", "FI": "25.5", "FR": "20", "GB": "20", "IE": "23",
    "IT": "22", "LU": "17", "NL": "21", "PL": "23", "PT": "23", "SE": "25", "CH": "8.1", "NO": "25", "CN": "13", "JP": "10",
}  # fmt: skip


@transactional
def ensure_shipping() -> None:
    """Zones, methods, prices up to five kilograms and above, and tax rates; what is there stays. Repeatable."""
    for position, (name, countries, methods) in enumerate(ZONES):
        zone, _ = ShippingZone.objects.get_or_create(
            name=name, defaults={"countries": list(countries), "position": position}
        )
        for place, method in enumerate(methods):
            _ensure_method(zone, method, position=place)
    for country, percent in VAT.items():
        TaxRate.objects.get_or_create(
            country=country, region="", defaults={"name": "VAT", "percent": Decimal(percent)}
        )


def _ensure_method(zone: ShippingZone, wanted: Method, *, position: int) -> None:
    row, is_new = ShippingMethod.objects.get_or_create(
        zone=zone,
        code=wanted.code,
        defaults={
            "name": wanted.name,
            "name_zh_hans": wanted.chinese,
            "days_from": wanted.days[0],
            "days_to": wanted.days[1],
            "position": position,
        },
    )
    if not is_new:
        return
    for currency, price in wanted.prices.items():
        free = Decimal(wanted.free_from[currency]) if currency in wanted.free_from else None
        for weight, factor in ((HEAVY_GRAMS, Decimal(1)), (None, HEAVY_FACTOR)):
            ShippingRate.objects.create(
                method=row,
                currency=currency,
                max_weight_grams=weight,
                amount=Decimal(price) * factor,
                free_from_amount=free,
            )
