"""What must always hold in the catalogue."""

from __future__ import annotations

from shop.kernel.invariants import invariant


@invariant(
    "C1",
    "every sellable product has a listing in each currency it has a price in, and no other product has one",
)
def listings_are_complete() -> str:
    """Listings that are missing or left over."""
    return """
        SELECT coalesce(wanted.product_id, l.product_id) AS product_id, coalesce(wanted.currency, l.currency) AS currency
        FROM (
            SELECT DISTINCT v.product_id, p.currency FROM catalog_price p
            JOIN catalog_variant v ON v.id = p.variant_id AND v.is_active
            JOIN catalog_product d ON d.id = v.product_id AND d.status = 'published'
        ) AS wanted
        FULL JOIN catalog_listing l ON l.product_id = wanted.product_id AND l.currency = wanted.currency
        WHERE wanted.product_id IS NULL OR l.id IS NULL
    """


@invariant("C2", "a listing's price and stock flag are those of its variants")
def listings_agree() -> str:
    """Listings that tell another price or another availability than their variants."""
    return """
        SELECT l.product_id, l.currency, l.amount, min(p.amount), l.in_stock, bool_or(v.available_quantity > 0)
        FROM catalog_listing l
        JOIN catalog_variant v ON v.product_id = l.product_id AND v.is_active
        JOIN catalog_price p ON p.variant_id = v.id AND p.currency = l.currency
        GROUP BY l.id
        HAVING l.amount <> min(p.amount) OR l.highest_amount <> max(p.amount)
            OR l.in_stock <> bool_or(v.available_quantity > 0)
    """


@invariant("C3", "a category's path and depth follow from its parent")
def paths_follow_parents() -> str:
    """Categories whose path is not their parent's path and their own slug."""
    return """
        SELECT c.id, c.path FROM catalog_category c LEFT JOIN catalog_category up ON up.id = c.parent_id
        WHERE c.path <> concat_ws('/', up.path, c.slug) OR c.depth <> coalesce(up.depth, 0) + 1
    """


@invariant("C4", "a listing's category is its product's")
def listings_stand_on_their_shelf() -> str:
    """Listings left behind by a category that moved."""
    return """
        SELECT l.product_id, l.category_path, c.path FROM catalog_listing l
        JOIN catalog_product d ON d.id = l.product_id LEFT JOIN catalog_category c ON c.id = d.category_id
        WHERE l.category_path <> coalesce(c.path || '/', '')
    """


@invariant("C5", "every listed product can be searched for, and nothing else")
def documents_are_complete() -> str:
    """Search documents that are missing or left over."""
    return """
        SELECT coalesce(listed.product_id, s.product_id) AS product_id
        FROM (SELECT DISTINCT product_id FROM catalog_listing) AS listed
        FULL JOIN catalog_searchdocument s ON s.product_id = listed.product_id
        WHERE listed.product_id IS NULL OR s.product_id IS NULL
    """


@invariant("C6", "what a product states fits the kind of its attribute, and its choice is one of it")
def statements_fit_their_kind() -> str:
    """Values whose set part is not the one of their attribute's kind."""
    return """
        SELECT v.id, v.product_id, a.key FROM catalog_attributevalue v
        JOIN catalog_attribute a ON a.id = v.attribute_id
        LEFT JOIN catalog_attributechoice c ON c.id = v.choice_id
        WHERE NOT CASE a.kind
            WHEN 'number' THEN v.number IS NOT NULL WHEN 'boolean' THEN v.flag IS NOT NULL
            WHEN 'date' THEN v.day IS NOT NULL WHEN 'text' THEN v.text_en IS NOT NULL
            ELSE coalesce(c.attribute_id = v.attribute_id, false) END
    """


@invariant("C7", "a redirect leads to its end in one step")
def redirects_form_no_chain() -> str:
    """Redirects whose target is redirected again."""
    return """
        SELECT first.old_path, first.new_path, second.new_path FROM catalog_redirect first
        JOIN catalog_redirect second ON second.old_path = first.new_path
    """
