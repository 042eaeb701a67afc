"""Standing jobs of the inventory."""

from time import monotonic
from typing import Final

from celery import shared_task
from django.utils.timezone import localdate

from inventory.services.buying import demand, forecasts
from inventory.services.buying.classes import classify_items
from inventory.services.buying.replenishment import suggest_purchases
from inventory.services.buying.suppliers import measure_suppliers
from inventory.services.counts import plan_cycle_counts as plan_cycle_counts_service
from inventory.services.lots import expire_lots as expire_lots_service
from inventory.services.proof import prove_stock as prove_stock_service
from inventory.services.reorder import (
    check_reorder_points as check_reorder_points_service,
)
from inventory.services.reservations import (
    expire_reservations as expire_reservations_service,
)
from inventory.services.values import note_stock_value as note_stock_value_service
from shop.kernel.clock import now
from shop.kernel.leases import lease

FORECAST_SECONDS: Final = 240
"""A task may run for 270."""


@shared_task
def expire_reservations() -> int:
    """Each 15 seconds: gives back holds that lapsed unpaid."""
    with lease("inventory.expire_reservations") as is_ours:
        return expire_reservations_service() if is_ours else 0


@shared_task
def check_reorder_points() -> int:
    """Each 5 minutes: opens and closes reorder alerts."""
    with lease("inventory.check_reorder_points") as is_ours:
        return check_reorder_points_service() if is_ours else 0


@shared_task
def roll_up_demand() -> int:
    """Nightly: the demand of the last weeks, from the ledger; the whole past the first time."""
    with lease("inventory.roll_up_demand") as is_ours:
        if not is_ours:
            return 0
        return demand.roll_up_demand(
            days=demand.FIRST_DAYS if demand.is_first_roll_up() else demand.CORRECTED_DAYS
        )


@shared_task
def forecast_demand(shard: int) -> int:
    """Each ten minutes: goes on with today's forecasts for this shard until they are done or four minutes are over."""
    from inventory.gateways.forecasting import forecast_item  # loads for seconds: only where it is needed

    with lease(f"inventory.forecast_demand.{shard}") as is_ours:
        run = forecasts.open_run() if is_ours else None
        if run is None or run.finished_at:
            return 0
        until = monotonic() + FORECAST_SECONDS
        return forecasts.forecast_items(
            run,
            forecast=forecast_item,
            shard=shard,
            shards=forecasts.SHARDS,
            is_over=lambda: monotonic() > until,
        )


@shared_task
def plan_purchases() -> int:
    """Hourly by day: classes, suppliers' scorecards, then what to order today."""
    with lease("inventory.plan_purchases") as is_ours:
        if not is_ours:
            return 0
        measure_suppliers()
        classify_items()
        return suggest_purchases()


@shared_task
def expire_lots() -> int:
    """Each 5 minutes, so also soon after midnight: what expired leaves the sale."""
    with lease("inventory.expire_lots") as is_ours:
        return expire_lots_service() if is_ours else 0


@shared_task
def prove_stock() -> int:
    """Nightly: levels, bins, holds and costs against the ledger; a difference becomes a case."""
    with lease("inventory.prove_stock") as is_ours:
        return prove_stock_service() if is_ours else 0


@shared_task
def plan_cycle_counts() -> int:
    """Each morning: the day's sheet for each warehouse."""
    with lease("inventory.plan_cycle_counts") as is_ours:
        return plan_cycle_counts_service() if is_ours else 0


@shared_task
def note_stock_value() -> int:
    """Each hour: what the stock is worth today; the last one of the day stands."""
    with lease("inventory.note_stock_value") as is_ours:
        return note_stock_value_service(localdate(now())) if is_ours else 0
