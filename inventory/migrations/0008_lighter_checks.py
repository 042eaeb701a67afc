"""A hold costs less: the ledger's check looks at holds first, a level has two CHECKs, a reservation no key of its own."""

from importlib import import_module

import django.core.validators
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Least
from django.db.models.lookups import GreaterThanOrEqual

before = import_module("inventory.migrations.0006_quicker_hold_of_one_line")

# Each expression is made ready anew in every transaction that meets it: most rows are holds, which need the first only.
MOVEMENT_FITS = """
CREATE OR REPLACE FUNCTION inventory_movement_fits(kind text, delta integer, reserved_delta integer, part integer)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF kind = 'reserved' THEN
        RETURN delta = 0 AND reserved_delta > 0 AND part >= 0;
    END IF;
    RETURN part >= 0 AND CASE kind
        WHEN 'released' THEN delta = 0 AND reserved_delta < 0
        WHEN 'shipped' THEN delta < 0 AND reserved_delta <= 0
        WHEN 'scrapped' THEN delta < 0 AND reserved_delta = 0
        WHEN 'received' THEN delta > 0 AND reserved_delta = 0
        WHEN 'returned' THEN delta > 0 AND reserved_delta = 0
        ELSE delta <> 0 AND reserved_delta = 0 AND kind IN ('picked', 'moved', 'adjusted', 'transferred', 'counted')
    END;
END $$;
"""
OLD_MOVEMENT_FITS = before.FITS[: before.FITS.index("CREATE FUNCTION inventory_hold_fits")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)

# Who holds writes the ledger's row of the same shelf in the same statement. That row has the key and stays for ever, so
# no level goes that ever was held; I3 tells each hour of a hold without its level.
NO_KEY = "ALTER TABLE inventory_reservation DROP CONSTRAINT reservation_on_a_shelf"
KEY = """
ALTER TABLE inventory_reservation ADD CONSTRAINT reservation_on_a_shelf
    FOREIGN KEY (variant_id, warehouse_id) REFERENCES inventory_stocklevel (variant_id, warehouse_id)
    DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_holds_answer_yes_or_no")]

    operations = [
        migrations.RunSQL(sql=MOVEMENT_FITS, reverse_sql=OLD_MOVEMENT_FITS),
        migrations.RunSQL(sql=NO_KEY, reverse_sql=KEY),
        migrations.RemoveConstraint(model_name="stocklevel", name="stock_level_blocked_within_on_hand"),
        migrations.RemoveConstraint(model_name="stocklevel", name="stock_level_fenced_not_negative"),
        migrations.AlterField(
            model_name="stocklevel",
            name="reorder_point",
            field=models.IntegerField(
                default=0,
                help_text="An alert opens when less than this is available; 0 switches it off.",
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="reorder point",
            ),
        ),
        migrations.AlterField(
            model_name="stocklevel",
            name="reorder_quantity",
            field=models.IntegerField(
                default=0,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="reorder quantity",
            ),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.CheckConstraint(
                condition=Q(blocked__lte=F("on_hand"))
                & GreaterThanOrEqual(Least("blocked", "fenced", "reorder_point", "reorder_quantity"), 0),
                name="stock_level_parts_within_bounds",
            ),
        ),
    ]
