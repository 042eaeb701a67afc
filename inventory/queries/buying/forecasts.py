"""Reads of forecasts."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Mod

from inventory.models import ForecastRun, ItemForecast, StockLevel
from inventory.queries.buying.demand import Shelf


def find_newest_run() -> ForecastRun | None:
    """The last run that came to its end."""
    return ForecastRun.objects.filter(finished_at__isnull=False).order_by("-until").first()


def list_waiting_shelves(run: ForecastRun, *, shard: int, shards: int, limit: int) -> list[Shelf]:
    """Shelves for sale that the run has no forecast for yet; each belongs to one of `shards` workers."""
    done = ItemForecast.objects.filter(
        run=run, variant_id=OuterRef("variant_id"), warehouse_id=OuterRef("warehouse_id")
    )
    return list(
        StockLevel.objects.for_sale()
        .annotate(share=Mod(F("variant_id"), shards))
        .filter(~Exists(done), variant__is_active=True, share=shard)
        .order_by("variant_id", "warehouse_id")
        .values_list("variant_id", "warehouse_id")[:limit]
    )


def list_forecasts(shelves: Collection[Shelf]) -> dict[Shelf, ItemForecast]:
    """The newest finished run's forecast of each shelf that it has one for."""
    run = find_newest_run()
    if run is None:
        return {}
    rows = ItemForecast.objects.filter(run=run, variant_id__in={variant_id for variant_id, _ in shelves})
    wanted = set(shelves)
    return {
        (row.variant_id, row.warehouse_id): row
        for row in rows
        if (row.variant_id, row.warehouse_id) in wanted
    }
