"""The ledger is append-only, and a level's `on_hand` moves only when a ledger row is written (I1)."""

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

APPLY = """
CREATE FUNCTION inventory_apply_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inventory_stocklevel SET on_hand = on_hand + NEW.delta
        WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id;
    IF NOT FOUND THEN
        -- Two first movements of a shelf may meet here: one creates the level, both add to it.
        INSERT INTO inventory_stocklevel
            (variant_id, warehouse_id, on_hand, reserved, reorder_point, reorder_quantity)
            VALUES (NEW.variant_id, NEW.warehouse_id, 0, 0, 0, 0) ON CONFLICT DO NOTHING;
        UPDATE inventory_stocklevel SET on_hand = on_hand + NEW.delta
            WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stock_movement_applies AFTER INSERT ON inventory_stockmovement
    FOR EACH ROW EXECUTE FUNCTION inventory_apply_movement();
"""

# Depth 1 is a statement of its own; deeper is the ledger's trigger. `manage.py rebuild_stock_levels` raises the flag.
GUARD = """
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

REVERSE = """
DROP TRIGGER stock_level_guard_delete ON inventory_stocklevel;
DROP TRIGGER stock_level_guard_insert ON inventory_stocklevel;
DROP TRIGGER stock_level_guard_update ON inventory_stocklevel;
DROP FUNCTION inventory_guard_level();
DROP TRIGGER stock_movement_applies ON inventory_stockmovement;
DROP FUNCTION inventory_apply_movement();
DROP TRIGGER stock_movement_append_only ON inventory_stockmovement;
DROP FUNCTION inventory_refuse_ledger_change();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=APPEND_ONLY + APPLY + GUARD, reverse_sql=REVERSE)
    ]
