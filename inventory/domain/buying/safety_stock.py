"""How much to keep so that a delay or a good week does not empty the shelf."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from django.utils.translation import gettext_lazy as _

from shop.kernel.errors import Invalid

LEAST_FACTOR, MOST_FACTOR = 1.5, 2.5


class ImpossibleServiceLevel(Invalid):
    """A promise of never or always: neither has a finite stock."""

    code = "impossible_service_level"

    def __init__(self, service_level: float) -> None:
        self.service_level = service_level
        super().__init__(_("A service level lies between 50 and 99.99 per cent."), field="service_level")


class ImpossibleFactor(Invalid):
    """The simple method knows factors from 1.5 to 2.5 only."""

    code = "impossible_factor"

    def __init__(self, factor: float) -> None:
        self.factor = factor
        super().__init__(_("The simple factor lies between 1.5 and 2.5."), field="simple_factor")


@dataclass(frozen=True, kw_only=True)
class LeadTime:
    """Days from order to shelf, and how much they scatter."""

    days: float
    deviation_days: float = 0.0


@dataclass(frozen=True, kw_only=True)
class DemandRate:
    """Units a day, and how much one day differs from the next (standard deviation)."""

    daily: float
    deviation: float = 0.0


def find_service_factor(service_level: float) -> float:
    """The z of a cycle service level: 95 % is 1.645 (standard normal quantile).

    Source: Silver, Pyke and Thomas, "Inventory and Production Management in Supply Chains", 4th ed., section 6.7.
    Raises ImpossibleServiceLevel outside 50 to 99.99 %.
    """
    if not 0.5 <= service_level <= 0.9999:  # noqa: PLR2004  half is no promise, 1 would need endless stock
        raise ImpossibleServiceLevel(service_level)
    return NormalDist().inv_cdf(service_level)


def find_safety_stock(
    demand: DemandRate, *, lead_time: LeadTime, service_level: float, review_days: float = 0.0
) -> float:
    """Units: z · sqrt((L + R) · σd² + d² · σL²), with L and R in days, d and σd in units a day, σL in days.

    Source: King, "Crack the code: understanding safety stock", APICS Magazine 21(4), 2011, for independent demand and
    lead time; the review period R is added to L as in Silver, Pyke and Thomas, section 6.9.
    """
    exposed_days = lead_time.days + review_days
    variance = exposed_days * demand.deviation**2 + demand.daily**2 * lead_time.deviation_days**2
    return find_service_factor(service_level) * sqrt(variance)


def find_simple_safety_stock(demand: DemandRate, *, factor: float, cover_days: float = 1.0) -> float:
    """Units: 1.5 to 2.5 times the average demand of the period (a day unless told), whatever its scatter.

    Source: the rule of thumb in the product's own numbers. Raises ImpossibleFactor outside 1.5 to 2.5.
    """
    if not LEAST_FACTOR <= factor <= MOST_FACTOR:
        raise ImpossibleFactor(factor)
    return factor * demand.daily * cover_days


def find_reorder_point(
    demand: DemandRate, *, lead_time: LeadTime, safety_stock: float, review_days: float = 0.0
) -> float:
    """Units: d · (L + R) + safety stock.

    Source: Silver, Pyke and Thomas, sections 6.7 (continuous review, R = 0) and 6.9 (periodic review).
    """
    return demand.daily * (lead_time.days + review_days) + safety_stock
