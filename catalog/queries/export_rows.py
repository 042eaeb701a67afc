"""Products with all that our own format carries, read in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from catalog.domain.attributes import AttributeKind, StatedValue
from catalog.domain.columns import AttributeColumn
from catalog.domain.own_rows import ExportedOption, ExportedPicture, ExportedProduct, ExportedVariant
from catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Collection,
    CollectionProduct,
    OptionValue,
    Price,
    Product,
    ProductDocument,
    ProductImage,
    Variant,
)
from catalog.queries.import_state import name_image
from catalog.queries.stock_sources import find_stock_source

BATCH_SIZE = 200


def list_attribute_columns(products: QuerySet[Product]) -> list[AttributeColumn]:
    """Return the attributes that some of the products state, in their order."""
    keys = AttributeValue.objects.filter(product__in=products.order_by().values("pk")).values("attribute")
    return [
        AttributeColumn(
            key=row.key,
            kind=AttributeKind(row.kind),
            is_multiple=row.is_multiple,
            name_en=row.name_en or "",
            name_zh_hans=row.name_zh_hans or "",
            unit_en=row.unit_en or "",
            unit_zh_hans=row.unit_zh_hans or "",
        )
        for row in Attribute.objects.filter(pk__in=keys).order_by("position", "key")
    ]


def list_price_currencies(products: QuerySet[Product]) -> list[str]:
    """Return the currencies that some of the products have a price in."""
    prices = Price.objects.filter(variant__product__in=products.order_by().values("pk"))
    return sorted(prices.order_by().values_list("currency", flat=True).distinct())


def iterate_products(products: QuerySet[Product]) -> Iterator[tuple[Product, ExportedProduct]]:
    """Yield the products by primary key; ten queries for each batch, whatever its products have."""
    last = 0
    rows = products.order_by("pk").select_related("brand", "category", "product_type")
    while batch := list(_prefetch(rows.filter(pk__gt=last))[:BATCH_SIZE]):
        yield from _build_batch(batch)
        last = batch[-1].pk


def _prefetch(products: QuerySet[Product]) -> QuerySet[Product]:
    values = OptionValue.objects.select_related("option").order_by("option__position", "option_id")
    variants = Variant.objects.order_by("position", "pk").prefetch_related(
        Prefetch("option_values", queryset=values),
        Prefetch("prices", queryset=Price.objects.order_by("currency")),
    )
    members = CollectionProduct.objects.filter(collection__kind=Collection.Kind.MANUAL)
    return products.prefetch_related(
        Prefetch("variants", queryset=variants),
        Prefetch("images", queryset=ProductImage.objects.order_by("position", "pk")),
        Prefetch("documents", queryset=ProductDocument.objects.order_by("position", "pk")),
        Prefetch("memberships", queryset=members.select_related("collection").order_by("collection__slug")),
        Prefetch(
            "attribute_values",
            queryset=AttributeValue.objects.select_related("attribute", "choice").order_by(
                "attribute_id", "choice__position", "pk"
            ),
        ),
    )


def _build_batch(batch: Sequence[Product]) -> Iterator[tuple[Product, ExportedProduct]]:
    source = find_stock_source()
    ids = [variant.pk for product in batch for variant in product.variants.all()]
    stock = source.list_levels(ids) if source else {}
    names = _list_category_names(batch)
    for product in batch:
        yield product, _build_product(product, names, stock)


def _list_category_names(batch: Sequence[Product]) -> dict[str, tuple[str, str]]:
    paths = {
        "/".join(steps[: depth + 1])
        for product in batch
        if product.category
        for steps in [product.category.path.split("/")]
        for depth in range(len(steps))
    }
    rows = Category.objects.filter(path__in=paths).values_list("path", "name_en", "name_zh_hans")
    return {path: (name_en or "", name_zh or "") for path, name_en, name_zh in rows}


def _build_product(
    product: Product, names: dict[str, tuple[str, str]], stock: dict[int, list[tuple[str, int]]]
) -> ExportedProduct:
    path = product.category.path if product.category else ""
    steps = path.split("/") if path else []
    pictures = list(product.images.all())
    return ExportedProduct(
        words=_read_words(product, path),
        flags={
            "published": product.status == Product.Status.PUBLISHED,
            "featured": product.is_featured,
            "digital": product.is_digital,
            "custom_made": product.is_custom_made,
            "fresh": product.is_fresh,
        },
        instants={"publish_at": product.publish_at, "unpublish_at": product.unpublish_at},
        warranty_months=product.warranty_months,
        brand=(product.brand.slug, product.brand.name) if product.brand else None,
        product_type=_read_type(product),
        category_names=[names["/".join(steps[: depth + 1])] for depth in range(len(steps))],
        collections=[
            (row.collection.slug, row.collection.name_en or "", row.collection.name_zh_hans or "")
            for row in product.memberships.all()
        ],
        tags=product.tags,
        documents=[
            (row.kind, (row.file.name or "").rpartition("/")[2], row.title_en or "", row.title_zh_hans or "")
            for row in product.documents.all()
        ],
        attributes=_read_attributes(product),
        pictures=[_read_picture(image) for image in pictures if image.variant_id is None],
        variants=[
            _build_variant(variant, pictures, stock.get(variant.pk, [])) for variant in product.variants.all()
        ],
    )


def _read_words(product: Product, path: str) -> dict[str, str]:
    return {
        "handle": product.slug,
        "name_en": product.name_en or "",
        "name_zh": product.name_zh_hans or "",
        "description_en": product.description_en or "",
        "description_zh": product.description_zh_hans or "",
        "seo_title_en": product.seo_title_en or "",
        "seo_title_zh": product.seo_title_zh_hans or "",
        "seo_description_en": product.seo_description_en or "",
        "seo_description_zh": product.seo_description_zh_hans or "",
        "category": path,
        "return_policy": product.return_policy,
    }


def _read_type(product: Product) -> tuple[str, str, str] | None:
    kind = product.product_type
    return (kind.key, kind.name_en or "", kind.name_zh_hans or "") if kind else None


def _read_attributes(product: Product) -> dict[str, list[StatedValue]]:
    found: dict[str, list[StatedValue]] = {}
    for row in product.attribute_values.all():
        choice: Any = row.choice
        found.setdefault(row.attribute.key, []).append(
            StatedValue(
                choice_key=choice.key if choice else "",
                choice_en=(choice.value_en or "") if choice else "",
                choice_zh_hans=(choice.value_zh_hans or "") if choice else "",
                swatch=choice.swatch if choice else "",
                number=row.number,
                flag=row.flag,
                day=row.day,
                text_en=row.text_en or "",
                text_zh_hans=row.text_zh_hans or "",
            )
        )
    return found


def _read_picture(image: ProductImage) -> ExportedPicture:
    return ExportedPicture(
        name=name_image(image), alt_en=image.alt_en or "", alt_zh_hans=image.alt_zh_hans or ""
    )


def _build_variant(
    variant: Variant, pictures: Sequence[ProductImage], stock: Sequence[tuple[str, int]]
) -> ExportedVariant:
    return ExportedVariant(
        sku=variant.sku,
        barcode=variant.barcode,
        weight_grams=variant.weight_grams,
        requires_shipping=variant.requires_shipping,
        is_active=variant.is_active,
        options=[
            ExportedOption(
                name_en=value.option.name_en or "",
                name_zh_hans=value.option.name_zh_hans or "",
                value_en=value.value_en or "",
                value_zh_hans=value.value_zh_hans or "",
                swatch=value.swatch,
            )
            for value in variant.option_values.all()
        ],
        prices={price.currency: (price.amount, price.compare_at_amount) for price in variant.prices.all()},
        stock=stock,
        pictures=[_read_picture(image) for image in pictures if image.variant_id == variant.pk],
    )
