"""A hold answers yes or no: two functions, one for one line and one for carts and plans, instead of one that lists rows.

`inventory_hold` stays for the code of the release before, which runs on this schema while servers change over.
"""

from django.db import migrations

# Choosing the warehouse and taking from it are one statement. A rival may be faster: PostgreSQL then reads the level
# anew and asks the condition again, and the line goes the way of plans.
# A channel's rule binds the holds that begin after it was set, so it is read without a lock, here and below.
# The setting: a plan made while the shop was small does not walk along whole tables for the rest of the session.
HOLD_LINE = """
CREATE FUNCTION inventory_hold_line(
    of_reference text, of_country text, of_channel text, variant bigint, wanted integer, until timestamptz,
    moment timestamptz
) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    waited text;
    house bigint;
BEGIN
    -- The seed of inventory.locks, so that release, confirm and ship wait here too. What follows looks after the wait.
    waited := pg_advisory_xact_lock(hashtextextended(of_reference, 20));
    UPDATE inventory_stocklevel l SET reserved = l.reserved + wanted
        WHERE l.available >= wanted AND l.id = (
            SELECT s.id FROM inventory_stocklevel s
            JOIN inventory_warehouse h ON h.id = s.warehouse_id AND h.is_active
            WHERE s.variant_id = variant AND s.available >= wanted
              AND NOT EXISTS (SELECT 1 FROM inventory_reservation WHERE reference = of_reference)
              AND (of_channel = '' OR NOT EXISTS (
                SELECT 1 FROM inventory_channelstock c JOIN inventory_stocklevel r ON r.id = c.level_id
                WHERE r.variant_id = variant AND c.channel = of_channel))
            ORDER BY h.country <> of_country, h.priority, h.id LIMIT 1)
        RETURNING l.warehouse_id INTO house;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO inventory_stockmovement
        (variant_id, warehouse_id, kind, delta, reserved_delta, source_type, source_id, reason, actor, reference,
         created_at)
        VALUES (variant, house, 'reserved', 0, wanted, 'reservation', of_reference, '', 'system', of_reference, moment);
    INSERT INTO inventory_reservation
        (reference, variant_id, warehouse_id, quantity, open_quantity, channel, fenced_quantity, state, reason,
         expires_at, created_at)
        VALUES (of_reference, variant, house, wanted, wanted, of_channel, 0, 'held', '', until, moment);
    waited := kernel_publish('inventory.stock_changed', 'variant:' || variant,
                             jsonb_build_object('variant_id', variant), moment);
    RETURN true;
END $$;
"""
HOLD_LINES = """
CREATE FUNCTION inventory_hold_lines(
    of_reference text, of_country text, of_channel text, variants bigint[], quantities integer[], warehouses bigint[],
    fences integer[], until timestamptz, moment timestamptz
) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    lines integer := cardinality(variants);
    waited text;
    house bigint;
    ready integer;
BEGIN
    waited := pg_advisory_xact_lock(hashtextextended(of_reference, 20));
    IF EXISTS (SELECT 1 FROM inventory_reservation WHERE reference = of_reference) THEN
        RETURN false;
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
            RETURN false;
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
        RETURN false;
    END IF;
    WITH taken AS (
        UPDATE inventory_stocklevel l SET reserved = l.reserved + w.quantity, fenced = l.fenced - w.fence
        FROM unnest(variants, warehouses, quantities, fences) AS w (variant_id, warehouse_id, quantity, fence)
        JOIN inventory_warehouse h ON h.id = w.warehouse_id AND h.is_active
        WHERE l.variant_id = w.variant_id AND l.warehouse_id = w.warehouse_id AND l.available + w.fence >= w.quantity
        RETURNING l.variant_id, l.warehouse_id, w.quantity, w.fence
    ), booked AS (
        INSERT INTO inventory_stockmovement
            (variant_id, warehouse_id, kind, delta, reserved_delta, source_type, source_id, reason, actor, reference,
             created_at)
        SELECT t.variant_id, t.warehouse_id, 'reserved', 0, t.quantity, 'reservation', of_reference, '', 'system',
               of_reference, moment
        FROM taken t ORDER BY t.variant_id, t.warehouse_id
    )
    INSERT INTO inventory_reservation
        (reference, variant_id, warehouse_id, quantity, open_quantity, channel, fenced_quantity, state, reason,
         expires_at, created_at)
    SELECT of_reference, t.variant_id, t.warehouse_id, t.quantity, t.quantity, of_channel, t.fence, 'held', '', until,
           moment
    FROM taken t ORDER BY t.variant_id, t.warehouse_id;
    GET DIAGNOSTICS ready = ROW_COUNT;
    IF ready < lines THEN
        -- They are locked, so only a warehouse can have closed.
        RAISE EXCEPTION 'a warehouse was closed while its stock was being held' USING ERRCODE = '40001';
    END IF;
    PERFORM kernel_publish('inventory.stock_changed', 'variant:' || v.id, jsonb_build_object('variant_id', v.id), moment)
        FROM (SELECT DISTINCT w AS id FROM unnest(variants) w ORDER BY w) v;
    RETURN true;
END $$;
"""
NO_HOLD = """
DROP FUNCTION inventory_hold_line(text, text, text, bigint, integer, timestamptz, timestamptz);
DROP FUNCTION inventory_hold_lines(
    text, text, text, bigint[], integer[], bigint[], integer[], timestamptz, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_quicker_hold_of_one_line")]

    operations = [migrations.RunSQL(sql=HOLD_LINE + HOLD_LINES, reverse_sql=NO_HOLD)]
