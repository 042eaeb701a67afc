"""Which tax a destination has, and whether a currency's prices include it."""

from django.conf import settings

from orders.domain.totals import NO_TAX, TaxRule
from orders.models import TaxRate
from shop.kernel.postgres.statements import RowStatement

_RATES = RowStatement(TaxRate, "WHERE country = %(country)s ORDER BY country, region")


def get_tax_rule(country: str, *, region: str = "") -> TaxRule:
    """Return the region's own rate, else the country's, else no tax; one query."""
    if not country:
        return NO_TAX
    rates = {
        rate.region.casefold(): rate
        for rate in _RATES.run(country=country)
        if rate.region.casefold() in {"", region.strip().casefold()}
    }
    rate = rates.get(region.strip().casefold()) or rates.get("")
    if rate is None:
        return NO_TAX
    return TaxRule(
        percent=rate.percent,
        name=rate.name,
        applies_to_shipping=rate.applies_to_shipping,
    )


def has_tax_in_prices(currency: str) -> bool:
    """Whether prices in this currency are shown with tax in them, as shoppers in the EU and China expect."""
    return currency in settings.TAX_INCLUDED_CURRENCIES
