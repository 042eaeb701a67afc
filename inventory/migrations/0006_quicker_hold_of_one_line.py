"""A hold of one line has statements of its own and goes by indexes alone; a reservation has one CHECK instead of six."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import F

before = import_module("inventory.migrations.0005_lighter_holds")

# PostgreSQL reads the text of each CHECK anew for every statement that writes the table.
FITS = """
CREATE FUNCTION inventory_movement_fits(kind text, delta integer, reserved_delta integer, part integer)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN part >= 0 AND CASE kind
        WHEN 'reserved' THEN delta = 0 AND reserved_delta > 0
        WHEN 'released' THEN delta = 0 AND reserved_delta < 0
        WHEN 'shipped' THEN delta < 0 AND reserved_delta <= 0
        WHEN 'scrapped' THEN delta < 0 AND reserved_delta = 0
        WHEN 'received' THEN delta > 0 AND reserved_delta = 0
        WHEN 'returned' THEN delta > 0 AND reserved_delta = 0
        ELSE delta <> 0 AND reserved_delta = 0 AND kind IN ('picked', 'moved', 'adjusted', 'transferred', 'counted')
    END;
END $$;
CREATE FUNCTION inventory_hold_fits(state text, quantity integer, open_quantity integer, fenced_quantity integer)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN quantity > 0 AND open_quantity BETWEEN 0 AND quantity AND fenced_quantity >= 0
        AND (open_quantity > 0) = (state IN ('held', 'confirmed'));
END $$;
"""
NO_FITS = """
DROP FUNCTION inventory_movement_fits(text, integer, integer, integer);
DROP FUNCTION inventory_hold_fits(text, integer, integer, integer);
"""
NO_OLD_FITS = """
DROP FUNCTION inventory_movement_fits(text, integer, integer);
DROP FUNCTION inventory_hold_fits(text, integer);
"""

# As before, but: one line has statements of its own without lists; a plan made while the shop was small does not walk
# along whole tables for the rest of the session; the lines of a cart are written in their order.
HOLD = """
CREATE OR REPLACE FUNCTION inventory_hold(
    of_reference text, of_country text, of_channel text, variants bigint[], quantities integer[], warehouses bigint[],
    fences integer[], until timestamptz, moment timestamptz
) RETURNS TABLE (id bigint, variant_id bigint, warehouse_id bigint) LANGUAGE plpgsql SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    lines integer := cardinality(variants);
    waited text;
    variant bigint := variants[1];
    wanted integer := quantities[1];
    fence integer := coalesce(fences[1], 0);
    house bigint;
    article text;
    ready integer;
BEGIN
    -- The seed of inventory.locks, so that release, confirm and ship wait here too. What follows looks after the wait.
    waited := pg_advisory_xact_lock(hashtextextended(of_reference, 20));
    IF lines = 1 THEN
        -- A channel's rule binds the holds that begin after it was set, so it is read without a lock, here and below.
        SELECT h.id, v.sku INTO house, article FROM inventory_stocklevel l
            JOIN inventory_warehouse h ON h.id = l.warehouse_id AND h.is_active
            JOIN catalog_variant v ON v.id = l.variant_id
            WHERE l.variant_id = variant AND l.available + fence >= wanted
              AND (warehouses IS NULL OR h.id = warehouses[1])
              AND NOT EXISTS (SELECT 1 FROM inventory_reservation WHERE reference = of_reference)
              AND (warehouses IS NOT NULL OR of_channel = '' OR NOT EXISTS (
                SELECT 1 FROM inventory_channelstock c JOIN inventory_stocklevel s ON s.id = c.level_id
                WHERE s.variant_id = variant AND c.channel = of_channel))
            ORDER BY h.country <> of_country, h.priority, h.id LIMIT 1;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        -- A rival may have been faster: the condition reads what he left.
        UPDATE inventory_stocklevel l SET reserved = l.reserved + wanted, fenced = l.fenced - fence
            WHERE l.variant_id = variant AND l.warehouse_id = house AND l.available + fence >= wanted;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        INSERT INTO inventory_stockmovement
            (variant_id, warehouse_id, kind, delta, reserved_delta, source_type, source_id, reason, actor, reference,
             created_at)
            VALUES (variant, house, 'reserved', 0, wanted, 'reservation', of_reference, '', 'system', of_reference,
                    moment);
        RETURN QUERY INSERT INTO inventory_reservation
            (reference, variant_id, warehouse_id, quantity, open_quantity, channel, fenced_quantity, state, reason,
             expires_at, created_at)
            VALUES (of_reference, variant, house, wanted, wanted, of_channel, fence, 'held', '', until, moment)
            RETURNING inventory_reservation.id, inventory_reservation.variant_id, inventory_reservation.warehouse_id;
        waited := kernel_publish('inventory.stock_changed', 'variant:' || variant,
                                 jsonb_build_object('variant_id', variant, 'sku', article), moment);
        RETURN;
    END IF;
    IF EXISTS (SELECT 1 FROM inventory_reservation WHERE reference = of_reference) THEN
        RETURN;
    END IF;
    IF warehouses IS NULL THEN
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
    -- In the global order; who waits for a rival reads what that left. Nothing is written before all of it is there.
    SELECT count(*) INTO ready FROM (
        SELECT 1 FROM unnest(variants, warehouses, quantities, fences) AS w (variant_id, warehouse_id, quantity, fence)
        JOIN inventory_stocklevel l ON l.variant_id = w.variant_id AND l.warehouse_id = w.warehouse_id
        WHERE l.available + w.fence >= w.quantity
        ORDER BY l.variant_id, l.warehouse_id FOR UPDATE OF l) AS locked;
    IF ready < lines THEN
        RETURN;
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
        FROM taken ORDER BY variant_id, warehouse_id
    )
    INSERT INTO inventory_reservation
        (reference, variant_id, warehouse_id, quantity, open_quantity, channel, fenced_quantity, state, reason,
         expires_at, created_at)
    SELECT of_reference, variant_id, warehouse_id, quantity, quantity, of_channel, fence, 'held', '', until, moment
    FROM taken ORDER BY variant_id, warehouse_id
    RETURNING inventory_reservation.id, inventory_reservation.variant_id, inventory_reservation.warehouse_id;
    GET DIAGNOSTICS ready = ROW_COUNT;
    IF ready < lines THEN
        -- They are locked, so only a warehouse can have closed.
        RAISE EXCEPTION 'a warehouse was closed while its stock was being held' USING ERRCODE = '40001';
    END IF;
    PERFORM kernel_publish('inventory.stock_changed', 'variant:' || v.id,
                           jsonb_build_object('variant_id', v.id, 'sku', v.sku), moment)
        FROM catalog_variant v WHERE v.id = ANY (variants);
END $$;
"""
OLD_HOLD = before.HOLD[before.HOLD.index("CREATE FUNCTION") :].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


def call_guard(function: str, *names: str) -> models.Func:
    """A function of these columns that says whether the row may be."""
    return models.Func(*(F(name) for name in names), function=function, output_field=models.BooleanField())


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_lighter_holds")]

    operations = [
        migrations.RunSQL(sql=FITS, reverse_sql=NO_FITS),
        migrations.RemoveConstraint(model_name="stockmovement", name="stock_movement_sign_fits_kind"),
        migrations.AlterField(
            model_name="stockmovement",
            name="part",
            field=models.SmallIntegerField(db_default=0, default=0, verbose_name="part"),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=call_guard("inventory_movement_fits", "kind", "delta", "reserved_delta", "part"),
                name="stock_movement_sign_fits_kind",
            ),
        ),
        migrations.RemoveConstraint(model_name="reservation", name="reservation_quantity_above_zero"),
        migrations.RemoveConstraint(model_name="reservation", name="reservation_open_within_quantity"),
        migrations.RemoveConstraint(model_name="reservation", name="reservation_open_only_while_active"),
        migrations.AlterField(
            model_name="reservation",
            name="quantity",
            field=models.IntegerField(verbose_name="quantity"),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="open_quantity",
            field=models.IntegerField(verbose_name="still held"),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="fenced_quantity",
            field=models.IntegerField(
                db_default=0,
                default=0,
                help_text="Goes back there when the hold ends unshipped.",
                verbose_name="out of what was set aside",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.CheckConstraint(
                condition=call_guard(
                    "inventory_hold_fits", "state", "quantity", "open_quantity", "fenced_quantity"
                ),
                name="reservation_open_only_while_active",
            ),
        ),
        migrations.RunSQL(sql=NO_OLD_FITS, reverse_sql=before.FITS),
        migrations.RunSQL(sql=HOLD, reverse_sql=OLD_HOLD),
    ]
