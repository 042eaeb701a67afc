"""Each entry of the audit log gets a link that follows from the one before it, so that a change shows."""

from django.db import migrations, models

DIGEST = """
CREATE FUNCTION kernel_audit_digest(before text, entry kernel_auditentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(before || jsonb_build_array(
        entry.id, extract(epoch FROM entry.at), entry.actor, entry.action, entry.target, entry.facts
    )::text, 'UTF8')), 'hex')
$$;
"""

# At the commit, when all other locks are held already: who waits for the head holds up nobody who has it.
SEAL = """
CREATE FUNCTION kernel_seal_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head kernel_audithead;
    sealed text;
BEGIN
    INSERT INTO kernel_audithead (id, position, digest) VALUES (1, 0, '') ON CONFLICT (id) DO NOTHING;
    SELECT * INTO head FROM kernel_audithead WHERE id = 1 FOR UPDATE;
    sealed := kernel_audit_digest(head.digest, NEW);
    INSERT INTO kernel_auditseal (position, entry_id, digest) VALUES (head.position + 1, NEW.id, sealed);
    UPDATE kernel_audithead SET position = head.position + 1, digest = sealed WHERE id = 1;
    RETURN NULL;
END $$;
"""

CHAIN_SO_FAR = """
DO $$
DECLARE
    entry kernel_auditentry;
    place bigint := 0;
    sealed text := '';
BEGIN
    FOR entry IN SELECT * FROM kernel_auditentry ORDER BY id LOOP
        place := place + 1;
        sealed := kernel_audit_digest(sealed, entry);
        INSERT INTO kernel_auditseal (position, entry_id, digest) VALUES (place, entry.id, sealed);
    END LOOP;
    IF place > 0 THEN
        INSERT INTO kernel_audithead (id, position, digest) VALUES (1, place, sealed);
    END IF;
END $$;
"""

TRIGGERS = """
CREATE CONSTRAINT TRIGGER audit_sealed AFTER INSERT ON kernel_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel_seal_audit();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON kernel_auditseal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

UNDO = """
DROP TRIGGER audit_seal_append_only ON kernel_auditseal;
DROP TRIGGER audit_sealed ON kernel_auditentry;
DROP FUNCTION kernel_seal_audit();
DROP FUNCTION kernel_audit_digest(text, kernel_auditentry);
"""


class Migration(migrations.Migration):
    """The links, their head, what writes them, and those of the entries so far."""

    dependencies = [("kernel", "0003_publish_function")]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="invariantrun",
            name="audit_digest",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="invariantrun",
            name="audit_position",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunSQL([DIGEST, SEAL, CHAIN_SO_FAR, TRIGGERS], UNDO),
    ]
