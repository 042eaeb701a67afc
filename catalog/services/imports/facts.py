"""Writing what a file says beyond words and prices: product types, attributes, collections, documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalog.domain.attributes import StatedValue
from catalog.models import (
    Attribute,
    AttributeChoice,
    AttributeValue,
    Collection,
    CollectionProduct,
    ProductDocument,
    ProductType,
    TypeAttribute,
)
from catalog.services.imports.plans import (
    Plan,
    PlannedDocument,
    freeze_values,
    list_attribute_records,
    list_left_collections,
    list_missing_collections,
)
from shop.kernel.clock import now
from shop.kernel.transactions import require_transaction


def write_facts(plans: Sequence[Plan]) -> None:
    """Write attributes, collections and documents of planned products, in the caller's transaction. Repeatable."""
    require_transaction()
    _write_attributes([plan for plan in plans if plan.stated])
    _write_collections(plans)
    _write_documents(plans)


def ensure_types(plans: Iterable[Plan]) -> dict[str, int]:
    """Return the ids of product types by key, creating the ones that are not there; known ones keep their names."""
    wanted = {
        plan.record.product_type.key: plan.record.product_type for plan in plans if plan.record.product_type
    }
    if not wanted:
        return {}
    ProductType.objects.bulk_create(
        [
            ProductType(key=key, name_en=named.name_en[:80], name_zh_hans=named.name_zh_hans[:80])
            for key, named in sorted(wanted.items())
        ],
        ignore_conflicts=True,
    )
    return dict(ProductType.objects.filter(key__in=wanted).values_list("key", "pk"))


def _write_attributes(plans: Sequence[Plan]) -> None:
    if not plans:
        return
    ids = _ensure_attributes(plans)
    _ensure_type_attributes(plans, ids)
    choices = _ensure_choices(plans, ids)
    changed = [
        (plan, key, values)
        for plan in plans
        for key, values in plan.stated.items()
        if plan.state is None or plan.state.attributes.get(key) != freeze_values(values)
    ]
    for key in {key for _plan, key, _values in changed}:
        products = [plan.product_id for plan, changed_key, _values in changed if changed_key == key]
        AttributeValue.objects.filter(attribute_id=ids[key], product_id__in=products).delete()
    AttributeValue.objects.bulk_create(
        [
            _build_value(plan.product_id, ids[key], value, choices)
            for plan, key, values in changed
            for value in values
        ],
        batch_size=1000,
    )


def _ensure_attributes(plans: Sequence[Plan]) -> dict[str, int]:
    records = list_attribute_records(plans)
    Attribute.objects.bulk_create(
        [
            Attribute(
                key=key,
                kind=record.kind.value,
                is_multiple=record.is_multiple,
                name_en=record.name_en or key,
                name_zh_hans=record.name_zh_hans,
                unit_en=record.unit_en,
                unit_zh_hans=record.unit_zh_hans,
            )
            for key, record in sorted(records.items())
        ],
        ignore_conflicts=True,
    )
    return dict(Attribute.objects.filter(key__in=records).values_list("key", "pk"))


def _ensure_type_attributes(plans: Sequence[Plan], ids: dict[str, int]) -> None:
    """Let types know the attributes that their products state, as optional ones."""
    kinds = {plan.record.product_type.key for plan in plans if plan.record.product_type}
    types = dict(ProductType.objects.filter(key__in=kinds).values_list("key", "pk")) if kinds else {}
    pairs = {
        (types[plan.record.product_type.key], ids[key])
        for plan in plans
        if plan.record.product_type
        for key in plan.stated
    }
    TypeAttribute.objects.bulk_create(
        [TypeAttribute(product_type_id=kind, attribute_id=attribute) for kind, attribute in sorted(pairs)],
        ignore_conflicts=True,
    )


def _ensure_choices(plans: Sequence[Plan], ids: dict[str, int]) -> dict[tuple[int, str], int]:
    """Return choice ids by attribute and key, creating the ones that are not there at the end of their lists."""
    wanted = {
        (ids[key], value.choice_key): value
        for plan in plans
        for key, values in plan.stated.items()
        for value in values
        if value.choice_key
    }
    rows = AttributeChoice.objects.filter(attribute_id__in={attribute for attribute, _key in wanted})
    known = {(attribute, key): pk for attribute, key, pk in rows.values_list("attribute_id", "key", "pk")}
    fresh = [
        AttributeChoice(
            attribute_id=attribute,
            key=key,
            value_en=value.choice_en[:120],
            value_zh_hans=value.choice_zh_hans[:120],
            swatch=value.swatch,
            position=len(known) + number,
        )
        for number, ((attribute, key), value) in enumerate(wanted.items())
        if (attribute, key) not in known
    ]
    if not fresh:
        return known
    AttributeChoice.objects.bulk_create(fresh, ignore_conflicts=True)
    return {(attribute, key): pk for attribute, key, pk in rows.values_list("attribute_id", "key", "pk")}


def _build_value(
    product_id: int, attribute_id: int, value: StatedValue, choices: dict[tuple[int, str], int]
) -> AttributeValue:
    return AttributeValue(
        product_id=product_id,
        attribute_id=attribute_id,
        choice_id=choices[attribute_id, value.choice_key] if value.choice_key else None,
        number=value.number,
        flag=value.flag,
        day=value.day,
        text_en=value.text_en or None,
        text_zh_hans=value.text_zh_hans or None,
    )


def _write_collections(plans: Sequence[Plan]) -> None:
    """Put products into the collections that the file names, at their end; known ones keep their names."""
    missing = [(plan, slug) for plan in plans for slug in sorted(list_missing_collections(plan))]
    left = [(plan, slug) for plan in plans for slug in list_left_collections(plan)]
    if not missing and not left:
        return
    named = {each.key: each for plan in plans for each in plan.record.collections}
    Collection.objects.bulk_create(
        [
            Collection(
                slug=slug,
                name_en=named[slug].name_en,
                name_zh_hans=named[slug].name_zh_hans,
                updated_at=now(),
            )
            for slug in sorted({slug for _plan, slug in missing})
        ],
        ignore_conflicts=True,
    )
    slugs = {slug for _plan, slug in [*missing, *left]}
    ids = dict(Collection.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    for plan, slug in left:
        CollectionProduct.objects.filter(collection_id=ids[slug], product_id=plan.product_id).delete()
    CollectionProduct.objects.bulk_create(
        [
            # The place in a file is the place in the collection, after what was put there by hand.
            CollectionProduct(
                collection_id=ids[slug], product_id=plan.product_id, position=1000 + plan.parsed.rows[0]
            )
            for plan, slug in missing
        ],
        ignore_conflicts=True,
    )


def _write_documents(plans: Sequence[Plan]) -> None:
    for plan in plans:
        known = plan.state.documents if plan.state else {}
        for position, document in enumerate(plan.documents):
            row = known.get(document.record.name) or ProductDocument(product_id=plan.product_id)
            _fill_document(row, document, position)
            row.save()


def _fill_document(row: ProductDocument, document: PlannedDocument, position: int) -> None:
    row.kind = document.record.kind
    row.title_en = document.record.title_en
    row.title_zh_hans = document.record.title_zh_hans or row.title_zh_hans
    row.position = position
    if document.path:
        row.file.name = document.path
        row.size_bytes = document.size_bytes
