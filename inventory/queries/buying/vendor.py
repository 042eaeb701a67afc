"""What a supplier that manages its articles sees: stock, forecast and plan of its own articles, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.models import PurchaseSuggestion, StockLevel, Supplier, SupplierItem
from inventory.models.levels import StockLevelQuerySet
from inventory.queries.buying.forecasts import list_forecasts
from inventory.queries.buying.positions import list_incoming, list_plans


@dataclass(frozen=True, kw_only=True)
class VendorRow:
    """One of its articles in one warehouse."""

    variant_id: int
    sku: str
    supplier_sku: str
    product: str
    warehouse: str
    on_hand: int
    available: int
    incoming: int
    forecast_quantity: Decimal
    days_left: Decimal | None
    reorder_point: int
    order_up_to: int
    suggested_quantity: int
    minimum_quantity: int
    multiple_quantity: int


def list_vendor_levels(supplier: Supplier) -> StockLevelQuerySet:
    """The shelves of the supplier's articles in active warehouses, in a stable order."""
    variant_ids = SupplierItem.objects.filter(supplier=supplier, is_active=True).values("variant_id")
    return (
        StockLevel.objects.for_sale()
        .filter(variant_id__in=variant_ids)
        .select_related("variant__product", "warehouse")
        .order_by("variant__sku", "warehouse_id")
    )


def describe_levels(levels: Sequence[StockLevel], *, supplier: Supplier) -> list[VendorRow]:
    """Those shelves with forecast, plan and what is on its way. Seven queries for any number."""
    shelves = [(level.variant_id, level.warehouse_id) for level in levels]
    variant_ids = [variant_id for variant_id, _ in shelves]
    incoming, forecasts, plans = list_incoming(shelves), list_forecasts(shelves), list_plans(shelves)
    items = {
        item.variant_id: item
        for item in SupplierItem.objects.filter(supplier=supplier, variant_id__in=variant_ids)
    }
    suggested = {
        (variant_id, warehouse_id): quantity
        for variant_id, warehouse_id, quantity in PurchaseSuggestion.objects.open()
        .filter(variant_id__in=variant_ids)
        .values_list("variant_id", "warehouse_id", "quantity")
    }
    rows = []
    for level, shelf in zip(levels, shelves, strict=True):
        item, plan, forecast = items[level.variant_id], plans.get(shelf), forecasts.get(shelf)
        daily = plan.daily_demand if plan else Decimal(0)
        rows.append(
            VendorRow(
                variant_id=level.variant_id,
                sku=level.variant.sku,
                supplier_sku=item.supplier_sku,
                product=str(level.variant.product),
                warehouse=level.warehouse.code,
                on_hand=level.on_hand,
                available=level.free_quantity,
                incoming=incoming[shelf],
                forecast_quantity=sum(forecast.daily_quantities, Decimal(0)) if forecast else Decimal(0),
                days_left=round(max(level.free_quantity, 0) / daily, 1) if daily > 0 else None,
                reorder_point=plan.reorder_point if plan else 0,
                order_up_to=plan.order_up_to if plan else 0,
                suggested_quantity=suggested.get(shelf, 0),
                minimum_quantity=item.minimum_quantity,
                multiple_quantity=item.multiple_quantity,
            )
        )
    return rows
