"""Types, attributes and collections for tests."""

from __future__ import annotations

from itertools import count

from catalog.domain.attribute_values import parse_values
from catalog.domain.attributes import AttributeKind
from catalog.models import (
    Attribute,
    Collection,
    CollectionCondition,
    Product,
    ProductType,
    TypeAttribute,
)
from catalog.services.attributes import set_attributes
from catalog.services.products import finish_product

_numbers = count(1)


def make_attribute(
    key: str = "", *, kind: str = "choice", name: str = "", chinese: str = "", is_multiple: bool = False
) -> Attribute:
    """Return an attribute that listings are filtered by."""
    key = key or f"attribute-{next(_numbers)}"
    attribute, _ = Attribute.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "name_en": name or key.title(),
            "name_zh_hans": chinese,
            "is_multiple": is_multiple,
            "position": next(_numbers),
        },
    )
    return attribute


def make_type(*required: Attribute, optional: tuple[Attribute, ...] = (), policy: str = "") -> ProductType:
    """Return a product type that asks for these attributes."""
    kind = ProductType.objects.create(key=f"type-{next(_numbers)}", name_en="Type", return_policy=policy)
    for place, attribute in enumerate([*required, *optional]):
        TypeAttribute.objects.create(
            product_type=kind, attribute=attribute, is_required=attribute in required, position=place
        )
    return kind


def state(product: Product, **cells: str) -> None:
    """Let a product state attributes, as cells of a file write them; choices are made as they come."""
    values = {}
    for key, cell in cells.items():
        attribute = Attribute.objects.get(key=key.replace("_", "-"))
        values[attribute.key] = parse_values(
            AttributeKind(attribute.kind), cell, is_multiple=attribute.is_multiple
        )
    set_attributes(product.pk, values, actor="test", creates_choices=True)
    finish_product(product.pk)


def make_collection(
    slug: str = "", *conditions: tuple[str, str, str], match: str = "all", order: str = "manual"
) -> Collection:
    """Return a collection: by rule when conditions are given, else by hand."""
    collection = Collection.objects.create(
        slug=slug or f"collection-{next(_numbers)}",
        name_en=slug.replace("-", " ").title() or "Collection",
        kind="rule" if conditions else "manual",
        match=match,
        order=order,
    )
    for place, (field, operator, value) in enumerate(conditions):
        CollectionCondition.objects.create(
            collection=collection, field=field, operator=operator, value=value, position=place
        )
    return collection
