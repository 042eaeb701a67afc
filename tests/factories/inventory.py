"""Warehouses, bare variants and stock for tests."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from catalog.models import Product, Variant
from inventory.domain.requests import StockLine, StockRequest
from inventory.models import Bin, Lot, Reservation, StockLevel, Warehouse, Zone, ZoneKind
from inventory.queries.levels import list_reservations
from inventory.services.reservations import confirm_reservation, reserve_stock
from inventory.services.stock import receive_stock
from shop.kernel.clock import now

_numbers = count(1)


def make_warehouse(
    code: str = "", *, country: str = "NL", priority: int = 10, is_active: bool = True
) -> Warehouse:
    code = code or f"W{next(_numbers)}"
    return Warehouse.objects.create(
        code=code,
        name=f"Warehouse {code}",
        country=country,
        priority=priority,
        is_active=is_active,
    )


def make_bare_variant(sku: str = "") -> Variant:
    """A variant with no price, image or listing: all that stock needs."""
    sku = sku or f"SKU-{next(_numbers)}"
    product = Product.objects.create(
        slug=sku.lower(), name=f"Product {sku}", created_at=now(), updated_at=now()
    )
    return Variant.objects.create(product=product, sku=sku)


def make_stock(
    variant: Variant, *, warehouse: Warehouse, quantity: int, reorder_point: int = 0
) -> StockLevel:
    """Receives `quantity` through the ledger."""
    line = StockLine(variant_id=variant.pk, warehouse_id=warehouse.pk, quantity=quantity)
    if quantity:
        receive_stock([line], source_type="test", source_id=f"receipt-{next(_numbers)}")
    level, _ = StockLevel.objects.get_or_create(variant=variant, warehouse=warehouse)
    if reorder_point:
        StockLevel.objects.filter(pk=level.pk).update(reorder_point=reorder_point, reorder_quantity=20)
    level.refresh_from_db()
    return level


def make_reservation(
    reference: str, *, variant: Variant, quantity: int, minutes: int = 30
) -> list[Reservation]:
    reserve_stock(
        reference,
        lines=[StockRequest(variant_id=variant.pk, quantity=quantity)],
        expires_at=now() + timedelta(minutes=minutes),
    )
    return list_reservations(reference)


def make_bin(
    warehouse: Warehouse,
    code: str = "",
    *,
    kind: ZoneKind = ZoneKind.STORAGE,
    aisle: int = 1,
    y_cm: int = 0,
    x_cm: int = 0,
    shelf_level: int = 0,
) -> Bin:
    zone, _ = Zone.objects.get_or_create(warehouse=warehouse, code=kind.upper()[:16], defaults={"kind": kind})
    return Bin.objects.create(
        warehouse=warehouse,
        zone=zone,
        code=code or f"B{next(_numbers)}",
        aisle=aisle,
        x_cm=x_cm,
        y_cm=y_cm,
        shelf_level=shelf_level,
        walk_order=aisle * 1000 + y_cm,
    )


def make_lot(variant: Variant, code: str = "", *, expires_on: date | None = None) -> Lot:
    return Lot.objects.create(variant=variant, code=code or f"L{next(_numbers)}", expires_on=expires_on)


def put_stock(
    variant: Variant,
    *,
    warehouse: Warehouse,
    quantity: int,
    bin_: Bin | None = None,
    lot: Lot | None = None,
    unit_cost: Decimal | None = None,
) -> StockLevel:
    """Receives into a bin and lot, at a cost."""
    line = StockLine(
        variant_id=variant.pk,
        warehouse_id=warehouse.pk,
        quantity=quantity,
        bin_id=bin_.pk if bin_ else None,
        lot_id=lot.pk if lot else None,
        unit_cost=unit_cost,
    )
    receive_stock([line], source_type="test", source_id=f"receipt-{next(_numbers)}")
    return StockLevel.objects.get(variant=variant, warehouse=warehouse)


def confirm(reference: str, *, variant: Variant, quantity: int) -> None:
    """Held and paid."""
    make_reservation(reference, variant=variant, quantity=quantity)
    confirm_reservation(reference)
