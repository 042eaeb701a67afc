"""Warehouses, bare variants and stock for tests."""

from datetime import timedelta
from itertools import count

from catalog.models import Product, Variant
from inventory.domain.requests import StockLine, StockRequest
from inventory.models import Reservation, StockLevel, Warehouse
from inventory.services.reservations import reserve_stock
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
    return reserve_stock(
        reference,
        lines=[StockRequest(variant_id=variant.pk, quantity=quantity)],
        expires_at=now() + timedelta(minutes=minutes),
    )
