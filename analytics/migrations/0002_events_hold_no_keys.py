from django.db import migrations

SESSIONS = """
UPDATE analytics_event
SET session = left(encode(sha256(convert_to(session, 'UTF8')), 'hex'), 32),
    source_key = CASE
        WHEN kind = 'checkout' THEN 'checkout:' || left(encode(sha256(convert_to(session, 'UTF8')), 'hex'), 32)
        ELSE source_key
    END
WHERE kind IN ('cart', 'checkout', 'order') AND session <> ''
"""
PATHS = r"""
UPDATE analytics_event
SET path = regexp_replace(path, '^((/zh-hans)?/(orders|pay|groups|account/addresses)/)(?!offers/)[^/]+', '\1*')
WHERE kind = 'page' AND path ~ '^(/zh-hans)?/(orders|pay|groups|account/addresses)/[^/]'
"""


class Migration(migrations.Migration):
    """What carts and people were known by is forgotten: their tokens, and their numbers in addresses."""

    dependencies = [
        ('analytics', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(SESSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(PATHS, migrations.RunSQL.noop),
    ]
