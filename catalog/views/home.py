"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from catalog.domain.filters import ListingScope, Sort
from catalog.domain.media import ImageView
from catalog.gateways.scenes import find_scene
from catalog.queries.cards import find_listings, list_cards, list_shelf_pictures, order_listings
from catalog.queries.categories import get_category_tree
from catalog.queries.collections import list_collections
from catalog.queries.images import build_image_card
from catalog.queries.structured_facts import describe_shop
from shop.web.currency import get_currency
from shop.web.page_cache import public_page

SHOWN = 8


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show where to begin: shelves, featured and new products."""
    currency = get_currency(request)
    listings = find_listings(ListingScope(currency=currency))
    featured = list_cards(order_listings(listings.filter(is_featured=True), Sort.FEATURED)[: SHOWN + 1])
    newest = list_cards(order_listings(listings, Sort.NEWEST)[: SHOWN * 2])
    shown = {card.product_id for card in featured}
    language = get_language() or ""
    context = {
        "wide": _show_scene("hero-wide", language),
        "tall": _show_scene("hero-tall", language),
        "hero": featured[0] if featured else None,
        "featured": featured[1:] if len(featured) > SHOWN else featured,
        "newest": [card for card in newest if card.product_id not in shown][:SHOWN],
        "categories": get_category_tree().roots,
        "pictures": list_shelf_pictures(currency) | _list_shelf_scenes(language),
        "collections": list_collections(currency, on_home=True),
        "json_ld": describe_shop(),
        "here": "home",
    }
    return render(request, "catalog/home.html", context)


def _show_scene(name: str, language: str) -> ImageView | None:
    scene = find_scene(name)
    return build_image_card(scene).to_view(language) if scene else None


def _list_shelf_scenes(language: str) -> dict[str, ImageView]:
    """Return the large picture of each top category that has one."""
    shown = {node.path: _show_scene(f"category-{node.path}", language) for node in get_category_tree().roots}
    return {path: view for path, view in shown.items() if view is not None}
