"""The orders of lists hold their shelf, and a shelf's index all that it is narrowed by; samples come in four sizes."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
from django.db import migrations, models

# Pages read from indexes alone only what a vacuum has seen: of a big table sooner than after a fifth of it has changed.
TEND_OFTEN = """
ALTER TABLE catalog_listing SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01,
    autovacuum_analyze_scale_factor = 0.05
)
"""
TEND_SELDOM = """
ALTER TABLE catalog_listing RESET (
    autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor
)
"""


class Migration(migrations.Migration):
    """Eight indexes, and how soon their table is tended."""
    dependencies = [
        ("catalog", "0003_import_starts"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="listing",
            name="catalog_listing_category",
        ),
        migrations.RemoveIndex(
            model_name="listing",
            name="catalog_listing_front",
        ),
        migrations.RemoveIndex(
            model_name="listing",
            name="catalog_listing_newest",
        ),
        migrations.RemoveIndex(
            model_name="listing",
            name="catalog_listing_cheapest",
        ),
        migrations.RemoveIndex(
            model_name="listing",
            name="catalog_listing_name",
        ),
        migrations.RemoveIndex(
            model_name="listing",
            name="catalog_listing_name_chinese",
        ),
        migrations.RemoveIndex(
            model_name="listing",
            name="catalog_listing_sample_64",
        ),
        migrations.RemoveIndex(
            model_name="searchdocument",
            name="catalog_search_outdated",
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["currency", "category_path"],
                include=("amount", "in_stock", "is_featured", "published_at", "product"),
                name="catalog_listing_category",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                models.F("currency"),
                models.OrderBy(models.F("is_featured"), descending=True),
                models.OrderBy(models.F("published_at"), descending=True),
                models.OrderBy(models.F("product"), descending=True),
                django.contrib.postgres.indexes.OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_front",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                models.F("currency"),
                models.OrderBy(models.F("published_at"), descending=True),
                models.OrderBy(models.F("product"), descending=True),
                django.contrib.postgres.indexes.OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                models.F("currency"),
                models.F("amount"),
                models.OrderBy(models.F("product"), descending=True),
                django.contrib.postgres.indexes.OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_cheapest",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                models.F("currency"),
                models.F("name_en"),
                models.OrderBy(models.F("product"), descending=True),
                django.contrib.postgres.indexes.OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_name",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                models.F("currency"),
                django.db.models.functions.comparison.Coalesce(
                    django.db.models.functions.comparison.NullIf("name_zh_hans", models.Value("")), "name_en"
                ),
                models.OrderBy(models.F("product"), descending=True),
                django.contrib.postgres.indexes.OpClass("category_path", name="varchar_pattern_ops"),
                name="catalog_listing_name_chinese",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("shuffle__lt", 16)),
                fields=["currency", "category_path"],
                name="catalog_listing_sample_32",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("shuffle__lt", 4)),
                fields=["currency", "category_path"],
                name="catalog_listing_sample_128",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(
                condition=models.Q(("version__lt", 3)), fields=["product"], name="catalog_search_outdated"
            ),
        ),
        migrations.RunSQL(TEND_OFTEN, TEND_SELDOM),
    ]
