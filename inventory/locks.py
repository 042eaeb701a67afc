"""Every lock of the inventory, in one global order: reference, lots by key, then levels by (variant, warehouse)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.domain.requests import StockLine
from inventory.models import (
    ChannelStock,
    Lot,
    PickList,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseSuggestion,
    StockCase,
    StockCount,
    StockLevel,
    Transfer,
)
from shop.kernel.postgres.statements import Statement

# A different seed than the kernel's leases, so that the two never meet.
_REFERENCE_SEED = 20
_WALK_SEED = 21
_BUYING_SEED = 22

_LOCK_REFERENCE = Statement(
    "SELECT pg_advisory_xact_lock(hashtextextended(%(reference)s::text, %(seed)s::bigint))::text"
)

# One round trip (a function of the database): rows that stay locked while a client waits for its next turn cost every
# rival that turn. Without a plan it also chooses the warehouse, so that no round trip is spent on looking.
_HOLD_LINE = Statement("""
SELECT inventory_hold_line(
    %(reference)s::text, %(country)s::text, %(channel)s::text, %(variant)s::bigint, %(quantity)s::int,
    %(expires_at)s::timestamptz, %(now)s::timestamptz)
""")
_HOLD_LINES = Statement("""
SELECT inventory_hold_lines(
    %(reference)s::text, %(country)s::text, %(channel)s::text, %(variants)s::bigint[], %(quantities)s::int[],
    %(warehouses)s::bigint[], %(fences)s::int[], %(expires_at)s::timestamptz, %(now)s::timestamptz)
""")

_GIVE_BACK = """
WITH wanted AS (
    SELECT * FROM unnest(%(variants)s::bigint[], %(warehouses)s::bigint[], %(quantities)s::int[], %(fences)s::int[])
        AS w (variant_id, warehouse_id, quantity, fence)
), locked AS (
    SELECT l.id, l.variant_id, l.warehouse_id, w.quantity, w.fence
    FROM inventory_stocklevel l JOIN wanted w USING (variant_id, warehouse_id)
    ORDER BY l.variant_id, l.warehouse_id
    FOR UPDATE OF l
), given AS (
    UPDATE inventory_stocklevel l SET reserved = l.reserved - k.quantity, fenced = l.fenced + k.fence
    FROM locked k WHERE l.id = k.id
)
INSERT INTO inventory_stockmovement
    (variant_id, warehouse_id, kind, delta, reserved_delta, source_type, source_id, reason, actor, reference, created_at)
SELECT variant_id, warehouse_id, 'released', 0, -quantity, %(source_type)s, %(source_id)s, %(reason)s, %(actor)s,
       %(reference)s, %(now)s
FROM locked ORDER BY variant_id, warehouse_id
"""


def lock_reference(reference: str) -> None:
    """Everything that touches a reference's reservations waits here; released with the transaction."""
    _LOCK_REFERENCE.run(reference=reference, seed=_REFERENCE_SEED)


def take_plan(
    reference: str,
    *,
    plan: Sequence[StockLine],
    expires_at: datetime,
    created_at: datetime,
    channel: str = "",
    fences: Mapping[tuple[int, int], int] | None = None,
) -> bool:
    """Holds the whole plan or nothing: levels, reservations, ledger and StockChanged in one statement.

    Locks the reference, then the plan's shelves in order. False when the reference has a hold already, or when a rival
    was faster. `fences` is what of each shelf comes out of the channel's own ring fence.
    """
    fences = fences or {}
    [[is_held]] = _HOLD_LINES.run(
        reference=reference,
        country="",
        variants=[line.variant_id for line in plan],
        warehouses=[line.warehouse_id for line in plan],
        quantities=[line.quantity for line in plan],
        fences=[fences.get(line.shelf, 0) for line in plan],
        channel=channel,
        expires_at=expires_at,
        now=created_at,
    )
    return bool(is_held)


def take_whole(
    reference: str,
    *,
    wanted: Mapping[int, int],
    country: str,
    channel: str,
    expires_at: datetime,
    created_at: datetime,
) -> bool:
    """Holds all of it in the first warehouse that can serve all of it; quantities by variant, in the global order.

    Locks as `take_plan` does. False when no single warehouse can, the channel has rules for one of the articles, the
    reference has a hold already, or a rival was faster.
    """
    variants, quantities = list(wanted), list(wanted.values())
    statement, lines = (
        (_HOLD_LINE, {"variant": variants[0], "quantity": quantities[0]})
        if len(wanted) == 1
        else (
            _HOLD_LINES,
            {"variants": variants, "quantities": quantities, "warehouses": None, "fences": None},
        )
    )
    [[is_held]] = statement.run(
        reference=reference,
        country=country,
        channel=channel,
        expires_at=expires_at,
        now=created_at,
        **lines,
    )
    return bool(is_held)


@dataclass(frozen=True, kw_only=True)
class GivenBack:
    """What ends of a reference's hold, by (variant, warehouse), and the ledger's words for it."""

    quantities: Mapping[tuple[int, int], int]
    source_type: str
    source_id: str
    reason: str
    reference: str
    created_at: datetime
    actor: str = "system"
    fences: Mapping[tuple[int, int], int] = field(default_factory=dict)


def give_back(given: GivenBack) -> None:
    """Takes quantities off `reserved` (what came out of a ring fence goes back there) and writes the ledger rows.

    Locks the levels in order; the CHECK on the level is the last word.
    """
    keys = sorted(key for key, quantity in given.quantities.items() if quantity)
    if not keys:
        return
    parameters: dict[str, Any] = {
        "variants": [variant_id for variant_id, _ in keys],
        "warehouses": [warehouse_id for _, warehouse_id in keys],
        "quantities": [given.quantities[key] for key in keys],
        "fences": [given.fences.get(key, 0) for key in keys],
        "source_type": given.source_type,
        "source_id": given.source_id,
        "reason": given.reason,
        "reference": given.reference,
        "actor": given.actor,
        "now": given.created_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, parameters)


def share_lots(lot_ids: Collection[int]) -> None:
    """Whoever brings a lot to a shelf holds the lot in share mode first, so that a recall sees every shelf."""
    if lot_ids:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM inventory_lot WHERE id = ANY (%s) ORDER BY id FOR SHARE", [sorted(lot_ids)]
            )


def lock_lots(lot_ids: Collection[int]) -> list[Lot]:
    """Locks lots against arrivals and each other's change of state."""
    return list(Lot.objects.filter(pk__in=lot_ids).order_by("pk").select_for_update(no_key=True))


def lock_channel_rules(level_ids: Collection[int], *, channel: str) -> list[ChannelStock]:
    """The channel's rules on levels that the caller has locked."""
    return list(
        ChannelStock.objects.filter(level_id__in=level_ids, channel=channel)
        .order_by("level_id")
        .select_for_update()
    )


def lock_transfer(transfer_id: int) -> Transfer:
    """The transfer, before its lines and the stock that it moves."""
    return Transfer.objects.select_for_update(of=("self",)).get(pk=transfer_id)


def lock_count(count_id: int) -> StockCount:
    """The count, before its lines and the stock that it corrects."""
    return StockCount.objects.select_for_update(of=("self",)).get(pk=count_id)


def lock_pick_list(pick_list_id: int) -> PickList:
    """The pick list, before its steps."""
    return PickList.objects.select_for_update(of=("self",)).get(pk=pick_list_id)


def lock_case(case_id: int) -> StockCase:
    """A case, while a person settles it."""
    return StockCase.objects.select_for_update(of=("self",)).get(pk=case_id)


def lock_warehouse_walks(warehouse_id: int) -> None:
    """Pick lists of one warehouse are planned one after the other, so that two do not plan the same piece."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_WALK_SEED, warehouse_id])


def lock_levels(
    shelves: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], StockLevel]:
    """Locks the levels of these (variant, warehouse) pairs in order; a pair without a level is left out."""
    wanted = set(shelves)
    levels = (
        StockLevel.objects.filter(
            variant_id__in={v for v, _ in wanted},
            warehouse_id__in={w for _, w in wanted},
        )
        .order_by("variant_id", "warehouse_id")
        .select_for_update()
    )
    return {(level.variant_id, level.warehouse_id): level for level in levels}


def lock_levels_of(variant_ids: Iterable[int]) -> list[StockLevel]:
    """Locks every level of these variants in order, with its warehouse."""
    levels = StockLevel.objects.filter(variant_id__in=set(variant_ids)).select_related("warehouse")
    return list(levels.order_by("variant_id", "warehouse_id").select_for_update(of=("self",)))


def lock_buying(shelves: Iterable[tuple[int, int]]) -> None:
    """Whoever suggests or orders for these (variant, warehouse) pairs waits here, in order; released with the transaction.

    Comes before suggestions, which come before purchase orders, which come before levels.
    """
    names = [f"buying:{variant_id}:{warehouse_id}" for variant_id, warehouse_id in sorted(set(shelves))]
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(n, %s)) FROM unnest(%s::text[]) WITH ORDINALITY AS w (n, place)"
            " ORDER BY place",
            [_BUYING_SEED, names],
        )


def lock_suggestions(suggestion_ids: Iterable[int]) -> list[PurchaseSuggestion]:
    """The suggestions with these keys, locked in order."""
    return list(
        PurchaseSuggestion.objects.filter(pk__in=list(suggestion_ids)).order_by("pk").select_for_update()
    )


def lock_purchase_order(order_id: int) -> PurchaseOrder | None:
    """The purchase order, locked; None when there is none."""
    return PurchaseOrder.objects.select_for_update().filter(pk=order_id).first()


def lock_purchase_lines(order_id: int) -> list[PurchaseOrderLine]:
    """The lines of a purchase order, locked in order."""
    return list(PurchaseOrderLine.objects.filter(order_id=order_id).order_by("pk").select_for_update())
