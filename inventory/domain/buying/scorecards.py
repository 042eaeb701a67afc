"""How a supplier did: from its own deliveries, nothing from hearsay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, stdev

from inventory.domain.buying.safety_stock import LeadTime

LEAST_DELIVERIES = 3
WATCH_BELOW, STOP_BELOW = 0.8, 0.6
WEIGHTS = {"on_time": 0.4, "in_full": 0.3, "quality": 0.2, "price": 0.1}


@dataclass(frozen=True, kw_only=True)
class DeliveredOrder:
    """One order that is to be judged: delivered to its end, or past its day with something still missing."""

    sent_on: date
    promised_on: date
    delivered_on: date | None
    ordered_quantity: int
    received_quantity: int
    damaged_quantity: int


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """Shares from 0 to 1; None where nothing was delivered yet."""

    orders_quantity: int
    deliveries_quantity: int = 0
    on_time: float | None = None
    in_full: float | None = None
    quality: float | None = None
    price: float | None = None
    lead_time: LeadTime | None = None

    @property
    def missing_quantity(self) -> int:
        """Orders past their day that did not come whole."""
        return self.orders_quantity - self.deliveries_quantity

    @property
    def score(self) -> float | None:
        """The known parts by their weights: on time 40, in full 30, quality 20, price 10."""
        known: dict[str, float | None] = {name: getattr(self, name) for name in WEIGHTS}
        weighed = [(WEIGHTS[name], value) for name, value in known.items() if value is not None]
        if not weighed or self.on_time is None:
            return None
        return sum(weight * value for weight, value in weighed) / sum(weight for weight, _ in weighed)

    @property
    def risk(self) -> str:
        """Watch below 0.8, high below 0.6, else none; three deliveries are the least to judge by."""
        if self.score is None or self.orders_quantity < LEAST_DELIVERIES:
            return "none"
        if self.score < STOP_BELOW:
            return "high"
        return "watch" if self.score < WATCH_BELOW else "none"


def measure_lead_time(lead_days: Sequence[int], *, declared: LeadTime) -> LeadTime:
    """Mean and sample deviation of the days from sending to goods in; the declared one below three deliveries."""
    if len(lead_days) < LEAST_DELIVERIES:
        return declared
    return LeadTime(days=fmean(lead_days), deviation_days=stdev(lead_days))


def find_price_score(price: float, *, best_price: float) -> float:
    """The cheapest offer's price divided by this one's: 1 is the cheapest, 0.5 costs twice as much."""
    return min(best_price / price, 1.0) if price > 0 else 1.0


def build_scorecard(
    orders: Sequence[DeliveredOrder], *, declared: LeadTime, price: float | None = None
) -> Scorecard:
    """On time: delivered to the end by the promised day. In full: units received of those ordered, never above 1.

    Quality: undamaged units of those received. What never came is neither on time nor in full, and has no lead time.
    """
    if not orders:
        return Scorecard(orders_quantity=0, price=price, lead_time=declared)
    lead_days = [(row.delivered_on - row.sent_on).days for row in orders if row.delivered_on]
    received = sum(row.received_quantity for row in orders)
    arrived = received + sum(row.damaged_quantity for row in orders)
    return Scorecard(
        orders_quantity=len(orders),
        deliveries_quantity=len(lead_days),
        on_time=fmean(row.delivered_on is not None and row.delivered_on <= row.promised_on for row in orders),
        in_full=fmean(min(row.received_quantity / row.ordered_quantity, 1.0) for row in orders),
        quality=received / arrived if arrived else None,
        price=price,
        lead_time=measure_lead_time(lead_days, declared=declared),
    )
