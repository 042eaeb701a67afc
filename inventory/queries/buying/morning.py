"""The buyer's morning: what to order today, what is late, what will run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Case, IntegerField, Value, When

from inventory.domain.buying.explanations import Explanation, explain
from inventory.models import PurchaseOrder, PurchaseSuggestion, Supplier
from inventory.models.buying.suggestions import PurchaseSuggestionQuerySet
from shop.kernel.money import Money

SOON_DAYS = 14
ROWS_SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class SuggestedRow:
    """A suggestion as the page shows it."""

    suggestion: PurchaseSuggestion
    explanation: Explanation
    total: Money | None


@dataclass(frozen=True, kw_only=True)
class SupplierGroup:
    """What to order from one supplier (None: nobody offers it) and its worth."""

    supplier: Supplier | None
    rows: list[SuggestedRow]

    @property
    def total(self) -> Money | None:
        """The worth of the group's suggestions."""
        known = [row.total for row in self.rows if row.total is not None]
        return (
            Money(sum((amount.amount for amount in known), Decimal(0)), known[0].currency) if known else None
        )


def list_open_suggestions() -> PurchaseSuggestionQuerySet:
    """By supplier, the most urgent first."""
    return (
        PurchaseSuggestion.objects.open()
        .select_related("variant__product", "warehouse", "supplier_item__supplier")
        .annotate(
            haste=Case(
                When(urgency="out", then=Value(0)),
                When(urgency="late", then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("supplier_item__supplier__name", "supplier_item__supplier_id", "haste", "variant_id", "pk")
    )


def group_by_supplier(suggestions: Sequence[PurchaseSuggestion]) -> list[SupplierGroup]:
    """In the order in which they come."""
    groups: dict[int, SupplierGroup] = {}
    for row in suggestions:
        supplier = row.supplier_item.supplier if row.supplier_item else None
        key = supplier.pk if supplier else 0
        group = groups.setdefault(key, SupplierGroup(supplier=supplier, rows=[]))
        total = (
            None
            if row.unit_amount is None or not row.currency
            else Money(row.unit_amount * row.quantity, row.currency).quantized()
        )
        group.rows.append(SuggestedRow(suggestion=row, explanation=explain(row.facts), total=total))
    return list(groups.values())


def list_late_orders(today: date) -> list[PurchaseOrder]:
    """Promised for a day that is over, the latest first."""
    return list(
        PurchaseOrder.objects.on_the_way()
        .filter(expected_on__lt=today)
        .select_related("supplier", "warehouse")
        .with_totals()
        .order_by("expected_on", "pk")[:ROWS_SHOWN]
    )


@dataclass(frozen=True, kw_only=True)
class RunningOut:
    """A shelf that will be empty soon; `comes_on` is the first delivery that is promised for it."""

    variant_id: int
    sku: str
    product_id: int
    warehouse: str
    available_quantity: int
    daily_demand: Decimal
    empty_on: date
    comes_on: date | None
    incoming_quantity: int

    @property
    def is_gap(self) -> bool:
        """Empty before anything comes."""
        return self.comes_on is None or self.comes_on > self.empty_on


_RUNNING_OUT = """
WITH incoming AS (
    SELECT n.variant_id, o.warehouse_id, sum(greatest(n.quantity - n.received_quantity, 0))::int AS quantity,
           min(o.expected_on) FILTER (WHERE n.quantity > n.received_quantity) AS comes_on
    FROM inventory_purchaseorderline n JOIN inventory_purchaseorder o ON o.id = n.order_id
    WHERE o.status IN ('draft', 'approved', 'sent', 'part_received') GROUP BY 1, 2
)
SELECT l.variant_id, v.sku, v.product_id, h.code, l.available, p.daily_demand,
       floor(greatest(l.available, 0) / p.daily_demand)::int AS days_left, i.comes_on, coalesce(i.quantity, 0)
FROM inventory_itemplan p
JOIN inventory_stocklevel l ON l.variant_id = p.variant_id AND l.warehouse_id = p.warehouse_id
JOIN inventory_warehouse h ON h.id = l.warehouse_id AND h.is_active
JOIN catalog_variant v ON v.id = l.variant_id AND v.is_active
LEFT JOIN incoming i ON i.variant_id = l.variant_id AND i.warehouse_id = l.warehouse_id
WHERE p.daily_demand > 0 AND NOT p.is_paused AND greatest(l.available, 0) / p.daily_demand < %s
ORDER BY days_left, p.daily_demand DESC, l.variant_id, l.warehouse_id
LIMIT %s
"""


def list_running_out(today: date, *, days: int = SOON_DAYS) -> list[RunningOut]:
    """Shelves that are empty within `days` at the forecast demand, the first ones first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING_OUT, [days, ROWS_SHOWN])
        rows = cursor.fetchall()
    return [
        RunningOut(
            variant_id=variant_id,
            sku=sku,
            product_id=product_id,
            warehouse=warehouse,
            available_quantity=available,
            daily_demand=daily,
            empty_on=today + timedelta(days=days_left),
            comes_on=comes_on,
            incoming_quantity=incoming,
        )
        for variant_id, sku, product_id, warehouse, available, daily, days_left, comes_on, incoming in rows
    ]
