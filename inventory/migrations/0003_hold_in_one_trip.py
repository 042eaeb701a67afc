"""A hold is taken in one round trip: lock the reference, look, take all or nothing, write it down, tell it."""

from django.db import migrations

# Rows that are locked while a client waits for its next turn cost every rival that turn, so nothing goes back and forth.
# Empty: the reference has its hold already, or a rival was faster; the caller looks which.
HOLD = """
CREATE FUNCTION inventory_hold(
    of_reference text, variants bigint[], warehouses bigint[], quantities integer[], fences integer[],
    of_channel text, until timestamptz, moment timestamptz
) RETURNS TABLE (id bigint, variant_id bigint, warehouse_id bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    free integer;
    sku text;
BEGIN
    -- The seed of inventory.locks, so that release, confirm and ship wait here too.
    PERFORM pg_advisory_xact_lock(hashtextextended(of_reference, 20));
    IF EXISTS (SELECT 1 FROM inventory_reservation WHERE reference = of_reference) THEN
        RETURN;
    END IF;
    -- Line by line, each by its unique index. The lines come in the global order; FOR UPDATE waits for a rival and then
    -- reads what it left. Nothing is written before all of it is known to be there.
    IF cardinality(variants) > 1 THEN
        FOR n IN 1 .. cardinality(variants) LOOP
            SELECT l.available INTO free FROM inventory_stocklevel l
                WHERE l.variant_id = variants[n] AND l.warehouse_id = warehouses[n] FOR UPDATE;
            IF free IS NULL OR free + fences[n] < quantities[n] THEN
                RETURN;
            END IF;
        END LOOP;
    END IF;
    FOR n IN 1 .. cardinality(variants) LOOP
        UPDATE inventory_stocklevel l SET reserved = l.reserved + quantities[n], fenced = l.fenced - fences[n]
            WHERE l.variant_id = variants[n] AND l.warehouse_id = warehouses[n]
              AND l.available + fences[n] >= quantities[n]
              AND EXISTS (SELECT 1 FROM inventory_warehouse h WHERE h.id = warehouses[n] AND h.is_active);
        IF NOT FOUND THEN
            -- Only the first line may find nothing: the others are locked, and a warehouse that closes now is an error.
            IF n > 1 THEN
                RAISE EXCEPTION 'a warehouse was closed while its stock was being held' USING ERRCODE = '40001';
            END IF;
            RETURN;
        END IF;
        INSERT INTO inventory_stockmovement
            (variant_id, warehouse_id, kind, delta, reserved_delta, source_type, source_id, reason, actor, reference,
             created_at)
            VALUES (variants[n], warehouses[n], 'reserved', 0, quantities[n], 'reservation', of_reference, '',
                    'system', of_reference, moment);
        INSERT INTO inventory_reservation
            (reference, variant_id, warehouse_id, quantity, open_quantity, channel, fenced_quantity, state, reason,
             expires_at, created_at)
            VALUES (of_reference, variants[n], warehouses[n], quantities[n], quantities[n], of_channel, fences[n],
                    'held', '', until, moment)
            RETURNING inventory_reservation.id INTO id;
        variant_id := variants[n];
        warehouse_id := warehouses[n];
        RETURN NEXT;
        -- Once per article, after its last line.
        IF n = cardinality(variants) OR variants[n + 1] <> variants[n] THEN
            SELECT v.sku INTO sku FROM catalog_variant v WHERE v.id = variants[n];
            SELECT coalesce(sum(greatest(l.available, 0)), 0) INTO free FROM inventory_stocklevel l
                JOIN inventory_warehouse h ON h.id = l.warehouse_id WHERE l.variant_id = variants[n] AND h.is_active;
            PERFORM kernel_publish(
                'inventory.stock_changed', 'variant:' || variants[n],
                jsonb_build_object('variant_id', variants[n], 'sku', sku, 'available_quantity', free), moment);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_ledger_triggers"),
        ("kernel", "0003_publish_function"),
        ("catalog", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            sql=HOLD,
            reverse_sql="DROP FUNCTION inventory_hold(text, bigint[], bigint[], integer[], integer[], text, timestamptz, timestamptz)",
        )
    ]
