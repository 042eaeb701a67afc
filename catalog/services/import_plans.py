"""Comparing a product of a file with the one in the database: what would change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from catalog.domain.records import ParsedProduct, ProductRecord, VariantRecord
from catalog.domain.reports import Outcome
from catalog.domain.words import make_key
from catalog.gateways.pictures import StoredPicture
from catalog.models import Product
from catalog.queries.import_state import ProductState


@dataclass(kw_only=True, slots=True)
class PlannedPicture:
    """A picture of the file that lies in the storage now."""

    name: str
    alt_en: str
    alt_zh_hans: str
    sku: str
    stored: StoredPicture | None
    checksum: str


@dataclass(kw_only=True, slots=True)
class Plan:
    """What an import is going to do with one product."""

    parsed: ParsedProduct
    record: ProductRecord
    state: ProductState | None
    pictures: list[PlannedPicture] = field(default_factory=list)
    outcome: Outcome = Outcome.UNCHANGED
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
            parsed.refuse(variant.row, f"the SKU {variant.sku} belongs to the product {slug}")
        elif taken.setdefault(sku, parsed.key) != parsed.key:
            parsed.refuse(variant.row, f"the SKU {variant.sku} came before, in {taken[sku]}")
        else:
            kept.append(variant)
    parsed.record = _with_variants(record, tuple(kept))
    if not kept:
        parsed.refuse_all("none of its variants can be imported")


def _with_variants(record: ProductRecord, variants: tuple[VariantRecord, ...]) -> ProductRecord:
    if len(variants) == len(record.variants):
        return record
    values = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return ProductRecord(**{**values, "variants": variants})


def decide_outcome(plan: Plan) -> Outcome:
    """Return whether the product is new, differs from the file, or agrees with it."""
    if plan.state is None:
        return Outcome.CREATED
    is_same = (
        _has_same_words(plan.record, plan.state.product)
        and _has_same_variants(plan.record, plan.state)
        and _has_same_options(plan.record, plan.state)
        and _has_same_pictures(plan, plan.state)
    )
    return Outcome.UNCHANGED if is_same else Outcome.UPDATED


def _has_same_words(record: ProductRecord, product: Product) -> bool:
    """Compare; what the file leaves empty (Chinese, brand, category, featured) stays as the shop has it."""
    pairs = [
        (record.name_en, product.name_en),
        (record.name_zh_hans or product.name_zh_hans, product.name_zh_hans),
        (record.description_en, product.description_en),
        (record.description_zh_hans or product.description_zh_hans, product.description_zh_hans),
        (make_key(record.brand) or _brand_slug(product), _brand_slug(product)),
        (list_category_path(record) or _category_path(product), _category_path(product)),
        (record.is_published, product.status == Product.Status.PUBLISHED),
        (product.is_featured if record.is_featured is None else record.is_featured, product.is_featured),
    ]
    return all(new == old for new, old in pairs)


def _brand_slug(product: Product) -> str:
    return product.brand.slug if product.brand else ""


def _category_path(product: Product) -> str:
    return product.category.path if product.category else ""


def list_category_path(record: ProductRecord) -> str:
    """Return the path of the record's category, empty when it has none."""
    return "/".join(step.slug for step in record.categories)


def _has_same_variants(record: ProductRecord, state: ProductState) -> bool:
    active = [variant for variant in state.variants.values() if variant.is_active]
    if [variant.sku for variant in record.variants] != [variant.sku for variant in active]:
        return False
    for wanted in record.variants:
        variant = state.variants[wanted.sku.casefold()]
        facts = (variant.barcode, variant.weight_grams, variant.requires_shipping)
        if facts != (wanted.barcode, wanted.weight_grams, wanted.requires_shipping):
            return False
        if set(state.choices.get(variant.pk, ())) != {
            (key, value) for key, value in list_choice_keys(wanted)
        }:
            return False
        known = state.prices.get(variant.pk, {})
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


def _has_same_pictures(plan: Plan, state: ProductState) -> bool:
    known = {(image.source_name, _sku_of(image.variant_id, state)): image for image in state.images}
    for picture in plan.pictures:
        image = known.get((picture.name, picture.sku.casefold()))
        if image is None or image.checksum != picture.checksum:
            return False
        known_alt = (image.alt_en or "", image.alt_zh_hans or "")
        if known_alt != (picture.alt_en or known_alt[0], picture.alt_zh_hans or known_alt[1]):
            return False
    return not list_gone_pictures(plan, state)


def list_gone_pictures(plan: Plan, state: ProductState) -> list[int]:
    """Return the pictures that an earlier file brought and this one no longer names."""
    if not plan.record.pictures:
        return []
    named = {base_name(picture.name) for picture in plan.record.pictures}
    return [image.pk for image in state.images if image.source_name and image.source_name not in named]


def base_name(address: str) -> str:
    """Return the last part of an address or file name, without its query."""
    return address.partition("?")[0].rstrip("/").rpartition("/")[2]


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
