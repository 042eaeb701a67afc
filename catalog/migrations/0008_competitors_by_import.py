"""Files of competitors' prices are imports like all others: what is known of old ones goes among them."""

from django.db import migrations

MOVE = """
WITH moved AS (
    INSERT INTO catalog_importrun (
        file_name, format, state, actor, upload, archive, options, done_count, start_count, progress_count,
        progress_size, preview, failure, failure_told, started_at, finished_at, row_count, created_count,
        updated_count, unchanged_count, refused_count, warning_count
    )
    SELECT c.name, 'competitors', CASE c.state WHEN 'applied' THEN 'done' ELSE 'cancelled' END, c.created_by, '', '',
        '{}', c.row_quantity, 0, 0, 0, '{}', '', '{}', c.created_at, c.created_at, c.row_quantity, 0,
        c.written_quantity, 0, jsonb_array_length(c.problems), 0
    FROM catalog_competitorimport c ORDER BY c.id
    RETURNING id, file_name, started_at
)
INSERT INTO catalog_importproblem (run_id, row, product, is_refused, reason, told, warnings)
SELECT DISTINCT ON (m.id, p.value ->> 0) m.id, (p.value ->> 0)::int, p.value ->> 1, true, p.value ->> 2, '{}', '[]'
FROM moved m
JOIN catalog_competitorimport c ON c.name = m.file_name AND c.created_at = m.started_at
CROSS JOIN LATERAL jsonb_array_elements(c.problems) AS p
"""


class Migration(migrations.Migration):
    """The table of their own goes."""

    dependencies = [("catalog", "0007_tags_of_products")]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.DeleteModel(name="CompetitorImport"),
    ]
