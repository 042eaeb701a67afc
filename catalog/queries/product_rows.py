"""The statements that a product's page is read by: the whole, and the article alone."""

from __future__ import annotations

import json
from typing import Any

from shop.kernel.clock import now
from shop.kernel.postgres.statements import Statement

# One statement: a page is asked for more often than anything else, and five round trips cost more than the reading.
# Amounts travel as text, because JSON numbers would become floats; lists as well, so that a row can be compared and is
# read only when it differs from the last. OFFSET 0 keeps the planner from hashing a whole small table for one row of it.
_ARTICLE = """
SELECT p.id, p.slug, to_json(p.tags)::text, p.name_en, p.name_zh_hans, p.description_en, p.description_zh_hans,
    b.name, b.slug, c.path, p.status,
    p.seo_title_en, p.seo_title_zh_hans, p.seo_description_en, p.seo_description_zh_hans,
    p.is_digital, p.is_custom_made, p.is_fresh, p.return_policy, t.return_policy,
    coalesce(p.warranty_months, t.warranty_months, 0),
    (SELECT coalesce(json_agg(v ORDER BY v.position, v.id), '[]') FROM (
        SELECT v.id, v.sku, v.position, v.available_quantity,
            pr.amount::text AS amount, CASE WHEN pr.compare_at_amount IS NOT NULL
                AND least(pr.compare_at_amount, pr.lowest_before_amount) > pr.amount
                THEN least(pr.compare_at_amount, pr.lowest_before_amount) END::text AS compare_at_amount,
            pr.lowest_before_amount::text AS lowest_before_amount
        FROM catalog_variant v
        LEFT JOIN catalog_price pr ON pr.variant_id = v.id AND pr.currency = %(currency)s
        WHERE v.product_id = p.id AND v.is_active
    ) AS v)::text,
    (SELECT coalesce(json_agg(json_build_array(
            link.variant_id, o.key, ov.key, o.name_en, o.name_zh_hans, ov.value_en, ov.value_zh_hans, ov.swatch
        ) ORDER BY o.position, o.id), '[]')
     FROM catalog_productoption o
     JOIN catalog_optionvalue ov ON ov.option_id = o.id
     JOIN catalog_variant_option_values link ON link.optionvalue_id = ov.id
     WHERE o.product_id = p.id)::text,
    (SELECT coalesce(json_agg(i ORDER BY i.position, i.id), '[]') FROM (
        SELECT i.id, i.position, i.variant_id, i.original, i.alt_en, i.alt_zh_hans, i.width, i.height, i.color,
            i.renditions
        FROM catalog_productimage i WHERE i.product_id = p.id AND i.renditions <> '{}'
    ) AS i)::text,
    {details}
FROM catalog_product p
LEFT JOIN LATERAL (SELECT name, slug FROM catalog_brand WHERE id = p.brand_id OFFSET 0) b ON true
LEFT JOIN LATERAL (SELECT path FROM catalog_category WHERE id = p.category_id OFFSET 0) c ON true
LEFT JOIN LATERAL (
    SELECT return_policy, warranty_months FROM catalog_producttype WHERE id = p.product_type_id OFFSET 0
) t ON true
WHERE p.slug = %(slug)s
    AND (%(is_preview)s::bool OR p.status = 'published' AND (p.unpublish_at IS NULL OR p.unpublish_at > %(at)s::timestamptz))
"""
_DETAILS = """
    (SELECT coalesce(json_agg(json_build_array(
            a.key, a.kind, a.name_en, a.name_zh_hans, a.unit_en, a.unit_zh_hans, a.is_filterable,
            ch.key, ch.value_en, ch.value_zh_hans, ch.swatch, av.number::text, av.flag, av.day, av.text_en, av.text_zh_hans
        ) ORDER BY ta.position NULLS LAST, a.position, a.id, ch.position, av.id), '[]')
     FROM catalog_attributevalue av
     JOIN catalog_attribute a ON a.id = av.attribute_id
     LEFT JOIN catalog_attributechoice ch ON ch.id = av.choice_id
     LEFT JOIN catalog_typeattribute ta ON ta.product_type_id = p.product_type_id AND ta.attribute_id = a.id
     WHERE av.product_id = p.id)::text,
    (SELECT coalesce(json_agg(json_build_array(d.id, d.kind, d.title_en, d.title_zh_hans, d.size_bytes)
            ORDER BY d.position, d.id), '[]')
     FROM catalog_productdocument d WHERE d.product_id = p.id AND d.size_bytes > 0)::text,
    EXISTS (SELECT 1 FROM catalog_promotion g
        WHERE g.status = 'active' AND g.action ->> 'kind' = 'group_price'
            AND (g.starts_at IS NULL OR g.starts_at <= %(at)s::timestamptz)
            AND (g.ends_at IS NULL OR g.ends_at > %(at)s::timestamptz)
            AND jsonb_exists_any(g.action -> 'target' -> 'include',
                ARRAY(SELECT 'sku:' || v.sku FROM catalog_variant v WHERE v.product_id = p.id) || ('product:' || p.slug)))
"""
_PAGE = Statement(_ARTICLE.replace("{details}", _DETAILS.strip()))
_BRIEF = Statement(_ARTICLE.replace("{details}", "'[]', '[]', false"))
_COLUMNS = (
    "id",
    "slug",
    "tags",
    "name_en",
    "name_zh_hans",
    "description_en",
    "description_zh_hans",
    "brand_name",
    "brand_slug",
    "category_path",
    "status",
    "seo_title_en",
    "seo_title_zh_hans",
    "seo_description_en",
    "seo_description_zh_hans",
    "is_digital",
    "is_custom_made",
    "is_fresh",
    "return_policy",
    "type_return_policy",
    "warranty_months",
    "variants",
    "choices",
    "images",
    "attributes",
    "documents",
    "has_group_price",
)


_TEXTS = ("tags", "variants", "choices", "images", "attributes", "documents")


def find_product_values(
    slug: str, currency: str, *, is_preview: bool = False, is_brief: bool = False
) -> tuple[Any, ...] | None:
    """Return what a product's page is made of, or None; a preview sees drafts too. One query.

    The brief ones have no attributes, no documents and no word of groups: two thirds of the database's work.
    """
    # PostgreSQL knows no NUL in a text; an address may hold one.
    if "\0" in slug:
        return None
    statement = _BRIEF if is_brief else _PAGE
    rows = statement.run(slug=slug, currency=currency, is_preview=is_preview, at=now())
    return rows[0] if rows else None


def name_values(values: tuple[Any, ...]) -> dict[str, Any]:
    """Return the values by their names, lists read from their JSON."""
    row = dict(zip(_COLUMNS, values, strict=True))
    for name in _TEXTS:
        row[name] = json.loads(row[name])
    return row
