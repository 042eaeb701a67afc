"""Which tax a destination has, and whether a currency's prices include it."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings

from orders.domain.totals import NO_TAX, TaxRule

TaxRow = tuple[str, str, str, bool]
"""Region, name, per cent, whether delivery is taxed too."""


def choose_tax_rule(rows: Iterable[TaxRow], *, region: str = "") -> TaxRule:
    """Return the region's own rate among a country's, else the country's, else no tax."""
    wanted = region.strip().casefold()
    rates = {own.casefold(): rate for own, *rate in rows}
    name, percent, applies_to_shipping = rates.get(wanted) or rates.get("") or ("", None, True)
    if percent is None:
        return NO_TAX
    return TaxRule(
        percent=Decimal(str(percent)), name=str(name), applies_to_shipping=bool(applies_to_shipping)
    )


def has_tax_in_prices(currency: str) -> bool:
    """Whether prices in this currency are shown with tax in them, as shoppers in the EU and China expect."""
    return currency in settings.TAX_INCLUDED_CURRENCIES
