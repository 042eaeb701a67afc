"""Everything a product's page shows, in five queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from catalog.domain.availability import StockState, tell_stock
from catalog.domain.filters import ListingScope, Sort
from catalog.domain.media import ImageCard, ImageView
from catalog.domain.words import pick_words
from catalog.models import Price, Product, Variant
from catalog.queries.cards import ProductCard, find_listings, list_cards, order_listings, quote_slug
from catalog.queries.categories import get_category_tree
from catalog.queries.images import list_image_cards
from catalog.queries.offers import OptionChoice, list_option_choices
from shop.kernel.errors import NotFound
from shop.kernel.money import Money

RELATED = 8
TONES = {StockState.IN_STOCK: "success", StockState.LOW: "warning", StockState.SOLD_OUT: "error"}
_FIELDS = (
    "id",
    "slug",
    "name_en",
    "name_zh_hans",
    "description_en",
    "description_zh_hans",
    "brand__name",
    "category__path",
    "updated_at",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slide:
    """A picture of the gallery; `id` is the anchor it is reached by."""

    id: str
    image: ImageView
    variant_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantView:
    """A variant as the page shows it."""

    id: int
    sku: str
    name: str
    choices: tuple[OptionChoice, ...]
    price: Money | None
    compare_at: Money | None
    available_quantity: int
    slide: str

    @property
    def is_available(self) -> bool:
        """Return whether it can be put into the cart."""
        return self.price is not None and self.available_quantity > 0

    @property
    def stock_state(self) -> StockState:
        """Return what is told about its stock."""
        return tell_stock(self.available_quantity if self.price is not None else 0)

    @property
    def tone(self) -> str:
        """Return the colour of its availability line."""
        return TONES[self.stock_state]

    @property
    def availability(self) -> str:
        """Return its availability line."""
        if self.price is None:
            return gettext("Not sold in this currency")
        if self.stock_state is StockState.SOLD_OUT:
            return gettext("Sold out")
        if self.stock_state is StockState.IN_STOCK:
            return gettext("In stock")
        left = self.available_quantity
        return ngettext("Only %(count)d left", "Only %(count)d left", left) % {"count": left}


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionValueView:
    """One choice of an option."""

    id: str
    label: str
    swatch: str
    is_chosen: bool
    is_sold_out: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionView:
    """One option with its choices (in the template: group.values)."""

    id: str
    name: str
    values: tuple[OptionValueView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Crumb:
    """A step of the breadcrumbs."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductPage:
    """A product's page in one language and currency."""

    id: int
    slug: str
    url: str
    name: str
    description: str
    brand: str
    currency: str
    crumbs: tuple[Crumb, ...]
    slides: tuple[Slide, ...]
    variants: tuple[VariantView, ...]
    options: tuple[OptionView, ...]
    chosen: VariantView
    related: tuple[ProductCard, ...]


def get_product_page(slug: str, *, currency: str, sku: str = "", with_related: bool = True) -> ProductPage:
    """Return the page of a published product; `sku` chooses the variant. Raises NotFound."""
    # PostgreSQL knows no NUL in a text; an address may hold one.
    row = None if "\0" in slug else Product.objects.published().filter(slug=slug).values(*_FIELDS).first()
    if row is None:
        raise NotFound(gettext("This product does not exist or is no longer sold."))
    language = get_language() or settings.LANGUAGE_CODE
    name = pick_words(row["name_en"], row["name_zh_hans"], language)
    slides = _list_slides(row["id"], language, name)
    variants = _list_variants(row["id"], currency=currency, language=language, slides=slides)
    if not variants:
        raise NotFound(gettext("This product does not exist or is no longer sold."))
    chosen = _choose_variant(variants, sku)
    return ProductPage(
        id=row["id"],
        slug=row["slug"],
        url=reverse("catalog:product", kwargs={"slug": row["slug"]}),
        name=name,
        description=pick_words(row["description_en"], row["description_zh_hans"], language),
        brand=row["brand__name"] or "",
        currency=currency,
        crumbs=list_crumbs(row["category__path"] or ""),
        slides=slides,
        variants=variants,
        options=_build_options(variants, chosen, language),
        chosen=chosen,
        related=_list_related(row, currency) if with_related else (),
    )


def list_crumbs(category_path: str) -> tuple[Crumb, ...]:
    """Return the shop's home and the categories down to a path."""
    home = Crumb(name=gettext("Home"), url=reverse("catalog:home"))
    nodes = get_category_tree().list_ancestors(category_path) if category_path else []
    return (home, *(Crumb(name=node.name, url=node.url) for node in nodes))


def _list_slides(product_id: int, language: str, name: str) -> tuple[Slide, ...]:
    cards: list[tuple[int | None, ImageCard]] = list_image_cards([product_id]).get(product_id, [])
    return tuple(
        Slide(id=f"picture-{number}", image=card.to_view(language, fallback_alt=name), variant_id=variant_id)
        for number, (variant_id, card) in enumerate(cards, start=1)
    )


def _list_variants(
    product_id: int, *, currency: str, language: str, slides: tuple[Slide, ...]
) -> tuple[VariantView, ...]:
    rows = list(
        Variant.objects.filter(product_id=product_id, is_active=True)
        .order_by("position", "pk")
        .values_list("id", "sku", "available_quantity")
    )
    ids = [row[0] for row in rows]
    choices = list_option_choices(ids)
    prices = _list_prices(ids, currency)
    slide_of = {slide.variant_id: slide.id for slide in reversed(slides) if slide.variant_id}
    return tuple(
        VariantView(
            id=pk,
            sku=sku,
            name=" / ".join(choice.to_pair(language)[1] for choice in choices[pk]),
            choices=tuple(choices[pk]),
            price=prices.get(pk, (None, None))[0],
            compare_at=prices.get(pk, (None, None))[1],
            available_quantity=available,
            slide=slide_of.get(pk, ""),
        )
        for pk, sku, available in rows
    )


def _list_prices(variant_ids: list[int], currency: str) -> dict[int, tuple[Money | None, Money | None]]:
    rows = Price.objects.filter(variant_id__in=variant_ids, currency=currency)
    return {
        variant_id: (
            Money(amount, currency).quantized(),
            Money(before, currency).quantized() if before is not None else None,
        )
        for variant_id, amount, before in rows.values_list("variant_id", "amount", "compare_at_amount")
    }


def _choose_variant(variants: tuple[VariantView, ...], sku: str) -> VariantView:
    """Return the asked variant, else the first that can be bought, else the first."""
    asked = [variant for variant in variants if sku and variant.sku.casefold() == sku.casefold()]
    return next(iter([*asked, *(variant for variant in variants if variant.is_available), *variants]))


def _build_options(
    variants: tuple[VariantView, ...], chosen: VariantView, language: str
) -> tuple[OptionView, ...]:
    """Return the options in their order; a choice is sold out when no variant has it beside the other choices."""
    picked = {choice.option_key: choice.value_key for choice in chosen.choices}
    groups: dict[str, dict[str, OptionChoice]] = {}
    for variant in variants:
        for choice in variant.choices:
            groups.setdefault(choice.option_key, {}).setdefault(choice.value_key, choice)
    return tuple(
        OptionView(
            id=group,
            name=next(iter(values.values())).to_pair(language)[0],
            values=tuple(
                OptionValueView(
                    id=key,
                    label=choice.to_pair(language)[1],
                    swatch=choice.swatch,
                    is_chosen=picked.get(group) == key,
                    is_sold_out=not _is_reachable(variants, {**picked, group: key}),
                )
                for key, choice in values.items()
            ),
        )
        for group, values in groups.items()
    )


def _is_reachable(variants: tuple[VariantView, ...], wanted: dict[str, str]) -> bool:
    return any(
        variant.is_available and {choice.option_key: choice.value_key for choice in variant.choices} == wanted
        for variant in variants
    )


def _list_related(row: dict[str, Any], currency: str) -> tuple[ProductCard, ...]:
    """Return other products of the same shelf."""
    if not row["category__path"]:
        return ()
    listings = find_listings(ListingScope(currency=currency, category_path=row["category__path"]))
    others = listings.exclude(product_id=row["id"]).filter(in_stock=True)
    return tuple(list_cards(order_listings(others, Sort.FEATURED)[:RELATED]))


def list_variant_choices(page: ProductPage, *, format_price: Any) -> list[dict[str, Any]]:
    """Return the variants as the page's script reads them (static/shop/js/options.js)."""
    return [
        {
            "sku": variant.sku,
            "options": {choice.option_key: choice.value_key for choice in variant.choices},
            "price": format_price(variant.price) if variant.price else "",
            "compareAt": format_price(variant.compare_at) if variant.compare_at else "",
            "available": variant.is_available,
            "availability": variant.availability,
            "tone": variant.tone,
            "slide": variant.slide,
            "max": min(variant.available_quantity, settings.API_AVAILABLE_QUANTITY_CAP),
        }
        for variant in page.variants
    ]


def build_product_url(slug: str) -> str:
    """Return a product's address in the active language."""
    return f"{reverse('catalog:product', kwargs={'slug': '_'})[:-2]}{quote_slug(slug)}/"
