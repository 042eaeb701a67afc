"""The articles of a feed, read in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.http import urlencode
from django.utils.translation import override

from catalog.domain.feeds import KNOWN_OPTIONS, LONGEST, FeedItem, make_plain, pick_gtin
from catalog.domain.media import ImageCard
from catalog.domain.pricing.selection import ChosenPrice
from catalog.domain.words import pick_words
from catalog.models import Category, Product, Variant
from catalog.queries.images import list_image_cards
from catalog.queries.offers import OptionChoice, list_option_choices
from catalog.queries.pricing.prices import list_prices
from catalog.queries.product_pages import build_product_url
from shop.kernel.money import Money

BATCH_SIZE = 300


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """What a batch of variants needs, by id."""

    prices: dict[int, ChosenPrice]
    choices: dict[int, list[OptionChoice]]
    images: dict[int, list[tuple[int | None, ImageCard]]]
    sizes: dict[int, int]
    categories: dict[str, str]
    language: str
    currency: str


def iterate_feed_items(*, language: str, currency: str) -> Iterator[FeedItem]:
    """Yield what is for sale in a currency, product by product; seven queries for each batch of products."""
    categories = {
        path: pick_words(name_en, name_zh, language)
        for path, name_en, name_zh in Category.objects.values_list("path", "name_en", "name_zh_hans")
    }
    last = 0
    products = Product.objects.published().select_related("brand", "category").order_by("pk")
    while rows := list(products.filter(pk__gt=last)[:BATCH_SIZE]):
        # Set for the batch only: a generator must not leave its language behind between two items.
        with override(language):
            items = list(_build_batch(rows, categories, language=language, currency=currency))
        yield from items
        last = rows[-1].pk


def _build_batch(
    products: Sequence[Product], categories: dict[str, str], *, language: str, currency: str
) -> Iterator[FeedItem]:
    by_id = {product.pk: product for product in products}
    variants = list(
        Variant.objects.filter(product_id__in=by_id, is_active=True).order_by("product_id", "position", "pk")
    )
    ids = [variant.pk for variant in variants]
    prices = list_prices(ids, currency=currency)
    sold = [variant for variant in variants if variant.pk in prices]
    sizes: dict[int, int] = {}
    for variant in sold:
        sizes[variant.product_id] = sizes.get(variant.product_id, 0) + 1
    batch = _Batch(
        prices=prices,
        choices=list_option_choices(ids),
        images=list_image_cards(list(by_id)),
        sizes=sizes,
        categories=categories,
        language=language,
        currency=currency,
    )
    for variant in sold:
        yield _build_item(by_id[variant.product_id], variant, batch)


def _build_item(product: Product, variant: Variant, batch: _Batch) -> FeedItem:
    price = batch.prices[variant.pk]
    pairs = [(choice, *_name_choice(choice, batch.language)) for choice in batch.choices.get(variant.pk, [])]
    name = pick_words(product.name_en, product.name_zh_hans, batch.language)
    is_reduced = price.compare_at is not None and price.compare_at > price.amount
    now = Money(price.amount, batch.currency)
    has_siblings = batch.sizes[product.pk] > 1
    return FeedItem(
        id=variant.sku if len(variant.sku) <= LONGEST["id"] else f"v{variant.pk}",
        group_id=f"p{product.pk}" if has_siblings else "",
        title=f"{name} – {', '.join(value for _choice, _name, value in pairs)}"
        if pairs and has_siblings
        else name,
        description=make_plain(
            pick_words(product.description_en, product.description_zh_hans, batch.language)
        )
        or name,
        link=_build_link(product, variant, is_alone=not has_siblings),
        image_links=_list_images(product, variant, batch),
        is_available=variant.available_quantity > 0,
        price=Money(price.compare_at, batch.currency) if is_reduced and price.compare_at else now,
        sale_price=now if is_reduced else None,
        brand=product.brand.name if product.brand else "",
        gtin=pick_gtin(variant.barcode),
        mpn=variant.sku,
        product_type=_name_category(product, batch.categories),
        weight_grams=variant.weight_grams,
        options={
            KNOWN_OPTIONS[choice.option_key]: value
            for choice, _name, value in pairs
            if choice.option_key in KNOWN_OPTIONS
        },
    )


def _name_choice(choice: OptionChoice, language: str) -> tuple[str, str]:
    return (
        pick_words(choice.option_en, choice.option_zh_hans, language),
        pick_words(choice.value_en, choice.value_zh_hans, language),
    )


def _build_link(product: Product, variant: Variant, *, is_alone: bool) -> str:
    url = f"{settings.SITE_URL}{build_product_url(product.slug)}"
    return url if is_alone else f"{url}?{urlencode({'variant': variant.sku})}"


def _name_category(product: Product, names: dict[str, str]) -> str:
    steps = product.category.path.split("/") if product.category else []
    return " > ".join(names.get("/".join(steps[: depth + 1]), "") for depth in range(len(steps)))


def _list_images(product: Product, variant: Variant, batch: _Batch) -> tuple[str, ...]:
    """Return the variant's own pictures first, then those of the product; never those of other variants."""
    cards = batch.images.get(product.pk, [])
    own = [card for owner, card in cards if owner == variant.pk]
    common = [card for owner, card in cards if owner is None]
    return tuple(_absolute(card.large_url) for card in [*own, *common])


def _absolute(url: str) -> str:
    return url if url.startswith(("http://", "https://")) else f"{settings.SITE_URL}{url}"
