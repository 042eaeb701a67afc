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
    """I4: also a unique constraint; the parts of one source on a shelf were written at one moment."""
    return """
        SELECT source_type, source_id, kind, variant_id, warehouse_id, count(*) AS rows
        FROM inventory_stockmovement GROUP BY 1, 2, 3, 4, 5
        HAVING count(*) <> count(DISTINCT part) OR min(created_at) <> max(created_at)
    """


@invariant("I1", "What lies in the bins is the sum of the ledger, place by place")
def check_items_are_ledger() -> str:
    """I1 by bin and lot: also enforced by triggers."""
    return """
        SELECT coalesce(i.variant_id, m.variant_id) AS variant_id,
               coalesce(i.warehouse_id, m.warehouse_id) AS warehouse_id,
               coalesce(i.quantity, 0) AS in_place, coalesce(m.total, 0) AS ledger
        FROM inventory_stockitem i
        FULL JOIN (
            SELECT variant_id, warehouse_id, coalesce(bin_id, 0) AS bin_key, coalesce(lot_id, 0) AS lot_key,
                   sum(delta) AS total
            FROM inventory_stockmovement WHERE delta <> 0 GROUP BY 1, 2, 3, 4
        ) m ON m.variant_id = i.variant_id AND m.warehouse_id = i.warehouse_id
           AND m.bin_key = coalesce(i.bin_id, 0) AND m.lot_key = coalesce(i.lot_id, 0)
        WHERE coalesce(i.quantity, 0) <> coalesce(m.total, 0)
    """


@invariant("I2", "What is not for sale is what lies damaged, quarantined, expired or recalled")
def check_blocked_is_unsellable() -> str:
    """I2: so that none of it is in `available`."""
    return """
        SELECT l.variant_id, l.warehouse_id, l.blocked, coalesce(u.total, 0) AS unsellable
        FROM inventory_stocklevel l LEFT JOIN (
            SELECT i.variant_id, i.warehouse_id, sum(i.quantity) AS total FROM inventory_stockitem i
            LEFT JOIN inventory_lot t ON t.id = i.lot_id
            LEFT JOIN inventory_bin b ON b.id = i.bin_id LEFT JOIN inventory_zone z ON z.id = b.zone_id
            WHERE t.status <> 'active' OR z.kind IN ('damaged', 'quarantine') GROUP BY 1, 2
        ) u ON u.variant_id = l.variant_id AND u.warehouse_id = l.warehouse_id
        WHERE l.blocked <> coalesce(u.total, 0)
    """


@invariant("I2", "What is set aside is what the channels' fences still hold")
def check_fenced_is_rules() -> str:
    """I2: the shared pool and the fences never count a piece twice."""
    return """
        SELECT l.variant_id, l.warehouse_id, l.fenced, coalesce(c.total, 0) AS rules
        FROM inventory_stocklevel l LEFT JOIN (
            SELECT level_id, sum(open_quantity) AS total FROM inventory_channelstock GROUP BY 1
        ) c ON c.level_id = l.id
        WHERE l.fenced <> coalesce(c.total, 0)
    """


@invariant("I3", "The ledger tells what is reserved")
def check_reserved_is_ledger() -> str:
    """I3: what was reserved less what was released or shipped."""
    return """
        SELECT l.variant_id, l.warehouse_id, l.reserved, coalesce(m.total, 0) AS ledger
        FROM inventory_stocklevel l LEFT JOIN (
            SELECT variant_id, warehouse_id, sum(reserved_delta) AS total
            FROM inventory_stockmovement WHERE reserved_delta <> 0 GROUP BY 1, 2
        ) m ON m.variant_id = l.variant_id AND m.warehouse_id = l.warehouse_id
        WHERE l.reserved <> coalesce(m.total, 0)
    """


@invariant("I1", "The layers of cost hold what is on hand")
def check_layers_hold_on_hand() -> str:
    """I1: value adds up only when every piece lies in one layer."""
    return """
        SELECT l.variant_id, l.warehouse_id, l.on_hand, coalesce(c.total, 0) AS layers
        FROM inventory_stocklevel l LEFT JOIN (
            SELECT variant_id, warehouse_id, sum(open_quantity) AS total FROM inventory_costlayer GROUP BY 1, 2
        ) c ON c.variant_id = l.variant_id AND c.warehouse_id = l.warehouse_id
        WHERE l.on_hand <> coalesce(c.total, 0)
    """


@invariant("I1", "What was moved inside a warehouse adds up to nothing")
def check_moves_add_up() -> str:
    """I1: a pick or a move takes from one bin what it puts into another."""
    return """
        SELECT source_type, source_id, variant_id, warehouse_id, sum(delta) AS total
        FROM inventory_stockmovement WHERE kind IN ('picked', 'moved') GROUP BY 1, 2, 3, 4 HAVING sum(delta) <> 0
    """
