"""Reads of counts: what is due, what a sheet shows, how accurate the stock was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from inventory.domain.counting import CountAccuracy, CountedLine, is_count_due, measure_accuracy
from inventory.domain.states import CountLineStatus, CountStatus
from inventory.models import CountLine, StockCount, StockItem, StockLevel, Warehouse, ZoneKind
from inventory.queries.classes import list_abc_classes

_MOST_SHOWN = 50
_DONE = (CountLineStatus.SETTLED, CountLineStatus.POSTED)


@dataclass(frozen=True, kw_only=True)
class WarehouseAccuracy:
    """A warehouse and how right its stock was."""

    warehouse: Warehouse
    accuracy: CountAccuracy


def list_counts() -> QuerySet[StockCount]:
    """Counts with how many of their lines are done."""
    return StockCount.objects.select_related("warehouse").annotate(
        line_quantity=Count("lines"), done_quantity=Count("lines", filter=Q(lines__status__in=_DONE))
    )


def list_to_approve() -> QuerySet[StockCount]:
    """Sheets with a large difference that a second person approves or sends back. One query."""
    return StockCount.objects.filter(status=CountStatus.REVIEW).select_related("warehouse")[:_MOST_SHOWN]


def list_count_lines(count_id: int) -> QuerySet[CountLine]:
    """The lines in walking order, with what a sheet shows. One query."""
    return (
        CountLine.objects.filter(count_id=count_id)
        .select_related("variant__product", "bin", "lot", "count")
        .order_by("bin__walk_order", "bin__code", "variant__sku", "lot__code", "pk")
    )


def list_countable_items(warehouse_id: int, *, bin_ids: Sequence[int] | None = None) -> list[StockItem]:
    """What lies in a warehouse (or in these bins), but for what is packed for somebody."""
    items = StockItem.objects.filled().filter(warehouse_id=warehouse_id)
    items = items.exclude(bin__zone__kind=ZoneKind.PACKING)
    if bin_ids is not None:
        items = items.filter(bin_id__in=bin_ids)
    return list(items.order_by("bin__walk_order", "bin__code", "variant_id", "lot_id"))


def list_due_items(warehouse_id: int, *, now: datetime, most: int) -> list[StockItem]:
    """What the cycle count is due for by class, the longest not counted in front."""
    levels = {
        level.variant_id: level
        for level in StockLevel.objects.filter(warehouse_id=warehouse_id, on_hand__gt=0)
    }
    classes = list_abc_classes(warehouse_id)
    due = sorted(
        (
            level
            for level in levels.values()
            if is_count_due(classes.get(level.variant_id, ""), last_counted_at=level.last_counted_at, now=now)
        ),
        key=lambda level: (
            classes.get(level.variant_id, "Z"),
            level.last_counted_at is not None,
            level.last_counted_at or now,
            level.variant_id,
        ),
    )
    chosen = {level.variant_id for level in due[:most]}
    return [item for item in list_countable_items(warehouse_id) if item.variant_id in chosen]


def list_accuracy(*, since: datetime) -> list[WarehouseAccuracy]:
    """By warehouse, over what was counted and posted since. Two queries."""
    lines: dict[int, list[CountedLine]] = {}
    rows = CountLine.objects.filter(
        count__status=CountStatus.POSTED, status=CountLineStatus.POSTED, count__posted_at__gte=since
    ).values_list("count__warehouse_id", "expected_quantity", "counted_quantity", "unit_cost")
    for warehouse_id, expected, counted, cost in rows:
        lines.setdefault(warehouse_id, []).append(
            CountedLine(expected_quantity=expected or 0, counted_quantity=counted or 0, unit_cost=cost)
        )
    return [
        WarehouseAccuracy(warehouse=warehouse, accuracy=measure_accuracy(lines[warehouse.pk]))
        for warehouse in Warehouse.objects.filter(pk__in=lines)
    ]
