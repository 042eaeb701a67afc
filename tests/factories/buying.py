"""Suppliers, purchase orders, demand and forecasts for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils.timezone import localtime

from catalog.models import Variant
from inventory.models import (
    DemandRecord,
    ForecastRun,
    ItemForecast,
    PurchaseOrder,
    Supplier,
    SupplierItem,
    SupplierPrice,
    Warehouse,
)
from inventory.services.buying.purchase_orders import OrderedLine, approve_order, send_order, write_order
from shop.kernel.clock import now

_numbers = count(1)


def make_supplier(name: str = "", *, lead_days: int = 7, is_vendor_managed: bool = False) -> Supplier:
    number = next(_numbers)
    return Supplier.objects.create(
        code=f"SUP{number}",
        name=name or f"Supplier {number}",
        email=f"sales{number}@example.com",
        lead_days=lead_days,
        is_vendor_managed=is_vendor_managed,
    )


def make_offer(
    supplier: Supplier,
    *,
    variant: Variant,
    prices: Mapping[int, str] | None = None,
    rank: int = 1,
    minimum: int = 1,
    multiple: int = 1,
) -> SupplierItem:
    item = SupplierItem.objects.create(
        supplier=supplier,
        variant=variant,
        rank=rank,
        minimum_quantity=minimum,
        multiple_quantity=multiple,
        supplier_sku=f"X-{variant.sku}",
    )
    for quantity, amount in (prices or {1: "4.00"}).items():
        SupplierPrice.objects.create(item=item, from_quantity=quantity, amount=Decimal(amount))
    return item


def make_purchase_order(
    supplier: Supplier,
    *,
    warehouse: Warehouse,
    quantities: Mapping[int, int],
    is_sent: bool = False,
    actor: str = "buyer@example.com",
) -> PurchaseOrder:
    order = write_order(
        supplier.pk,
        warehouse_id=warehouse.pk,
        lines=[OrderedLine(variant_id=pk, quantity=quantity) for pk, quantity in quantities.items()],
        actor=actor,
    )
    if is_sent:
        approve_order(order.pk, actor=actor)
        order = send_order(order.pk, actor=actor)
    return order


def make_demand(
    variant: Variant, *, warehouse: Warehouse, quantities: Sequence[int], until: date | None = None
) -> None:
    """One value a day, the last one yesterday unless told."""
    last = until or localtime(now()).date() - timedelta(days=1)
    DemandRecord.objects.bulk_create(
        [
            DemandRecord(
                variant=variant,
                warehouse=warehouse,
                day=last - timedelta(days=back),
                shipped_quantity=quantity,
                corrected_quantity=quantity,
            )
            for back, quantity in enumerate(reversed(quantities))
            if quantity
        ]
    )


def make_forecast(
    variant: Variant, *, warehouse: Warehouse, daily: str = "2", deviation: str = "1", days: int = 28
) -> ItemForecast:
    """In the newest run, which is there and finished."""
    run, _ = ForecastRun.objects.get_or_create(
        until=localtime(now()).date() - timedelta(days=1), defaults={"finished_at": now()}
    )
    return ItemForecast.objects.create(
        run=run,
        variant=variant,
        warehouse=warehouse,
        origin=ItemForecast.Origin.OWN,
        model="weekdays",
        daily_quantities=[Decimal(daily)] * days,
        low_quantities=[Decimal(0)] * days,
        high_quantities=[Decimal(daily) * 2] * days,
        deviation=Decimal(deviation),
    )
