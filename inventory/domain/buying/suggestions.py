"""One suggestion's arithmetic: why now, and why this many."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import ceil, floor
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from inventory.domain.buying.order_sizes import (
    OrderCosts,
    PriceBreak,
    find_best_size,
    find_unit_price,
    round_to_packs,
)
from inventory.domain.buying.safety_stock import (
    DemandRate,
    LeadTime,
    find_reorder_point,
    find_safety_stock,
    find_simple_safety_stock,
)

DAYS_A_YEAR = 365
FIGURES = 3
"""Decimals of the figures that are kept to be shown."""


class SafetyMethod(StrEnum):
    """Where the safety stock comes from."""

    STATISTICAL = "statistical"
    SIMPLE = "simple"
    FIXED = "fixed"


class Urgency(TextChoices):
    """What happens when nobody orders today."""

    OUT = "out", pgettext_lazy("urgency", "sold out")
    LATE = "late", pgettext_lazy("urgency", "runs out before it comes")
    DUE = "due", pgettext_lazy("urgency", "due")


@dataclass(frozen=True, kw_only=True)
class StockPosition:
    """What lies there, what of it is promised, and everything on order or on its way, whoever ordered it."""

    on_hand: int
    reserved: int = 0
    blocked: int = 0
    incoming: int = 0

    @property
    def available(self) -> int:
        """What can still be sold; blocked is damaged, expired, recalled."""
        return self.on_hand - self.reserved - self.blocked

    @property
    def total(self) -> int:
        """The inventory position: on hand - reserved - blocked + incoming."""
        return self.available + self.incoming


@dataclass(frozen=True, kw_only=True)
class BuyingTerms:
    """How this article is bought: the operator's policy, and the supplier's conditions."""

    lead_time: LeadTime
    service_level: float
    costs: OrderCosts
    breaks: Sequence[PriceBreak] = ()
    minimum_quantity: int = 1
    multiple_quantity: int = 1
    review_days: int = 1
    most_cover_days: int = 90
    method: SafetyMethod = SafetyMethod.STATISTICAL
    simple_factor: float = 2.0
    fixed_point: int = 0
    fixed_quantity: int = 0


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """Every figure that led to the quantity, as it was then."""

    method: str
    daily_demand: float
    demand_deviation: float
    lead_days: float
    lead_deviation_days: float
    review_days: int
    service_level: float
    simple_factor: float
    safety_stock: float
    reorder_point: int
    fixed_point: int
    on_hand: int
    reserved: int
    blocked: int
    incoming: int
    position: int
    order_cost: float
    holding_rate: float
    economic_quantity: float
    order_up_to: int
    raw_quantity: int
    minimum_quantity: int
    multiple_quantity: int
    quantity: int
    unit_price: float | None
    days_left: float | None
    cover_days: float | None
    urgency: str

    @property
    def is_due(self) -> bool:
        """Whether anything is to be ordered."""
        return self.quantity > 0

    def to_facts(self) -> dict[str, Any]:
        """Plain values to keep beside the suggestion."""
        return {
            name: round(value, FIGURES) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def plan_purchase(demand: DemandRate | None, *, position: StockPosition, terms: BuyingTerms) -> Arithmetic:
    """The (s, S) rule: when the position falls below the reorder point s, order up to S = s + the best order size.

    s is the larger of the computed reorder point and the one that the operator has fixed; without known demand the fixed
    one alone. The best size is the EOQ with price breaks, at least the demand between two looks, at most what sells in
    `most_cover_days`; then the supplier's minimum and multiple. Source: Silver, Pyke and Thomas, section 6.5.2 (order
    point, order-up-to-level systems).
    """
    rate = demand or DemandRate(daily=0.0)
    method = terms.method if rate.daily > 0 else SafetyMethod.FIXED
    safety_stock = _find_safety(rate, terms=terms, method=method)
    point = _find_point(rate, terms=terms, safety_stock=safety_stock)
    size = _find_size(rate, terms=terms)
    order_up_to = max(point + ceil(size - 1e-9), point)
    raw = order_up_to - position.total if position.total < point else 0
    quantity = round_to_packs(
        raw, minimum_quantity=terms.minimum_quantity, multiple_quantity=terms.multiple_quantity
    )
    return Arithmetic(
        method=method.value,
        daily_demand=rate.daily,
        demand_deviation=rate.deviation,
        lead_days=terms.lead_time.days,
        lead_deviation_days=terms.lead_time.deviation_days,
        review_days=terms.review_days,
        service_level=terms.service_level,
        simple_factor=terms.simple_factor,
        safety_stock=safety_stock,
        reorder_point=point,
        fixed_point=terms.fixed_point,
        on_hand=position.on_hand,
        reserved=position.reserved,
        blocked=position.blocked,
        incoming=position.incoming,
        position=position.total,
        order_cost=terms.costs.order_cost,
        holding_rate=terms.costs.holding_rate,
        economic_quantity=size,
        order_up_to=order_up_to,
        raw_quantity=max(raw, 0),
        minimum_quantity=terms.minimum_quantity,
        multiple_quantity=terms.multiple_quantity,
        quantity=quantity,
        unit_price=find_unit_price(quantity, breaks=terms.breaks) if terms.breaks and quantity else None,
        days_left=_find_days(position.available, rate=rate),
        cover_days=_find_days(position.total + quantity, rate=rate),
        urgency=_judge(rate, position=position, terms=terms).value,
    )


def _find_safety(rate: DemandRate, *, terms: BuyingTerms, method: SafetyMethod) -> float:
    if method is SafetyMethod.STATISTICAL:
        return find_safety_stock(
            rate,
            lead_time=terms.lead_time,
            service_level=terms.service_level,
            review_days=terms.review_days,
        )
    if method is SafetyMethod.SIMPLE:
        return find_simple_safety_stock(rate, factor=terms.simple_factor, cover_days=terms.lead_time.days)
    return 0.0


def _find_point(rate: DemandRate, *, terms: BuyingTerms, safety_stock: float) -> int:
    computed = find_reorder_point(
        rate, lead_time=terms.lead_time, safety_stock=safety_stock, review_days=terms.review_days
    )
    return max(ceil(computed - 1e-9) if rate.daily > 0 else 0, terms.fixed_point)


def _find_size(rate: DemandRate, *, terms: BuyingTerms) -> float:
    if rate.daily <= 0:
        return float(max(terms.fixed_quantity, 1))
    least = max(rate.daily * terms.review_days, 1.0)
    most = max(rate.daily * terms.most_cover_days, least)
    if not terms.breaks:
        return min(max(float(terms.fixed_quantity), least), most)
    best = find_best_size(rate.daily * DAYS_A_YEAR, costs=terms.costs, breaks=terms.breaks)
    return min(max(best.quantity, least), most)


def _find_days(quantity: int, *, rate: DemandRate) -> float | None:
    return max(quantity, 0) / rate.daily if rate.daily > 0 else None


def _judge(rate: DemandRate, *, position: StockPosition, terms: BuyingTerms) -> Urgency:
    if position.available <= 0:
        return Urgency.OUT
    days = _find_days(position.available, rate=rate)
    return Urgency.LATE if days is not None and floor(days) < terms.lead_time.days else Urgency.DUE
