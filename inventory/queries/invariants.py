"""What must always hold of the stock, as SQL that selects the rows which break it."""

from shop.kernel.invariants import invariant


@invariant("I1", "What is on hand is the sum of the ledger")
def check_on_hand_is_ledger() -> str:
    """I1: also enforced by triggers."""
    return """
        SELECT coalesce(l.variant_id, m.variant_id) AS variant_id,
               coalesce(l.warehouse_id, m.warehouse_id) AS warehouse_id,
               coalesce(l.on_hand, 0) AS on_hand, coalesce(m.total, 0) AS ledger
        FROM inventory_stocklevel l
        FULL JOIN (SELECT variant_id, warehouse_id, sum(delta) AS total FROM inventory_stockmovement GROUP BY 1, 2) m
          ON m.variant_id = l.variant_id AND m.warehouse_id = l.warehouse_id
        WHERE coalesce(l.on_hand, 0) <> coalesce(m.total, 0)
    """


@invariant("I2", "Reserved is never below zero nor above what is on hand")
def check_reserved_within_on_hand() -> str:
    """I2: also a CHECK."""
    return """
        SELECT variant_id, warehouse_id, on_hand, reserved
        FROM inventory_stocklevel WHERE reserved < 0 OR reserved > on_hand
    """


@invariant("I3", "Reserved is the sum of the active reservations")
def check_reserved_is_reservations() -> str:
    """I3: levels count what reservations hold."""
    return """
        SELECT coalesce(l.variant_id, r.variant_id) AS variant_id,
               coalesce(l.warehouse_id, r.warehouse_id) AS warehouse_id,
               coalesce(l.reserved, 0) AS reserved, coalesce(r.total, 0) AS held
        FROM inventory_stocklevel l
        FULL JOIN (
            SELECT variant_id, warehouse_id, sum(open_quantity) AS total
            FROM inventory_reservation WHERE state IN ('held', 'confirmed') GROUP BY 1, 2
        ) r ON r.variant_id = l.variant_id AND r.warehouse_id = l.warehouse_id
        WHERE coalesce(l.reserved, 0) <> coalesce(r.total, 0)
    """


@invariant("I3", "No hold outlives its time by more than a minute")
def check_no_overdue_hold() -> str:
    """I3: the sweep runs each 15 seconds."""
    return """
        SELECT id, reference, expires_at FROM inventory_reservation
        WHERE state = 'held' AND expires_at < now() - interval '60 seconds'
    """


@invariant("I4", "A source books a shelf once")
def check_movement_once_per_source() -> str:
    """I4: also a unique constraint."""
    return """
        SELECT source_type, source_id, kind, variant_id, warehouse_id, count(*) AS rows
        FROM inventory_stockmovement GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1
    """
