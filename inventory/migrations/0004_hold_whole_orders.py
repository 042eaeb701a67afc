"""What one warehouse can serve is planned and held in one round trip."""

from django.db import migrations, models

# The allocation's first choice (inventory.domain.allocation): a warehouse that serves everything, the buyer's country
# before others, then priority. Empty: no single warehouse can, the channel has rules, the reference has its hold, or a
# rival was faster; the caller looks which. Tests hold it to the domain's answer.
HOLD_WHOLE = """
CREATE FUNCTION inventory_hold_whole(
    of_reference text, variants bigint[], quantities integer[], of_country text, of_channel text, until timestamptz,
    moment timestamptz
) RETURNS TABLE (id bigint, variant_id bigint, warehouse_id bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    lines integer := cardinality(variants);
    house bigint;
BEGIN
    SELECT h.id INTO house FROM inventory_stocklevel l JOIN inventory_warehouse h ON h.id = l.warehouse_id
        WHERE l.variant_id = variants[1] AND l.available >= quantities[1] AND h.is_active
          AND (lines = 1 OR NOT EXISTS (
              SELECT 1 FROM unnest(variants, quantities) AS w (variant_id, quantity) WHERE NOT EXISTS (
                  SELECT 1 FROM inventory_stocklevel o
                  WHERE o.variant_id = w.variant_id AND o.warehouse_id = h.id AND o.available >= w.quantity)))
        ORDER BY h.country <> of_country, h.priority, h.id LIMIT 1;
    IF house IS NULL THEN
        RETURN;
    END IF;
    -- A rule binds the holds that begin after it was set, so it is read without a lock.
    IF of_channel <> '' AND EXISTS (
        SELECT 1 FROM inventory_stocklevel l JOIN inventory_channelstock c ON c.level_id = l.id
        WHERE l.variant_id = ANY (variants) AND c.channel = of_channel) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM inventory_hold(
        of_reference, variants, array_fill(house, ARRAY[lines]), quantities, array_fill(0, ARRAY[lines]), of_channel,
        until, moment);
END $$;
"""

# As before, but for one statement instead of two to say what is left of an article.
HOLD = """
CREATE OR REPLACE FUNCTION inventory_hold(
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
            SELECT v.sku, (
                SELECT coalesce(sum(greatest(l.available, 0)), 0) FROM inventory_stocklevel l
                JOIN inventory_warehouse h ON h.id = l.warehouse_id WHERE l.variant_id = v.id AND h.is_active
            ) INTO sku, free FROM catalog_variant v WHERE v.id = variants[n];
            PERFORM kernel_publish(
                'inventory.stock_changed', 'variant:' || variants[n],
                jsonb_build_object('variant_id', variants[n], 'sku', sku, 'available_quantity', free), moment);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_hold_in_one_trip")]

    operations = [
        migrations.RunSQL(
            sql=HOLD + HOLD_WHOLE,
            reverse_sql="DROP FUNCTION inventory_hold_whole(text, bigint[], integer[], text, text, timestamptz, timestamptz)",
        ),
        # As long as a cart's channel.
        migrations.AlterField(
            model_name="channelstock",
            name="channel",
            field=models.CharField(max_length=40, verbose_name="channel"),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="channel",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=40, verbose_name="channel"
            ),
        ),
    ]
