"""Everything a product's page shows, in two queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext

from catalog.domain.availability import StockState, tell_stock
from catalog.domain.media import ImageView
from catalog.domain.tags import is_public_tag
from catalog.domain.words import pick_words
from catalog.queries.attributes import Specification, list_specifications
from catalog.queries.cards import ProductCard, quote_slug
from catalog.queries.categories import build_category_url, get_category_tree
from catalog.queries.documents import DocumentView, build_documents
from catalog.queries.images import build_image_card
from catalog.queries.nearest import NearestCards, list_nearest
from catalog.queries.offers import OptionChoice, build_option_choice
from catalog.queries.policies import PolicyView, build_policy
from catalog.queries.product_rows import find_product_values, name_values
from shop.kernel.errors import NotFound
from shop.kernel.money import Money

RELATED = 8
MOST_PAGES = 400
"""Some 8 MB in each process."""
MOST_CRUMBS = 2000
SUMMARY_LENGTH = 155
TONES = {StockState.IN_STOCK: "success", StockState.LOW: "warning", StockState.SOLD_OUT: "error"}


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
    lowest_before: Money | None = None

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
    brand_url: str
    tags: tuple[str, ...]
    title: str
    summary: str
    currency: str
    crumbs: tuple[Crumb, ...]
    slides: tuple[Slide, ...]
    variants: tuple[VariantView, ...]
    options: tuple[OptionView, ...]
    chosen: VariantView
    related: tuple[ProductCard, ...]
    # All of these stand in its own shelf.
    is_related_by_shelf: bool = False
    specifications: tuple[Specification, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    policy: PolicyView = field(default_factory=PolicyView)
    is_draft: bool = False
    # Whether people who buy it together pay less: a campaign runs for it.
    has_group_price: bool = False

    def __hash__(self) -> int:
        """Quick: all of it is compared, and equal pages are mostly one and the same."""
        return hash((self.id, self.url))

    @property
    def public_tags(self) -> tuple[str, ...]:
        """Return the tags that shoppers see."""
        return tuple(filter(is_public_tag, self.tags))

    @property
    def can_be_bought(self) -> bool:
        """Return whether some variant can: without a script the choice is made in the form, not by the button."""
        return any(one.is_available for one in self.variants)

    @property
    def sold_out(self) -> tuple[VariantView, ...]:
        """Return the variants that somebody may wait for."""
        return tuple(one for one in self.variants if one.price and not one.available_quantity)


def get_product_page(
    slug: str, *, currency: str, sku: str = "", is_brief: bool = False, is_preview: bool = False
) -> ProductPage:
    """Return the page of a published product, of a draft too for a preview; `sku` chooses the variant.

    Brief is the article alone, one query: without related products, specifications, documents and group price.
    Raises NotFound. Two queries.
    """
    values = find_product_values(slug, currency, is_preview=is_preview, is_brief=is_brief)
    row = _read_values(values) if values else None
    if values is None or row is None or not row["variants"]:
        raise NotFound(gettext("This product does not exist or is no longer sold."))
    related = NearestCards() if is_brief else list_nearest(row["id"], currency=currency, most=RELATED)
    language = get_language() or settings.LANGUAGE_CODE
    asked = _Asked(language, currency, sku)
    return _build_page(values, asked, list_crumbs(row["category_path"] or ""), related)


class _Asked(NamedTuple):
    language: str
    currency: str
    sku: str


@lru_cache(maxsize=MOST_PAGES)
def _read_values(values: tuple[Any, ...]) -> dict[str, Any]:
    return name_values(values)


@lru_cache(maxsize=MOST_PAGES)
def _build_page(
    values: tuple[Any, ...], asked: _Asked, crumbs: tuple[Crumb, ...], related: NearestCards
) -> ProductPage:
    """The page that these values make; the same values are the same page, built once."""
    row = _read_values(values)
    language, currency, sku = asked
    name = pick_words(row["name_en"], row["name_zh_hans"], language)
    slides = _build_slides(row["images"], language, name)
    variants = _build_variants(row, currency=currency, language=language, slides=slides)
    chosen = _choose_variant(variants, sku)
    description = pick_words(row["description_en"], row["description_zh_hans"], language)
    return ProductPage(
        id=row["id"],
        slug=row["slug"],
        url=reverse("catalog:product", kwargs={"slug": row["slug"]}),
        name=name,
        description=description,
        brand=row["brand_name"] or "",
        brand_url=reverse("catalog:brand", kwargs={"slug": row["brand_slug"]}) if row["brand_slug"] else "",
        tags=tuple(row["tags"]),
        title=pick_words(row["seo_title_en"], row["seo_title_zh_hans"], language) or name,
        summary=pick_words(row["seo_description_en"], row["seo_description_zh_hans"], language)
        or shorten_text(description),
        currency=currency,
        crumbs=crumbs,
        slides=slides,
        variants=variants,
        options=_build_options(variants, chosen, language),
        chosen=chosen,
        related=related.cards,
        is_related_by_shelf=related.is_same_shelf,
        specifications=list_specifications(row["attributes"], language),
        documents=build_documents(row["documents"], language),
        policy=build_policy(row),
        is_draft=row["status"] != "published",
        has_group_price=row["has_group_price"],
    )


def list_crumbs(category_path: str) -> tuple[Crumb, ...]:
    """Return the shop's home and the categories down to a path."""
    nodes = get_category_tree().list_ancestors(category_path) if category_path else []
    steps = tuple((node.path, node.name_en, node.name_zh_hans) for node in nodes)
    return _build_crumbs(steps, get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=MOST_CRUMBS)
def _build_crumbs(steps: tuple[tuple[str, str, str], ...], language: str) -> tuple[Crumb, ...]:
    """The same words are the same crumbs, built once."""
    return (
        Crumb(name=gettext("Home"), url=reverse("catalog:home")),
        *(
            Crumb(name=pick_words(english, chinese, language), url=build_category_url(path, language))
            for path, english, chinese in steps
        ),
    )


def _build_slides(rows: list[dict[str, Any]], language: str, name: str) -> tuple[Slide, ...]:
    return tuple(
        Slide(
            id=f"picture-{number}",
            image=build_image_card(row).to_view(language, fallback_alt=name),
            variant_id=row["variant_id"],
        )
        for number, row in enumerate(rows, start=1)
    )


def _build_variants(
    product: dict[str, Any], *, currency: str, language: str, slides: tuple[Slide, ...]
) -> tuple[VariantView, ...]:
    rows = product["variants"]
    choices_of: dict[int, tuple[OptionChoice, ...]] = {row["id"]: () for row in rows}
    for variant_id, *choice in product["choices"]:
        if variant_id in choices_of:
            choices_of[variant_id] += (build_option_choice(choice),)
    slide_of = _match_slides(choices_of, slides)
    found = []
    for row in rows:
        choices = choices_of[row["id"]]
        found.append(
            VariantView(
                id=row["id"],
                sku=row["sku"],
                name=" / ".join(choice.to_pair(language)[1] for choice in choices),
                choices=choices,
                price=_build_money(row["amount"], currency),
                compare_at=_build_money(row["compare_at_amount"], currency),
                available_quantity=row["available_quantity"],
                slide=slide_of[row["id"]],
                lowest_before=_build_money(
                    row["lowest_before_amount"] if row["compare_at_amount"] else None, currency
                ),
            )
        )
    return tuple(found)


def _match_slides(
    choices_of: dict[int, tuple[OptionChoice, ...]], slides: tuple[Slide, ...]
) -> dict[int, str]:
    """Return the picture of each variant: its own, else one of its colour, else the first that is no other's."""
    own = {slide.variant_id: slide.id for slide in reversed(slides) if slide.variant_id}
    shared = next((slide.id for slide in slides if not slide.variant_id), "")
    colour_of = {
        variant: frozenset((choice.option_key, choice.value_key) for choice in choices if choice.swatch)
        for variant, choices in choices_of.items()
    }
    coloured: dict[frozenset[tuple[str, str]], str] = {}
    for variant, colour in colour_of.items():
        if colour and variant in own:
            coloured.setdefault(colour, own[variant])
    return {
        variant: own.get(variant) or coloured.get(colour) or shared for variant, colour in colour_of.items()
    }


def _build_money(amount: str | None, currency: str) -> Money | None:
    return None if amount is None else Money(Decimal(amount), currency).quantized()


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


def list_variant_choices(page: ProductPage, *, format_price: Any) -> list[dict[str, Any]]:
    """Return the variants as the page's script reads them (static/catalog/options.js)."""
    return [
        {
            "sku": variant.sku,
            "options": {choice.option_key: choice.value_key for choice in variant.choices},
            "price": format_price(variant.price) if variant.price else "",
            "compareAt": format_price(variant.compare_at) if variant.compare_at else "",
            "lowest": _tell_lowest(variant, format_price),
            "available": variant.is_available,
            "availability": variant.availability,
            "tone": variant.tone,
            "slide": variant.slide,
            "max": min(variant.available_quantity, settings.API_AVAILABLE_QUANTITY_CAP),
        }
        for variant in page.variants
    ]


def _tell_lowest(variant: VariantView, format_price: Any) -> str:
    """Directive 98/6/EC, article 6a: whoever announces a reduction says the lowest price of the 30 days before it."""
    if variant.lowest_before is None:
        return ""
    price = format_price(variant.lowest_before)
    return gettext("Lowest price of the 30 days before: %(price)s") % {"price": price}


def shorten_text(html: str) -> str:
    """Return the first words of a description as search engines show them."""
    return Truncator(" ".join(strip_tags(html.replace("</", " </")).split())).chars(SUMMARY_LENGTH)


def build_product_url(slug: str) -> str:
    """Return a product's address in the active language."""
    return f"{reverse('catalog:product', kwargs={'slug': '_'})[:-2]}{quote_slug(slug)}/"
