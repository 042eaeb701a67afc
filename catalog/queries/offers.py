"""What upper apps read about variants: names, prices, pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from catalog.domain.offers import Offer
from catalog.domain.pricing.selection import ChosenPrice, PriceFacts
from catalog.domain.promotions.keys import build_target_keys
from catalog.domain.words import pick_words
from catalog.models import Product, Variant
from catalog.queries.images import build_image_card
from catalog.queries.policies import build_policy
from catalog.queries.pricing.prices import choose_among, write_price_columns
from shop.kernel.clock import now
from shop.kernel.money import Money
from shop.kernel.postgres.statements import RowStatement, Statement

# By hand and kept planned: a cart is priced at each of its steps, and building these with the ORM takes longer than
# running them.
_FIELDS = (
    "id",
    "sku",
    "weight_grams",
    "requires_shipping",
    "is_active",
    "available_quantity",
    "product_id",
    "product__slug",
    "product__name_en",
    "product__name_zh_hans",
    "product__status",
    "product__brand__slug",
    "product__category__path",
    "product__unpublish_at",
    "product__tags",
    "is_digital",
    "is_custom_made",
    "is_fresh",
    "return_policy",
    "type_return_policy",
    "warranty_months",
    "choices",
    "image",
    "prices",
)
_COLUMNS = """
v.id, v.sku, v.weight_grams, v.requires_shipping, v.is_active, v.available_quantity, v.product_id, p.slug,
    p.name_en, p.name_zh_hans, p.status, b.slug, c.path, p.unpublish_at, p.tags, p.is_digital, p.is_custom_made, p.is_fresh,
    p.return_policy, t.return_policy, coalesce(p.warranty_months, t.warranty_months, 0),
    (SELECT coalesce(json_agg(json_build_array(
            o.key, ov.key, o.name_en, o.name_zh_hans, ov.value_en, ov.value_zh_hans, ov.swatch
        ) ORDER BY o.position, o.id), '[]')
     FROM catalog_variant_option_values link
     JOIN catalog_optionvalue ov ON ov.id = link.optionvalue_id
     JOIN catalog_productoption o ON o.id = ov.option_id
     WHERE link.variant_id = v.id),
    -- The variant's own picture, else one of its colour, else the product's first that is not of another variant; one
    -- without sizes has not been cleaned yet.
    (SELECT row_to_json(i) FROM (
        SELECT original, alt_en, alt_zh_hans, width, height, color, renditions FROM catalog_productimage
        WHERE product_id = v.product_id AND renditions <> '{}'
        ORDER BY CASE
            WHEN variant_id IS NULL THEN 2
            WHEN variant_id = v.id THEN 0
            WHEN EXISTS (
                SELECT 1 FROM catalog_variant_option_values theirs
                JOIN catalog_variant_option_values ours ON ours.optionvalue_id = theirs.optionvalue_id
                JOIN catalog_optionvalue colour ON colour.id = ours.optionvalue_id AND colour.swatch <> ''
                WHERE theirs.variant_id = catalog_productimage.variant_id AND ours.variant_id = v.id
            ) THEN 1
            ELSE 3 END, position, id LIMIT 1
    ) AS i)
"""
_JOINS = """
JOIN catalog_product p ON p.id = v.product_id
LEFT JOIN catalog_brand b ON b.id = p.brand_id
LEFT JOIN catalog_category c ON c.id = p.category_id
LEFT JOIN catalog_producttype t ON t.id = p.product_type_id
"""
_BY_ID = "WHERE v.id = ANY(%(variants)s::bigint[]) ORDER BY v.product_id, v.position, v.id"
# By whether price lists are asked too.
_VARIANTS = {
    has_lists: Statement(
        f"SELECT {_COLUMNS}, {write_price_columns(has_lists=has_lists)} FROM catalog_variant v {_JOINS} {_BY_ID}"  # noqa: S608  texts from above
    )
    for has_lists in (False, True)
}
_BY_SKU = RowStatement(Variant, "WHERE upper(sku) = upper(%(sku)s)")
_CHOICES = Statement("""
SELECT link.variant_id, o.key, ov.key, o.name_en, o.name_zh_hans, ov.value_en, ov.value_zh_hans, ov.swatch
FROM catalog_variant_option_values link
JOIN catalog_optionvalue ov ON ov.id = link.optionvalue_id
JOIN catalog_productoption o ON o.id = ov.option_id
WHERE link.variant_id = ANY(%(variants)s::bigint[])
ORDER BY o.position, o.id
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionChoice:
    """One option value of a variant in both languages."""

    option_key: str
    value_key: str
    option_en: str
    option_zh_hans: str
    value_en: str
    value_zh_hans: str
    swatch: str

    def to_pair(self, language: str) -> tuple[str, str]:
        """Return (name, value) in a language."""
        return (
            pick_words(self.option_en, self.option_zh_hans, language),
            pick_words(self.value_en, self.value_zh_hans, language),
        )


def list_offers(
    variant_ids: Collection[int], *, currency: str, facts: PriceFacts | None = None
) -> dict[int, Offer]:
    """Return the offers by variant in the active language; one query for any number of variants.

    Without `facts` the price is everybody's for one article, as cards and search show it.
    """
    values = {"variants": list(variant_ids), "currency": currency}
    found = _VARIANTS[facts is not None].run(**values, **list_price_values(facts))
    return build_offers(found, currency=currency, facts=facts)


class OfferStatement:
    """Offers beside rows of an upper app, in one query: `wanted` is SQL that answers `variant_id` and more."""

    def __init__(self, wanted: str, *, width: int, order: str) -> None:
        self.width = width
        self._statement = Statement(
            f"SELECT w.*, {_COLUMNS}, {write_price_columns(has_lists=True)}"  # noqa: S608  texts from above
            f" FROM ({wanted}) AS w JOIN catalog_variant v ON v.id = w.variant_id {_JOINS} ORDER BY {order}"
        )

    def run(self, *, currency: str, facts: PriceFacts, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows: `width` columns of the wanted, then what `build_offers` reads."""
        return self._statement.run(**values, currency=currency, **list_price_values(facts))


def list_price_values(facts: PriceFacts | None) -> dict[str, Any]:
    """Return what the statements ask of the shopper."""
    return {"tier": facts.tier, "channel": facts.channel, "now": facts.now} if facts else {}


def build_offers(
    rows: Sequence[Sequence[Any]], *, currency: str, facts: PriceFacts | None
) -> dict[int, Offer]:
    """Return the offers of rows of _FIELDS by variant in the active language; no query."""
    language = get_language() or settings.LANGUAGE_CODE
    quantities = facts.quantities if facts else {}
    offers = {}
    for values in rows:
        row = dict(zip(_FIELDS, values, strict=True))
        price = choose_among(row["prices"], quantity=quantities.get(row["id"], 1))
        offers[row["id"]] = _build_offer(row, price=price, currency=currency, language=language)
    return offers


def find_variant_by_sku(sku: str) -> Variant | None:
    """Return the variant with this SKU, whatever its case, or None."""
    # PostgreSQL knows no NUL in a text; whoever sends one has no SKU of ours.
    return None if "\0" in sku else _BY_SKU.find(sku=sku.strip())


def list_option_choices(variant_ids: Collection[int]) -> dict[int, list[OptionChoice]]:
    """Return the option values by variant, in the order of the options; one query."""
    found: dict[int, list[OptionChoice]] = defaultdict(list)
    rows = _CHOICES.run(variants=list(variant_ids))
    for variant_id, *choice in rows:
        found[variant_id].append(build_option_choice(choice))
    return found


def build_option_choice(row: Sequence[str | None]) -> OptionChoice:
    """Return an option value of (option key, value key, four words, swatch); words that are not there are empty."""
    option_key, value_key, option_en, option_zh_hans, value_en, value_zh_hans, swatch = (
        text or "" for text in row
    )
    return OptionChoice(
        option_key=option_key,
        value_key=value_key,
        option_en=option_en,
        option_zh_hans=option_zh_hans,
        value_en=value_en,
        value_zh_hans=value_zh_hans,
        swatch=swatch,
    )


def _build_offer(row: dict[str, Any], *, price: ChosenPrice | None, currency: str, language: str) -> Offer:
    name = pick_words(row["product__name_en"], row["product__name_zh_hans"], language)
    options = tuple(build_option_choice(choice).to_pair(language) for choice in row["choices"])
    ends_at = row["product__unpublish_at"]
    is_published = row["product__status"] == Product.Status.PUBLISHED and not (ends_at and ends_at <= now())
    return Offer(
        variant_id=row["id"],
        product_id=row["product_id"],
        sku=row["sku"],
        product_slug=row["product__slug"],
        product_name=name,
        variant_name=" / ".join(value for _, value in options),
        options=options,
        unit_price=_to_money(price.amount if price else None, currency),
        compare_at=_to_money(price.compare_at if price else None, currency),
        weight_grams=row["weight_grams"],
        requires_shipping=row["requires_shipping"],
        available_quantity=row["available_quantity"],
        image=build_image_card(row["image"]).to_view(language, fallback_alt=name) if row["image"] else None,
        is_sellable=is_published and row["is_active"] and price is not None,
        return_policy=build_policy(row).returns,
        is_digital=row["is_digital"],
        is_custom_made=row["is_custom_made"],
        is_fresh=row["is_fresh"],
        keys=build_target_keys(
            slug=row["product__slug"],
            sku=row["sku"],
            brand=row["product__brand__slug"] or "",
            category_path=row["product__category__path"] or "",
            tags=row["product__tags"],
        ),
        price_list=price.list_key if price else "",
        next_step=_find_next_step(price, currency),
        lowest_before=_to_money(price.lowest_before if price else None, currency),
    )


def _to_money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency).quantized()


def _find_next_step(price: ChosenPrice | None, currency: str) -> tuple[int, Money] | None:
    if price is None or price.next_quantity is None or price.next_amount is None:
        return None
    return price.next_quantity, Money(price.next_amount, currency).quantized()
