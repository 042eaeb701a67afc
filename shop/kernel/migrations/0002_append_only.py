"""The audit log only grows."""

from django.db import migrations

SQL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
UNDO = """
DROP TRIGGER audit_append_only ON kernel_auditentry;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    """A trigger that refuses UPDATE and DELETE; other apps use the same function for their ledgers."""

    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(SQL, UNDO)]
