"""Adjustments as partners send them: by SKU and warehouse code, a result for each row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from catalog.models import Variant
from inventory.domain.errors import StockTooLow
from inventory.domain.requests import EntryOutcome, LedgerEntry, StockLine
from inventory.models import Warehouse
from inventory.services.corrections import adjust_entries, set_stock
from shop.kernel.transactions import savepoint, transactional


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """One signed change, named as people name it."""

    sku: str
    warehouse: str
    quantity: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class AdjustmentResult:
    """What became of it; `message` is translated."""

    sku: str
    warehouse: str
    quantity: int
    is_applied: bool
    code: str
    message: str


@transactional
def apply_adjustments(
    rows: Sequence[Adjustment], *, source_type: str, source_id: str, actor: str
) -> list[AdjustmentResult]:
    """Writes the rows that can be, and says of each what became of it, in the order given.

    Locks the levels. Publishes StockChanged per variant. May be repeated per source (then nothing changes).
    """
    variant_ids = _find_variants(row.sku for row in rows)
    warehouse_ids = dict(
        Warehouse.objects.filter(code__in={row.warehouse for row in rows}).values_list("code", "pk")
    )
    refusals = {
        number: refusal
        for number, row in enumerate(rows)
        if (refusal := _refuse(row, variant_ids=variant_ids, warehouse_ids=warehouse_ids))
    }
    entries = {
        number: LedgerEntry(
            variant_id=variant_ids[row.sku.upper()],
            warehouse_id=warehouse_ids[row.warehouse],
            delta=row.quantity,
            source_id=f"{source_id}:{number}",
            reason=row.reason,
        )
        for number, row in enumerate(rows)
        if number not in refusals
    }
    outcomes = dict(
        zip(
            entries, adjust_entries(list(entries.values()), source_type=source_type, actor=actor), strict=True
        )
    )
    return [
        _describe(row, *(refusals.get(number) or _judge(outcomes[number]))) for number, row in enumerate(rows)
    ]


def _find_variants(skus: Iterable[str]) -> dict[str, int]:
    keys = {sku.upper() for sku in skus}
    found = Variant.objects.annotate(key=Upper("sku")).filter(key__in=keys)
    return dict(found.order_by().values_list("key", "pk"))


def _refuse(
    row: Adjustment, *, variant_ids: Mapping[str, int], warehouse_ids: Mapping[str, int]
) -> tuple[str, str] | None:
    if refusal := _refuse_names(row, variant_ids=variant_ids, warehouse_ids=warehouse_ids):
        return refusal
    if row.quantity == 0:
        return "invalid_quantity", _("The change must not be zero.")
    return None


def _refuse_names(
    row: Adjustment, *, variant_ids: Mapping[str, int], warehouse_ids: Mapping[str, int]
) -> tuple[str, str] | None:
    if row.sku.upper() not in variant_ids:
        return "unknown_sku", _("There is no article with this number.")
    if row.warehouse not in warehouse_ids:
        return "unknown_warehouse", _("There is no warehouse with this code.")
    return None


def _judge(outcome: EntryOutcome) -> tuple[str, str]:
    if outcome.is_written:
        return "applied", ""
    if outcome.shortage:
        free = outcome.shortage.available_quantity
        return "stock_too_low", _("Only %(available)d are free in this warehouse.") % {"available": free}
    return "unchanged", _("This row was booked before.")


def _describe(row: Adjustment, code: str, message: str) -> AdjustmentResult:
    return AdjustmentResult(
        sku=row.sku,
        warehouse=row.warehouse,
        quantity=row.quantity,
        is_applied=code == "applied",
        code=code,
        message=message,
    )


@transactional
def apply_levels(
    rows: Sequence[Adjustment], *, source_type: str, source_id: str, actor: str
) -> list[AdjustmentResult]:
    """Sets what is on hand, row by row, and says of each what became of it; `quantity` is the level, not a change.

    Locks the levels, so that the difference is that of the moment. Publishes StockChanged per variant. May be repeated
    per source (then nothing changes).
    """
    variant_ids = _find_variants(row.sku for row in rows)
    warehouse_ids = dict(
        Warehouse.objects.filter(code__in={row.warehouse for row in rows}).values_list("code", "pk")
    )
    results = []
    for number, row in enumerate(rows):
        refusal = _refuse_names(row, variant_ids=variant_ids, warehouse_ids=warehouse_ids)
        results.append(
            _describe(
                row,
                *(
                    refusal
                    or _set_level(
                        row,
                        variant_id=variant_ids[row.sku.upper()],
                        warehouse_id=warehouse_ids[row.warehouse],
                        source_type=source_type,
                        source_id=f"{source_id}:{number}",
                        actor=actor,
                    )
                ),
            )
        )
    return results


def _set_level(
    row: Adjustment, *, variant_id: int, warehouse_id: int, source_type: str, source_id: str, actor: str
) -> tuple[str, str]:
    line = StockLine(variant_id=variant_id, warehouse_id=warehouse_id, quantity=row.quantity)
    try:
        with savepoint():
            changed = set_stock(
                [line], source_type=source_type, source_id=source_id, reason=row.reason, actor=actor
            )
    except StockTooLow as error:
        return error.code, str(error.message)
    return ("applied", "") if changed else ("unchanged", _("The level was so already."))
