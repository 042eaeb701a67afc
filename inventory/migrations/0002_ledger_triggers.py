"""The ledger is append-only, and stock changes only when a row of it is written: levels, bins, lots and costs follow (I1)."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION inventory_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the stock ledger is append-only: % of row % refused', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
-- Row level, so that TRUNCATE (the flush of tests) passes.
CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE ON inventory_stockmovement
    FOR EACH ROW EXECUTE FUNCTION inventory_refuse_ledger_change();
"""

# Before the row is written: the level is locked, so that the ids of a shelf's rows tell the order in which they were
# applied, and what goes out without a price goes at the moving average.
PRICE = """
CREATE FUNCTION inventory_price_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    average numeric;
BEGIN
    LOOP
        SELECT average_cost INTO average FROM inventory_stocklevel
            WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id FOR UPDATE;
        EXIT WHEN FOUND;
        -- Two first movements of a shelf may meet here: one creates the level, both lock it.
        INSERT INTO inventory_stocklevel
            (variant_id, warehouse_id, on_hand, reserved, reorder_point, reorder_quantity)
            VALUES (NEW.variant_id, NEW.warehouse_id, 0, 0, 0, 0) ON CONFLICT DO NOTHING;
    END LOOP;
    NEW.id := nextval(pg_get_serial_sequence('inventory_stockmovement', 'id'));
    NEW.unit_cost := coalesce(NEW.unit_cost, average);
    RETURN NEW;
END $$;
CREATE TRIGGER stock_movement_priced BEFORE INSERT ON inventory_stockmovement
    FOR EACH ROW WHEN (NEW.delta <> 0) EXECUTE FUNCTION inventory_price_movement();
"""

APPLY = """
CREATE FUNCTION inventory_is_blocked(of_bin bigint, of_lot bigint) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (SELECT 1 FROM inventory_lot WHERE id = of_lot AND status <> 'active')
        OR EXISTS (SELECT 1 FROM inventory_bin b JOIN inventory_zone z ON z.id = b.zone_id
                   WHERE b.id = of_bin AND z.kind IN ('damaged', 'quarantine'))
$$;

CREATE FUNCTION inventory_consume_layers(of_variant bigint, of_warehouse bigint, quantity integer)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    layer record;
    missing integer := quantity;
BEGIN
    FOR layer IN SELECT id, open_quantity FROM inventory_costlayer
        WHERE variant_id = of_variant AND warehouse_id = of_warehouse AND open_quantity > 0 ORDER BY id
    LOOP
        UPDATE inventory_costlayer SET open_quantity = open_quantity - least(layer.open_quantity, missing)
            WHERE id = layer.id;
        missing := missing - least(layer.open_quantity, missing);
        EXIT WHEN missing = 0;
    END LOOP;
END $$;

CREATE FUNCTION inventory_apply_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_blocked boolean := inventory_is_blocked(NEW.bin_id, NEW.lot_id);
    is_internal boolean := NEW.kind IN ('picked', 'moved');
BEGIN
    UPDATE inventory_stocklevel SET
        average_cost = CASE
            WHEN is_internal OR NEW.delta < 0 THEN average_cost
            WHEN on_hand <= 0 THEN NEW.unit_cost
            ELSE round((on_hand * average_cost + NEW.delta * NEW.unit_cost) / (on_hand + NEW.delta), 6) END,
        on_hand = on_hand + CASE WHEN is_internal THEN 0 ELSE NEW.delta END,
        blocked = blocked + CASE WHEN is_blocked THEN NEW.delta ELSE 0 END
        WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id;
    UPDATE inventory_stockitem SET quantity = quantity + NEW.delta
        WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id
          AND bin_id IS NOT DISTINCT FROM NEW.bin_id AND lot_id IS NOT DISTINCT FROM NEW.lot_id;
    IF NOT FOUND THEN
        INSERT INTO inventory_stockitem (variant_id, warehouse_id, bin_id, lot_id, quantity)
            VALUES (NEW.variant_id, NEW.warehouse_id, NEW.bin_id, NEW.lot_id, NEW.delta);
    END IF;
    IF is_internal THEN
        RETURN NULL;
    ELSIF NEW.delta > 0 THEN
        INSERT INTO inventory_costlayer
            (variant_id, warehouse_id, movement_id, quantity, open_quantity, unit_cost, created_at)
            VALUES (NEW.variant_id, NEW.warehouse_id, NEW.id, NEW.delta, NEW.delta, NEW.unit_cost, NEW.created_at);
    ELSE
        PERFORM inventory_consume_layers(NEW.variant_id, NEW.warehouse_id, -NEW.delta);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stock_movement_applies AFTER INSERT ON inventory_stockmovement
    FOR EACH ROW WHEN (NEW.delta <> 0) EXECUTE FUNCTION inventory_apply_movement();
"""

# Depth 1 is a statement of its own; deeper is the ledger's trigger. `manage.py rebuild_stock_levels` raises the flag.
GUARD_LEVELS = """
CREATE FUNCTION inventory_guard_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND coalesce(current_setting('inventory.rebuilding', true), '') <> 'on' THEN
        RAISE EXCEPTION 'on_hand changes only by a row in the stock ledger (%)', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stock_level_guard_update BEFORE UPDATE ON inventory_stocklevel FOR EACH ROW
    WHEN (OLD.on_hand <> NEW.on_hand OR OLD.variant_id <> NEW.variant_id OR OLD.warehouse_id <> NEW.warehouse_id)
    EXECUTE FUNCTION inventory_guard_level();
CREATE TRIGGER stock_level_guard_insert BEFORE INSERT ON inventory_stocklevel FOR EACH ROW
    WHEN (NEW.on_hand <> 0) EXECUTE FUNCTION inventory_guard_level();
CREATE TRIGGER stock_level_guard_delete BEFORE DELETE ON inventory_stocklevel FOR EACH ROW
    WHEN (OLD.on_hand <> 0 OR OLD.reserved <> 0) EXECUTE FUNCTION inventory_guard_level();
"""

GUARD_PLACES = """
CREATE FUNCTION inventory_guard_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND coalesce(current_setting('inventory.rebuilding', true), '') <> 'on' THEN
        RAISE EXCEPTION 'stock by bin and lot changes only by a row in the stock ledger (%)', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stock_item_guard_update BEFORE UPDATE ON inventory_stockitem
    FOR EACH ROW EXECUTE FUNCTION inventory_guard_item();
CREATE TRIGGER stock_item_guard_insert BEFORE INSERT ON inventory_stockitem FOR EACH ROW
    WHEN (NEW.quantity <> 0) EXECUTE FUNCTION inventory_guard_item();
CREATE TRIGGER stock_item_guard_delete BEFORE DELETE ON inventory_stockitem FOR EACH ROW
    WHEN (OLD.quantity <> 0) EXECUTE FUNCTION inventory_guard_item();

-- What a zone is for decides whether its stock is for sale, so neither changes under stock that lies there.
CREATE FUNCTION inventory_guard_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the purpose of a place is fixed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER zone_kind_is_fixed BEFORE UPDATE ON inventory_zone FOR EACH ROW
    WHEN (OLD.kind <> NEW.kind OR OLD.warehouse_id <> NEW.warehouse_id) EXECUTE FUNCTION inventory_guard_place();
CREATE TRIGGER bin_zone_is_fixed BEFORE UPDATE ON inventory_bin FOR EACH ROW
    WHEN (OLD.zone_id <> NEW.zone_id OR OLD.warehouse_id <> NEW.warehouse_id)
    EXECUTE FUNCTION inventory_guard_place();
"""

REVERSE = """
DROP TRIGGER bin_zone_is_fixed ON inventory_bin;
DROP TRIGGER zone_kind_is_fixed ON inventory_zone;
DROP FUNCTION inventory_guard_place();
DROP TRIGGER stock_item_guard_delete ON inventory_stockitem;
DROP TRIGGER stock_item_guard_insert ON inventory_stockitem;
DROP TRIGGER stock_item_guard_update ON inventory_stockitem;
DROP FUNCTION inventory_guard_item();
DROP TRIGGER stock_level_guard_delete ON inventory_stocklevel;
DROP TRIGGER stock_level_guard_insert ON inventory_stocklevel;
DROP TRIGGER stock_level_guard_update ON inventory_stocklevel;
DROP FUNCTION inventory_guard_level();
DROP TRIGGER stock_movement_applies ON inventory_stockmovement;
DROP FUNCTION inventory_apply_movement();
DROP FUNCTION inventory_consume_layers(bigint, bigint, integer);
DROP FUNCTION inventory_is_blocked(bigint, bigint);
DROP TRIGGER stock_movement_priced ON inventory_stockmovement;
DROP FUNCTION inventory_price_movement();
DROP TRIGGER stock_movement_append_only ON inventory_stockmovement;
DROP FUNCTION inventory_refuse_ledger_change();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=APPEND_ONLY + PRICE + APPLY + GUARD_LEVELS + GUARD_PLACES, reverse_sql=REVERSE)
    ]
