"""Types, attributes, brands' stories, collections and synonyms of the demo shop."""

from __future__ import annotations

import json
from typing import Any

from catalog.domain.attribute_values import parse_values
from catalog.domain.attributes import AttributeKind
from catalog.models import (
    Attribute,
    Brand,
    Collection,
    CollectionCondition,
    Product,
    ProductType,
    SearchSynonym,
    TypeAttribute,
)
from catalog.services.attributes import set_attributes
from catalog.services.categories import save_brand
from catalog.services.collections import add_to_collection, refresh_collection, save_collection
from catalog.services.products import finish_product, save_product
from catalog.services.search_rules import save_synonym
from shop.demo.pictures.scenes import CONTENT
from shop.kernel.transactions import transactional

ACTOR = "system"
REQUIRED = "*"


def load_merchandise() -> str:
    """Give the products what they state, and put them into collections; what is there stays. Repeatable."""
    content: dict[str, Any] = json.loads((CONTENT / "merchandise.json").read_text(encoding="utf-8"))
    _ensure_types(content)
    told = _tell_stories(content["brands"])
    described = sum(_describe(handle, facts) for handle, facts in content["products"].items())
    collected = sum(
        _ensure_collection(place, row) for place, row in enumerate(content["collections"], start=1)
    )
    for words in content["synonyms"]:
        _ensure_synonym(words)
    return f"{described} products described, {told} brands, {collected} collections new"


@transactional
def _ensure_types(content: dict[str, Any]) -> None:
    attributes = {}
    for place, row in enumerate(content["attributes"]):
        attributes[row["key"]], _ = Attribute.objects.get_or_create(
            key=row["key"],
            defaults={
                "name_en": row["name_en"],
                "name_zh_hans": row["name_zh"],
                "kind": row["kind"],
                "unit_en": row["unit_en"],
                "unit_zh_hans": row["unit_zh"],
                "is_multiple": row["is_multiple"],
                "is_filterable": row["is_filterable"],
                "position": place,
            },
        )
    for row in content["types"]:
        kind, is_new = ProductType.objects.get_or_create(
            key=row["key"],
            defaults={
                "name_en": row["name_en"],
                "name_zh_hans": row["name_zh"],
                "warranty_months": row["warranty_months"],
                "return_policy": row["return_policy"],
            },
        )
        for place, key in enumerate(row["attributes"] if is_new else ()):
            TypeAttribute.objects.create(
                product_type=kind,
                attribute=attributes[key.removesuffix(REQUIRED)],
                is_required=key.endswith(REQUIRED),
                position=place,
            )


def _tell_stories(stories: dict[str, dict[str, str]]) -> int:
    brands = Brand.objects.filter(name__in=stories, description_en="")
    for brand in brands:
        story = stories[brand.name]
        brand.description_en, brand.description_zh_hans = story["description_en"], story["description_zh"]
        save_brand(brand, actor=ACTOR)
    return len(brands)


@transactional
def _describe(handle: str, facts: dict[str, Any]) -> int:
    product = Product.objects.filter(slug=handle, product_type=None).first()
    if product is None:
        return 0
    product.product_type = ProductType.objects.get(key=facts["type"])
    save_product(product, actor=ACTOR)
    known = {one.key: one for one in Attribute.objects.filter(key__in=facts["values"])}
    values = {
        key: parse_values(AttributeKind(known[key].kind), cell, is_multiple=known[key].is_multiple)
        for key, cell in facts["values"].items()
    }
    set_attributes(product.pk, values, actor=ACTOR, creates_choices=True)
    finish_product(product.pk)
    return 1


def _ensure_synonym(words: str) -> None:
    if not SearchSynonym.objects.filter(words=words).exists():
        save_synonym(SearchSynonym(words=words), actor=ACTOR)


@transactional
def _ensure_collection(place: int, row: dict[str, Any]) -> int:
    if Collection.objects.filter(slug=row["slug"]).exists():
        return 0
    collection = save_collection(
        Collection(
            slug=row["slug"],
            name_en=row["name_en"],
            name_zh_hans=row["name_zh"],
            description_en=row["description_en"],
            description_zh_hans=row["description_zh"],
            kind=row["kind"],
            match=row.get("match", Collection.Match.ALL),
            order=row.get("order", "manual"),
            is_on_home=row.get("on_home", False),
            position=place,
        ),
        actor=ACTOR,
    )
    for number, (field, operator, value) in enumerate(row.get("conditions", ())):
        CollectionCondition.objects.create(
            collection=collection, field=field, operator=operator, value=value, position=number
        )
    refresh_collection(collection.pk)
    found = dict(Product.objects.filter(slug__in=row.get("products", ())).values_list("slug", "pk"))
    if found:
        ids = [found[slug] for slug in row["products"] if slug in found]
        add_to_collection(collection.pk, ids, actor=ACTOR)
    return 1
