"""The timeline of an order is append-only: the database itself refuses to change or remove a line (I8)."""

from django.db import migrations

CREATE = """
CREATE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER orders_orderevent_append_only BEFORE UPDATE OR DELETE ON orders_orderevent
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
"""

DROP = """
DROP TRIGGER orders_orderevent_append_only ON orders_orderevent;
DROP FUNCTION orders_refuse_change();
"""


class Migration(migrations.Migration):
    """One trigger."""

    dependencies = (("orders", "0001_initial"),)
    operations = (migrations.RunSQL(CREATE, DROP),)
