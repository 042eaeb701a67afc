"""Writing planned products: a batch in a handful of statements, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalog.domain.errors import QualityTooLow
from catalog.domain.events import ProductsChanged, StockDeclared
from catalog.domain.reasons import Reason
from catalog.domain.records import CategoryStep, ChoiceRecord, NamedKey, ProductRecord, VariantRecord
from catalog.gateways.pictures import StoredPicture
from catalog.models import Brand, Category, OptionValue, Price, Product, ProductImage, ProductOption, Variant
from catalog.queries.categories import list_free_positions
from catalog.queries.import_state import name_image
from catalog.services.imports.facts import ensure_types, write_facts
from catalog.services.imports.plans import (
    KEPT_WHEN_EMPTY,
    Plan,
    PlannedPicture,
    list_category_path,
    list_choice_keys,
    list_gone_pictures,
    list_gone_variants,
)
from catalog.services.imports.stock import list_declared_stock
from catalog.services.listings import refresh_listings
from catalog.services.publishing import hold_back
from catalog.services.quality import refresh_quality
from shop.kernel.clock import now
from shop.kernel.events import publish, publish_many
from shop.kernel.transactions import transactional

# (product id, case-folded SKU) -> variant id
VariantIds = dict[tuple[int, str], int]
_PRODUCT_FIELDS = [
    "name_en",
    "description_en",
    "brand",
    "category",
    "product_type",
    "tags",
    "status",
    "published_at",
    "updated_at",
    *KEPT_WHEN_EMPTY,
]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Places:
    """Where products stand: ids by slug, path and key."""

    brands: dict[str, int]
    categories: dict[str, int]
    types: dict[str, int]


@transactional
def write_plans(
    plans: Sequence[Plan], *, stock_source: str, is_stock_forced: bool, assumed_stock: int
) -> None:
    """Write new and changed products with their variants, prices, pictures and listings.

    Publishes StockDeclared for variants that are new, for all of them when the operator asks for it. One product or many:
    all or nothing. Repeatable, as everything is matched by its key.
    """
    places = _Places(
        brands=_ensure_brands(plans), categories=_ensure_categories(plans), types=ensure_types(plans)
    )
    shown_anew = [plan for plan in plans if _is_shown_anew(plan)]
    _write_products(plans, places)
    _write_options(plans)
    ids, new_skus = _write_variants(plans)
    _link_values(plans, ids)
    _write_prices(plans, ids)
    _write_pictures(plans, ids)
    write_facts(plans)
    refresh_listings([plan.product_id for plan in plans])
    _judge(plans, shown_anew)
    publish_many(
        [
            event
            for plan in plans
            for variant in plan.record.variants
            if is_stock_forced or variant.sku.casefold() in new_skus
            for event in _declare_stock(
                variant,
                variant_id=ids[plan.product_id, variant.sku.casefold()],
                source=stock_source if is_stock_forced else "import",
                is_forced=is_stock_forced,
                assumed=assumed_stock,
            )
        ]
    )


def _is_shown_anew(plan: Plan) -> bool:
    was_shown = plan.state is not None and plan.state.product.status == Product.Status.PUBLISHED
    return plan.record.is_published and not was_shown


def _judge(plans: Sequence[Plan], shown_anew: Sequence[Plan]) -> None:
    """Score what was written; what is new in the shop and below the mark stays a draft, and its row says why."""
    refresh_quality([plan.product_id for plan in plans])
    refused = hold_back([plan.product_id for plan in shown_anew])
    for plan in shown_anew:
        if plan.product_id in refused:
            plan.parsed.warn(
                plan.parsed.rows[0], Reason("kept_as_draft", score=_read_score(refused[plan.product_id]))
            )
    publish(ProductsChanged(product_ids=[plan.product_id for plan in plans]))


def _read_score(refusal: QualityTooLow) -> int:
    score = refusal.facts["score"]
    return score if isinstance(score, int) else 0


def _declare_stock(
    variant: VariantRecord, *, variant_id: int, source: str, is_forced: bool, assumed: int
) -> list[StockDeclared]:
    return [
        StockDeclared(
            variant_id=variant_id,
            warehouse_code=code,
            quantity=quantity,
            source_id=f"{source}:{variant_id}:{code}",
            is_forced=is_forced,
        )
        for code, quantity in list_declared_stock(variant, assumed_stock=assumed)
    ]


def _ensure_brands(plans: Iterable[Plan]) -> dict[str, int]:
    """Return brand ids by slug, creating the ones that are not there."""
    wanted = {plan.record.brand.key: plan.record.brand.name_en for plan in plans if plan.record.brand}
    Brand.objects.bulk_create(
        [Brand(slug=slug, name=name) for slug, name in sorted(wanted.items())], ignore_conflicts=True
    )
    return dict(Brand.objects.filter(slug__in=wanted).values_list("slug", "pk"))


def _ensure_categories(plans: Iterable[Plan]) -> dict[str, int]:
    """Return category ids by path, creating the missing ones from the top down; known ones keep their names."""
    wanted: dict[str, tuple[CategoryStep, int]] = {}
    for plan in plans:
        slugs = [step.slug for step in plan.record.categories]
        for depth, step in enumerate(plan.record.categories, start=1):
            wanted.setdefault("/".join(slugs[:depth]), (step, depth))
    known = dict(Category.objects.filter(path__in=wanted).values_list("path", "pk"))
    behind = list_free_positions() if len(known) < len(wanted) else {}
    for path, (step, depth) in sorted(wanted.items(), key=lambda item: item[1][1]):
        if path not in known:
            above = path.rpartition("/")[0]
            known[path] = Category.objects.create(
                slug=step.slug,
                path=path,
                depth=depth,
                parent_id=known.get(above),
                position=behind.get(above, 0),
                name_en=step.name,
                name_zh_hans=step.name_zh_hans,
            ).pk
    return known


def _write_products(plans: Sequence[Plan], places: _Places) -> None:
    created = [(plan, _build_product(plan, places)) for plan in plans if plan.state is None]
    Product.objects.bulk_create([product for _, product in created])
    for plan, product in created:
        plan.product_id = product.pk
    changed = [_change_product(plan, plan.state.product, places) for plan in plans if plan.state]
    Product.objects.bulk_update(changed, _PRODUCT_FIELDS, batch_size=200)


def _build_product(plan: Plan, places: _Places) -> Product:
    record, at = plan.record, now()
    product = Product(
        slug=plan.slug, source=record.source, external_key=record.external_key, created_at=at, updated_at=at
    )
    _fill_product(product, record, places)
    return product


def _change_product(plan: Plan, product: Product, places: _Places) -> Product:
    """Return the known product with the file's words."""
    plan.product_id = product.pk
    _fill_product(product, plan.record, places)
    product.updated_at = now()
    return product


def _fill_product(product: Product, record: ProductRecord, places: _Places) -> None:
    """Write the file's words; what the file leaves empty stays."""
    product.name_en = record.name_en
    product.description_en = record.description_en
    for name in KEPT_WHEN_EMPTY:
        value = getattr(record, name)
        if value not in (None, ""):
            setattr(product, name, value)
    if record.tags is not None:
        product.tags = list(record.tags)
    product.brand_id = _find_id(places.brands, record.brand) or product.brand_id
    product.category_id = places.categories.get(list_category_path(record)) or product.category_id
    product.product_type_id = _find_id(places.types, record.product_type) or product.product_type_id
    product.status = Product.Status.PUBLISHED if record.is_published else Product.Status.DRAFT
    if record.is_published and product.published_at is None:
        product.published_at = now()


def _find_id(ids: dict[str, int], named: NamedKey | None) -> int | None:
    return ids.get(named.key) if named else None


def _write_options(plans: Sequence[Plan]) -> None:
    """Write options and values by their keys; those no variant uses any more stay, they do no harm."""
    options: dict[tuple[int, str], ProductOption] = {}
    values: dict[tuple[int, str, str], tuple[ChoiceRecord, int]] = {}
    counts: dict[tuple[int, str], int] = {}
    for plan in plans:
        for variant in plan.record.variants:
            for position, (choice, (option_key, key)) in enumerate(
                zip(variant.choices, list_choice_keys(variant), strict=True)
            ):
                options.setdefault(
                    (plan.product_id, option_key), _build_option(plan, choice, option_key, position)
                )
                place = (plan.product_id, option_key)
                if (*place, key) not in values:
                    counts[place] = counts.get(place, -1) + 1
                    values[*place, key] = (_keep_words(plan, choice, (option_key, key)), counts[place])
    ProductOption.objects.bulk_create(
        options.values(),
        update_conflicts=True,
        unique_fields=["product", "key"],
        update_fields=["name_en", "name_zh_hans", "position"],
    )
    ids = _list_option_ids(plans)
    OptionValue.objects.bulk_create(
        [
            _build_value(choice, option_id=ids[product_id, option_key], key=key, position=position)
            for (product_id, option_key, key), (choice, position) in values.items()
        ],
        update_conflicts=True,
        unique_fields=["option", "key"],
        update_fields=["value_en", "value_zh_hans", "swatch", "position"],
    )


def _keep_words(plan: Plan, choice: ChoiceRecord, place: tuple[str, str]) -> ChoiceRecord:
    """Return the choice with the Chinese word and the swatch that the shop has, where the file has none."""
    _english, chinese, swatch = (plan.state.values.get(place) if plan.state else None) or ("", "", "")
    return replace(choice, value_zh_hans=choice.value_zh_hans or chinese, swatch=choice.swatch or swatch)


def _list_option_ids(plans: Sequence[Plan]) -> dict[tuple[int, str], int]:
    rows = ProductOption.objects.filter(product_id__in=[plan.product_id for plan in plans])
    return {(product_id, key): pk for product_id, key, pk in rows.values_list("product_id", "key", "pk")}


def _build_option(plan: Plan, choice: ChoiceRecord, key: str, position: int) -> ProductOption:
    known = plan.state.options.get(key, ("", "")) if plan.state else ("", "")
    return ProductOption(
        product_id=plan.product_id,
        key=key,
        name_en=choice.option_en,
        name_zh_hans=choice.option_zh_hans or known[1],
        position=position,
    )


def _build_value(choice: ChoiceRecord, *, option_id: int, key: str, position: int) -> OptionValue:
    return OptionValue(
        option_id=option_id,
        key=key,
        value_en=choice.value_en,
        value_zh_hans=choice.value_zh_hans,
        swatch=choice.swatch,
        position=position,
    )


def _write_variants(plans: Sequence[Plan]) -> tuple[VariantIds, set[str]]:
    """Create and change variants; those the file no longer has go off sale, as orders may point to them."""
    created: list[Variant] = []
    changed: list[Variant] = []
    for plan in plans:
        known = plan.state.variants if plan.state else {}
        for position, record in enumerate(plan.record.variants):
            variant = known.get(record.sku.casefold())
            (changed if variant else created).append(
                _fill_variant(variant or Variant(product_id=plan.product_id), record, position)
            )
        for variant in list_gone_variants(plan, plan.state) if plan.state else ():
            variant.is_active = False
            changed.append(variant)
    Variant.objects.bulk_create(created)
    fields = ["sku", "barcode", "weight_grams", "requires_shipping", "is_active", "position"]
    Variant.objects.bulk_update(changed, fields, batch_size=500)
    ids = {(variant.product_id, variant.sku.casefold()): variant.pk for variant in [*created, *changed]}
    return ids, {variant.sku.casefold() for variant in created}


def _fill_variant(variant: Variant, record: VariantRecord, position: int) -> Variant:
    variant.sku = record.sku
    variant.barcode = record.barcode
    variant.weight_grams = record.weight_grams
    variant.requires_shipping = record.requires_shipping
    variant.is_active = record.is_active
    variant.position = position
    return variant


def _link_values(plans: Sequence[Plan], ids: VariantIds) -> None:
    """Tie variants to their option values anew."""
    through = Variant.option_values.through
    through.objects.filter(variant_id__in=ids.values()).delete()
    rows = OptionValue.objects.filter(option__product_id__in=[plan.product_id for plan in plans])
    values = {
        (product_id, option_key, key): pk
        for product_id, option_key, key, pk in rows.values_list(
            "option__product_id", "option__key", "key", "pk"
        )
    }
    through.objects.bulk_create(
        through(
            variant_id=ids[plan.product_id, variant.sku.casefold()],
            optionvalue_id=values[plan.product_id, option_key, key],
        )
        for plan in plans
        for variant in plan.record.variants
        for option_key, key in list_choice_keys(variant)
    )


def _write_prices(plans: Sequence[Plan], ids: VariantIds) -> None:
    """Write the file's prices; prices in other currencies stay."""
    Price.objects.bulk_create(
        [
            Price(
                variant_id=ids[plan.product_id, variant.sku.casefold()],
                currency=currency,
                amount=amount,
                compare_at_amount=before,
            )
            for plan in plans
            for variant in plan.record.variants
            for currency, amount, before in variant.prices
        ],
        update_conflicts=True,
        unique_fields=["variant", "currency"],
        update_fields=["amount", "compare_at_amount"],
    )


def _write_pictures(plans: Sequence[Plan], ids: VariantIds) -> None:
    """Replace the pictures that came from files; those an operator added stay."""
    replaced = [pk for plan in plans if plan.state for pk in list_gone_pictures(plan, plan.state)]
    fresh: list[ProductImage] = []
    for plan in plans:
        known = {name_image(image): image for image in plan.state.images} if plan.state else {}
        for position, picture in enumerate(plan.pictures):
            image = known.get(picture.name)
            if picture.stored is None and image is not None:
                _change_words(image, picture.alt_en, picture.alt_zh_hans)
                continue
            if image is not None:
                replaced.append(image.pk)
            if picture.stored is not None:
                fresh.append(_build_image(plan, picture, picture.stored, position, ids))
    ProductImage.objects.filter(pk__in=replaced).delete()
    ProductImage.objects.bulk_create(fresh)


def _change_words(image: ProductImage, alt_en: str, alt_zh_hans: str) -> None:
    wanted = (alt_en or image.alt_en, alt_zh_hans or image.alt_zh_hans)
    if wanted != (image.alt_en, image.alt_zh_hans):
        image.alt_en, image.alt_zh_hans = wanted
        image.save(update_fields=["alt_en", "alt_zh_hans"])


def _build_image(
    plan: Plan, picture: PlannedPicture, stored: StoredPicture, position: int, ids: VariantIds
) -> ProductImage:
    return ProductImage(
        product_id=plan.product_id,
        variant_id=ids.get((plan.product_id, picture.sku.casefold())),
        original=stored.original,
        alt_en=picture.alt_en,
        alt_zh_hans=picture.alt_zh_hans,
        width=stored.width,
        height=stored.height,
        color=stored.color,
        renditions=stored.renditions,
        position=position,
        source_name=picture.name,
        checksum=picture.checksum,
    )
