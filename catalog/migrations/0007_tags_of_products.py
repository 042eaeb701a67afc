"""Tags that files had brought as an attribute become what products have of their own."""

from django.db import migrations

_IS_TAGS = "a.key = 'tags' AND a.kind = 'choice' AND a.is_multiple"
# As domain.tags tidies them: folded, single blanks, 50 of 60 letters at most, in order by code point.
_TIDY = (
    r"btrim(regexp_replace(lower(normalize(replace(ch.value_en, ';', ' '), NFKC)), '[\s,]+', ' ', 'g'))"
)
TAKE = f"""
WITH stated AS (
    SELECT DISTINCT v.product_id, {_TIDY} AS tag
    FROM catalog_attributevalue v
    JOIN catalog_attribute a ON a.id = v.attribute_id
    JOIN catalog_attributechoice ch ON ch.id = v.choice_id
    WHERE {_IS_TAGS}
), kept AS (
    SELECT product_id, tag, row_number() OVER (PARTITION BY product_id ORDER BY tag COLLATE "C") AS place
    FROM stated WHERE char_length(tag) BETWEEN 1 AND 60
)
UPDATE catalog_product p SET tags = found.tags
FROM (SELECT product_id, array_agg(tag ORDER BY place) AS tags FROM kept WHERE place <= 50 GROUP BY product_id) AS found
WHERE p.id = found.product_id;

UPDATE catalog_collectioncondition c SET field = 'tag', value = coalesce(
    (SELECT {_TIDY} FROM catalog_attributechoice ch JOIN catalog_attribute a ON a.id = ch.attribute_id
     WHERE {_IS_TAGS} AND ch.key = substr(c.value, 6)), substr(c.value, 6))
WHERE c.field = 'attribute' AND c.value LIKE 'tags:%';

UPDATE catalog_listing l SET
    attribute_keys = ARRAY(SELECT k FROM unnest(l.attribute_keys) AS k WHERE k NOT LIKE 'tags:%'),
    keys = ARRAY(SELECT k FROM unnest(l.keys) AS k WHERE k NOT LIKE 'tags:%')
        || ARRAY(SELECT '@tag:' || tag FROM unnest(p.tags) AS tag)
FROM catalog_product p WHERE p.id = l.product_id AND p.tags <> '{{}}';

DELETE FROM catalog_attributevalue v USING catalog_attribute a WHERE a.id = v.attribute_id AND {_IS_TAGS};
DELETE FROM catalog_typeattribute t USING catalog_attribute a WHERE a.id = t.attribute_id AND {_IS_TAGS};
DELETE FROM catalog_attributechoice ch USING catalog_attribute a WHERE a.id = ch.attribute_id AND {_IS_TAGS};
DELETE FROM catalog_attribute a WHERE {_IS_TAGS};
"""  # noqa: S608  from constants, above


class Migration(migrations.Migration):
    """A shop that took files in before has them in a choice of many values, shown to shoppers as a filter."""

    dependencies = [("catalog", "0006_tags_and_reasons")]

    operations = [migrations.RunSQL(TAKE, migrations.RunSQL.noop)]
