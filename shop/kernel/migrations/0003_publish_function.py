"""Functions of other apps' tables state facts too: one row in the outbox, in the statement that made them true."""

from django.db import migrations

PUBLISH = """
CREATE FUNCTION kernel_publish(of_topic text, of_key text, of_payload jsonb, moment timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kernel_outboxevent (topic, key, payload, created_at, not_before, attempts, error)
    VALUES (of_topic, of_key, of_payload, moment, moment, 0, '');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            sql=PUBLISH, reverse_sql="DROP FUNCTION kernel_publish(text, text, jsonb, timestamptz)"
        )
    ]
