"""The replenishment job: one suggestion per shelf and day, with its arithmetic."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any, Final

from django.db.models import Q

from inventory import locks
from inventory.domain.buying.order_sizes import OrderCosts
from inventory.domain.buying.safety_stock import DemandRate, LeadTime
from inventory.domain.buying.states import SuggestionState
from inventory.domain.buying.suggestions import Arithmetic, BuyingTerms, SafetyMethod, plan_purchase
from inventory.models import BuyingPolicy, ItemForecast, ItemPlan, PurchaseSuggestion, StockLevel
from inventory.queries.buying.demand import Shelf, find_day
from inventory.queries.buying.forecasts import list_forecasts
from inventory.queries.buying.positions import (
    Level,
    Offer,
    get_policy,
    list_offers,
    list_plans,
    list_positions,
)
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

BATCH: Final = 200


@dataclass(frozen=True, kw_only=True)
class _Scene:
    """All that the decisions about a batch of shelves rest on."""

    levels: Mapping[Shelf, Level]
    forecasts: Mapping[Shelf, ItemForecast]
    plans: Mapping[Shelf, ItemPlan]
    offers: Mapping[int, list[Offer]]
    policy: BuyingPolicy


def suggest_purchases(*, day: date | None = None) -> int:
    """Plans every shelf of the active warehouses; the number of new suggestions.

    Each batch in its own transaction, under the buying locks of its shelves. May be repeated and cut off at any time:
    a shelf gets one suggestion a day, and everything on order counts. Open suggestions of former days lapse, and so do
    those that are no longer due.
    """
    today = day or find_day(now())
    made, last = 0, 0
    while batch := _list_batch(after=last):
        made += plan_batch([(variant_id, warehouse_id) for _, variant_id, warehouse_id in batch], day=today)
        last = batch[-1][0]
    return made


def _list_batch(*, after: int) -> list[tuple[int, int, int]]:
    return list(
        StockLevel.objects.for_sale()
        .filter(pk__gt=after, variant__is_active=True)
        .order_by("pk")
        .values_list("pk", "variant_id", "warehouse_id")[:BATCH]
    )


@transactional
def plan_batch(shelves: Collection[Shelf], *, day: date) -> int:
    """Plans these shelves; the number of new suggestions. Locks their buying. May be repeated."""
    locks.lock_buying(shelves)
    scene = _Scene(
        levels=list_positions(shelves),
        forecasts=list_forecasts(shelves),
        plans=list_plans(shelves),
        offers=list_offers({variant_id for variant_id, _ in shelves}),
        policy=get_policy(),
    )
    instant = now()
    found = {shelf: _plan(shelf, scene=scene) for shelf in scene.levels}
    _keep_plans(found, scene=scene, instant=instant)
    due = {
        shelf: arithmetic
        for shelf, arithmetic in found.items()
        if arithmetic.is_due and not (shelf in scene.plans and scene.plans[shelf].is_paused)
    }
    _lapse(shelves, still_due=set(due), day=day, instant=instant)
    return _write_suggestions(due, scene=scene, day=day, instant=instant)


def _plan(shelf: Shelf, *, scene: _Scene) -> Arithmetic:
    level, plan = scene.levels[shelf], scene.plans.get(shelf)
    offer = next(iter(scene.offers.get(shelf[0], [])), None)
    forecast = scene.forecasts.get(shelf)
    terms = _build_terms(level, offer=offer, plan=plan, policy=scene.policy)
    return plan_purchase(
        find_rate(forecast, days=ceil(terms.lead_time.days) + terms.review_days),
        position=level.position,
        terms=terms,
    )


def find_rate(forecast: ItemForecast | None, *, days: int) -> DemandRate | None:
    """The forecast's mean over the days that an order has to last for; None without any demand."""
    if forecast is None:
        return None
    seen = forecast.daily_quantities[: max(days, 1)]
    daily = float(sum(seen) / len(seen)) if seen else 0.0
    return DemandRate(daily=daily, deviation=float(forecast.deviation)) if daily > 0 else None


def _build_terms(
    level: Level, *, offer: Offer | None, plan: ItemPlan | None, policy: BuyingPolicy
) -> BuyingTerms:
    abc_class = plan.abc_class if plan else "C"
    own = float(plan.service_level) if plan and plan.service_level else None
    return BuyingTerms(
        lead_time=offer.lead_time if offer else LeadTime(days=float(policy.default_lead_days)),
        service_level=own or policy.get_service_level(abc_class),
        costs=OrderCosts(order_cost=float(policy.order_cost_amount), holding_rate=float(policy.holding_rate)),
        breaks=offer.breaks if offer else (),
        minimum_quantity=offer.item.minimum_quantity if offer else 1,
        multiple_quantity=offer.item.multiple_quantity if offer else 1,
        review_days=policy.review_days,
        most_cover_days=policy.most_cover_days,
        method=SafetyMethod(policy.safety_method),
        simple_factor=float(policy.simple_factor),
        fixed_point=level.fixed_point,
        fixed_quantity=level.fixed_quantity,
    )


def _keep_plans(found: Mapping[Shelf, Arithmetic], *, scene: _Scene, instant: datetime) -> None:
    ItemPlan.objects.bulk_create(
        [
            ItemPlan(
                variant_id=shelf[0],
                warehouse_id=shelf[1],
                daily_demand=Decimal(str(round(row.daily_demand, 4))),
                safety_stock=Decimal(str(round(row.safety_stock, 2))),
                reorder_point=row.reorder_point,
                order_up_to=row.order_up_to,
                planned_at=instant,
            )
            for shelf, row in sorted(found.items())
        ],
        update_conflicts=True,
        unique_fields=["variant", "warehouse"],
        update_fields=["daily_demand", "safety_stock", "reorder_point", "order_up_to", "planned_at"],
    )


def _lapse(shelves: Collection[Shelf], *, still_due: Collection[Shelf], day: date, instant: datetime) -> None:
    rows = PurchaseSuggestion.objects.open().filter(
        variant_id__in={variant_id for variant_id, _ in shelves},
        warehouse_id__in={warehouse_id for _, warehouse_id in shelves},
    )
    wanted = set(shelves)
    gone = [
        row.pk
        for row in rows
        if (shelf := (row.variant_id, row.warehouse_id)) in wanted
        and (row.day < day or shelf not in still_due)
    ]
    PurchaseSuggestion.objects.open().filter(pk__in=gone).update(
        state=SuggestionState.LAPSED, decided_at=instant, decided_by="system"
    )


def _write_suggestions(
    due: Mapping[Shelf, Arithmetic], *, scene: _Scene, day: date, instant: datetime
) -> int:
    # Open ones too: a run that began before midnight may come after the first one of the new day.
    known = set(
        PurchaseSuggestion.objects.filter(
            Q(day=day) | Q(state=SuggestionState.OPEN), variant_id__in={variant_id for variant_id, _ in due}
        ).values_list("variant_id", "warehouse_id")
    )
    rows = [
        _build_suggestion(shelf, arithmetic=arithmetic, scene=scene, day=day, instant=instant)
        for shelf, arithmetic in sorted(due.items())
        if shelf not in known
    ]
    PurchaseSuggestion.objects.bulk_create(rows)
    return len(rows)


def _build_suggestion(
    shelf: Shelf, *, arithmetic: Arithmetic, scene: _Scene, day: date, instant: datetime
) -> PurchaseSuggestion:
    offer = next(iter(scene.offers.get(shelf[0], [])), None)
    price = arithmetic.unit_price
    return PurchaseSuggestion(
        variant_id=shelf[0],
        warehouse_id=shelf[1],
        day=day,
        supplier_item=offer.item if offer else None,
        quantity=arithmetic.quantity,
        unit_amount=None if price is None else Decimal(str(price)),
        currency=offer.item.supplier.currency if offer else "",
        urgency=arithmetic.urgency,
        facts=arithmetic.to_facts() | _describe_sources(shelf, offer=offer, scene=scene),
        created_at=instant,
    )


def _describe_sources(shelf: Shelf, *, offer: Offer | None, scene: _Scene) -> dict[str, Any]:
    """Where the figures come from, to be told beside them."""
    forecast, plan = scene.forecasts.get(shelf), scene.plans.get(shelf)
    return {
        "abc_class": plan.abc_class if plan else "C",
        "xyz_class": plan.xyz_class if plan else "Z",
        "forecast_origin": forecast.origin if forecast else "none",
        "forecast_model": forecast.model if forecast else "",
        "mase": float(forecast.mase) if forecast and forecast.mase is not None else None,
        "lead_time_origin": "measured" if offer and offer.is_measured else "declared" if offer else "default",
    }
