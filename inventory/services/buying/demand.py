"""The nightly roll-up of demand: from the ledger to one row per shelf and day, corrected for empty shelves."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from inventory.domain.buying.demand import DemandDay, correct_stock_outs, list_days
from inventory.models import DemandRecord
from inventory.queries.buying.demand import Shelf, find_day, list_ledger_days, list_shelf_variants
from inventory.queries.buying.promotions import list_promoted_days
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

BATCH = 200
CORRECTED_DAYS = 35
"""So many days are looked at again each night: a stock-out is corrected by days that come after it."""
FIRST_DAYS = 2 * 366


def roll_up_demand(*, days: int = CORRECTED_DAYS) -> int:
    """Writes the demand of the last `days` whole days for every shelf; the number of rows.

    Each batch of variants in its own transaction. May be repeated, and may be cut off: the same rows are written again.
    """
    until = find_day(now()) - timedelta(days=1)
    written, last = 0, 0
    while variant_ids := list_shelf_variants(after=last, limit=BATCH):
        written += _roll_up_batch(variant_ids, since=until - timedelta(days=days - 1), until=until)
        last = variant_ids[-1]
    return written


def is_first_roll_up() -> bool:
    """Whether nothing has been rolled up yet: then the past is read as far back as it goes."""
    return not DemandRecord.objects.exists()


@transactional
def _roll_up_batch(variant_ids: Collection[int], *, since: date, until: date) -> int:
    promoted = list_promoted_days(variant_ids, since=since, until=until)
    rows = [
        row
        for shelf, past in list_ledger_days(variant_ids, since=since).items()
        for row in _build_rows(
            shelf,
            days=list_days(
                past.days,
                opening_quantity=past.opening_quantity,
                is_known_before=past.is_known_before,
                since=since,
                until=until,
                promoted={day for variant_id, day in promoted if variant_id == shelf[0]},
            ),
        )
    ]
    DemandRecord.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["variant", "warehouse", "day"],
        update_fields=["shipped_quantity", "corrected_quantity", "is_out_of_stock", "is_promoted"],
    )
    return len(rows)


def _build_rows(shelf: Shelf, *, days: Sequence[DemandDay]) -> list[DemandRecord]:
    """Quiet days have no row."""
    return [
        DemandRecord(
            variant_id=shelf[0],
            warehouse_id=shelf[1],
            day=row.day,
            shipped_quantity=int(row.quantity),
            corrected_quantity=round(row.corrected_quantity, 3),
            is_out_of_stock=row.is_out_of_stock,
            is_promoted=row.is_promoted,
        )
        for row in correct_stock_outs(days)
        if row.quantity or row.is_out_of_stock or row.is_promoted
    ]
