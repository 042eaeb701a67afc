"""A hold costs half of what it did: one statement writes all of its lines, and what guards them is compiled once."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

import shop.kernel.clock

before = import_module("inventory.migrations.0004_hold_whole_orders")

# PostgreSQL reads and plans the text of a CHECK anew for every statement that writes the table; these two were two
# thirds of all that text. A function is compiled once per session.
FITS = """
CREATE FUNCTION inventory_movement_fits(kind text, delta integer, reserved_delta integer)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE kind
        WHEN 'reserved' THEN delta = 0 AND reserved_delta > 0
        WHEN 'released' THEN delta = 0 AND reserved_delta < 0
        WHEN 'shipped' THEN delta < 0 AND reserved_delta <= 0
        WHEN 'scrapped' THEN delta < 0 AND reserved_delta = 0
        WHEN 'received' THEN delta > 0 AND reserved_delta = 0
        WHEN 'returned' THEN delta > 0 AND reserved_delta = 0
        ELSE delta <> 0 AND reserved_delta = 0 AND kind IN ('picked', 'moved', 'adjusted', 'transferred', 'counted')
    END;
END $$;
CREATE FUNCTION inventory_hold_fits(state text, open_quantity integer)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (open_quantity > 0) = (state IN ('held', 'confirmed'));
END $$;
"""

# The level stands for article and warehouse both: it has keys to them, and whoever writes ledger or hold has it locked.
# Keys on the warehouse made every hold of the house share that one row's lock, which is what a multixact costs.
ON_A_SHELF = """
ALTER TABLE inventory_stockmovement ADD CONSTRAINT stock_movement_on_a_shelf
    FOREIGN KEY (variant_id, warehouse_id) REFERENCES inventory_stocklevel (variant_id, warehouse_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE inventory_reservation ADD CONSTRAINT reservation_on_a_shelf
    FOREIGN KEY (variant_id, warehouse_id) REFERENCES inventory_stocklevel (variant_id, warehouse_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NOT_ON_A_SHELF = """
ALTER TABLE inventory_stockmovement DROP CONSTRAINT stock_movement_on_a_shelf;
ALTER TABLE inventory_reservation DROP CONSTRAINT reservation_on_a_shelf;
"""

# Only for updates that name such a column: those of `reserved` need not even read the condition.
GUARD_LEVEL = """
DROP TRIGGER stock_level_guard_update ON inventory_stocklevel;
CREATE TRIGGER stock_level_guard_update BEFORE UPDATE OF on_hand, variant_id, warehouse_id ON inventory_stocklevel
    FOR EACH ROW
    WHEN (OLD.on_hand <> NEW.on_hand OR OLD.variant_id <> NEW.variant_id OR OLD.warehouse_id <> NEW.warehouse_id)
    EXECUTE FUNCTION inventory_guard_level();
"""

# Rows that are locked while a client waits for its next turn cost every rival that turn, so nothing goes back and forth.
# Without `warehouses` it serves from the allocation's first choice (inventory.domain.allocation): a warehouse that has
# everything, the buyer's country before others, then priority; tests hold it to the domain's answer.
# Empty: no such warehouse, the channel has rules, the reference has its hold, or a rival was faster; the caller looks.
HOLD = """
DROP FUNCTION inventory_hold_whole(text, bigint[], integer[], text, text, timestamptz, timestamptz);
DROP FUNCTION inventory_hold(text, bigint[], bigint[], integer[], integer[], text, timestamptz, timestamptz);
CREATE FUNCTION inventory_hold(
    of_reference text, of_country text, of_channel text, variants bigint[], quantities integer[], warehouses bigint[],
    fences integer[], until timestamptz, moment timestamptz
) RETURNS TABLE (id bigint, variant_id bigint, warehouse_id bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    lines integer := cardinality(variants);
    waited text;
    house bigint;
    ready integer;
BEGIN
    -- The seed of inventory.locks, so that release, confirm and ship wait here too. What follows looks after the wait.
    waited := pg_advisory_xact_lock(hashtextextended(of_reference, 20));
    IF EXISTS (SELECT 1 FROM inventory_reservation WHERE reference = of_reference) THEN
        RETURN;
    END IF;
    IF warehouses IS NULL THEN
        -- A channel's rule binds the holds that begin after it was set, so it is read without a lock.
        SELECT h.id INTO house FROM unnest(variants, quantities) AS w (variant_id, quantity)
            JOIN inventory_stocklevel l ON l.variant_id = w.variant_id AND l.available >= w.quantity
            JOIN inventory_warehouse h ON h.id = l.warehouse_id AND h.is_active
            WHERE of_channel = '' OR NOT EXISTS (
                SELECT 1 FROM inventory_channelstock c JOIN inventory_stocklevel s ON s.id = c.level_id
                WHERE s.variant_id = ANY (variants) AND c.channel = of_channel)
            GROUP BY h.id HAVING count(*) = lines
            ORDER BY h.country <> of_country, h.priority, h.id LIMIT 1;
        IF house IS NULL THEN
            RETURN;
        END IF;
        warehouses := array_fill(house, ARRAY[lines]);
        fences := array_fill(0, ARRAY[lines]);
    END IF;
    -- In the global order; who waits for a rival reads what that left. Nothing is written before all of it is there. One
    -- line needs no look: its update is the look.
    IF lines > 1 THEN
        SELECT count(*) INTO ready FROM (
            SELECT 1 FROM unnest(variants, warehouses, quantities, fences) AS w (variant_id, warehouse_id, quantity, fence)
            JOIN inventory_stocklevel l ON l.variant_id = w.variant_id AND l.warehouse_id = w.warehouse_id
            WHERE l.available + w.fence >= w.quantity
            ORDER BY l.variant_id, l.warehouse_id FOR UPDATE OF l) AS locked;
        IF ready < lines THEN
            RETURN;
        END IF;
    END IF;
    RETURN QUERY WITH taken AS (
        UPDATE inventory_stocklevel l SET reserved = l.reserved + w.quantity, fenced = l.fenced - w.fence
        FROM unnest(variants, warehouses, quantities, fences) AS w (variant_id, warehouse_id, quantity, fence)
        JOIN inventory_warehouse h ON h.id = w.warehouse_id AND h.is_active
        WHERE l.variant_id = w.variant_id AND l.warehouse_id = w.warehouse_id AND l.available + w.fence >= w.quantity
        RETURNING l.variant_id, l.warehouse_id, w.quantity, w.fence
    ), booked AS (
        INSERT INTO inventory_stockmovement
            (variant_id, warehouse_id, kind, delta, reserved_delta, source_type, source_id, reason, actor, reference,
             created_at)
        SELECT variant_id, warehouse_id, 'reserved', 0, quantity, 'reservation', of_reference, '', 'system', of_reference,
               moment
        FROM taken
    )
    INSERT INTO inventory_reservation
        (reference, variant_id, warehouse_id, quantity, open_quantity, channel, fenced_quantity, state, reason,
         expires_at, created_at)
    SELECT of_reference, variant_id, warehouse_id, quantity, quantity, of_channel, fence, 'held', '', until, moment
    FROM taken
    RETURNING inventory_reservation.id, inventory_reservation.variant_id, inventory_reservation.warehouse_id;
    GET DIAGNOSTICS ready = ROW_COUNT;
    IF ready = 0 THEN
        RETURN;
    ELSIF ready < lines THEN
        -- They are locked, so only a warehouse can have closed.
        RAISE EXCEPTION 'a warehouse was closed while its stock was being held' USING ERRCODE = '40001';
    END IF;
    PERFORM kernel_publish('inventory.stock_changed', 'variant:' || v.id,
                           jsonb_build_object('variant_id', v.id, 'sku', v.sku), moment)
        FROM catalog_variant v WHERE v.id = ANY (variants);
END $$;
"""
DROP_HOLD = """
DROP FUNCTION inventory_hold(text, text, text, bigint[], integer[], bigint[], integer[], timestamptz, timestamptz);
"""


def point_at(to: str, *, related_name: str, verbose_name: str) -> models.ForeignKey:
    """A key that the level's key enforces."""
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=to,
        verbose_name=verbose_name,
    )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_hold_whole_orders"), ("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=FITS,
            reverse_sql="DROP FUNCTION inventory_hold_fits(text, integer);"
            "DROP FUNCTION inventory_movement_fits(text, integer, integer);",
        ),
        migrations.RemoveConstraint(model_name="stockmovement", name="stock_movement_sign_fits_kind"),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("kind"),
                    models.F("delta"),
                    models.F("reserved_delta"),
                    function="inventory_movement_fits",
                    output_field=models.BooleanField(),
                ),
                name="stock_movement_sign_fits_kind",
            ),
        ),
        migrations.RemoveConstraint(model_name="reservation", name="reservation_open_only_while_active"),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    models.F("state"),
                    models.F("open_quantity"),
                    function="inventory_hold_fits",
                    output_field=models.BooleanField(),
                ),
                name="reservation_open_only_while_active",
            ),
        ),
        migrations.RunSQL(sql=ON_A_SHELF, reverse_sql=NOT_ON_A_SHELF),
        migrations.AlterField(
            model_name="stockmovement",
            name="variant",
            field=point_at("catalog.variant", related_name="stock_movements", verbose_name="variant"),
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="warehouse",
            field=point_at("inventory.warehouse", related_name="movements", verbose_name="warehouse"),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="variant",
            field=point_at("catalog.variant", related_name="reservations", verbose_name="variant"),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="warehouse",
            field=point_at("inventory.warehouse", related_name="reservations", verbose_name="warehouse"),
        ),
        # The unique index on (variant, warehouse) serves what this one did.
        migrations.AlterField(
            model_name="stocklevel",
            name="variant",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stock_levels",
                to="catalog.variant",
                verbose_name="variant",
            ),
        ),
        # Holds and releases are most of the ledger, and nobody asks for them by time.
        migrations.AlterField(
            model_name="stockmovement",
            name="created_at",
            field=models.DateTimeField(default=shop.kernel.clock.now, verbose_name="at"),
        ),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(
                condition=models.Q(("delta", 0), _negated=True),
                fields=["created_at"],
                name="stock_movement_by_time",
            ),
        ),
        migrations.RunSQL(sql=GUARD_LEVEL, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(sql=HOLD, reverse_sql=DROP_HOLD + before.HOLD + before.HOLD_WHOLE),
    ]
