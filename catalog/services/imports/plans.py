"""Comparing a product of a file with the one in the database: what would change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from catalog.domain.attribute_values import parse_values
from catalog.domain.attributes import StatedValue
from catalog.domain.errors import AttributeInvalid
from catalog.domain.reasons import Reason
from catalog.domain.records import (
    AttributeRecord,
    DocumentRecord,
    ParsedProduct,
    ProductRecord,
    VariantRecord,
)
from catalog.domain.reports import Outcome
from catalog.domain.words import make_key
from catalog.gateways.pictures import StoredPicture
from catalog.models import Product, Variant
from catalog.queries.import_state import AttributeState, ProductState, base_name, name_image


@dataclass(kw_only=True, slots=True)
class PlannedPicture:
    """A picture of the file that lies in the storage now."""

    name: str
    alt_en: str
    alt_zh_hans: str
    sku: str
    stored: StoredPicture | None
    checksum: str
    # The product does not have it yet; a check stores nothing, so `stored` alone would not tell.
    is_new: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedDocument:
    """A document of the file that lies in the storage now; `path` is empty when the product's own copy stays."""

    record: DocumentRecord
    path: str = ""
    size_bytes: int = 0


@dataclass(kw_only=True, slots=True)
class Plan:
    """What an import is going to do with one product."""

    parsed: ParsedProduct
    record: ProductRecord
    state: ProductState | None
    pictures: list[PlannedPicture] = field(default_factory=list)
    documents: list[PlannedDocument] = field(default_factory=list)
    # What it states by attribute key, read by the kind that the shop gives the attribute.
    stated: dict[str, tuple[StatedValue, ...]] = field(default_factory=dict)
    outcome: Outcome = Outcome.UNCHANGED
    changes: tuple[str, ...] = ()
    slug: str = ""
    product_id: int = 0


def refuse_taken_skus(
    parsed: ParsedProduct,
    state: ProductState | None,
    owners: dict[str, tuple[int, str]],
    taken: dict[str, str],
) -> None:
    """Refuse variants whose SKU belongs to another product, in the shop or earlier in the file."""
    record = parsed.record
    if record is None:
        return
    kept: list[VariantRecord] = []
    for variant in record.variants:
        sku = variant.sku.casefold()
        owner, slug = owners.get(sku, (0, ""))
        if owner and (state is None or owner != state.product.pk):
            parsed.refuse(variant.row, Reason("sku_taken", sku=variant.sku, product=slug))
        elif taken.setdefault(sku, parsed.key) != parsed.key:
            parsed.refuse(variant.row, Reason("sku_before", sku=variant.sku, product=taken[sku]))
        else:
            kept.append(variant)
    if len(kept) < len(record.variants):
        parsed.record = replace(record, variants=tuple(kept))
    if not kept:
        parsed.refuse_all(Reason("variants_none"))


def state_attributes(plan: Plan, known: Mapping[str, AttributeState]) -> None:
    """Read the cells of the attributes by the kind that the shop gives them; a cell that is none is left out."""
    for attribute in plan.record.attributes:
        shop = known.get(attribute.key)
        kind, is_multiple = (shop.kind, shop.is_multiple) if shop else (attribute.kind, attribute.is_multiple)
        try:
            values = parse_values(kind, attribute.cell, is_multiple=is_multiple)
        except AttributeInvalid as error:
            plan.parsed.warn(
                attribute.row, Reason("attribute_left_out", key=attribute.key, reason=error.reason)
            )
            continue
        if values:
            plan.stated[attribute.key] = tuple(_use_known_choice(value, shop) for value in values)


def _use_known_choice(value: StatedValue, shop: AttributeState | None) -> StatedValue:
    """Return the value with the key that the shop has for this word, whoever made it."""
    if shop is None or not value.choice_key:
        return value
    key = shop.choices.get(value.choice_en.casefold()) or shop.choices.get(value.choice_key)
    return replace(value, choice_key=key or value.choice_key)


def warn_of_rules(plan: Plan, ruled: Collection[str]) -> None:
    """Leave out collections that a rule fills: it decides alone."""
    for collection in plan.record.collections:
        if collection.key in ruled:
            plan.parsed.warn(plan.parsed.rows[0], Reason("collection_ruled", key=collection.key))
    kept = tuple(each for each in plan.record.collections if each.key not in ruled)
    if len(kept) < len(plan.record.collections):
        plan.record = replace(plan.record, collections=kept)


def decide_outcome(plan: Plan) -> Outcome:
    """Return whether the product is new, differs from the file, or agrees with it; notes in words what differs."""
    if plan.state is None:
        return Outcome.CREATED
    plan.changes = tuple(list_changes(plan, plan.state))
    return Outcome.UPDATED if plan.changes else Outcome.UNCHANGED


def list_changes(plan: Plan, state: ProductState) -> list[str]:
    """Return the names of what differs."""
    changes = _list_changed_words(plan.record, state)
    parts = {
        "variants": _has_same_variants(plan, state),
        "prices": _has_same_prices(plan.record, state),
        "options": _has_same_options(plan.record, state),
        "attributes": all(
            state.attributes.get(key) == freeze_values(values) for key, values in plan.stated.items()
        ),
        "tags": plan.record.tags is None or list(plan.record.tags) == state.product.tags,
        "collections": not list_missing_collections(plan) and not list_left_collections(plan),
        "pictures": _has_same_pictures(plan, state),
        "documents": all(_is_same_document(document, state) for document in plan.documents),
    }
    return changes + [name for name, is_same in parts.items() if not is_same]


def freeze_values(values: tuple[StatedValue, ...]) -> frozenset[tuple[object, ...]]:
    """Return values as queries.import_state gives those of the shop."""
    return frozenset(
        tuple(
            part if part is not None else ""
            for part in (
                value.choice_key,
                value.number,
                value.flag,
                value.day,
                value.text_en,
                value.text_zh_hans,
            )
        )
        for value in values
    )


def _list_changed_words(record: ProductRecord, state: ProductState) -> list[str]:
    """Compare; what the file leaves empty (Chinese, brand, category, flags) stays as the shop has it."""
    product = state.product
    is_shown = product.status == Product.Status.PUBLISHED
    wanted: dict[str, tuple[object, object]] = {
        "name": (record.name_en, product.name_en),
        # What the mark for publishing keeps back is as published as it can be.
        "published": (record.is_published and not state.is_held_back, is_shown),
    }
    # An empty description is a statement only in English, as ever.
    wanted["description"] = (record.description_en, product.description_en)
    for label, new, old in (
        ("brand", record.brand and record.brand.key, product.brand and product.brand.slug),
        ("category", list_category_path(record), product.category and product.category.path),
        (
            "product type",
            record.product_type and record.product_type.key,
            product.product_type and product.product_type.key,
        ),
        *((name, getattr(record, name), getattr(product, name)) for name in KEPT_WHEN_EMPTY),
    ):
        if new not in (None, ""):
            wanted[label] = (new, old)
    return [label.replace("_", " ") for label, (new, old) in wanted.items() if new != old]


# Fields whose empty cell leaves what the shop has.
KEPT_WHEN_EMPTY = (
    "name_zh_hans",
    "description_zh_hans",
    "seo_title_en",
    "seo_title_zh_hans",
    "seo_description_en",
    "seo_description_zh_hans",
    "is_featured",
    "is_digital",
    "is_custom_made",
    "is_fresh",
    "return_policy",
    "warranty_months",
    "publish_at",
    "unpublish_at",
)


def list_category_path(record: ProductRecord) -> str:
    """Return the path of the record's category, empty when it has none."""
    return "/".join(step.slug for step in record.categories)


def _has_same_variants(plan: Plan, state: ProductState) -> bool:
    wanted_variants = plan.record.variants
    named = {variant.sku.casefold() for variant in wanted_variants}
    gone = {variant.pk for variant in list_gone_variants(plan, state)}
    known = [variant for sku, variant in state.variants.items() if sku in named or variant.pk in gone]
    if [variant.sku for variant in wanted_variants] != [variant.sku for variant in known]:
        return False
    for wanted in wanted_variants:
        variant = state.variants[wanted.sku.casefold()]
        facts = (variant.barcode, variant.weight_grams, variant.requires_shipping, variant.is_active)
        if facts != (wanted.barcode, wanted.weight_grams, wanted.requires_shipping, wanted.is_active):
            return False
        if set(state.choices.get(variant.pk, ())) != set(list_choice_keys(wanted)):
            return False
    return True


def list_gone_variants(plan: Plan, state: ProductState) -> list[Variant]:
    """Return what is on sale and not in the file; nothing while a row is refused, for it may be just that article's."""
    if plan.parsed.refused:
        return []
    named = {variant.sku.casefold() for variant in plan.record.variants}
    return [variant for sku, variant in state.variants.items() if variant.is_active and sku not in named]


def _has_same_prices(record: ProductRecord, state: ProductState) -> bool:
    for wanted in record.variants:
        variant = state.variants.get(wanted.sku.casefold())
        known = state.prices.get(variant.pk, {}) if variant else {}
        if any(known.get(currency) != (amount, before) for currency, amount, before in wanted.prices):
            return False
    return True


def list_choice_keys(variant: VariantRecord) -> list[tuple[str, str]]:
    """Return (option key, value key) of a variant."""
    return [(make_key(choice.option_en), make_key(choice.value_en, length=120)) for choice in variant.choices]


def _has_same_options(record: ProductRecord, state: ProductState) -> bool:
    """Compare the words of options and values."""
    for variant in record.variants:
        for choice, (option_key, key) in zip(variant.choices, list_choice_keys(variant), strict=True):
            name = state.options.get(option_key)
            value = state.values.get((option_key, key))
            if name is None or value is None:
                return False
            if (choice.option_en.casefold(), choice.option_zh_hans or name[1]) != (
                name[0].casefold(),
                name[1],
            ):
                return False
            wanted = (choice.value_en, choice.value_zh_hans or value[1], choice.swatch or value[2])
            # Two spellings of one value ("Red", "red") have one key; the first one that came in stays.
            if (wanted[0].casefold(), *wanted[1:]) != (value[0].casefold(), *value[1:]):
                return False
    return True


def list_missing_collections(plan: Plan) -> set[str]:
    """Return the collections that the product is to be put into."""
    known = plan.state.collections if plan.state else set()
    return {collection.key for collection in plan.record.collections} - known


def list_left_collections(plan: Plan) -> set[str]:
    """Return the collections that it leaves: our own format tells all of them, other formats only add."""
    if plan.state is None or plan.record.source != "own" or not plan.record.collections:
        return set()
    return plan.state.collections - {collection.key for collection in plan.record.collections}


def _is_same_document(document: PlannedDocument, state: ProductState) -> bool:
    known = state.documents.get(document.record.name)
    if known is None or document.path:
        return False
    wanted = document.record
    return (known.kind, known.title_en, known.title_zh_hans or "") == (
        wanted.kind,
        wanted.title_en,
        wanted.title_zh_hans or known.title_zh_hans or "",
    )


def _has_same_pictures(plan: Plan, state: ProductState) -> bool:
    known = {(name_image(image), _sku_of(image.variant_id, state)): image for image in state.images}
    for picture in plan.pictures:
        image = known.get((picture.name, picture.sku.casefold()))
        if image is None or picture.is_new:
            return False
        known_alt = (image.alt_en or "", image.alt_zh_hans or "")
        if known_alt != (picture.alt_en or known_alt[0], picture.alt_zh_hans or known_alt[1]):
            return False
    return not list_gone_pictures(plan, state)


def list_gone_pictures(plan: Plan, state: ProductState) -> list[int]:
    """Return the pictures that an earlier file brought and this one no longer names; a refused row may name them."""
    if not plan.record.pictures or plan.parsed.refused:
        return []
    named = {base_name(picture.name) for picture in plan.record.pictures}
    return [image.pk for image in state.images if image.source_name and image.source_name not in named]


def _sku_of(variant_id: int | None, state: ProductState) -> str:
    return next((sku for sku, variant in state.variants.items() if variant.pk == variant_id), "")


def choose_slugs(plans: Collection[Plan], taken: set[str]) -> None:
    """Give each new product a free address."""
    for plan in plans:
        if plan.state is not None:
            plan.slug = plan.state.product.slug
            continue
        base = (
            make_key(plan.record.handle, length=110) or make_key(plan.record.name_en, length=110) or "product"
        )
        slug, number = base, 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        plan.slug = slug


def list_attribute_records(plans: Collection[Plan]) -> dict[str, AttributeRecord]:
    """Return one record per attribute that the plans state."""
    return {one.key: one for plan in plans for one in plan.record.attributes if one.key in plan.stated}
