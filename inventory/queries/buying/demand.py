"""Reads of demand: raw from the ledger, corrected from its roll-up."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from inventory.domain.buying.demand import DemandDay, LedgerDay, fill_days
from inventory.models import DemandRecord, StockLevel

Shelf = tuple[int, int]
SHOP_ZONE = ZoneInfo(settings.TIME_ZONE)


@dataclass(frozen=True, kw_only=True)
class ShelfPast:
    """What lay on a shelf before the first day, whether anything ever had, and the days on which something moved."""

    opening_quantity: int
    is_known_before: bool
    days: list[LedgerDay]


# What lay there before the first day is what lies there now without all that came since: the whole ledger is not read.
_LEDGER_DAYS = """
WITH changes AS (
    SELECT variant_id, warehouse_id, (created_at AT TIME ZONE %(zone)s)::date AS day,
           sum(delta)::int AS change,
           coalesce(-sum(delta) FILTER (WHERE kind = 'shipped'), 0)::int AS shipped
    FROM inventory_stockmovement
    WHERE variant_id = ANY (%(variants)s) AND created_at >= %(since)s
    GROUP BY 1, 2, 3
), opening AS (
    SELECT l.variant_id, l.warehouse_id, l.on_hand - coalesce(sum(c.change), 0)::int AS quantity
    FROM inventory_stocklevel l LEFT JOIN changes c USING (variant_id, warehouse_id)
    WHERE l.variant_id = ANY (%(variants)s)
    GROUP BY l.variant_id, l.warehouse_id, l.on_hand
)
SELECT o.variant_id, o.warehouse_id, c.day, coalesce(c.shipped, 0), o.quantity,
       o.quantity > 0 OR EXISTS (
           SELECT 1 FROM inventory_stockmovement m
           WHERE m.variant_id = o.variant_id AND m.warehouse_id = o.warehouse_id AND m.created_at < %(since)s),
       o.quantity + coalesce(sum(c.change) OVER (
           PARTITION BY o.variant_id, o.warehouse_id ORDER BY c.day), 0)::int
FROM opening o LEFT JOIN changes c USING (variant_id, warehouse_id)
ORDER BY 1, 2, 3
"""


def find_day(instant: datetime) -> date:
    """The shop's day in which an instant lies."""
    return instant.astimezone(SHOP_ZONE).date()


def start_of(day: date) -> datetime:
    """The instant with which the shop's day begins."""
    return datetime.combine(day, time.min, tzinfo=SHOP_ZONE)


def list_ledger_days(variant_ids: Collection[int], *, since: date) -> dict[Shelf, ShelfPast]:
    """By shelf what its ledger says from `since` on. One query."""
    parameters = {"zone": settings.TIME_ZONE, "variants": list(variant_ids), "since": start_of(since)}
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER_DAYS, parameters)
        rows = cursor.fetchall()
    found: dict[Shelf, ShelfPast] = {}
    for variant_id, warehouse_id, day, shipped, opening, is_known, closing in rows:
        past = found.setdefault(
            (variant_id, warehouse_id), ShelfPast(opening_quantity=opening, is_known_before=is_known, days=[])
        )
        if day is not None:
            past.days.append(LedgerDay(day=day, shipped_quantity=max(shipped, 0), closing_quantity=closing))
    return found


def list_histories(shelves: Collection[Shelf], *, since: date, until: date) -> dict[Shelf, list[DemandDay]]:
    """Every day of each shelf from its first known one (not before `since`) to `until`; nothing known, no key."""
    rows: dict[Shelf, list[DemandDay]] = defaultdict(list)
    records = DemandRecord.objects.filter(
        variant_id__in={variant_id for variant_id, _ in shelves}, day__range=(since, until)
    ).order_by("variant_id", "warehouse_id", "day")
    for row in records:
        rows[row.variant_id, row.warehouse_id].append(
            DemandDay(
                day=row.day,
                quantity=float(row.shipped_quantity),
                is_out_of_stock=row.is_out_of_stock,
                is_promoted=row.is_promoted,
                corrected_quantity=float(row.corrected_quantity),
            )
        )
    wanted = set(shelves)
    return {
        shelf: fill_days(days, since=days[0].day, until=until)
        for shelf, days in rows.items()
        if shelf in wanted
    }


@dataclass(frozen=True, kw_only=True)
class CategoryDemand:
    """What one article of a category sells on a day in one warehouse."""

    daily: float
    deviation: float


_CATEGORY = """
SELECT p.category_id, r.warehouse_id, count(DISTINCT r.variant_id), sum(r.corrected_quantity)::float8,
       sum(r.corrected_quantity * r.corrected_quantity)::float8
FROM inventory_demandrecord r
JOIN catalog_variant v ON v.id = r.variant_id
JOIN catalog_product p ON p.id = v.product_id
WHERE r.day BETWEEN %(since)s AND %(until)s AND p.category_id IS NOT NULL AND r.corrected_quantity > 0
GROUP BY 1, 2
"""


def list_category_demand(*, until: date, days: int = 56) -> dict[tuple[int, int], CategoryDemand]:
    """By (category, warehouse): the mean day and its deviation of the articles that sold there in the last eight weeks."""
    with connection.cursor() as cursor:
        cursor.execute(_CATEGORY, {"since": until - timedelta(days=days - 1), "until": until})
        rows = cursor.fetchall()
    found = {}
    for category_id, warehouse_id, articles, total, squares in rows:
        mean = total / (articles * days)
        variance = max(squares / (articles * days) - mean**2, 0.0)
        found[category_id, warehouse_id] = CategoryDemand(daily=mean, deviation=variance**0.5)
    return found


def list_shelf_variants(*, after: int, limit: int) -> Sequence[int]:
    """The next variants that lie on any shelf, by key."""
    return list(
        StockLevel.objects.filter(variant_id__gt=after)
        .order_by("variant_id")
        .values_list("variant_id", flat=True)
        .distinct()[:limit]
    )
